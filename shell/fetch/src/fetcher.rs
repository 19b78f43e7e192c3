//! One request on one connection, within limits of time and size; knows no meaning of an answer.

use std::io;
use std::time::Duration;

use conclave_model::{HttpUrl, limits};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::handshake;
use hyper::{HeaderMap, Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::Networks;

/// Asks other servers.
#[derive(Clone)]
pub struct Fetcher {
    networks: Networks,
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
    #[error("no answer within {} s", .0.as_secs())]
    TooSlow(Duration),
    #[error("https is not spoken yet; use http within a network that you trust")]
    NoTls,
    #[error("the connection broke: {0}")]
    Broken(hyper::Error),
    #[error("the request cannot be written: {0}")]
    Unwritable(hyper::http::Error),
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Fetcher {
    /// Asks only within these networks, and waits for an answer no longer than this.
    #[must_use]
    pub fn new(networks: Networks, patience: Duration) -> Self {
        Self { networks, patience }
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
        let stream = TokioIo::new(self.connect(asked.url).await?);
        let (mut sender, connection) = handshake(stream).await.map_err(FetchError::Broken)?;
        // Ends with this request, however it ends.
        let mut driving = JoinSet::new();
        driving.spawn(connection);
        let request = written(asked)?;
        let response = sender.send_request(request).await;
        Ok(read(response.map_err(FetchError::Broken)?).await)
    }

    /// The address that was looked at is the one that is connected to: a name that answers anew
    /// with another address changes nothing.
    async fn connect(&self, url: &HttpUrl) -> Result<Box<dyn Stream>, FetchError> {
        if url.is_secure() {
            return Err(FetchError::NoTls);
        }
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
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(Box::new(stream)),
                Err(error) => failure = FetchError::Unreachable(error),
            }
        }
        Err(failure)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Answers one request with these bytes, and says what was asked.
    async fn answered(answer: &'static [u8]) -> (Result<Answer, FetchError>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let mut heard = vec![0; 4_096];
            let length = stream.read(&mut heard).await.expect("a request");
            stream.write_all(answer).await.expect("written");
            String::from_utf8_lossy(&heard[..length]).into_owned()
        });
        let url: HttpUrl = format!("http://{address}/in?k=v").parse().expect("a url");
        let fetcher = Fetcher::new(Networks::Private, Duration::from_secs(20));
        let asked = Asked {
            method: Method::POST,
            url: &url,
            headers: HeaderMap::new(),
            body: Bytes::from_static(b"{}"),
        };
        let answer = fetcher.ask(asked).await;
        (answer, server.await.expect("a server"))
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_nothing_else() {
        let answer =
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
        let (answer, heard) = answered(answer).await;
        assert_eq!(answer.expect("an answer").status, 302);
        assert!(heard.starts_with("POST /in?k=v HTTP/1.1\r\n"), "{heard}");
        assert!(
            heard.contains("host: 127.0.0.1:") && heard.ends_with("\r\n\r\n{}"),
            "{heard}"
        );
    }

    #[tokio::test]
    async fn what_is_no_answer_says_why() {
        let (answer, _) = answered(b"SSH-2.0-OpenSSH\r\n").await;
        assert!(matches!(answer, Err(FetchError::Broken(_))), "{answer:?}");
    }

    #[tokio::test]
    async fn a_forbidden_address_is_not_connected_to() {
        let url: HttpUrl = "http://169.254.169.254/latest".parse().expect("a url");
        let asked = Asked {
            method: Method::GET,
            url: &url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let fetcher = Fetcher::new(Networks::Private, Duration::from_secs(20));
        let answer = fetcher.ask(asked).await;
        assert!(
            matches!(answer, Err(FetchError::Forbidden(_))),
            "{answer:?}"
        );
    }

    #[tokio::test]
    async fn a_server_that_says_nothing_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let url: HttpUrl = format!("http://{address}/").parse().expect("a url");
        let asked = Asked {
            method: Method::GET,
            url: &url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let fetcher = Fetcher::new(Networks::Private, Duration::from_millis(50));
        let answer = fetcher.ask(asked).await;
        assert!(matches!(answer, Err(FetchError::TooSlow(_))), "{answer:?}");
    }
}
