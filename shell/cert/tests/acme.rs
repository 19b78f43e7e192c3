//! A certificate from an authority, which looks by TLS-ALPN-01 whether we are there.

#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "what fails here is a slip in the test"
)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use conclave_cert::{CertSettings, Certificate, Source};
use conclave_fetch::{Fetcher, Networks, Trust};
use conclave_model::{UnixMillis, limits};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, PublicKeyData};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer;

#[tokio::test]
async fn an_authority_that_sees_us_signs_and_is_asked_again_in_the_last_third() {
    let house = House::open(Mood::Fair).await;
    let certificate = &house.certificate;
    assert!(certificate.is_self_signed(), "until there is another");
    certificate.renew(&house.fetcher, house.now).await;
    assert_eq!(certificate.problem(house.now), None);
    let facts = certificate.facts();
    assert_eq!(facts.names, ["conf.test"]);
    assert!(
        !facts.is_self_signed && facts.issuer.contains("Authority"),
        "{facts:?}"
    );
    assert_eq!(house.authority.signed(), 1);

    certificate.renew(&house.fetcher, house.now).await;
    let early = UnixMillis(facts.until.0 - 31 * DAY_MS);
    certificate.renew(&house.fetcher, early).await;
    assert_eq!(house.authority.signed(), 1, "it is good for long enough");
    let late = UnixMillis(facts.until.0 - 29 * DAY_MS);
    certificate.renew(&house.fetcher, late).await;
    assert_eq!(house.authority.signed(), 2);

    let again = Certificate::open(house.settings.clone(), house.now).unwrap();
    assert_eq!(again.facts().names, ["conf.test"]);
    assert!(!again.is_self_signed(), "it is kept");
    let folder = &house.settings.folder;
    for file in ["acme.key", "acme.pem", "acme-account.key"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[tokio::test]
async fn who_is_not_seen_or_is_refused_keeps_what_was_there_and_asks_no_sooner_than_allowed() {
    for (mood, words) in [
        (
            Mood::Blind,
            "could not see that conf.test is here: no route",
        ),
        (
            Mood::Strict,
            "it refused (403 urn:ietf:params:acme:error:rejectedIdentifier): not you",
        ),
        (Mood::Mute, "no connection"),
    ] {
        let house = House::open(mood).await;
        let before = house.certificate.facts();
        house.certificate.renew(&house.fetcher, house.now).await;
        let problem = house.certificate.problem(house.now).unwrap();
        assert!(problem.contains(words), "{problem}");
        assert_eq!(house.certificate.facts(), before);
        let asked = house.authority.asked();
        let after =
            |wait: Duration| UnixMillis(house.now.0 + u64::try_from(wait.as_millis()).unwrap());
        let soon = after(limits::ACME_AGAIN_AFTER - Duration::from_secs(1));
        house.certificate.renew(&house.fetcher, soon).await;
        assert_eq!(house.authority.asked(), asked, "{words}");
        if mood != Mood::Mute {
            house
                .certificate
                .renew(&house.fetcher, after(limits::ACME_AGAIN_AFTER))
                .await;
            assert!(house.authority.asked() > asked, "{words}");
        }
    }
}

/// A server that wants a certificate for `conf.test`, and an authority.
struct House {
    certificate: Certificate,
    settings: CertSettings,
    fetcher: Fetcher,
    authority: Arc<Authority>,
    now: UnixMillis,
    _folder: TempDir,
}

impl House {
    async fn open(mood: Mood) -> House {
        let folder = TempDir::new().unwrap();
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ours = door.local_addr().unwrap();
        let authority = Authority::open(mood, ours).await;
        let settings = CertSettings {
            folder: folder.path().join("tls"),
            source: Source::Acme {
                directory: authority.url("directory").parse().unwrap(),
                contact: Some("admin@conf.test".to_owned()),
            },
            names: vec!["conf.test".to_owned()],
            local_names: vec!["localhost".to_owned()],
        };
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now = UnixMillis(u64::try_from(since.as_millis()).unwrap());
        let certificate = Certificate::open(settings.clone(), now).unwrap();
        let tls = certificate.for_web();
        tokio::spawn(async move {
            while let Ok((stream, _)) = door.accept().await {
                let tls = tls.clone();
                tokio::spawn(async move { tls.accept(stream).await.is_ok() });
            }
        });
        let patience = Duration::from_secs(10);
        House {
            certificate,
            settings,
            fetcher: Fetcher::new(Networks::Private, Trust::nobody(), patience),
            authority,
            now,
            _folder: folder,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Fair,
    /// Signs for nobody whom it does not know.
    Strict,
    /// Cannot reach whom it looks for.
    Blind,
    /// Is not there.
    Mute,
}

/// As much of RFC 8555 as a client can tell.
struct Authority {
    mood: Mood,
    at: SocketAddr,
    /// Where it connects to in place of port 443 of the name.
    applicant: SocketAddr,
    issuer: CertifiedIssuer<'static, KeyPair>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    asked: usize,
    signed: usize,
    nonce: u32,
    spoilt: bool,
    thumbprint: String,
    seen: Option<Result<(), String>>,
    chain: Option<String>,
}

impl Authority {
    async fn open(mood: Mood, applicant: SocketAddr) -> Arc<Authority> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, "Authority");
        let key = KeyPair::generate().unwrap();
        let authority = Arc::new(Authority {
            mood,
            at: listener.local_addr().unwrap(),
            applicant,
            issuer: CertifiedIssuer::self_signed(params, key).unwrap(),
            state: Mutex::default(),
        });
        if mood == Mood::Mute {
            return authority;
        }
        let serving = Arc::clone(&authority);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = Arc::clone(&serving);
                tokio::spawn(async move { serving.serve(stream).await });
            }
        });
        authority
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.at)
    }

    fn signed(&self) -> usize {
        self.state.lock().unwrap().signed
    }

    fn asked(&self) -> usize {
        self.state.lock().unwrap().asked
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let (head, body) = loop {
            let mut buffer = [0; 4_096];
            let length = stream.read(&mut buffer).await.unwrap();
            bytes.extend(&buffer[..length]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let wanted = head.to_lowercase();
            let wanted = wanted
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let wanted = wanted.map_or(0, |length| length.trim().parse().unwrap());
            if body.len() >= wanted {
                break (head.to_owned(), body.to_owned());
            }
        };
        let path = head
            .split(' ')
            .nth(1)
            .unwrap()
            .trim_start_matches('/')
            .to_owned();
        let (status, headers, answer) = self.answer(&path, &body).await;
        let nonce = {
            let mut state = self.state.lock().unwrap();
            state.asked += 1;
            state.nonce += 1;
            state.nonce
        };
        let length = if head.starts_with("HEAD") {
            0
        } else {
            answer.len()
        };
        let head = format!(
            "HTTP/1.1 {status} X\r\nReplay-Nonce: n{nonce}\r\n{headers}Content-Length: {length}\r\n\
             Connection: close\r\n\r\n"
        );
        let whole = [head.as_bytes(), &answer.as_bytes()[..length]].concat();
        stream.write_all(&whole).await.unwrap();
    }

    async fn answer(&self, path: &str, body: &str) -> (u16, String, String) {
        let at = |place: &str| format!("Location: {}\r\n", self.url(place));
        let none = String::new;
        if path == "directory" {
            let doors = ["newNonce", "newAccount", "newOrder"].map(|one| (one, self.url(one)));
            return (
                200,
                none(),
                json!(std::collections::BTreeMap::from(doors)).to_string(),
            );
        }
        if path == "newNonce" {
            return (200, none(), none());
        }
        let (protected, payload) = self.opened(path, body);
        // It forgets a nonce now and then.
        if !std::mem::replace(&mut self.state.lock().unwrap().spoilt, true) {
            let problem = json!({"type": "urn:ietf:params:acme:error:badNonce"});
            return (400, none(), problem.to_string());
        }
        match path {
            "newAccount" => {
                assert_eq!(payload["contact"], json!(["mailto:admin@conf.test"]));
                assert_eq!(payload["termsOfServiceAgreed"], true);
                let (x, y) = (&protected["jwk"]["x"], &protected["jwk"]["y"]);
                let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":{x},"y":{y}}}"#);
                let print = URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
                self.state.lock().unwrap().thumbprint = print;
                (201, at("account"), "{}".to_owned())
            }
            "newOrder" if self.mood == Mood::Strict => {
                let kind = "urn:ietf:params:acme:error:rejectedIdentifier";
                (
                    403,
                    none(),
                    json!({"type": kind, "detail": "not you"}).to_string(),
                )
            }
            "newOrder" => {
                let wanted = json!([{"type": "dns", "value": "conf.test"}]);
                assert_eq!(payload["identifiers"], wanted);
                self.state.lock().unwrap().seen = None;
                (201, at("order"), self.order("pending"))
            }
            "authorization" => (200, none(), self.authorization()),
            "challenge" => {
                let seen = self.look().await;
                self.state.lock().unwrap().seen = Some(seen);
                (200, none(), "{}".to_owned())
            }
            "finalize" => {
                let csr = URL_SAFE_NO_PAD
                    .decode(payload["csr"].as_str().unwrap())
                    .expect("it works in a test");
                self.sign(&csr);
                (200, none(), self.order("processing"))
            }
            "order" => (200, none(), self.order("valid")),
            "certificate" => {
                let chain = self.state.lock().unwrap().chain.clone();
                (200, none(), chain.unwrap())
            }
            other => panic!("{other}"),
        }
    }

    /// Head and payload of what was signed; whose URL it is and whose account.
    fn opened(&self, path: &str, body: &str) -> (Value, Value) {
        let body: Value = serde_json::from_str(body).unwrap();
        let part = |name: &str| {
            let bytes = URL_SAFE_NO_PAD
                .decode(body[name].as_str().unwrap())
                .expect("it works in a test");
            serde_json::from_slice::<Value>(&bytes).unwrap_or_default()
        };
        let protected = part("protected");
        assert_eq!(protected["url"], self.url(path));
        assert_eq!(protected["kid"].is_null(), path == "newAccount");
        (protected, part("payload"))
    }

    fn order(&self, status: &str) -> String {
        json!({"status": status, "authorizations": [self.url("authorization")],
            "finalize": self.url("finalize"), "certificate": self.url("certificate")})
        .to_string()
    }

    fn authorization(&self) -> String {
        let (status, error) = match &self.state.lock().unwrap().seen {
            None => ("pending", Value::Null),
            Some(Ok(())) => ("valid", Value::Null),
            Some(Err(why)) => ("invalid", json!({ "detail": why })),
        };
        json!({"status": status, "identifier": {"type": "dns", "value": "conf.test"},
        "challenges": [
            {"type": "http-01", "url": self.url("other"), "token": "x"},
            {"type": "tls-alpn-01", "url": self.url("challenge"), "token": "tok", "error": error},
        ]})
        .to_string()
    }

    /// RFC 8737 §3: that name, that protocol, one certificate with the proof in it.
    async fn look(&self) -> Result<(), String> {
        if self.mood == Mood::Blind {
            return Err("no route".to_owned());
        }
        let shown = Arc::new(Anybody::default());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&shown) as _)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"acme-tls/1".to_vec()];
        let stream = TcpStream::connect(self.applicant)
            .await
            .map_err(|why| why.to_string())?;
        let connector = TlsConnector::from(Arc::new(config));
        let name = ServerName::try_from("conf.test").unwrap();
        let stream = connector
            .connect(name, stream)
            .await
            .map_err(|why| why.to_string())?;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"acme-tls/1"[..]));
        let thumbprint = self.state.lock().unwrap().thumbprint.clone();
        let digest = Sha256::digest(format!("tok.{thumbprint}"));
        // id-pe-acmeIdentifier (1.3.6.1.5.5.7.1.31), critical, an OCTET STRING in one.
        let oid = [
            0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 1, 0x1f, 0x01, 0x01, 0xff, 4, 34, 4, 32,
        ];
        let proof = [&oid[..], &digest[..]].concat();
        let der = shown.0.lock().unwrap().clone();
        let is_there = der.windows(proof.len()).any(|part| part == proof);
        is_there
            .then_some(())
            .ok_or_else(|| "another proof".to_owned())
    }

    fn sign(&self, csr: &[u8]) {
        let (_, asked) = X509CertificationRequest::from_der(csr).unwrap();
        let info = &asked.certification_request_info;
        let key = Applicant(info.subject_pki.subject_public_key.data.to_vec());
        let mut params = CertificateParams::new(vec!["conf.test".to_owned()]).unwrap();
        let now = SystemTime::now();
        params.not_before = now.into();
        params.not_after = (now + Duration::from_secs(90 * 24 * 3_600)).into();
        let signed = params.signed_by(&key, &self.issuer).unwrap();
        let mut state = self.state.lock().unwrap();
        state.signed += 1;
        state.chain = Some(signed.pem() + &self.issuer.pem());
    }
}

/// The public key of a request.
struct Applicant(Vec<u8>);

impl PublicKeyData for Applicant {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

/// Believes whatever it is shown, and keeps it.
#[derive(Debug, Default)]
struct Anybody(Mutex<Vec<u8>>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.0.lock().unwrap() = shown.to_vec();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256]
    }
}

const DAY_MS: u64 = 24 * 3_600 * 1_000;
