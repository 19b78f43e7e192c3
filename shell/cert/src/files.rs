//! Reads a certificate and its key from files and says what is wrong with them; keeps neither.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use conclave_model::{UnixMillis, limits};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use crate::Facts;
use crate::facts::is_issued_by;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertError {
    #[error("{0}: {1}")]
    Unreadable(PathBuf, io::Error),
    #[error("{0}: there is no certificate in it; expected PEM, `-----BEGIN CERTIFICATE-----`")]
    NoCertificate(PathBuf),
    #[error("{0}: a certificate in it is damaged")]
    Damaged(PathBuf),
    #[error(
        "{0}: there is no private key in it that can be used; expected PEM without a password, \
         `-----BEGIN PRIVATE KEY-----`"
    )]
    NoKey(PathBuf),
    #[error("{key} is not the key of the certificate in {certificate}")]
    WrongKey { certificate: PathBuf, key: PathBuf },
    #[error("{0}: this key cannot be used: {1}")]
    UnusableKey(PathBuf, rustls::Error),
    #[error("{0}: the certificate's time is over since {1}")]
    Expired(PathBuf, String),
    #[error("{0}: the certificate's time begins only at {1}")]
    Early(PathBuf, String),
    #[error("a certificate cannot be made: {0}")]
    Unmade(String),
}

/// A certificate with its key, and what is to be said of it.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    pub key: Arc<CertifiedKey>,
    pub facts: Facts,
    /// It can be used, but somebody may be surprised.
    pub remarks: Vec<String>,
}

/// Reads both files, whatever time they are for.
///
/// # Errors
/// When they are of no use, and which of them.
pub(crate) fn read(certificate: &Path, key: &Path) -> Result<Loaded, CertError> {
    let chain = read_chain(certificate)?;
    let facts = Facts::read(&chain[0]).ok_or_else(|| CertError::Damaged(certificate.into()))?;
    let mut remarks = Vec::new();
    let is_chain = |pair: &[CertificateDer<'_>]| is_issued_by(&pair[0], &pair[1]);
    if !chain.windows(2).all(is_chain) {
        let file = certificate.display();
        remarks.push(format!(
            "{file}: the certificates are not in order; expected ours first, and behind each one \
             that of who signed it"
        ));
    }
    remarks.extend(remark_on_mode(key));
    let der = PrivateKeyDer::from_pem_slice(&read_bounded(key)?)
        .map_err(|_| CertError::NoKey(key.into()))?;
    let key = CertifiedKey::from_der(chain, der, &default_provider()).map_err(|why| {
        if matches!(why, rustls::Error::InconsistentKeys(_)) {
            let (certificate, key) = (certificate.into(), key.into());
            return CertError::WrongKey { certificate, key };
        }
        CertError::UnusableKey(key.into(), why)
    })?;
    let key = Arc::new(key);
    Ok(Loaded {
        key,
        facts,
        remarks,
    })
}

/// # Errors
/// When it is not the time of this certificate.
pub(crate) fn check_time(facts: &Facts, file: &Path, now: UnixMillis) -> Result<(), CertError> {
    if facts.until <= now {
        return Err(CertError::Expired(file.into(), day(facts.until)));
    }
    // Whoever has just got one may have a clock that is a little behind.
    if facts.from.0 > now.0.saturating_add(CLOCKS_DIFFER_MS) {
        return Err(CertError::Early(file.into(), day(facts.from)));
    }
    Ok(())
}

fn read_chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, CertError> {
    let text = read_bounded(file)?;
    let mut chain = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|_| CertError::Damaged(file.into()))?;
        if chain.len() == limits::TLS_CHAIN {
            return Err(CertError::Damaged(file.into()));
        }
        chain.push(certificate);
    }
    if chain.is_empty() {
        return Err(CertError::NoCertificate(file.into()));
    }
    Ok(chain)
}

fn read_bounded(file: &Path) -> Result<Vec<u8>, CertError> {
    use std::io::Read;
    let unreadable = |why| CertError::Unreadable(file.into(), why);
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).map_err(unreadable)?;
    let mut bounded = opened.take(limits::TLS_FILE_BYTES);
    bounded.read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

fn remark_on_mode(key: &Path) -> Option<String> {
    let mode = fs::metadata(key).ok()?.permissions().mode();
    (mode & 0o007 != 0).then(|| {
        let file = key.display();
        format!("{file}: everybody on this machine can read the key; expected mode 600 or 640")
    })
}

/// A day and time for people, in UTC.
pub(crate) fn day(at: UnixMillis) -> String {
    let seconds = i64::try_from(at.0 / 1_000).unwrap_or(i64::MAX);
    let time = x509_parser::time::ASN1Time::from_timestamp(seconds);
    time.map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

const CLOCKS_DIFFER_MS: u64 = 5 * 60 * 1_000;
