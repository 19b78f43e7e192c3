//! One request on one connection, within limits of time and size; knows no meaning of an answer.

use std::io;
use std::time::Duration;

use conclave_model::{HttpUrl, limits};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::handshake;
use hyper::{HeaderMap, Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::{Networks, Trust};

/// Asks other servers.
#[derive(Clone)]
pub struct Fetcher {
    networks: Networks,
    trust: Trust,
    patience: Duration,
}

/// What is asked.
pub struct Asked<'a> {
    pub method: Method,
    pub url: &'a HttpUrl,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// At most [`limits::FETCHED_BYTES`]; what was longer is empty.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("the name {0} cannot be resolved")]
    UnknownName(String),
    #[error("the address of {0} may not be asked; see `webhook_networks` in conclave.toml")]
    Forbidden(String),
    #[error("no connection: {0}")]
    Unreachable(io::Error),
    #[error("no connection within {} s", .0.as_secs())]
    Unanswered(Duration),
    #[error("no answer within {} s", .0.as_secs())]
    TooSlow(Duration),
    #[error("the certificate of {0} is not believed: {1}; see `ca_file` in conclave.toml")]
    Untrusted(String, rustls::CertificateError),
    #[error("no https with {0}: {1}")]
    NoTls(String, io::Error),
    #[error("the connection broke: {0}")]
    Broken(hyper::Error),
    #[error("the request cannot be written: {0}")]
    Unwritable(hyper::http::Error),
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Fetcher {
    /// Asks only within these networks and, over https, only whom these authorities vouch for;
    /// waits for an answer no longer than this.
    #[must_use]
    pub const fn new(networks: Networks, trust: Trust, patience: Duration) -> Self {
        Self {
            networks,
            trust,
            patience,
        }
    }

    /// Asks once; a redirect is an answer like any other.
    ///
    /// # Errors
    /// When no answer came, and why.
    pub async fn ask(&self, asked: Asked<'_>) -> Result<Answer, FetchError> {
        let answered = timeout(self.patience, self.converse(asked)).await;
        answered.unwrap_or(Err(FetchError::TooSlow(self.patience)))
    }

    async fn converse(&self, asked: Asked<'_>) -> Result<Answer, FetchError> {
        let stream = TokioIo::new(self.open(asked.url).await?);
        let (mut sender, connection) = handshake(stream).await.map_err(FetchError::Broken)?;
        // Ends with this request, however it ends.
        let mut driving = JoinSet::new();
        driving.spawn(connection);
        let request = written(asked)?;
        let response = sender.send_request(request).await;
        Ok(read(response.map_err(FetchError::Broken)?).await)
    }

    async fn open(&self, url: &HttpUrl) -> Result<Box<dyn Stream>, FetchError> {
        let stream = self.connect(url).await?;
        if !url.is_secure() {
            return Ok(Box::new(stream));
        }
        let host = || url.host().to_owned();
        let name = ServerName::try_from(host()).map_err(|_| FetchError::UnknownName(host()))?;
        let connector = TlsConnector::from(self.trust.config());
        match connector.connect(name, stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(match certificate_error(&error) {
                Some(why) => FetchError::Untrusted(host(), why),
                None => FetchError::NoTls(host(), error),
            }),
        }
    }

    /// The address that was looked at is the one that is connected to: a name that answers anew
    /// with another address changes nothing.
    async fn connect(&self, url: &HttpUrl) -> Result<TcpStream, FetchError> {
        let unknown = || FetchError::UnknownName(url.host().to_owned());
        let found = lookup_host((url.host(), url.port())).await;
        let found: Vec<_> = found.map_err(|_| unknown())?.collect();
        if found.is_empty() {
            return Err(unknown());
        }
        let allowed = found
            .into_iter()
            .filter(|address| self.networks.allow(address.ip()))
            .take(limits::FETCH_ADDRESSES);
        let mut failure = FetchError::Forbidden(url.host().to_owned());
        for address in allowed {
            match timeout(limits::FETCH_CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => failure = FetchError::Unreachable(error),
                Err(_) => failure = FetchError::Unanswered(limits::FETCH_CONNECT),
            }
        }
        Err(failure)
    }
}

fn certificate_error(error: &io::Error) -> Option<rustls::CertificateError> {
    if let rustls::Error::InvalidCertificate(why) = error.get_ref()?.downcast_ref()? {
        return Some(why.clone());
    }
    None
}

fn written(asked: Asked<'_>) -> Result<Request<Full<Bytes>>, FetchError> {
    let mut request = Request::builder()
        .method(asked.method)
        .uri(asked.url.target())
        .header(header::HOST, asked.url.authority())
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::CONNECTION, "close")
        .body(Full::new(asked.body))
        .map_err(FetchError::Unwritable)?;
    request.headers_mut().extend(asked.headers);
    Ok(request)
}

async fn read(response: Response<Incoming>) -> Answer {
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, limits::FETCHED_BYTES).collect().await;
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: body.map(|body| body.to_bytes()).unwrap_or_default(),
    }
}

const USER_AGENT: &str = concat!("conclave/", env!("CARGO_PKG_VERSION"));
