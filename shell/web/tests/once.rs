//! A repeated request with the same Idempotency-Key is done once.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use std::sync::Arc;

use common::{server, server_with};
use conclave_api::{Problem, Request};
use conclave_web::BrainHandle;
use serde_json::json;

const ROOMS: &str = "/api/v1/rooms";

#[tokio::test]
async fn a_repetition_gets_the_same_answer_and_makes_nothing() {
    let server = server().await;
    let key = [("idempotency-key", "a-1")];
    let body = json!({"title": "Standup"});
    let first = server.json_with("POST", ROOMS, &body, &key).await;
    let second = server.json_with("POST", ROOMS, &body, &key).await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.text, second.text);
    for name in ["etag", "location", "content-type"] {
        assert_eq!(first.header(name), second.header(name));
    }
    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(server.asked().len(), 1);

    let other = server
        .json_with("POST", ROOMS, &json!({"title": "Other"}), &key)
        .await;
    assert_eq!(other.problem().0, 422);
    let elsewhere = server
        .json_with("POST", "/api/v1/rooms/801/pin", &body, &key)
        .await;
    assert_eq!(elsewhere.problem().0, 422);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn what_was_refused_may_be_tried_again() {
    let server = server().await;
    let key = [("idempotency-key", "b")];
    let taken = json!({"title": "Second", "extension": "801"});
    server
        .json(
            "POST",
            ROOMS,
            &json!({"title": "First", "extension": "801"}),
        )
        .await;
    assert_eq!(
        server
            .json_with("POST", ROOMS, &taken, &key)
            .await
            .problem()
            .0,
        409
    );
    server
        .json("PATCH", "/api/v1/rooms/801", &json!({"extension": "900"}))
        .await;
    assert_eq!(
        server.json_with("POST", ROOMS, &taken, &key).await.status,
        201
    );
}

#[tokio::test]
async fn a_repetition_while_the_first_is_under_way_is_a_conflict() {
    let (brain, mut asks) = BrainHandle::channel();
    let server = Arc::new(server_with(brain, Arc::default()).await);
    let body = json!({"title": "Standup"});
    let first = tokio::spawn({
        let (server, body) = (server.clone(), body.clone());
        async move {
            server
                .json_with("POST", ROOMS, &body, &[("idempotency-key", "c")])
                .await
        }
    });
    let ask = asks.recv().await.unwrap();
    assert!(matches!(ask.request, Request::CreateRoom(_)));
    let second = server
        .json_with("POST", ROOMS, &body, &[("idempotency-key", "c")])
        .await;
    assert_eq!(second.problem().0, 409);
    ask.reply.send(Err(Problem::conflict("taken"))).unwrap();
    assert_eq!(first.await.unwrap().problem().0, 409);
}

#[tokio::test]
async fn a_client_that_hangs_up_finds_the_answer_when_it_comes_back() {
    let (brain, mut asks) = BrainHandle::channel();
    let server = Arc::new(server_with(brain, Arc::default()).await);
    let key = [("idempotency-key", "d")];
    let pin = "/api/v1/rooms/801/pin";
    let first = tokio::spawn({
        let server = server.clone();
        async move {
            server
                .json_with("POST", pin, &json!({}), &[("idempotency-key", "d")])
                .await
        }
    });
    let ask = asks.recv().await.unwrap();
    first.abort();
    assert!(first.await.err().unwrap().is_cancelled());
    let view = conclave_api::PinView {
        room: "rm".to_owned(),
        pin: Some("4711".to_owned()),
        moderator_pin: None,
        personal_pins: Vec::new(),
        version: 2,
    };
    ask.reply
        .send(Ok(conclave_api::Response::Pin(view)))
        .unwrap();
    let again = loop {
        let again = server.json_with("POST", pin, &json!({}), &key).await;
        if again.status != 409 {
            break again;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json()["pin"], "4711");
}

#[tokio::test]
async fn a_key_that_is_no_key_is_named() {
    let server = server().await;
    for key in ["", "two words", &"x".repeat(256)] {
        let header = [("idempotency-key", key)];
        let refused = server
            .json_with("POST", ROOMS, &json!({"title": "x"}), &header)
            .await;
        assert_eq!(
            refused.problem(),
            (422, vec!["Idempotency-Key".to_owned()]),
            "{key}"
        );
    }
}
