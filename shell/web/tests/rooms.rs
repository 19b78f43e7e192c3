//! The contract of /rooms: what comes in, what goes out, and what a refusal names.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use axum::body::Body;
use common::{request, server};
use conclave_api::Request;
use serde_json::json;

#[tokio::test]
async fn a_room_is_made_shown_changed_and_removed() {
    let server = server().await;
    let made = server
        .json("POST", "/api/v1/rooms", &json!({"title": "Standup"}))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["pin"], "627184");
    assert_eq!(made.header("etag"), "\"1\"");
    let location = made.header("location").to_owned();
    assert_eq!(
        location,
        format!("/api/v1/rooms/{}", made.json()["id"].as_str().unwrap())
    );

    for path in [
        location.as_str(),
        "/api/v1/rooms/801",
        "/api/v1/rooms/standup",
    ] {
        let shown = server.get(path).await;
        assert_eq!(shown.status, 200);
        assert_eq!(shown.json()["title"], "Standup");
        assert_eq!(shown.json()["pin_set"], true);
        assert!(!shown.text.contains("627184"));
    }

    let changed = server
        .json_with(
            "PATCH",
            &location,
            &json!({"title": "Sync"}),
            &[("if-match", "\"1\"")],
        )
        .await;
    assert_eq!((changed.status, changed.header("etag")), (200, "\"2\""));
    assert_eq!(changed.json()["title"], "Sync");

    let gone = server
        .send(request("DELETE", &location, &[], Body::empty()))
        .await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    assert_eq!(server.get(&location).await.problem().0, 404);
}

#[tokio::test]
async fn a_version_that_is_not_the_newest_changes_nothing() {
    let server = server().await;
    server
        .json("POST", "/api/v1/rooms", &json!({"title": "Standup"}))
        .await;
    let room = "/api/v1/rooms/801";
    for tag in ["\"7\"", "W/\"1\"", "\"x\""] {
        let stale = server
            .json_with("PATCH", room, &json!({"title": "x"}), &[("if-match", tag)])
            .await;
        assert_eq!(stale.problem().0, 412, "{tag}");
    }
    let same = server
        .send(request(
            "GET",
            room,
            &[("if-none-match", "\"1\"")],
            Body::empty(),
        ))
        .await;
    assert_eq!(
        (same.status, same.text.as_str(), same.header("etag")),
        (304, "", "\"1\"")
    );
    let other = server
        .send(request(
            "GET",
            room,
            &[("if-none-match", "\"0\"")],
            Body::empty(),
        ))
        .await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn every_wrong_field_is_named_and_the_brain_is_not_asked() {
    let server = server().await;
    let body = json!({"extension": "0", "titel": "x", "pin": "12ab"});
    let refused = server.json("POST", "/api/v1/rooms", &body).await;
    let (status, fields) = refused.problem();
    assert_eq!(status, 422);
    assert_eq!(fields, ["title", "extension", "pin", "titel"]);
    assert!(!refused.text.contains("12ab"));
    assert_eq!(server.asked(), []);
}

#[tokio::test]
async fn a_pin_is_shown_set_generated_and_switched_off() {
    let server = server().await;
    server
        .json(
            "POST",
            "/api/v1/rooms",
            &json!({"title": "Standup", "pin": null}),
        )
        .await;
    let path = "/api/v1/rooms/801/pin";
    assert_eq!(server.get(path).await.json()["pin"], json!(null));
    let set = server.json("POST", path, &json!({"pin": "4711"})).await;
    assert_eq!((set.status, &set.json()["pin"]), (201, &json!("4711")));
    let made = server.send(request("POST", path, &[], Body::empty())).await;
    assert_eq!((made.status, &made.json()["pin"]), (201, &json!("627184")));
    let off = server
        .send(request("DELETE", path, &[], Body::empty()))
        .await;
    assert_eq!(off.status, 204);
    assert_eq!(
        server.get("/api/v1/rooms/801").await.json()["pin_set"],
        false
    );
    let refused = server.json("POST", path, &json!({"pin": "0x12"})).await;
    assert_eq!(refused.problem(), (422, vec!["pin".to_owned()]));
}

#[tokio::test]
async fn the_list_comes_in_pages_by_length_of_extension() {
    let server = server().await;
    for extension in ["801", "99", "1000", "802"] {
        let body = json!({"title": "x", "extension": extension});
        assert_eq!(
            server.json("POST", "/api/v1/rooms", &body).await.status,
            201
        );
    }
    let mut seen = Vec::new();
    let mut path = "/api/v1/rooms?limit=3".to_owned();
    loop {
        let page = server.get(&path).await.json();
        for room in page["items"].as_array().unwrap() {
            seen.push(room["extension"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/api/v1/rooms?limit=3&cursor={cursor}");
    }
    assert_eq!(seen, ["99", "801", "802", "1000"]);

    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("lmit=1", "lmit"),
    ] {
        let refused = server.get(&format!("/api/v1/rooms?{query}")).await;
        assert_eq!(refused.problem(), (422, vec![field.to_owned()]), "{query}");
    }
    server.get("/api/v1/rooms?q=stand%20up").await;
    let query = Some("stand up".to_owned());
    assert_eq!(server.asked().last(), Some(&Request::ListRooms { query }));
}

#[tokio::test]
async fn live_changes_reach_the_brain_as_they_were_meant() {
    let server = server().await;
    server
        .json("POST", "/api/v1/rooms", &json!({"title": "Standup"}))
        .await;
    let live = "/api/v1/rooms/801/live";
    assert_eq!(
        server.get(live).await.json()["participants"][0]["name"],
        "Ann"
    );
    let set = server.json("PATCH", live, &json!({"locked": true})).await;
    assert_eq!(set.status, 200);
    let Some(Request::SetLive { change, .. }) = server.asked().pop() else {
        panic!("not asked");
    };
    assert_eq!((change.locked, change.muted_all), (Some(true), None));
    let refused = server.json("PATCH", live, &json!({"locked": 1})).await;
    assert_eq!(refused.problem(), (422, vec!["locked".to_owned()]));
    for wrong in [
        json!({"muted_all_but": 7}),
        json!({"muted_all_but": "ann", "muted_all": true}),
    ] {
        let refused = server.json("PATCH", live, &wrong).await;
        assert_eq!(refused.problem(), (422, vec!["muted_all_but".to_owned()]));
    }

    let ann = "/api/v1/rooms/801/live/participants/ann";
    let set = server
        .json("PATCH", ann, &json!({"muted": true, "name": "Ann B."}))
        .await;
    assert_eq!(set.status, 200);
    let Some(Request::SetParticipant { change, .. }) = server.asked().pop() else {
        panic!("not asked");
    };
    assert_eq!(
        (change.muted, change.name.as_deref()),
        (Some(true), Some("Ann B."))
    );
    assert_eq!(
        server
            .get("/api/v1/rooms/801/live/participants/bob")
            .await
            .problem()
            .0,
        404
    );
    let ended = server
        .send(request("DELETE", live, &[], Body::empty()))
        .await;
    assert_eq!(ended.status, 204);
    assert_eq!(server.get("/api/v1/live").await.json()["items"], json!([]));
    let all = server
        .get("/api/v1/rooms/801/live/participants")
        .await
        .json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}
