//! The table `tls` of `conclave.toml`, and the certificate that it asks for; shakes no hand.

use std::path::{Path, PathBuf};
use std::time::Duration;

use conclave_api::{CertificateSource, CertificateView, rfc3339};
use conclave_cert::{CertSettings, Certificate, ClientTls, Source};
use conclave_cli::SipListen;
use conclave_fetch::{Fetcher, Networks, Trust};
use conclave_model::{FieldError, UnixMillis, limits};
use conclave_net::{Origins, Secrecy};
use serde::Deserialize;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

use crate::serve::now;
use crate::settings::Settings;

/// What is asked of TLS, complete and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    pub certificate: CertSettings,
    /// Pages of other servers that may open a WebSocket.
    pub ws_origins: Vec<String>,
}

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TlsFile {
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    names: Option<Vec<String>>,
    acme: Option<AcmeFile>,
    ws_origins: Vec<String>,
}

/// The table `tls.acme`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AcmeFile {
    #[serde(default = "lets_encrypt")]
    directory: String,
    contact: Option<String>,
}

impl TlsFile {
    /// # Errors
    /// A sentence that names the field, the value and what would be accepted.
    pub fn read(
        self,
        data: &Path,
        public_name: Option<&str>,
        sip: &[SipListen],
    ) -> Result<TlsSettings, String> {
        let source = match (self.certificate, self.key, self.acme) {
            (Some(certificate), Some(key), None) => Source::Files {
                certificate: absolute("tls.certificate", certificate)?,
                key: absolute("tls.key", key)?,
            },
            (None, None, None) => Source::SelfSigned,
            (None, None, Some(acme)) => acme.read()?,
            (Some(_), Some(_), Some(_)) => {
                let what = "expected either tls.acme or tls.certificate and tls.key, not both";
                return Err(format!("tls.acme is not accepted; {what}"));
            }
            (Some(_), None, _) => {
                return Err("tls.key is missing; expected the key of tls.certificate".to_owned());
            }
            (None, Some(_), _) => {
                return Err("tls.certificate is missing; expected that of tls.key".to_owned());
            }
        };
        let names = self.names.unwrap_or_else(|| {
            let host = public_name.map(without_port);
            host.into_iter().map(str::to_owned).collect()
        });
        for name in &names {
            check_name(name)?;
        }
        if names.is_empty() && matches!(source, Source::Acme { .. }) {
            return Err(
                "tls.names is empty; expected the names that tls.acme is to ask for, such as \
                        [\"conference.example.com\"], or a public_name"
                    .to_owned(),
            );
        }
        for origin in &self.ws_origins {
            check_origin(origin)?;
        }
        let most = limits::WEB_SOCKET_ORIGINS;
        if self.ws_origins.len() > most {
            let count = self.ws_origins.len();
            return Err(format!(
                "tls.ws_origins: {count} are too many; expected at most {most}"
            ));
        }
        Ok(TlsSettings {
            certificate: CertSettings {
                folder: data.join("tls"),
                source,
                names,
                local_names: local_names(sip),
            },
            ws_origins: self.ws_origins,
        })
    }
}

impl AcmeFile {
    fn read(self) -> Result<Source, String> {
        let directory = self.directory;
        let read = directory.parse().map_err(|why: FieldError| {
            let accepted = why.accepted;
            format!("tls.acme.directory: {directory:?} is not accepted; expected {accepted}")
        })?;
        let is_address = |text: &&String| {
            text.contains('@') && text.chars().all(|c| c.is_ascii_graphic() && c != ',')
        };
        if let Some(contact) = self.contact.as_ref().filter(|contact| !is_address(contact)) {
            return Err(format!(
                "tls.acme.contact: {contact:?} is not accepted; expected an address for mail, such \
                 as admin@example.com"
            ));
        }
        Ok(Source::Acme {
            directory: read,
            contact: self.contact,
        })
    }
}

fn lets_encrypt() -> String {
    "https://acme-v02.api.letsencrypt.org/directory".to_owned()
}

/// # Errors
/// A sentence that names the file.
pub fn open(settings: &Settings, now: UnixMillis) -> Result<Certificate, String> {
    let certificate = settings.tls.certificate.clone();
    Certificate::open(certificate, now).map_err(|why| format!("tls: {why}"))
}

/// # Errors
/// A sentence that names the file of authorities.
pub fn secrecy(settings: &Settings, certificate: &Certificate) -> Result<Secrecy, String> {
    let trust = Trust::system_and(settings.ca_file.as_deref());
    let trust = trust.map_err(|why| format!("ca_file: {why}"))?;
    Ok(Secrecy {
        server: certificate.for_sip(),
        client: ClientTls::new(&trust),
        origins: Origins {
            names: settings.tls.certificate.names.clone(),
            others: settings.tls.ws_origins.clone(),
        },
    })
}

/// Reads new files when they are there or SIGHUP comes, renews what is made here, and asks the
/// authority when it is time. It is whom the operator named, so it may be anywhere.
///
/// # Errors
/// A sentence that names the file of authorities.
pub fn look_after(settings: &Settings, certificate: Certificate) -> Result<JoinHandle<()>, String> {
    let trust = Trust::system_and(settings.ca_file.as_deref());
    let trust = trust.map_err(|why| format!("ca_file: {why}"))?;
    let fetcher = Fetcher::new(Networks::Private, trust, limits::ACME_ANSWER);
    Ok(tokio::spawn(async move {
        tokio::join!(watch(&certificate), renew(&certificate, &fetcher));
    }))
}

async fn renew(certificate: &Certificate, fetcher: &Fetcher) {
    loop {
        certificate.renew(fetcher, now()).await;
        tokio::time::sleep(LOOKED_EVERY).await;
    }
}

async fn watch(certificate: &Certificate) {
    let mut asked = signal(SignalKind::hangup()).ok();
    loop {
        let is_asked = async {
            match &mut asked {
                Some(asked) => asked.recv().await,
                None => std::future::pending().await,
            }
        };
        let (one, is_asked) = tokio::select! {
            _ = is_asked => (certificate.clone(), true),
            () = tokio::time::sleep(LOOKED_EVERY) => (certificate.clone(), false),
        };
        // Reads files, which may be on a slow disk.
        let looked = tokio::task::spawn_blocking(move || {
            if is_asked {
                // Its reason is in the log.
                let _ = one.reload(now());
            } else {
                one.look_after(now());
            }
        });
        let _ = looked.await;
    }
}

/// As the API tells of it.
pub fn view(certificate: &Certificate) -> CertificateView {
    let facts = certificate.facts();
    CertificateView {
        source: match certificate.source() {
            Source::Files { .. } => CertificateSource::Files,
            Source::Acme { .. } => CertificateSource::Acme,
            Source::SelfSigned => CertificateSource::SelfSigned,
        },
        names: facts.names,
        issuer: facts.issuer,
        from: rfc3339(facts.from),
        until: rfc3339(facts.until),
        fingerprint: facts.fingerprint,
        problem: certificate.problem(now()),
    }
}

fn absolute(field: &str, path: PathBuf) -> Result<PathBuf, String> {
    if path.is_absolute() {
        return Ok(path);
    }
    let shown = path.display();
    Err(format!(
        "{field}: {shown} is not accepted; expected a path from the root"
    ))
}

fn check_name(name: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-.:*".contains(c);
    if (1..=253).contains(&name.len()) && name.chars().all(allowed) {
        return Ok(());
    }
    Err(format!(
        "tls.names: {name:?} is not accepted; expected a DNS name or an IP address without a port, \
         such as conference.example.com"
    ))
}

fn check_origin(origin: &str) -> Result<(), String> {
    let is_page = origin.split_once("://").is_some_and(|(scheme, host)| {
        ["http", "https"].contains(&scheme) && !host.is_empty() && !host.contains('/')
    });
    if is_page || origin == "*" {
        return Ok(());
    }
    Err(format!(
        "tls.ws_origins: {origin:?} is not accepted; expected an origin as browsers say it, such as \
         https://phone.example.com, or *"
    ))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.parse::<u16>().is_ok() => name,
        Some(_) | None => host.trim_matches(['[', ']']),
    }
}

/// How this machine is called within its network.
fn local_names(sip: &[SipListen]) -> Vec<String> {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim().to_owned();
    let known = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let addresses = sip.iter().map(|listen| listen.address.ip());
    let addresses = addresses.filter(|address| !address.is_unspecified());
    let host = Some(host).filter(|host| check_name(host).is_ok());
    let all = host
        .into_iter()
        .chain(known)
        .chain(addresses.map(|one| one.to_string()));
    let mut names: Vec<String> = Vec::new();
    for name in all {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

const LOOKED_EVERY: Duration = limits::TLS_LOOK;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TlsSettings, String> {
        let file: TlsFile = toml::from_str(text).map_err(|why| why.to_string())?;
        file.read(Path::new("/data"), Some("conf.example.com:5060"), &[])
    }

    #[test]
    fn the_certificate_is_ours_unless_both_files_are_named() {
        let ours = read("").unwrap().certificate;
        assert_eq!(
            (ours.source, ours.folder),
            (Source::SelfSigned, "/data/tls".into())
        );
        assert_eq!(ours.names, ["conf.example.com"]);
        let files = "certificate = \"/a.pem\"\nkey = \"/a.key\"\nnames = [\"192.0.2.1\"]";
        let theirs = read(files).unwrap().certificate;
        let (certificate, key) = ("/a.pem".into(), "/a.key".into());
        assert_eq!(theirs.source, Source::Files { certificate, key });
        assert_eq!(theirs.names, ["192.0.2.1"]);
    }

    #[test]
    fn what_is_not_accepted_is_named_with_what_would_be() {
        for (text, words) in [
            (
                "[acme]\ndirectory = \"nowhere\"",
                "tls.acme.directory: \"nowhere\"",
            ),
            ("[acme]\ncontact = \"me\"", "admin@example.com"),
            ("names = []\n[acme]", "tls.names is empty"),
            (
                "certificate = \"/a.pem\"\nkey = \"/a.key\"\n[acme]",
                "either tls.acme or tls.certificate",
            ),
            ("key = \"/a.key\"", "tls.certificate is missing"),
            ("certificate = \"/a.pem\"", "tls.key is missing"),
            (
                "certificate = \"a.pem\"\nkey = \"/a.key\"",
                "a path from the root",
            ),
            ("names = [\"a b\"]", "tls.names: \"a b\""),
            (
                "ws_origins = [\"phone.test\"]",
                "tls.ws_origins: \"phone.test\"",
            ),
            (
                "ws_origins = [\"https://phone.test/x\"]",
                "https://phone.example.com",
            ),
            ("cert = \"/a.pem\"", "unknown field `cert`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_public_name_is_taken_without_its_port() {
        for (host, name) in [
            ("conf.test", "conf.test"),
            ("conf.test:5070", "conf.test"),
            ("192.0.2.1:5060", "192.0.2.1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            assert_eq!(without_port(host), name, "{host}");
        }
    }
}
