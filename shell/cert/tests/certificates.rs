//! Certificates from files and by our own word, read, replaced and refused.

#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "what fails here is a slip in the test"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use conclave_cert::{CertSettings, Certificate, ClientTls, Source};
use conclave_fetch::Trust;
use conclave_model::{UnixMillis, limits};
use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

#[test]
fn a_self_signed_certificate_is_made_once_and_again_before_its_end_with_the_same_key() {
    let folder = TempDir::new().unwrap();
    let first = Certificate::open(self_signed(&folder, &["conf.test"]), now()).unwrap();
    let facts = first.facts();
    assert!(facts.is_self_signed);
    assert_eq!(facts.names, ["conf.test", "127.0.0.1"]);
    assert_eq!(facts.fingerprint.len(), 32 * 3 - 1);
    assert_eq!(first.problem(now()), None);
    let key = folder.path().join("tls/self-signed.key");
    let mode = fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let key_text = fs::read_to_string(&key).unwrap();

    let again = Certificate::open(self_signed(&folder, &["conf.test"]), now()).unwrap();
    assert_eq!(again.facts(), facts, "it is the same");
    let near_end = UnixMillis(facts.until.0 - 1_000);
    again.look_after(near_end);
    assert!(again.facts().until > facts.until, "it is renewed");
    let other = Certificate::open(self_signed(&folder, &["other.test"]), now()).unwrap();
    assert!(other.facts().covers("other.test"), "another name");
    assert_eq!(fs::read_to_string(&key).unwrap(), key_text);
}

#[tokio::test]
async fn new_files_are_shown_to_the_next_and_the_connection_of_before_goes_on() {
    let folder = TempDir::new().unwrap();
    let files = Files::in_folder(&folder);
    files.write(&made(&["conf.test"], now(), YEAR));
    let certificate = Certificate::open(files.settings(&["conf.test"]), now()).unwrap();
    let tls = certificate.for_sip();
    let before = certificate.facts().fingerprint;
    let trust = Trust::only(&files.certificate).unwrap();
    let (mut client, mut server) = meet(&tls, &trust, "conf.test").await.unwrap();

    files.write(&made(&["conf.test"], now(), 2 * YEAR));
    certificate.look_after(now());
    let after = certificate.facts().fingerprint;
    assert_ne!(before, after);
    assert!(
        meet(&tls, &trust, "conf.test").await.is_err(),
        "who believes the old one alone"
    );
    let trust = Trust::only(&files.certificate).unwrap();
    assert!(meet(&tls, &trust, "conf.test").await.is_ok());

    client.write_all(b"still").await.unwrap();
    client.flush().await.unwrap();
    let mut heard = [0; 5];
    server.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"still");
}

#[test]
fn what_cannot_be_used_keeps_what_was_there_and_says_which_file_and_why() {
    let folder = TempDir::new().unwrap();
    let files = Files::in_folder(&folder);
    let good = made(&["conf.test"], now(), YEAR);
    files.write(&good);
    let certificate = Certificate::open(files.settings(&["conf.test"]), now()).unwrap();
    let before = certificate.facts();
    let other = made(&["conf.test"], now(), YEAR);
    let old = made(&["conf.test"], UnixMillis(now().0 - 2 * YEAR), YEAR);
    let later = made(&["conf.test"], UnixMillis(now().0 + YEAR), YEAR);
    for (pem, words) in [
        (
            (good.0.clone(), other.1.clone()),
            "is not the key of the certificate in",
        ),
        (
            ("nothing".to_owned(), good.1.clone()),
            "there is no certificate in it",
        ),
        (
            (good.0.clone(), "nothing".to_owned()),
            "there is no private key in it",
        ),
        ((good.0.replace("MII", "MIx"), good.1.clone()), "damaged"),
        (old, "time is over since"),
        (later, "time begins only at"),
    ] {
        files.write(&pem);
        let error = certificate.reload(now()).unwrap_err().to_string();
        assert!(
            error.contains(words) && error.contains("server."),
            "{words}: {error}"
        );
        assert!(
            !error.contains(good.1.lines().nth(1).unwrap()),
            "no key in an error"
        );
        assert_eq!(certificate.facts(), before, "{words}");
        let problem = certificate.problem(now()).unwrap();
        assert!(
            problem.starts_with("the certificate of before stays"),
            "{problem}"
        );
        let first = Certificate::open(files.settings(&[]), now());
        assert_eq!(first.is_ok(), words.starts_with("time"), "{words}");
    }
    files.write(&good);
    certificate.look_after(now());
    assert_eq!(
        certificate.problem(now()),
        None,
        "it is told no longer than it is true"
    );
    let after = UnixMillis(before.until.0 + 1);
    assert!(certificate.problem(after).unwrap().contains("is over"));
}

#[test]
fn a_certificate_for_another_name_and_a_key_that_all_can_read_are_used_and_told() {
    let folder = TempDir::new().unwrap();
    let files = Files::in_folder(&folder);
    files.write(&made(&["*.conf.test", "192.0.2.7"], now(), YEAR));
    let names = ["a.conf.test", "192.0.2.7", "a.b.conf.test", "conf.test"];
    fs::set_permissions(&files.key, fs::Permissions::from_mode(0o644)).unwrap();
    let certificate = Certificate::open(files.settings(&names), now()).unwrap();
    let problem = certificate.problem(now()).unwrap();
    let told = |name: &str| problem.contains(&format!("is not for {name},"));
    assert_eq!(names.map(told), [false, false, true, true], "{problem}");
    assert!(problem.contains("everybody on this machine can read the key"));
}

#[tokio::test]
async fn a_client_believes_only_who_is_named_and_vouched_for() {
    let folder = TempDir::new().unwrap();
    let files = Files::in_folder(&folder);
    files.write(&made(&["conf.test", "192.0.2.7"], now(), YEAR));
    let certificate = Certificate::open(files.settings(&[]), now()).unwrap();
    let tls = certificate.for_sip();
    let trust = Trust::only(&files.certificate).unwrap();
    for (name, is_believed) in [
        ("conf.test", true),
        ("192.0.2.7", true),
        ("evil.test", false),
    ] {
        assert_eq!(
            meet(&tls, &trust, name).await.is_ok(),
            is_believed,
            "{name}"
        );
    }
    assert!(meet(&tls, &Trust::nobody(), "conf.test").await.is_err());
}

#[tokio::test(start_paused = true)]
async fn who_never_finishes_the_handshake_is_left_in_time() {
    let folder = TempDir::new().unwrap();
    let certificate = Certificate::open(self_signed(&folder, &[]), now()).unwrap();
    let (_silent, ours) = duplex(64);
    let began = tokio::time::Instant::now();
    let error = certificate.for_sip().accept(ours).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    assert_eq!(began.elapsed(), limits::TLS_HANDSHAKE);
}

async fn meet(
    tls: &conclave_cert::ServerTls,
    trust: &Trust,
    name: &str,
) -> std::io::Result<(
    conclave_cert::ClientStream<tokio::io::DuplexStream>,
    conclave_cert::ServerStream<tokio::io::DuplexStream>,
)> {
    let (theirs, ours) = duplex(16 * 1024);
    let client = ClientTls::new(trust);
    let (client, server) = tokio::join!(client.connect(name, theirs), tls.accept(ours));
    Ok((client?, server?))
}

fn self_signed(folder: &TempDir, names: &[&str]) -> CertSettings {
    CertSettings {
        folder: folder.path().join("tls"),
        source: Source::SelfSigned,
        names: names.iter().map(ToString::to_string).collect(),
        local_names: vec!["127.0.0.1".to_owned()],
    }
}

/// Two files that somebody else writes.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    folder: PathBuf,
}

impl Files {
    fn in_folder(folder: &TempDir) -> Self {
        let at = |name: &str| folder.path().join(name);
        Self {
            certificate: at("server.pem"),
            key: at("server.key"),
            folder: at("tls"),
        }
    }

    fn write(&self, (certificate, key): &(String, String)) {
        write(&self.certificate, certificate);
        write(&self.key, key);
    }

    fn settings(&self, names: &[&str]) -> CertSettings {
        let (certificate, key) = (self.certificate.clone(), self.key.clone());
        CertSettings {
            folder: self.folder.clone(),
            source: Source::Files { certificate, key },
            names: names.iter().map(ToString::to_string).collect(),
            local_names: Vec::new(),
        }
    }
}

/// As tools renew: another file in the same place, so that its time and length need not differ by
/// what a clock can tell.
fn write(file: &Path, text: &str) {
    let longer = format!("{text}{}", "\n".repeat(COUNT.fetch_add(1, RELAXED)));
    fs::write(file, longer).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

fn made(names: &[&str], from: UnixMillis, life_ms: u64) -> (String, String) {
    let at = |at: UnixMillis| -> SystemTime { UNIX_EPOCH + Duration::from_millis(at.0) };
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = at(from).into();
    params.not_after = at(UnixMillis(from.0 + life_ms)).into();
    let key = KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    UnixMillis(u64::try_from(since.as_millis()).unwrap())
}

const YEAR: u64 = 365 * 24 * 3_600 * 1_000;
const RELAXED: std::sync::atomic::Ordering = std::sync::atomic::Ordering::Relaxed;
static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
