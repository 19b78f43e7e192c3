//! https over real sockets: whose certificate is believed, and whose is not.

#![allow(clippy::unwrap_used)] // A test may fail.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use conclave_fetch::{Answer, Asked, FetchError, Fetcher, Networks, Trust, TrustError};
use hyper::body::Bytes;
use hyper::{HeaderMap, Method};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Somebody's own authority, as companies have one.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
    dir: TempDir,
}

/// A certificate and its key.
struct Papers {
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);
        let dir = tempfile::tempdir().unwrap();
        Self {
            issuer,
            certificate,
            dir,
        }
    }

    /// Its certificate as an operator has it.
    fn file(&self) -> PathBuf {
        let path = self.dir.path().join("ca.pem");
        std::fs::write(&path, self.certificate.pem()).unwrap();
        path
    }

    fn papers_for(&self, params: &CertificateParams) -> Papers {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        papers(&certificate, &key)
    }
}

fn papers(certificate: &Certificate, key: &KeyPair) -> Papers {
    Papers {
        certificate: certificate.der().clone(),
        key: PrivatePkcs8KeyDer::from(key.serialize_der()),
    }
}

fn named(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

/// Asks a server that shows these papers; says what it heard after the handshake, if anything.
async fn asked(papers: Papers, trust: Trust) -> (Result<Answer, FetchError>, Option<String>) {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![papers.certificate], papers.key.into())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.ok()?;
        let mut heard = vec![0; 4_096];
        let length = stream.read(&mut heard).await.ok()?;
        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
        stream.write_all(answer).await.ok()?;
        stream.shutdown().await.ok()?;
        Some(String::from_utf8_lossy(&heard[..length]).into_owned())
    });
    let url = format!("https://localhost:{port}/in").parse().unwrap();
    let asked = Asked {
        method: Method::POST,
        url: &url,
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"secret"),
    };
    let fetcher = Fetcher::new(Networks::Private, trust, Duration::from_secs(20));
    (fetcher.ask(asked).await, server.await.unwrap())
}

#[tokio::test]
async fn whom_nobody_vouches_for_is_told_nothing() {
    let key = KeyPair::generate().unwrap();
    let own = named("localhost").self_signed(&key).unwrap();
    let trust = Trust::system_and(None).unwrap();
    let (answer, heard) = asked(papers(&own, &key), trust).await;
    let why = answer.unwrap_err().to_string();
    assert!(
        why.contains("the certificate of localhost is not believed"),
        "{why}"
    );
    assert!(why.contains("ca_file"), "{why}");
    assert_eq!(heard.unwrap_or_default(), "");
}

#[tokio::test]
async fn an_authority_of_the_operators_own_is_believed() {
    let authority = Authority::new();
    let trust = Trust::system_and(Some(&authority.file())).unwrap();
    let papers = authority.papers_for(&named("localhost"));
    let (answer, heard) = asked(papers, trust).await;
    assert_eq!(answer.unwrap().status, 204);
    let heard = heard.unwrap();
    assert!(
        heard.starts_with("POST /in HTTP/1.1\r\nhost: localhost:") && heard.ends_with("secret"),
        "{heard}"
    );
}

#[tokio::test]
async fn a_certificate_of_somebody_else_and_one_of_yesterday_are_refused() {
    let authority = Authority::new();
    let mut old = named("localhost");
    old.not_before = date_time_ymd(2020, 1, 1);
    old.not_after = date_time_ymd(2021, 1, 1);
    for params in [named("other.example"), old] {
        let trust = Trust::only(&authority.file()).unwrap();
        let (answer, heard) = asked(authority.papers_for(&params), trust).await;
        assert!(
            matches!(answer, Err(FetchError::Untrusted(_, _))),
            "{answer:?}"
        );
        assert_eq!(heard.unwrap_or_default(), "");
    }
}

#[tokio::test]
async fn http_where_https_was_expected_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "https://localhost:{}/",
        listener.local_addr().unwrap().port()
    );
    let url = url.parse().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let asked = Asked {
        method: Method::GET,
        url: &url,
        headers: HeaderMap::new(),
        body: Bytes::new(),
    };
    let fetcher = Fetcher::new(Networks::Private, Trust::nobody(), Duration::from_secs(20));
    let answer = fetcher.ask(asked).await;
    assert!(matches!(answer, Err(FetchError::NoTls(_, _))), "{answer:?}");
}

#[test]
fn a_file_of_no_use_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ca.pem");
    assert!(matches!(Trust::only(&file), Err(TrustError::Unreadable(_))));
    std::fs::write(&file, "nothing of the kind").unwrap();
    assert!(matches!(Trust::only(&file), Err(TrustError::Empty)));
    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    std::fs::write(&file, damaged).unwrap();
    assert!(matches!(Trust::only(&file), Err(TrustError::Damaged(_))));
}
