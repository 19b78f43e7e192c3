//! Recordings over HTTP: who may, which part, under which name, and what is never reached.

#![allow(clippy::unwrap_used)] // A test may fail.

#[path = "common/browser.rs"]
mod browser;
mod common;

use std::time::Duration;

use axum::body::Body;
use browser::Browser;
use common::{Got, Server, request, server};
use conclave_model::{Chance, RecordingId, RecordingRecord, RecordingState, RoomId, UnixMillis};
use conclave_store::{SOUND_FILE, WAVEFORM_FILE};
use serde_json::json;

const SOUND: &str = "OggS 0123456789 abcdefghij";

/// A recording with its files; the path of it in the API.
async fn recorded(server: &Server, number: u64, state: RecordingState) -> String {
    recorded_as(server, number, state, "").await
}

/// The same of a room whose options name the file.
async fn recorded_as(
    server: &Server,
    number: u64,
    state: RecordingState,
    file_name: &str,
) -> String {
    let started_at = UnixMillis(1_700_000_000_000 + number);
    let mut chance = Chance::from_seed([3; 32]);
    let runs = state == RecordingState::Running;
    let recording = RecordingRecord {
        id: RecordingId::mint(started_at, &mut chance),
        room: RoomId::mint(UnixMillis(1), &mut chance),
        room_title: "../Böse\"; x=\r\n.exe".to_owned(),
        extension: "801".to_owned(),
        started_at,
        ended_at: (!runs).then_some(UnixMillis(started_at.0 + 4_000)),
        state,
        bytes: SOUND.len() as u64,
        duration: Duration::from_secs(4),
        participants: 2,
        by: "Jens".to_owned(),
        file_name: file_name.to_owned(),
    };
    let store = &server.backend.store;
    store.put_recording(&recording).await.unwrap();
    let folder = store.recording_folder(recording.id);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(SOUND_FILE), SOUND).unwrap();
    let waveform = json!({
        "duration_ms": 0, "peak_ms": 100, "peaks": [0, 255],
        "lanes": [{"participant": "p", "name": "Ann", "number": "+491715550889",
                   "spans": [[0, 900]]}],
    });
    std::fs::write(folder.join(WAVEFORM_FILE), waveform.to_string()).unwrap();
    format!("/api/v1/recordings/{}", recording.id)
}

#[tokio::test]
async fn two_recordings_of_one_name_are_two_and_each_download_has_it() {
    let server = server().await;
    let name = "Bericht \"für alle\".opus";
    let one = recorded_as(&server, 1, RecordingState::Ready, name).await;
    let other = recorded_as(&server, 2, RecordingState::Ready, name).await;
    assert_ne!(one, other);
    for path in [&one, &other] {
        assert_eq!(server.get(path).await.json()["file_name"], name);
        let got = server.get(&format!("{path}/media")).await;
        assert_eq!(got.text, SOUND);
        assert_eq!(
            got.header("content-disposition"),
            "attachment; filename=\"Bericht _f_r alle_.opus\"; \
             filename*=UTF-8''Bericht%20%22f%C3%BCr%20alle%22.opus"
        );
    }
}

async fn part(server: &Server, path: &str, range: &str) -> Got {
    let headers = [("range", range)];
    let asked = request("GET", &format!("{path}/media"), &headers, Body::empty());
    server.send(asked).await
}

#[tokio::test]
async fn the_sound_is_given_whole_and_in_parts_under_a_harmless_name() {
    let server = server().await;
    let path = recorded(&server, 1, RecordingState::Ready).await;
    let whole = server.get(&format!("{path}/media")).await;
    assert_eq!((whole.status, whole.text.as_str()), (200, SOUND));
    for (name, value) in [
        ("content-type", "audio/ogg"),
        ("accept-ranges", "bytes"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        (
            "content-disposition",
            "attachment; filename=\"801-B-se-x-exe-2023-11-14T2213.opus\"",
        ),
    ] {
        assert_eq!(whole.header(name), value);
    }
    for (range, status, text, said) in [
        ("bytes=5-14", 206, "0123456789", "bytes 5-14/26"),
        ("bytes=-4", 206, "ghij", "bytes 22-25/26"),
        ("bytes=20-900", 206, "efghij", "bytes 20-25/26"),
        ("bytes=26-", 416, "", "bytes */26"),
    ] {
        let got = part(&server, &path, range).await;
        assert_eq!((got.status, got.text.as_str()), (status, text), "{range}");
        assert_eq!(got.header("content-range"), said, "{range}");
    }
    let shown = server.get(&path).await.json();
    assert_eq!(shown["state"], "ready");
    assert_eq!(shown["expires_at"], "2023-11-15T22:13:24.001Z");
    let waveform = server.get(&format!("{path}/waveform")).await.json();
    assert_eq!(waveform["duration_ms"], 4_000);
    assert_eq!(waveform["lanes"][0]["number"], "+491715550889");
}

#[tokio::test]
async fn who_may_not_listen_gets_nothing_and_who_listens_is_noted_once() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let path = recorded(&server, 1, RecordingState::Ready).await;
    let moderator = owner.invite("mo", "moderator").await;
    let auditor = owner.invite("ada", "auditor").await;
    let manager = owner.invite("max", "room-manager").await;
    let media = format!("{path}/media");
    let waveform = format!("{path}/waveform");
    let stranger = owner.stranger();
    for of in ["/api/v1/recordings", &path, &media, &waveform] {
        assert_eq!(moderator.get(of).await.problem().0, 403, "{of}");
        assert_eq!(stranger.get(of).await.problem().0, 401, "{of}");
        assert_eq!(auditor.get(of).await.status, 200, "{of}");
    }
    assert_eq!(auditor.delete(&path).await.problem().0, 403);
    for _ in 0..3 {
        assert_eq!(auditor.get(&media).await.text, SOUND);
    }
    // The numbers of callers are a permission of their own.
    let program = owner.program(&["recordings:read"]).await;
    let lanes = program.get(&waveform).await.json()["lanes"].clone();
    assert_eq!(lanes[0]["name"], "Ann");
    assert!(!lanes.to_string().contains("5550"), "{lanes}");
    assert_eq!(manager.delete(&path).await.status, 204);
    assert_eq!(manager.delete(&path).await.problem().0, 404);
    let id = path.rsplit('/').next().unwrap();
    let log = owner.get(&format!("/api/v1/audit?object={id}")).await;
    let lines = log.json()["items"].as_array().unwrap().clone();
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line["name"].as_str().unwrap(),
                line["action"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("max", "recording.deleted"), ("ada", "recording.listened")]
    );
    let folders = std::fs::read_dir(server.dir.path().join("recordings")).unwrap();
    assert_eq!(folders.count(), 0);
}

#[tokio::test]
async fn what_runs_is_neither_played_nor_deleted() {
    let server = server().await;
    let path = recorded(&server, 1, RecordingState::Running).await;
    let shown = server.get(&path).await.json();
    assert_eq!(shown["state"], "running");
    assert!(shown["ended_at"].is_null() && shown["expires_at"].is_null());
    for of in [format!("{path}/media"), format!("{path}/waveform")] {
        assert_eq!(server.get(&of).await.problem().0, 409, "{of}");
    }
    let deleted = request("DELETE", &path, &[], Body::empty());
    assert_eq!(server.send(deleted).await.problem().0, 409);
    let cut = recorded(&server, 2, RecordingState::Failed).await;
    assert_eq!(server.get(&format!("{cut}/media")).await.text, SOUND);
}

#[tokio::test]
async fn no_id_leads_out_of_the_folder_of_recordings() {
    let server = server().await;
    let path = recorded(&server, 1, RecordingState::Ready).await;
    std::fs::write(server.dir.path().join(SOUND_FILE), "secret").unwrap();
    let id = path.rsplit('/').next().unwrap();
    for id in [
        "..".to_owned(),
        "%2e%2e".to_owned(),
        "..%2F..".to_owned(),
        "%2Fetc".to_owned(),
        format!("{id}%2F.."),
        format!("{id}%00"),
        "rc_00000000000000000000000000000000".to_owned(),
    ] {
        let got = server.get(&format!("/api/v1/recordings/{id}/media")).await;
        assert!(matches!(got.status, 400 | 404), "{id}: {}", got.status);
        assert!(!got.text.contains("secret"), "{id}");
    }
    // A sound that is gone is said, not answered with something else.
    let recording = id.parse::<RecordingId>().unwrap();
    let folder = server.backend.store.recording_folder(recording);
    std::fs::remove_dir_all(folder).unwrap();
    let gone = server.get(&format!("{path}/media")).await;
    assert_eq!(gone.problem().0, 404);
    let drawn = server.get(&format!("{path}/waveform")).await.json();
    assert_eq!((&drawn["peaks"], &drawn["lanes"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn the_list_goes_on_where_its_page_ended() {
    let server = server().await;
    for number in 0..5 {
        recorded(&server, number, RecordingState::Ready).await;
    }
    let mut path = "/api/v1/recordings?limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = server.get(&path).await.json();
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|it| it["started_at"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/api/v1/recordings?limit=2&cursor={cursor}");
    }
    assert_eq!(seen.len(), 5);
    assert!(
        seen.is_sorted_by(|a, b| a.as_str() > b.as_str()),
        "{seen:?}"
    );
    let failed = server.get("/api/v1/recordings?state=failed").await.json();
    assert_eq!(failed["items"], json!([]));
    for (query, field) in [
        ("cursor=x", "cursor"),
        ("limit=0", "limit"),
        ("state=done", "state"),
        ("q=1", "q"),
    ] {
        let wrong = server.get(&format!("/api/v1/recordings?{query}")).await;
        assert_eq!(wrong.problem(), (422, vec![field.to_owned()]), "{query}");
    }
}
