//! Profiles over the API: made, changed and removed, wrong lines by their numbers.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use axum::body::Body;
use common::{request, server};
use serde_json::json;

#[tokio::test]
async fn a_profile_is_made_changed_and_removed_and_each_is_noted() {
    let server = server().await;
    let body = json!({"kind": "user", "name": "All_Hands", "text": "startmuted=yes\n"});
    let made = server.json("POST", "/api/v1/profiles", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("location"), "/api/v1/profiles/user/all_hands");
    assert_eq!(made.header("etag"), "\"1\"");
    let path = "/api/v1/profiles/user/all_hands";
    let changed = server
        .json("PATCH", path, &json!({"text": "quiet=yes"}))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json()["version"], 2);
    let named = server.json("PATCH", path, &json!({"name": "Crowd"})).await;
    assert_eq!(named.json()["name"], "crowd");
    let crowd = "/api/v1/profiles/user/crowd";
    let nothing = server.json("PATCH", crowd, &json!({})).await;
    assert_eq!(nothing.problem(), (422, vec!["text".to_owned()]));
    let back = json!({"name": "all_hands"});
    assert_eq!(server.json("PATCH", crowd, &back).await.status, 200);
    let listed = server.get("/api/v1/profiles").await.json();
    assert_eq!(listed["items"][0]["text"], "quiet=yes");
    assert_eq!(listed["items"][0]["kind"], "user");
    assert_eq!(
        server.get("/api/v1/profiles/bridge/all_hands").await.status,
        404
    );
    let gone = request("DELETE", path, &[], Body::empty());
    assert_eq!(server.send(gone).await.status, 204);
    for nowhere in [
        path,
        "/api/v1/profiles/room/a",
        "/api/v1/profiles/user/a%20b",
    ] {
        assert_eq!(server.get(nowhere).await.status, 404, "{nowhere}");
    }
    let audit = server.backend.store.audit(None, None, 10).await.unwrap();
    let actions: Vec<_> = audit.iter().map(|line| line.action.as_str()).collect();
    let updated = "profile.updated";
    let expected = [
        "profile.deleted",
        updated,
        updated,
        updated,
        "profile.created",
    ];
    assert_eq!(actions, expected);
}

#[tokio::test]
async fn every_wrong_line_is_named_and_nothing_is_made() {
    let server = server().await;
    let text = "quiet=yes\nmax_members=2\npin=627184";
    let body = json!({"kind": "user", "name": "a b", "text": text, "colour": 1});
    let refused = server.json("POST", "/api/v1/profiles", &body).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(!refused.text.contains("627184"), "{}", refused.text);
    let errors = refused.json()["errors"].clone();
    let said: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|wrong| (wrong["field"].as_str().unwrap(), wrong["line"].as_u64()))
        .collect();
    let expected = [
        ("colour", None),
        ("name", None),
        ("text", Some(2)),
        ("text", Some(3)),
    ];
    assert_eq!(said, expected);
    let listed = server.get("/api/v1/profiles").await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 0);
    let kind = json!({"kind": "room", "name": "a", "text": ""});
    let refused = server.json("POST", "/api/v1/profiles", &kind).await;
    assert_eq!(refused.json()["errors"][0]["field"], "kind");
}
