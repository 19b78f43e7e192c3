//! SIP over a WebSocket (RFC 7118), as the server of it: a message a frame; parses none.

use std::sync::Arc;
use std::time::Duration;

use conclave_model::limits;
use conclave_sip::ConnId;
use futures_util::{SinkExt, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at, timeout};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async_with_config};

use crate::queue::Waiting;
use crate::stream::Stream;
use crate::{Arrival, Origins};

/// Shakes hands within [`limits::TLS_HANDSHAKE`]; `None`: it came to nothing, and the other side
/// has been told why if it spoke HTTP.
pub async fn accept<S: Stream>(stream: S, origins: Arc<Origins>) -> Option<WebSocketStream<S>> {
    let mut config = WebSocketConfig::default();
    config.max_message_size = Some(limits::SIP_MESSAGE_BYTES);
    config.max_frame_size = Some(limits::SIP_MESSAGE_BYTES);
    config.read_buffer_size = READ_BYTES;
    config.write_buffer_size = 0;
    config.max_write_buffer_size = 2 * limits::SIP_MESSAGE_BYTES;
    #[expect(clippy::result_large_err, reason = "the library asks for it")]
    let judge = move |request: &Request, mut response: Response| {
        judge(request, &origins).map_err(refusal)?;
        let headers = response.headers_mut();
        let sip = HeaderValue::from_static("sip");
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, sip);
        Ok(response)
    };
    let shaken = accept_hdr_async_with_config(stream, judge, Some(config));
    timeout(limits::TLS_HANDSHAKE, shaken).await.ok()?.ok()
}

/// Runs until the peer closes or is silent, the queue is dropped or the brain is gone.
pub async fn run<S: Stream>(
    mut socket: WebSocketStream<S>,
    conn: ConnId,
    mut to_send: mpsc::Receiver<Waiting>,
    arrivals: &mpsc::Sender<Arrival>,
) {
    let first = Instant::now() + limits::WEB_SOCKET_PING;
    let mut pings = interval_at(first, limits::WEB_SOCKET_PING);
    let mut unanswered = 0;
    loop {
        let message = tokio::select! {
            heard = socket.next() => {
                unanswered = 0;
                let Some(Ok(message)) = heard else { break };
                if !pass_on(message, conn, arrivals).await {
                    break;
                }
                continue;
            }
            waiting = to_send.recv() => {
                let Some(mut waiting) = waiting else { break };
                written(std::mem::take(&mut waiting.bytes))
            }
            _ = pings.tick() => {
                unanswered += 1;
                if unanswered > limits::WEB_SOCKET_PINGS_LOST {
                    break;
                }
                Message::Ping(Vec::new().into())
            }
        };
        let sent = timeout(WRITE_TIME_MAX, socket.send(message)).await;
        if !matches!(sent, Ok(Ok(()))) {
            break;
        }
    }
    let _ = timeout(FAREWELL_TIME_MAX, socket.close(None)).await;
}

/// False when nobody listens any more.
async fn pass_on(message: Message, conn: ConnId, arrivals: &mpsc::Sender<Arrival>) -> bool {
    let bytes = match message {
        Message::Text(text) => text.as_bytes().to_vec(),
        Message::Binary(bytes) => bytes.to_vec(),
        // Answered by the library. After a Close there is no next message.
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => return true,
    };
    // Waiting here holds back only this peer.
    arrivals.send(Arrival::Stream { conn, bytes }).await.is_ok()
}

/// A SIP message is text, but for a body that is none (RFC 7118 §5).
fn written(bytes: Vec<u8>) -> Message {
    match String::from_utf8(bytes) {
        Ok(text) => Message::Text(Utf8Bytes::from(text)),
        Err(bytes) => Message::Binary(bytes.into_bytes().into()),
    }
}

/// Why a request for a WebSocket is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    NoSuchPath,
    NotSip,
    ForeignPage,
}

fn judge(request: &Request, origins: &Origins) -> Result<(), Refused> {
    if !["/", "/ws"].contains(&request.uri().path()) {
        return Err(Refused::NoSuchPath);
    }
    let headers = request.headers();
    if !offers_sip(headers) {
        return Err(Refused::NotSip);
    }
    let text = |name| headers.get(name).map(|it| it.to_str().unwrap_or("?"));
    let host = text(header::HOST).unwrap_or("");
    match text(header::ORIGIN) {
        Some(origin) if !origins.allow(origin, host) => Err(Refused::ForeignPage),
        Some(_) | None => Ok(()),
    }
}

/// RFC 7118 §4.1: without it the other side does not know that SIP is spoken here.
fn offers_sip(headers: &HeaderMap) -> bool {
    let said = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    said.filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| one.trim().eq_ignore_ascii_case("sip"))
}

fn refusal(why: Refused) -> ErrorResponse {
    let (status, words) = match why {
        Refused::NoSuchPath => (StatusCode::NOT_FOUND, "SIP is spoken under /ws"),
        Refused::NotSip => (
            StatusCode::BAD_REQUEST,
            "SIP is spoken here: Sec-WebSocket-Protocol must say sip",
        ),
        Refused::ForeignPage => (
            StatusCode::FORBIDDEN,
            "this page may not telephone here; see ws_origins in conclave.toml",
        ),
    };
    let mut response = ErrorResponse::new(Some(words.to_owned()));
    *response.status_mut() = status;
    response
}

const READ_BYTES: usize = 4 * 1024;
/// 64·T1: whoever waited for the message has given up by then.
const WRITE_TIME_MAX: Duration = Duration::from_secs(32);
const FAREWELL_TIME_MAX: Duration = Duration::from_secs(1);
