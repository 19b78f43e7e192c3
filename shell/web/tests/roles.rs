//! What each may do and see: roles, tokens, masked numbers, and what the audit log says of it.

#![allow(clippy::unwrap_used)] // A test may fail.

#[path = "common/browser.rs"]
mod browser;
mod common;

use browser::{Browser, PASSWORD};
use common::server;
use serde_json::{Value, json};

const ROOM: &str = "/api/v1/rooms/801";

async fn owner_with_room(server: &common::Server) -> Browser {
    let owner = Browser::owner(server).await;
    let body = json!({"title": "Standup"});
    let made = owner.send("POST", "/api/v1/rooms", Some(&body)).await;
    assert_eq!(made.json()["pin"], "627184");
    owner
}

#[tokio::test]
async fn a_moderator_moderates_and_sees_no_pin() {
    let server = server().await;
    let owner = owner_with_room(&server).await;
    let moderator = owner.invite("mo", "moderator").await;
    let pin = format!("{ROOM}/pin");
    let refused = moderator.get(&pin).await;
    assert_eq!(refused.problem().0, 403);
    assert!(refused.text.contains("rooms:pin") && !refused.text.contains("627184"));
    let locked = json!({"locked": true});
    let live = moderator
        .send("PATCH", &format!("{ROOM}/live"), Some(&locked))
        .await;
    assert_eq!(live.status, 200);
    let title = json!({"title": "x"});
    for (method, path) in [
        ("POST", "/api/v1/rooms"),
        ("PATCH", ROOM),
        ("DELETE", ROOM),
        ("POST", &pin),
        ("DELETE", &pin),
        ("POST", "/api/v1/playlists"),
        ("GET", "/api/v1/playlists"),
        ("GET", "/api/v1/calls"),
        ("GET", "/api/v1/users"),
        ("POST", "/api/v1/users"),
        ("GET", "/api/v1/tokens"),
        ("POST", "/api/v1/tokens"),
        ("GET", "/api/v1/audit"),
        ("GET", "/metrics"),
        ("POST", "/api/v1/session/code"),
        ("GET", "/api/v1/users/olga"),
        ("GET", "/api/v1/users/nobody"),
    ] {
        let refused = moderator.send(method, path, Some(&title)).await;
        assert_eq!(refused.problem().0, 403, "{method} {path}");
    }
    assert_eq!(owner.get(&pin).await.json()["pin"], "627184");
}

#[tokio::test]
async fn an_auditor_reads_and_changes_nothing() {
    let server = server().await;
    let owner = owner_with_room(&server).await;
    let auditor = owner.invite("ada", "auditor").await;
    for path in [ROOM, "/api/v1/audit", "/api/v1/calls", "/api/v1/status"] {
        assert_eq!(auditor.get(path).await.status, 200, "{path}");
    }
    let live = format!("{ROOM}/live");
    assert_eq!(auditor.delete(&live).await.problem().0, 403);
    assert_eq!(auditor.get(&format!("{ROOM}/pin")).await.problem().0, 403);
    let seen = auditor.get(&live).await.json();
    assert_eq!(seen["participants"][0]["number"], "+491715550889");
}

#[tokio::test]
async fn numbers_are_masked_for_those_who_may_not_see_them() {
    let server = server().await;
    let owner = owner_with_room(&server).await;
    let moderator = owner.invite("mo", "moderator").await;
    let live = format!("{ROOM}/live");
    let ann = format!("{live}/participants/ann");
    let muted = json!({"muted": true});
    for got in [
        moderator.get(&live).await,
        moderator.get(&format!("{live}/participants")).await,
        moderator.get(&ann).await,
        moderator.send("PATCH", &ann, Some(&muted)).await,
        moderator
            .send("PATCH", &live, Some(&json!({"locked": false})))
            .await,
    ] {
        assert!(got.text.contains("+49171 ••• 889"), "{}", got.text);
        assert!(!got.text.contains("555"), "{}", got.text);
    }
    assert!(owner.get(&live).await.text.contains("+491715550889"));
}

#[tokio::test]
async fn a_token_does_what_it_may_and_no_more_than_its_maker() {
    let server = server().await;
    let owner = owner_with_room(&server).await;
    let program = owner.program(&["rooms:read", "rooms:write"]).await;
    assert_eq!(program.get(ROOM).await.status, 200);
    assert_eq!(program.get(&format!("{ROOM}/live")).await.problem().0, 403);
    let body = json!({"title": "Ticket", "extension": "900"});
    let made = program.send("POST", "/api/v1/rooms", Some(&body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json().get("pin"), None, "{}", made.text);
    let chosen = json!({"pin": "4711"});
    assert_eq!(
        program.send("PATCH", ROOM, Some(&chosen)).await.problem().0,
        403
    );
    let pin = format!("{ROOM}/pin");
    assert_eq!(
        program
            .send("POST", &pin, Some(&json!({})))
            .await
            .problem()
            .0,
        403
    );

    let maker = owner.program(&["tokens:write", "rooms:read"]).await;
    let beyond = json!({"name": "x", "permissions": ["rooms:read", "rooms:pin"]});
    let refused = maker.send("POST", "/api/v1/tokens", Some(&beyond)).await;
    assert_eq!(refused.problem(), (403, vec!["permissions".to_owned()]));
    let other = format!("/api/v1/tokens/{}", program.id);
    assert_eq!(maker.delete(&other).await.problem().0, 403);

    let listed = owner.get("/api/v1/tokens").await;
    assert_eq!(listed.json()["items"].as_array().unwrap().len(), 2);
    assert_eq!(listed.json()["items"][0]["created_by"], "olga");
    assert!(!listed.text.contains("secret"));
    assert_eq!(owner.delete(&other).await.status, 204);
    assert_eq!(owner.delete(&other).await.problem().0, 404);
    assert_eq!(program.get(ROOM).await.problem().0, 401);
}

#[tokio::test]
async fn a_token_that_ended_opens_nothing() {
    let server = server().await;
    let owner = owner_with_room(&server).await;
    let past =
        json!({"name": "x", "permissions": ["rooms:read"], "expires_at": "2020-01-01T00:00:00Z"});
    let refused = owner.send("POST", "/api/v1/tokens", Some(&past)).await;
    assert_eq!(refused.problem(), (422, vec!["expires_at".to_owned()]));
    let program = owner.program(&["rooms:read"]).await;
    let mut tokens = server.backend.store.load_tokens().await.unwrap();
    let mut token = tokens.remove(0);
    server.backend.store.delete_token(token.id).await.unwrap();
    token.expires_at = Some(conclave_model::UnixMillis(1));
    let secret = program.headers[0].1.strip_prefix("Bearer ").unwrap();
    let hash = <sha2::Sha256 as sha2::Digest>::digest(secret).into();
    server.backend.store.put_token(&token, &hash).await.unwrap();
    assert_eq!(program.get(ROOM).await.problem().0, 401);
}

#[tokio::test]
async fn what_was_changed_and_shown_is_in_the_audit_log() {
    let server = server().await;
    let owner = owner_with_room(&server).await;
    let id = owner.get(ROOM).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let pin = format!("{ROOM}/pin");
    let ann = format!("{ROOM}/live/participants/ann");
    let change = json!({"title": "Sync", "pin": "4711"});
    owner.send("PATCH", ROOM, Some(&change)).await;
    owner.get(&pin).await;
    owner
        .send("POST", &pin, Some(&json!({"pin": "0815"})))
        .await;
    owner.delete(&pin).await;
    owner
        .send(
            "PATCH",
            &format!("{ROOM}/live"),
            Some(&json!({"muted_all": true})),
        )
        .await;
    owner
        .send("PATCH", &ann, Some(&json!({"muted": true})))
        .await;
    owner.delete(&format!("{ROOM}/live")).await;
    owner.delete(ROOM).await;
    let log = owner.get(&format!("/api/v1/audit?object={id}")).await;
    for secret in ["4711", "0815", "627184", "555"] {
        assert!(!log.text.contains(secret), "{secret}");
    }
    let lines = log.json()["items"].as_array().unwrap().clone();
    let told = |line: &Value| {
        assert_eq!(line["name"], "olga");
        let (action, detail) = (&line["action"], &line["detail"]);
        format!("{}: {}", action.as_str().unwrap(), detail.as_str().unwrap())
    };
    let told: Vec<_> = lines.iter().rev().map(told).collect();
    assert_eq!(
        told,
        [
            "room.created: 801 Standup",
            "room.updated: pin, title: Sync",
            "pin.shown: ",
            "pin.changed: ",
            "pin.cleared: ",
            "live.updated: muted_all: true",
            "participant.updated: Ann (ann): muted: true",
            "live.ended: 801 Sync",
            "room.deleted: 801 Sync",
        ]
    );

    let mut pages = Vec::new();
    let mut path = "/api/v1/audit?limit=4".to_owned();
    loop {
        let page = owner.get(&path).await.json();
        pages.extend(page["items"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/api/v1/audit?limit=4&cursor={cursor}");
    }
    assert_eq!(pages.len(), 10, "with the first owner");
    let wrong = owner.get("/api/v1/audit?cursor=x").await;
    assert_eq!(wrong.problem(), (422, vec!["cursor".to_owned()]));
}

#[tokio::test]
async fn playlists_are_in_the_audit_log_too() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    owner
        .send("POST", "/api/v1/playlists", Some(&json!({"name": "late"})))
        .await;
    owner.delete("/api/v1/playlists/jazz").await;
    let log = owner.get("/api/v1/audit").await.json();
    assert_eq!(log["items"][1]["action"], "playlist.created");
    assert_eq!(log["items"][0]["action"], "playlist.deleted");
    assert_eq!(log["items"][0]["object"], "jazz");
    assert!(!PASSWORD.is_empty());
}

#[tokio::test]
async fn every_pin_of_a_room_is_shown_and_audited_where_the_rooms_own_is() {
    let server = server().await;
    let owner = owner_with_room(&server).await;
    let moderator = owner.invite("mo", "moderator").await;
    let pin = format!("{ROOM}/pin");
    let more = [
        json!({"of": "moderator", "pin": "4711"}),
        json!({"of": "person", "name": "Anna", "role": "moderator", "pin": "98127"}),
        json!({"of": "person", "name": "Ben", "pin": "98128"}),
    ];
    for body in &more {
        assert_eq!(moderator.send("POST", &pin, Some(body)).await.status, 403);
        assert_eq!(owner.send("POST", &pin, Some(body)).await.status, 201);
    }
    let shown = owner.get(&pin).await.json();
    assert_eq!(shown["moderator_pin"], "4711");
    assert_eq!(shown["personal_pins"][0]["role"], "moderator");
    assert_eq!(shown["personal_pins"][1]["pin"], "98128");
    for path in [ROOM, "/api/v1/rooms", "/api/v1/rooms/801/live"] {
        let text = moderator.get(path).await.text;
        for secret in ["4711", "98127", "98128"] {
            assert!(!text.contains(secret), "{path} shows {secret}");
        }
    }
    let room = moderator.get(ROOM).await.json();
    assert_eq!(room["moderator_pin_set"], true);
    assert_eq!(room["personal_pins"], 2);
    let of = |query: &str| format!("{pin}?{query}");
    let wrong = owner.delete(&of("of=person")).await;
    assert_eq!(wrong.problem().0, 422, "{}", wrong.text);
    owner.delete(&of("of=person&name=Ben")).await;
    owner.delete(&of("of=moderator")).await;
    let left = owner.get(&pin).await.json();
    assert_eq!(left["moderator_pin"], Value::Null);
    assert_eq!(left["personal_pins"].as_array().unwrap().len(), 1);
    let log = owner.get("/api/v1/audit").await.text;
    assert!(log.contains("of moderators") && log.contains("of Anna"));
    for secret in ["4711", "98127", "98128"] {
        assert!(!log.contains(secret), "the audit log shows {secret}");
    }
}
