//! The stream of events: in order, resumable, honest about gaps.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use axum::body::Body;
use axum::http::Response;
use common::{Server, request, server};
use conclave_api::{Event, Happening, LiveRef};
use conclave_model::{UnixMillis, limits};
use http_body_util::BodyExt;
use tower::ServiceExt;

const FIRST_ID: u64 = 1_000_000;

fn place() -> LiveRef {
    LiveRef {
        room: "rm".to_owned(),
        extension: "801".to_owned(),
        title: "Standup".to_owned(),
    }
}

fn publish(server: &Server, what: Happening) {
    let at = UnixMillis(0);
    server.backend.events.publish(Event { at, what });
}

async fn listen(server: &Server, path: &str, last: Option<&str>) -> Stream {
    let headers: Vec<_> = last
        .map(|last| ("last-event-id", last))
        .into_iter()
        .collect();
    let request = request("GET", path, &headers, Body::empty());
    let response = server.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = Stream {
        response,
        opening: String::new(),
    };
    let opening = stream.next().await.unwrap();
    assert!(opening.starts_with("retry: 2000\nid: "), "{opening}");
    assert!(opening.ends_with("\n\n"));
    stream.opening = opening;
    stream
}

struct Stream {
    response: Response<Body>,
    /// What it began with, before any event.
    opening: String,
}

impl Stream {
    async fn next(&mut self) -> Option<String> {
        let frame = self.response.body_mut().frame().await?.unwrap();
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    }

    /// The id and type of the next event.
    async fn event(&mut self) -> (u64, String) {
        let text = self.next().await.unwrap();
        let mut lines = text.lines();
        let id = lines.next().unwrap().strip_prefix("id: ").unwrap();
        let name = lines.next().unwrap().strip_prefix("event: ").unwrap();
        let data = lines.next().unwrap().strip_prefix("data: ").unwrap();
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(data["type"], name);
        assert_eq!(data["id"].to_string(), id);
        (id.parse().unwrap(), name.to_owned())
    }
}

#[tokio::test]
async fn a_listener_hears_what_happens_from_now_on() {
    let server = server().await;
    publish(&server, Happening::SessionStarted(place()));
    let mut stream = listen(&server, "/api/v1/events", None).await;
    publish(&server, Happening::SessionLocked(place()));
    assert_eq!(
        stream.event().await,
        (FIRST_ID + 1, "session.locked".to_owned())
    );
    publish(&server, Happening::SessionEnded(place()));
    assert_eq!(
        stream.event().await,
        (FIRST_ID + 2, "session.ended".to_owned())
    );
}

#[tokio::test]
async fn a_listener_that_comes_back_misses_nothing() {
    let server = server().await;
    for _ in 0..200 {
        publish(&server, Happening::SessionStarted(place()));
    }
    let mut stream = listen(&server, "/api/v1/events", Some("1000099")).await;
    for id in FIRST_ID + 100..FIRST_ID + 200 {
        assert_eq!(stream.event().await.0, id);
    }
}

/// As a browser does, which knows of no number but those in the stream.
#[tokio::test]
async fn one_who_is_cut_off_before_the_first_event_misses_nothing() {
    let server = server().await;
    publish(&server, Happening::SessionStarted(place()));
    let stream = listen(&server, "/api/v1/events", None).await;
    let id = stream
        .opening
        .lines()
        .find_map(|line| line.strip_prefix("id: "));
    publish(&server, Happening::SessionLocked(place()));
    let mut again = listen(&server, "/api/v1/events", id).await;
    assert_eq!(again.event().await.1, "session.locked");
}

#[tokio::test]
async fn what_is_lost_is_told_before_what_follows() {
    let server = server().await;
    for _ in 0..limits::EVENTS_KEPT + 5 {
        publish(&server, Happening::SessionStarted(place()));
    }
    let mut stream = listen(&server, "/api/v1/events?types=session.started", Some("7")).await;
    assert_eq!(stream.event().await, (FIRST_ID + 4, "gap".to_owned()));
    assert_eq!(
        stream.event().await,
        (FIRST_ID + 5, "session.started".to_owned())
    );
}

#[tokio::test]
async fn only_the_types_asked_for_come() {
    let server = server().await;
    let path = "/api/v1/events?types=session.ended,session.unlocked";
    let mut stream = listen(&server, path, None).await;
    publish(&server, Happening::SessionStarted(place()));
    publish(&server, Happening::SessionLocked(place()));
    publish(&server, Happening::SessionUnlocked(place()));
    assert_eq!(stream.event().await.1, "session.unlocked");

    let wrong = server.get("/api/v1/events?types=session.startet,gap").await;
    assert_eq!(wrong.problem(), (422, vec!["types".to_owned()]));
    assert!(wrong.text.contains("session.started?"));
    let headers = [("last-event-id", "yesterday")];
    let wrong = request("GET", "/api/v1/events", &headers, Body::empty());
    let wrong = server.send(wrong).await.problem();
    assert_eq!(wrong, (422, vec!["Last-Event-ID".to_owned()]));
}

#[tokio::test]
async fn a_listener_that_does_not_read_holds_up_nobody() {
    let server = server().await;
    let mut slow = listen(&server, "/api/v1/events", None).await;
    let mut quick = listen(&server, "/api/v1/events", None).await;
    for _ in 0..limits::EVENTS_KEPT * 2 {
        publish(&server, Happening::SessionStarted(place()));
        tokio::task::yield_now().await;
    }
    publish(&server, Happening::SessionEnded(place()));
    while quick.event().await.1 != "session.ended" {}
    let mut types = vec![slow.event().await.1];
    while types.last().unwrap() != "session.ended" {
        types.push(slow.event().await.1);
    }
    assert!(
        types.contains(&"gap".to_owned()),
        "it was told what it missed"
    );
    assert!(types.len() < limits::EVENTS_KEPT * 2);
}

#[tokio::test]
async fn the_end_of_the_server_ends_the_stream() {
    let server = server().await;
    let mut stream = listen(&server, "/api/v1/events", None).await;
    server.closing.send_replace(true);
    assert_eq!(stream.next().await, None);
}
