//! The live page's words over HTTP: who waits, prompts to play, and what is refused.

#![allow(clippy::unwrap_used)] // A test may fail.

#[path = "common/browser.rs"]
mod browser;
mod common;

use axum::body::Body;
use browser::Browser;
use common::{Got, Server, request, server};
use conclave_api::{Event, Happening, LiveRef, PinFailure, Request};
use conclave_model::{Prompt, UnixMillis};
use serde_json::json;

const LIVE: &str = "/api/v1/rooms/801/live";

async fn server_with_room() -> Server {
    let server = server().await;
    let body = json!({"title": "Standup"});
    server.json("POST", "/api/v1/rooms", &body).await;
    server
}

fn last_asked(server: &Server) -> Request {
    server.asked().pop().expect("asked")
}

#[tokio::test]
async fn who_waits_is_let_in_or_turned_away() {
    let server = server_with_room().await;
    let waiting = server.get(&format!("{LIVE}/waiting")).await.json();
    assert_eq!(waiting["items"][0]["step"], "pin");
    let bob = format!("{LIVE}/waiting/bob");
    let admitted = json!({"admitted": true});
    assert_eq!(server.json("PATCH", &bob, &admitted).await.status, 204);
    let Request::Admit { key, who } = last_asked(&server) else {
        panic!("not asked");
    };
    assert_eq!((key.as_str(), who.as_str()), ("801", "bob"));
    let gone = request("DELETE", &bob, &[], Body::empty());
    assert_eq!(server.send(gone).await.status, 204);
    assert!(matches!(last_asked(&server), Request::TurnAway { .. }));
    for wrong in [
        json!({}),
        json!({"admitted": false}),
        json!({"admitted": 1}),
    ] {
        let refused = server.json("PATCH", &bob, &wrong).await;
        assert_eq!(refused.problem(), (422, vec!["admitted".to_owned()]));
    }
}

#[tokio::test]
async fn a_prompt_is_played_by_name_and_another_is_answered_with_all_there_are() {
    let server = server_with_room().await;
    let path = format!("{LIVE}/announcements");
    let all = server.get(&path).await.json();
    let names: Vec<&str> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|prompt| prompt["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"room-locked") && !names.contains(&"number-7"));
    let played = server
        .json("POST", &path, &json!({"prompt": "room-locked"}))
        .await;
    assert_eq!(played.status, 202);
    let Request::Announce { prompt, .. } = last_asked(&server) else {
        panic!("not asked");
    };
    assert_eq!(prompt, Prompt::RoomLocked);
    for wrong in ["room-loked", "number-7", ""] {
        let refused = server.json("POST", &path, &json!({"prompt": wrong})).await;
        assert_eq!(refused.problem(), (422, vec!["prompt".to_owned()]));
        assert!(refused.text.contains("muted-hint"), "{}", refused.text);
    }
    assert_eq!(
        server
            .get("/api/v1/rooms/899/live/announcements")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn what_is_set_on_a_participant_is_checked_field_by_field() {
    let server = server_with_room().await;
    let ann = format!("{LIVE}/participants/ann");
    let change = json!({"volume_db": -12, "hand_raised": false, "room": "802"});
    assert_eq!(server.json("PATCH", &ann, &change).await.status, 200);
    let Request::SetParticipant { change, .. } = last_asked(&server) else {
        panic!("not asked");
    };
    assert_eq!(
        (change.volume_db, change.hand_raised),
        (Some(-12), Some(false))
    );
    assert_eq!(change.room.unwrap().as_str(), "802");
    for (wrong, field) in [
        (json!({"volume_db": 21}), "volume_db"),
        (json!({"volume_db": 1.5}), "volume_db"),
        (json!({"volume_db": 1e300}), "volume_db"),
        (json!({"hand_raised": "up"}), "hand_raised"),
        (json!({"room": ""}), "room"),
        (json!({"muted_by": "self"}), "muted_by"),
    ] {
        let refused = server.json("PATCH", &ann, &wrong).await;
        assert_eq!(refused.problem(), (422, vec![field.to_owned()]), "{wrong}");
    }
}

#[tokio::test]
async fn who_may_not_read_numbers_reads_none_of_those_who_wait() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let body = json!({"title": "Standup"});
    owner.send("POST", "/api/v1/rooms", Some(&body)).await;
    let moderator = owner.invite("mo", "moderator").await;
    for path in [LIVE.to_owned(), format!("{LIVE}/waiting")] {
        let seen = owner.get(&path).await.text;
        assert!(seen.contains("+491715550112"), "{seen}");
        let seen = moderator.get(&path).await.text;
        assert!(seen.contains("•••") && !seen.contains("555"), "{seen}");
    }
    let admitted = json!({"admitted": true});
    let auditor = owner.invite("au", "auditor").await;
    let bob = format!("{LIVE}/waiting/bob");
    let refused = auditor.send("PATCH", &bob, Some(&admitted)).await;
    assert_eq!(refused.problem().0, 403);
    let admitted = moderator.send("PATCH", &bob, Some(&admitted)).await;
    assert_eq!(admitted.status, 204);
}

#[tokio::test]
async fn what_happened_in_a_room_is_told_to_who_comes_late() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let body = json!({"title": "Standup"});
    let made = owner
        .send("POST", "/api/v1/rooms", Some(&body))
        .await
        .json();
    let moderator = owner.invite("mo", "moderator").await;
    let at = |room: &str| LiveRef {
        room: room.to_owned(),
        extension: "801".to_owned(),
        title: "Standup".to_owned(),
    };
    let here = made["id"].as_str().unwrap();
    let wrong_pin = Happening::PinFailed(PinFailure {
        at: at(here),
        call: "ca_1".to_owned(),
        from_number: "+491715550112".to_owned(),
        tries_left: 2,
    });
    for what in [
        Happening::SessionStarted(at(here)),
        Happening::SessionStarted(at("another")),
        Happening::SessionLocked(at(here)),
        wrong_pin,
    ] {
        let at = UnixMillis(0);
        server.backend.events.publish(Event { at, what });
    }
    let types = |got: Got| -> Vec<String> {
        let items = got.json()["items"].as_array().unwrap().clone();
        let types = items.iter().map(|item| item["type"].as_str().unwrap());
        types.map(str::to_owned).collect()
    };
    let path = format!("{LIVE}/events");
    let all = ["session.started", "session.locked", "pin.failed"];
    assert_eq!(types(owner.get(&path).await), all);
    assert_eq!(types(moderator.get(&path).await), all[..2], "no calls:read");
    assert_eq!(types(owner.get(&format!("{path}?limit=1")).await), all[2..]);
    let locked = format!("{path}?types=session.locked");
    assert_eq!(types(owner.get(&locked).await), all[1..2]);
    for (wrong, field) in [("limit=0", "limit"), ("types=x", "types"), ("n=1", "n")] {
        let refused = owner.get(&format!("{path}?{wrong}")).await;
        assert_eq!(refused.problem(), (422, vec![field.to_owned()]));
    }
    let nowhere = owner.get("/api/v1/rooms/899/live/events").await;
    assert_eq!(nowhere.status, 404);
}
