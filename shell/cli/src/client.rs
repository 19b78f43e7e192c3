//! One HTTP request after the other, over the socket or TCP; knows no command.

use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use conclave_api::{Page, Problem};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::handshake;
use hyper::header::HeaderValue;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use crate::Failure;
use crate::target::Target;

/// Asks one server.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    target: Target,
}

pub(crate) type Body = BoxBody<Bytes, std::io::Error>;
trait Stream: AsyncRead + AsyncWrite + Send {}
impl<S: AsyncRead + AsyncWrite + Send> Stream for S {}

impl Client {
    pub fn new(target: Target) -> Self {
        Self { target }
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        read_json(&self.ask(Method::GET, path, None).await?)
    }

    /// What is not below `/api/v1`.
    pub async fn text_at(&self, path: &str) -> Result<String, Failure> {
        let request = self.request_at(Method::GET, path, None, empty())?;
        let bytes = whole(self.converse(request).await?).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// An answer that is not JSON.
    pub async fn text(&self, path: &str) -> Result<String, Failure> {
        let bytes = self.ask(Method::GET, path, None).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Sends JSON and reads JSON.
    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<T, Failure> {
        read_json(&self.ask(method, path, Some(body)).await?)
    }

    /// Changes what is still at this version.
    pub async fn change<T: DeserializeOwned>(
        &self,
        path: &str,
        version: u64,
        body: &Value,
    ) -> Result<T, Failure> {
        let kind = Some("application/json");
        let mut request = self.request(Method::PATCH, path, kind, full(body.to_string()))?;
        let tag = HeaderValue::from_str(&format!("\"{version}\""));
        let tag = tag.map_err(|error| Failure::Usage(error.to_string()))?;
        request.headers_mut().insert("if-match", tag);
        read_json(&whole(self.converse(request).await?).await?)
    }

    /// Sends JSON to where nothing is answered.
    pub async fn tell(&self, method: Method, path: &str, body: &Value) -> Result<(), Failure> {
        self.ask(method, path, Some(body)).await.map(|_| ())
    }

    pub async fn delete(&self, path: &str) -> Result<(), Failure> {
        self.ask(Method::DELETE, path, None).await.map(|_| ())
    }

    /// Every item of a list, page by page, up to `count_max`.
    pub async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        count_max: usize,
    ) -> Result<Vec<T>, Failure> {
        let mut items = Vec::new();
        let mut cursor = None::<String>;
        let joint = if path.contains('?') { '&' } else { '?' };
        loop {
            let limit = (count_max - items.len()).min(PAGE);
            let mut next = format!("{path}{joint}limit={limit}");
            if let Some(cursor) = cursor {
                next = format!("{next}&cursor={}", escape(&cursor));
            }
            let page: Page<T> = self.get(&next).await?;
            items.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() || items.len() >= count_max {
                items.truncate(count_max);
                return Ok(items);
            }
        }
    }

    /// Sends a body of any size as it is.
    pub async fn upload<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Body,
        bytes: u64,
    ) -> Result<T, Failure> {
        let mut request = self.request(method, path, Some("application/octet-stream"), body)?;
        request.headers_mut().insert("content-length", bytes.into());
        read_json(&whole(self.converse(request).await?).await?)
    }

    /// Opens an answer that has no end.
    pub async fn stream(&self, path: &str, last_id: Option<u64>) -> Result<Incoming, Failure> {
        let mut request = self.request(Method::GET, path, None, empty())?;
        if let Some(last_id) = last_id {
            request
                .headers_mut()
                .insert("last-event-id", last_id.into());
        }
        let response = self.converse(request).await?;
        if response.status() == StatusCode::OK {
            return Ok(response.into_body());
        }
        whole(response).await?;
        Err(Failure::Strange(
            "the server did not open the stream".to_owned(),
        ))
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Bytes, Failure> {
        let (kind, body) = match body {
            Some(body) => (Some("application/json"), full(body.to_string())),
            None => (None, empty()),
        };
        let request = self.request(method, path, kind, body)?;
        whole(self.converse(request).await?).await
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: Body,
    ) -> Result<Request<Body>, Failure> {
        self.request_at(method, &format!("/api/v1{path}"), kind, body)
    }

    fn request_at(
        &self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: Body,
    ) -> Result<Request<Body>, Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.target.host());
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        if let Target::Tcp { token, .. } = &self.target {
            request = request.header("authorization", format!("Bearer {}", token.reveal()));
        }
        request
            .body(body)
            .map_err(|error| Failure::Usage(error.to_string()))
    }

    async fn converse(&self, request: Request<Body>) -> Result<Response<Incoming>, Failure> {
        let lost = |error: hyper::Error| {
            let place = self.target.describe();
            Failure::Unreachable(format!("the connection to {place} broke: {error}"))
        };
        let stream = TokioIo::new(self.connect().await?);
        let (mut sender, connection) = handshake(stream).await.map_err(lost)?;
        tokio::spawn(connection);
        sender.send_request(request).await.map_err(lost)
    }

    async fn connect(&self) -> Result<Pin<Box<dyn Stream>>, Failure> {
        let connecting = async {
            Ok(match &self.target {
                Target::Socket(path) => stream(UnixStream::connect(path).await?),
                Target::Tcp { authority, .. } => stream(TcpStream::connect(authority).await?),
            })
        };
        let connected = timeout(PATIENCE, connecting).await;
        let connected: std::io::Result<_> =
            connected.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
        connected.map_err(|error| {
            let hint = match &self.target {
                Target::Socket(_) => "; is it running, and is --data its directory?",
                Target::Tcp { .. } => "; is it running there?",
            };
            let place = self.target.describe();
            Failure::Unreachable(format!("no server answers at {place}: {error}{hint}"))
        })
    }
}

/// A part of a path or query, with everything but letters, digits and `-._~` escaped (RFC 3986).
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// The name of a file without its folder.
pub(crate) fn file_name(path: &Path) -> Result<&str, Failure> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.ok_or_else(|| Failure::Usage(format!("{}: expected the name of a file", path.display())))
}

fn stream(stream: impl Stream + 'static) -> Pin<Box<dyn Stream>> {
    Box::pin(stream)
}

fn full(text: String) -> Body {
    Full::new(Bytes::from(text))
        .map_err(|never| match never {})
        .boxed()
}

fn empty() -> Body {
    full(String::new())
}

/// The body of a success, or the problem.
async fn whole(response: Response<Incoming>) -> Result<Bytes, Failure> {
    let status = response.status();
    let body = response.into_body().collect().await;
    let body =
        body.map_err(|error| Failure::Unreachable(format!("the answer was cut: {error}")))?;
    let bytes = body.to_bytes();
    if status.is_success() {
        return Ok(bytes);
    }
    match serde_json::from_slice::<Problem>(&bytes) {
        Ok(problem) => Err(Failure::Problem(problem)),
        Err(_) => Err(Failure::Strange(format!(
            "the answer was {status}; is this a Conclave?"
        ))),
    }
}

fn read_json<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Failure> {
    serde_json::from_slice(bytes)
        .map_err(|error| Failure::Strange(format!("the answer cannot be understood: {error}")))
}

const PAGE: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(10);
