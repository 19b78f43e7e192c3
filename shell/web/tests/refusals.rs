//! Whatever is wrong with a request, the answer is a problem that says so.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use std::sync::Arc;

use axum::body::Body;
use common::{request, server, server_with};
use conclave_model::limits;
use conclave_web::BrainHandle;
use serde_json::json;

#[tokio::test]
async fn what_is_not_there_or_not_allowed_is_a_problem() {
    let server = server().await;
    for path in [
        "/",
        "/api",
        "/api/v1",
        "/api/v1/room",
        "/api/v1/rooms/",
        "/%ff",
    ] {
        assert_eq!(server.get(path).await.problem().0, 404, "{path}");
    }
    let wrong = server
        .send(request("PUT", "/api/v1/rooms", &[], Body::empty()))
        .await;
    assert_eq!(wrong.problem().0, 405);
    let allowed = wrong.header("allow");
    assert!(
        allowed.contains("GET") && allowed.contains("POST"),
        "{allowed:?}"
    );
    assert_eq!(server.get("/api/v1/rooms/%ff").await.problem().0, 400);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_a_problem() {
    let server = server().await;
    let json = ("content-type", "application/json");
    let post = |headers: &[(&str, &str)], body: String| {
        let request = request("POST", "/api/v1/rooms", headers, Body::from(body));
        server.send(request)
    };
    for body in ["{", "{\"title\": }", "nonsense", "[]", "\"x\"", "", "\u{0}"] {
        assert_eq!(
            post(&[json], body.to_owned()).await.problem().0,
            400,
            "{body}"
        );
    }
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "applicationjson",
    ] {
        let refused = post(&[("content-type", kind)], "{}".to_owned()).await;
        assert_eq!(refused.problem().0, 415, "{kind}");
    }
    assert_eq!(post(&[], "{}".to_owned()).await.problem().0, 415);
    let large = format!("{{\"title\": \"{}\"}}", "x".repeat(limits::API_BODY_BYTES));
    assert_eq!(post(&[json], large).await.problem().0, 413);
    let deep = "[".repeat(100_000);
    assert_eq!(post(&[json], deep).await.problem().0, 400);
    let utf8 = ("content-type", "Application/JSON; charset=utf-8");
    assert_eq!(
        post(&[utf8], json!({"title": "x"}).to_string())
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn a_fault_of_one_request_is_answered_and_forgotten() {
    let server = server().await;
    let failed = server
        .json("POST", "/api/v1/playlists", &json!({"name": "panic"}))
        .await;
    assert_eq!(failed.problem().0, 500);
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_brain_that_is_gone_or_full_is_said_at_once() {
    let (brain, asks) = BrainHandle::channel();
    let server = server_with(brain, Arc::default()).await;
    let mut waiting = Vec::new();
    for _ in 0..limits::API_QUEUE {
        let router = server.router.clone();
        let request = request("GET", "/api/v1/live", &[], Body::empty());
        waiting.push(tokio::spawn(tower::ServiceExt::oneshot(router, request)));
    }
    tokio::task::yield_now().await;
    while asks.len() < limits::API_QUEUE {
        tokio::task::yield_now().await;
    }
    let full = server.get("/api/v1/live").await;
    assert_eq!(full.problem().0, 503);
    assert_eq!(full.header("retry-after"), "5");
    drop(asks);
    for answer in waiting {
        assert_eq!(answer.await.unwrap().unwrap().status(), 503);
    }
    assert_eq!(server.get("/api/v1/live").await.problem().0, 503);
    assert_eq!(server.get("/readyz").await.problem().0, 503);
    assert_eq!(server.get("/healthz").await.status, 200);
    assert_eq!(server.get("/metrics").await.status, 200);
}

#[tokio::test]
async fn every_answer_has_an_id_and_tells_browsers_to_keep_out() {
    let server = server().await;
    let first = server.get("/api/v1/live").await;
    let second = server.get("/nowhere").await;
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    for got in [&first, &second] {
        assert_eq!(got.header("cache-control"), "no-store");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert!(
            got.header("content-security-policy")
                .contains("frame-ancestors 'none'")
        );
    }
    let own = request(
        "GET",
        "/healthz",
        &[("x-request-id", "abc-1")],
        Body::empty(),
    );
    assert_eq!(server.send(own).await.header("x-request-id"), "abc-1");
    let long = "x".repeat(65);
    let bad = request("GET", "/healthz", &[("x-request-id", &long)], Body::empty());
    assert!(
        server
            .send(bad)
            .await
            .header("x-request-id")
            .starts_with("req-")
    );
}
