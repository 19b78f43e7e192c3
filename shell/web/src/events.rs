//! The stream of events: one reader of the hub for every client that listens.

use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use conclave_api::{Happening, NumberedEvent, Problem, Wrong, nearest};
use conclave_model::limits;
use futures_core::Stream;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::backend::{Web, closed};
use crate::hub::Found;
use crate::query::Parameters;
use crate::refusal::Answered;
use crate::requester::Requester;

/// Everything that happens, as it happens.
///
/// `Last-Event-ID` goes on after that event. Events that are no longer kept are told as one event
/// `gap`: read the state anew. A client that reads too slowly is cut off and may come back; so is
/// everybody after an hour. Whoever may not see something is not told of it, and without
/// `numbers:read` the numbers of callers are masked.
#[utoipa::path(
    get, path = "/events", tag = "events",
    params(
        ("types" = Option<String>, Query, description = "Only these, separated by commas", example = "participant.joined,participant.left"),
        ("Last-Event-ID" = Option<u64>, Header, description = "The `id` of the last event received"),
    ),
    responses(
        (status = 200, description = "Server-sent events; `data` is one JSON object", body = NumberedEvent, content_type = "text/event-stream", example = json!("id: 17\nevent: room.created\ndata: {\"id\": 17, \"type\": \"room.created\"}\n\n")),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn follow_events(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answered {
    let mut known = parameters.of(&["types"])?;
    let types = read_types(known.text("types"))?;
    // Whoever sees the stream open hears of all that happens after it, however soon.
    let newest = *web.backend.events.newest().borrow();
    let cursor = read_cursor(&headers)?.unwrap_or(newest);
    let (client, receiver) = mpsc::channel(FRAMES_AHEAD);
    let listener = Listener {
        client,
        cursor,
        types,
        requester,
    };
    tokio::spawn(follow(web, listener));
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(Frames(receiver))).into_response())
}

/// Somebody who listens.
struct Listener {
    client: mpsc::Sender<Bytes>,
    cursor: u64,
    types: Option<Vec<&'static str>>,
    requester: Requester,
}

/// Feeds one client until it is gone, too slow, or not to hear any more, or the server ends.
async fn follow(web: Web, listener: Listener) {
    web.streams.fetch_add(1, Ordering::Relaxed);
    let mut closing = web.backend.closing.clone();
    tokio::select! {
        () = feed(&web, &listener) => {}
        () = closed(&mut closing) => {}
        () = listener.client.closed() => {}
        () = web.revocations.of(&listener.requester.actor) => {}
        () = sleep(limits::EVENT_STREAM) => {}
    }
    web.streams.fetch_sub(1, Ordering::Relaxed);
}

async fn feed(web: &Web, listener: &Listener) {
    let Listener {
        client,
        types,
        requester,
        ..
    } = listener;
    let hub = &web.backend.events;
    let mut newest = hub.newest();
    let mut cursor = listener.cursor;
    let wanted = |name: &str| types.as_ref().is_none_or(|types| types.contains(&name));
    // Says at once that the stream is open, and how soon to come back when it breaks.
    // Its number goes with it: who is cut off before the first event comes back for that one too.
    let opening = format!("retry: 2000\nid: {cursor}\n\n");
    let mut alive = send(client, opening.into()).await;
    while alive {
        match hub.after(cursor, FRAMES_AHEAD) {
            Found::Frames(frames) if frames.is_empty() => {
                alive = match timeout(KEEP_ALIVE, newest.changed()).await {
                    Ok(changed) => changed.is_ok(),
                    Err(_) => send(client, format!(": still here\nid: {cursor}\n\n").into()).await,
                };
            }
            Found::Frames(frames) => {
                for frame in frames {
                    cursor = frame.id;
                    let seen = frame.seen_by(requester.permissions);
                    if let Some(bytes) = seen.filter(|_| alive && wanted(frame.type_name)) {
                        alive = send(client, bytes).await;
                    }
                }
            }
            Found::Lost { gap, resume_after } => {
                cursor = resume_after;
                if let Some(bytes) = gap.seen_by(requester.permissions) {
                    alive = send(client, bytes).await;
                }
            }
        }
    }
}

/// False when the client is gone or takes nothing for too long.
async fn send(client: &mpsc::Sender<Bytes>, bytes: Bytes) -> bool {
    let sent = timeout(limits::API_CLIENT_PATIENCE, client.send(bytes)).await;
    matches!(sent, Ok(Ok(())))
}

pub(crate) fn read_types(types: Option<String>) -> Result<Option<Vec<&'static str>>, Problem> {
    let Some(types) = types else {
        return Ok(None);
    };
    let mut known = Vec::new();
    let mut errors = Vec::new();
    for typed in types.split(',').map(str::trim) {
        match Happening::TYPES.iter().copied().find(|name| *name == typed) {
            Some(name) => known.push(name),
            None => {
                let accepted = match nearest(typed, Happening::TYPES.iter().copied()) {
                    Some(meant) => format!("a known type; did you mean {meant}?"),
                    None => format!("any of {}", Happening::TYPES.join(", ")),
                };
                errors.push(Wrong::new("types", typed, accepted));
            }
        }
    }
    if errors.is_empty() {
        Ok(Some(known))
    } else {
        Err(Problem::invalid(errors))
    }
}

fn read_cursor(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get("last-event-id") else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or("?");
    text.parse().map(Some).map_err(|_| {
        Problem::invalid(vec![Wrong::new(
            "Last-Event-ID",
            text,
            "the id of an event",
        )])
    })
}

/// The frames on their way to one client.
struct Frames(mpsc::Receiver<Bytes>);

impl Stream for Frames {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|frame| frame.map(Ok))
    }
}

/// Frames between the hub and the socket, for each client.
const FRAMES_AHEAD: usize = 64;
/// Below the 60 s after which proxies take a silent connection for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
