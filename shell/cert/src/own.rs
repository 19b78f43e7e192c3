//! Makes a self-signed certificate and keeps it in files; shows it to nobody.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use conclave_model::{UnixMillis, limits};
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair};

use crate::Facts;
use crate::files::{CertError, Loaded, read};

/// The two files in the folder.
pub(crate) fn files(folder: &Path) -> (PathBuf, PathBuf) {
    (
        folder.join("self-signed.pem"),
        folder.join("self-signed.key"),
    )
}

/// The one that is there, or a new one when there is none, it names too few, or its end is near.
/// The key stays the same, so that who believed it once need not be asked again.
///
/// # Errors
/// When the folder takes no file.
pub(crate) fn load_or_make(
    folder: &Path,
    names: &[String],
    now: UnixMillis,
) -> Result<Loaded, CertError> {
    let (certificate, key) = files(folder);
    if let Ok(loaded) = read(&certificate, &key) {
        let is_complete = names.iter().all(|name| loaded.facts.covers(name));
        if is_complete && !is_due(&loaded.facts, now) {
            return Ok(loaded);
        }
    }
    make_folder(folder)?;
    let unmade = |why: rcgen::Error| CertError::Unmade(why.to_string());
    let kept = fs::read_to_string(&key).ok();
    let kept = kept.and_then(|text| KeyPair::from_pem(&text).ok());
    let pair = match kept {
        Some(pair) => pair,
        None => KeyPair::generate().map_err(unmade)?,
    };
    let signed = params(names, now).map_err(unmade)?.self_signed(&pair);
    write_secret(&key, &pair.serialize_pem())?;
    write_secret(&certificate, &signed.map_err(unmade)?.pem())?;
    read(&certificate, &key)
}

/// Whether it is time for another: its end is near, or the clock went back behind its beginning.
pub(crate) fn is_due(facts: &Facts, now: UnixMillis) -> bool {
    let soon = now.0.saturating_add(millis(RENEWED_BEFORE_END));
    facts.until.0 <= soon || facts.from > now
}

fn params(names: &[String], now: UnixMillis) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names.to_vec())?;
    let mut name = DistinguishedName::new();
    // Browsers and phones go by the names; this is for whoever reads a list of certificates.
    name.push(DnType::CommonName, "Conclave");
    params.distinguished_name = name;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let at: SystemTime = UNIX_EPOCH + Duration::from_millis(now.0);
    params.not_before = (at - CLOCKS_DIFFER).into();
    params.not_after = (at + limits::TLS_SELF_SIGNED_LIFE).into();
    Ok(params)
}

/// A folder that only its owner can look into.
pub(crate) fn make_folder(folder: &Path) -> Result<(), CertError> {
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.map_err(|why| CertError::Unreadable(folder.into(), why))
}

/// Either the whole text is there with mode 600 or what was there before.
pub(crate) fn write_secret(file: &Path, text: &str) -> Result<(), CertError> {
    let new = file.with_extension("new");
    let write = || {
        match fs::remove_file(&new) {
            Err(why) if why.kind() != std::io::ErrorKind::NotFound => return Err(why),
            Ok(()) | Err(_) => {}
        }
        let mut options = fs::OpenOptions::new();
        let mut opened = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&new)?;
        opened.write_all(text.as_bytes())?;
        opened.sync_all()?;
        fs::rename(&new, file)
    };
    write().map_err(|why| CertError::Unreadable(file.into(), why))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Also when nobody has started the server for a month.
const RENEWED_BEFORE_END: Duration = Duration::from_secs(30 * 24 * 3_600);
/// A telephone whose clock is behind ours would not believe what begins now.
const CLOCKS_DIFFER: Duration = Duration::from_secs(24 * 3_600);
