//! Calls, playlists, status, figures.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use std::time::Duration;

use axum::body::Body;
use common::{request, server};
use conclave_model::{CallEnd, CallId, CallRecord, Chance, RoomId, UnixMillis, limits};
use serde_json::json;

fn call(number: u64, room: Option<RoomId>) -> CallRecord {
    CallRecord {
        id: CallId::mint(UnixMillis(number), &mut Chance::from_seed([3; 32])),
        started_at: UnixMillis(number),
        answered_at: Some(UnixMillis(number)),
        joined_at: None,
        ended_at: UnixMillis(number + 61_500),
        from_number: "+49301".to_owned(),
        from_name: None,
        dialled: "801".to_owned(),
        remote: "192.0.2.7:5060".parse().unwrap(),
        transport: "tcp",
        sip_call_id: "x".to_owned(),
        room,
        room_title: None,
        codec: None,
        pins_wrong: 3,
        end: CallEnd::WrongPin,
        packets_received: 1,
        packets_lost: 0,
        jitter_max: Duration::from_micros(1_500),
    }
}

#[tokio::test]
async fn the_call_log_is_read_page_by_page() {
    let server = server().await;
    let room = server
        .json("POST", "/api/v1/rooms", &json!({"title": "Standup"}))
        .await
        .json();
    let id = room["id"].as_str().unwrap().parse().unwrap();
    let calls: Vec<_> = (1..=5).map(|n| call(n, (n > 2).then_some(id))).collect();
    server.backend.store.put_calls(&calls).await.unwrap();

    let first = server.get("/api/v1/calls?limit=3").await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 3);
    let newest = &first["items"][0];
    assert_eq!(newest["id"], calls[4].id.to_string());
    assert_eq!(newest["end"], "wrong_pin");
    assert_eq!(newest["end_sentence"], "The PIN was wrong three times.");
    assert_eq!(
        (&newest["duration_seconds"], &newest["jitter_max_ms"]),
        (&json!(61), &json!(1.5))
    );
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = server
        .get(&format!("/api/v1/calls?limit=3&cursor={cursor}"))
        .await
        .json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 2);
    assert_eq!(rest["next_cursor"], json!(null));

    for key in ["801", "standup", room["id"].as_str().unwrap()] {
        let found = server
            .get(&format!("/api/v1/calls?room={key}"))
            .await
            .json();
        assert_eq!(found["items"].as_array().unwrap().len(), 3, "{key}");
    }
    assert_eq!(server.get("/api/v1/calls?room=999").await.problem().0, 404);
    let wrong = server.get("/api/v1/calls?cursor=x").await.problem();
    assert_eq!(wrong, (422, vec!["cursor".to_owned()]));
    let shown = server.get(&format!("/api/v1/calls/{}", calls[0].id)).await;
    assert_eq!(shown.json()["from_number"], "+49301");
    for unknown in [call(99, None).id.to_string(), "x".to_owned()] {
        assert_eq!(
            server
                .get(&format!("/api/v1/calls/{unknown}"))
                .await
                .problem()
                .0,
            404
        );
    }
}

#[tokio::test]
async fn a_track_is_taken_in_or_refused_and_nothing_is_left_behind() {
    let server = server().await;
    let before = std::fs::read_dir(server.dir.path()).unwrap().count();
    let put = |path: &str, headers: &[(&str, &str)], body: Vec<u8>| {
        server.send(request("POST", path, headers, Body::from(body)))
    };
    let tracks = "/api/v1/playlists/jazz/tracks";
    let song = format!("{tracks}?file=blue%20in%20green.mp3");
    let added = put(&song, &[("content-type", "audio/mpeg")], vec![0; 300_000]).await;
    assert_eq!(added.status, 201, "{}", added.text);
    assert_eq!(
        added.json(),
        json!({"name": "blue in green.mp3", "seconds": 300_000.0})
    );
    assert_eq!(put(&song, &[], b"noise".to_vec()).await.problem().0, 422);
    assert_eq!(put(&song, &[], Vec::new()).await.problem().0, 400);
    let form = [("content-type", "multipart/form-data; boundary=x")];
    assert_eq!(put(&song, &form, vec![0]).await.problem().0, 415);
    let length = (limits::UPLOAD_BYTES + 1).to_string();
    let refused = put(&song, &[("content-length", &length)], vec![0]).await;
    assert_eq!(refused.problem().0, 413);
    for name in ["", "noext", "..%2fx.mp3", ".x.mp3", "a%00.mp3", "a%5cb.mp3"] {
        let refused = put(&format!("{tracks}?file={name}"), &[], vec![0]).await;
        assert_eq!(refused.problem(), (422, vec!["file".to_owned()]), "{name}");
    }
    let list = server.get("/api/v1/playlists/jazz").await.json();
    assert_eq!(list["tracks"].as_array().unwrap().len(), 1);
    let after = std::fs::read_dir(server.dir.path()).unwrap().count();
    assert_eq!(before, after);

    let track = format!("{tracks}/blue%20in%20green.mp3");
    let delete = || request("DELETE", &track, &[], Body::empty());
    assert_eq!(server.send(delete()).await.status, 204);
    assert_eq!(server.send(delete()).await.problem().0, 404);
}

#[tokio::test]
async fn a_playlist_is_made_and_removed_unless_a_room_plays_it() {
    let server = server().await;
    let made = server
        .json("POST", "/api/v1/playlists", &json!({"name": "late"}))
        .await;
    assert_eq!(
        (made.status, made.header("location")),
        (201, "/api/v1/playlists/late")
    );
    let again = server
        .json("POST", "/api/v1/playlists", &json!({"name": "jazz"}))
        .await;
    assert_eq!(again.problem().0, 409);
    let body = json!({"title": "x", "music": "jazz"});
    assert_eq!(
        server.json("POST", "/api/v1/rooms", &body).await.status,
        201
    );
    let delete = |name: &str| {
        let path = format!("/api/v1/playlists/{name}");
        server.send(request("DELETE", &path, &[], Body::empty()))
    };
    let used = delete("jazz").await;
    assert_eq!(used.problem().0, 409);
    assert!(used.text.contains("801"), "{}", used.text);
    server
        .json("PATCH", "/api/v1/rooms/801", &json!({"music": null}))
        .await;
    assert_eq!(delete("jazz").await.status, 204);
    assert_eq!(delete("default").await.problem().0, 403);
    assert_eq!(delete("NO").await.problem().0, 404);
    assert_eq!(server.get("/api/v1/playlists/none").await.problem().0, 404);
}

#[tokio::test]
async fn the_server_says_how_it_does() {
    let server = server().await;
    let status = server.get("/api/v1/status").await.json();
    assert_eq!(status["version"], "0.1.0");
    assert_eq!(status["participants"], 2);
    assert_eq!(status["load"], "normal");
    assert_eq!(server.get("/healthz").await.text, "ok\n");
    assert_eq!(server.get("/readyz").await.text, "ready\n");
    let metrics = server.get("/metrics").await;
    assert!(
        metrics
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    for line in [
        "conclave_build_info{version=\"0.1.0\"} 1",
        "conclave_rooms_active 1",
        "conclave_participants{state=\"joined\"} 2",
        "conclave_load_level 0",
        "conclave_mix_late_ticks_total 5",
        "conclave_http_answers_total{status=\"2xx\"} 3",
    ] {
        assert!(metrics.text.lines().any(|other| other == line), "{line}");
    }
}
