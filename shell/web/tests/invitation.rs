//! Invitations and options over HTTP: the form that was asked for, the PIN only for whoever may.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use axum::body::Body;
use common::{Got, Server, request};
use serde_json::json;

const PATH: &str = "/api/v1/rooms/801/invitation";

async fn with_room(title: &str) -> Server {
    let server = common::server().await;
    let body = json!({"title": title, "extension": "801", "pin": "627184"});
    let made = server.json("POST", "/api/v1/rooms", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    server
}

async fn accept(server: &Server, path: &str, kind: &str) -> Got {
    let headers = [("accept", kind), ("host", "conf.example.com:8080")];
    server
        .send(request("GET", path, &headers, Body::empty()))
        .await
}

#[tokio::test]
async fn each_form_is_had_by_accept_and_by_name() {
    let server = with_room("Standup").await;
    for (kind, name, part) in [
        (
            "application/json",
            "json",
            "\"dial\":\"tel:+4999129691801,,627184\"",
        ),
        ("text/plain", "text", "sip:801@conf.example.com\n"),
        ("text/html", "html", "<h1>Standup – Telefonkonferenz</h1>"),
        ("text/calendar", "ics", "BEGIN:VEVENT\r\n"),
        ("image/svg+xml", "qr", "<svg xmlns="),
    ] {
        let by_accept = accept(&server, &format!("{PATH}?lang=de"), kind).await;
        assert_eq!(by_accept.status, 200, "{}", by_accept.text);
        assert!(by_accept.header("content-type").starts_with(kind), "{kind}");
        assert!(by_accept.text.contains(part), "{kind}: {}", by_accept.text);
        let by_name = accept(&server, &format!("{PATH}?lang=de&format={name}"), "*/*").await;
        assert!(by_name.text.contains(part), "{name}: {}", by_name.text);
    }
    let ics = accept(&server, PATH, "text/calendar").await;
    assert_eq!(
        ics.header("content-disposition"),
        "attachment; filename=\"conference-801.ics\""
    );
}

#[tokio::test]
async fn an_invitation_that_shows_the_pin_is_in_the_audit_log() {
    let server = with_room("Standup").await;
    assert!(server.get(PATH).await.text.contains("627184"));
    let lines = server.backend.store.audit(None, None, 10).await.unwrap();
    let shown = lines
        .iter()
        .find(|line| line.action == "pin.shown")
        .unwrap();
    assert!(shown.object.starts_with("rm_") && !shown.detail.contains("627"));
}

#[tokio::test]
async fn a_room_with_a_moderators_pin_alone_does_not_say_that_none_is_needed() {
    let server = with_room("Standup").await;
    for (body, pin_state, line) in [
        (
            json!({"pin": null, "moderator_pin": "539182"}),
            "not_for_all",
            "that of the moderators",
        ),
        (json!({"moderator_pin": null}), "none", "none needed"),
    ] {
        let changed = server.json("PATCH", "/api/v1/rooms/801", &body).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        let view = server.get(&format!("{PATH}?lang=en")).await.json();
        assert_eq!(view["pin_state"], pin_state);
        assert!(view["text"].as_str().unwrap().contains(line), "{view}");
        assert!(!view.to_string().contains("539182"), "{view}");
    }
}

#[tokio::test]
async fn a_hostile_title_and_a_hostile_host_break_nothing() {
    let server = with_room("A,B;<img src=x>").await;
    let ics = accept(&server, PATH, "text/calendar").await;
    assert!(
        ics.text.contains("SUMMARY:A\\,B\\;<img src=x>\r\n"),
        "{}",
        ics.text
    );
    let page = accept(&server, PATH, "text/html").await;
    assert!(!page.text.contains("<img"), "{}", page.text);
    let headers = [("host", "x@evil\"<b>"), ("accept", "text/plain")];
    let plain = server
        .send(request("GET", PATH, &headers, Body::empty()))
        .await;
    assert!(plain.text.contains("sip:801@localhost"), "{}", plain.text);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_by_name() {
    let server = with_room("Standup").await;
    for (query, field) in [
        ("lang=fr", "lang"),
        ("format=pdf", "format"),
        ("start=soon", "start"),
        ("end=2026-11-24T10:00:00Z", "start"),
        ("pin=1", "pin"),
    ] {
        let got = server.get(&format!("{PATH}?{query}")).await;
        assert_eq!(got.problem(), (422, vec![field.to_owned()]), "{query}");
    }
}

#[tokio::test]
async fn options_are_tried_out_line_by_line() {
    let server = common::server().await;
    let body =
        json!({"options": "max_members=20\nrecord_command=/bin/x", "user_options": "quiet=1"});
    let got = server
        .json("POST", "/api/v1/options/check?lang=de", &body)
        .await;
    assert_eq!(got.status, 200, "{}", got.text);
    let view = got.json();
    assert_eq!(view["accepted"], false);
    assert_eq!(view["options"][0]["status"], "in-effect");
    assert_eq!(view["options"][1]["status"], "wrong");
    assert_eq!(view["options"][1]["line"], 2);
    let refused = server
        .json(
            "POST",
            "/api/v1/rooms",
            &json!({"title": "x", "options": "max_membrs=2"}),
        )
        .await;
    assert_eq!(refused.problem(), (422, vec!["options".to_owned()]));
    assert_eq!(refused.json()["errors"][0]["line"], 1);
}
