//! Backups over HTTP: who gets one, what is refused, and what is said of it.

#![allow(clippy::unwrap_used)] // A test may fail.

#[path = "common/browser.rs"]
mod browser;
mod common;

use axum::body::{Body, Bytes};
use browser::Browser;
use common::{Server, request, server};
use conclave_model::UnixMillis;
use conclave_store::{SessionRow, Store};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// The file and how long it was said to be.
async fn download(server: &Server, path: &str) -> (Bytes, u64) {
    let request = request("GET", path, &[], Body::empty());
    let response = server.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("content-type"), "application/x-tar");
    let named = header("content-disposition");
    assert!(
        named.starts_with("attachment; filename=\"conclave-20"),
        "{named}"
    );
    assert!(named.ends_with(".conclave-backup\""), "{named}");
    let length = header("content-length").parse().unwrap();
    (
        response.into_body().collect().await.unwrap().to_bytes(),
        length,
    )
}

async fn restore(server: &Server, query: &str, body: Bytes) -> common::Got {
    let path = format!("/api/v1/system/restore{query}");
    let kind = [("content-type", "application/octet-stream")];
    server
        .send(request("POST", &path, &kind, Body::from(body)))
        .await
}

async fn actions(server: &Server) -> Vec<String> {
    let lines = server.backend.store.audit(None, Some("backup"), 9).await;
    let lines = lines.unwrap().into_iter();
    lines.map(|line| line.action).collect()
}

#[tokio::test]
async fn a_backup_is_as_long_as_it_says_and_noted_when_it_was_sent() {
    let server = server().await;
    std::fs::create_dir_all(server.dir.path().join("recordings/re_1")).unwrap();
    std::fs::write(server.dir.path().join("recordings/re_1/a.ogg"), [0; 9_000]).unwrap();
    let none = server.get("/api/v1/system/backups").await.json();
    assert_eq!(none["last"], serde_json::Value::Null);

    let (without, length) = download(&server, "/api/v1/system/backup").await;
    assert_eq!(without.len() as u64, length);
    let (with, length) = download(&server, "/api/v1/system/backup?recordings=true").await;
    assert_eq!(with.len() as u64, length);
    assert!(with.len() > without.len() + 9_000);

    let last = server.get("/api/v1/system/backups").await.json();
    assert_eq!(last["last"]["by"], "the command line");
    let made = "system.backup_made";
    let begun = "system.backup_begun";
    assert_eq!(actions(&server).await, [made, begun, made, begun]);
    let wrong = server.get("/api/v1/system/backup?recordings=some").await;
    assert_eq!(wrong.problem(), (422, vec!["recordings".to_owned()]));
}

#[tokio::test]
async fn a_check_changes_nothing_and_a_restore_waits_for_calls() {
    let server = server().await;
    let (backup, _) = download(&server, "/api/v1/system/backup").await;
    let checked = restore(&server, "?check=true", backup.clone()).await;
    assert_eq!(checked.status, 200);
    let checked = checked.json();
    assert_eq!(checked["state"], "checked");
    assert_eq!(checked["backup"]["rooms"], 0);
    assert_eq!(checked["calls"], 3);
    assert!(!server.dir.path().join("restore").exists());

    // The brain of these tests counts three calls.
    let refused = restore(&server, "", backup.clone()).await;
    assert_eq!(refused.problem().0, 409);
    assert!(refused.text.contains("force=true"), "{}", refused.text);
    assert!(!server.dir.path().join("restore").exists());

    let done = restore(&server, "?force=true", backup).await;
    assert_eq!(
        (done.status, done.json()["state"].as_str()),
        (202, Some("restarting"))
    );
    assert!(server.dir.path().join("restore/ready/conclave.db").exists());
    // Told once, and not forgotten although nobody listened yet.
    server.backend.restart.notified().await;
    let left = std::fs::read_dir(server.dir.path()).unwrap();
    let left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<_> = left
        .filter(|name| name.contains('-') && !name.contains(".db-"))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "no upload and no copy stays");
}

#[tokio::test]
async fn what_is_no_backup_is_refused_in_a_sentence() {
    let server = server().await;
    let (backup, _) = download(&server, "/api/v1/system/backup").await;
    let cut = backup.slice(..backup.len() - 2_048);
    let mut damaged = backup.to_vec();
    damaged[2_000] ^= 1;
    for body in [cut, damaged.into(), Bytes::from_static(b"a song")] {
        let refused = restore(&server, "?force=true", body).await;
        assert_eq!(refused.problem().0, 422, "{}", refused.text);
        assert!(
            refused.text.contains("nothing was changed"),
            "{}",
            refused.text
        );
    }
    assert_eq!(
        restore(&server, "?force=true", Bytes::new())
            .await
            .problem()
            .0,
        400
    );
    let json = [("content-type", "application/json")];
    let path = "/api/v1/system/restore";
    let got = server
        .send(request("POST", path, &json, Body::from("{}")))
        .await;
    assert_eq!(got.problem().0, 415);
    let huge = [("content-length", "99999999999999")];
    let got = server
        .send(request("POST", path, &huge, Body::from("x")))
        .await;
    assert_eq!(got.problem().0, 413);
    assert!(!server.dir.path().join("restore").exists());
    assert_eq!(actions(&server).await.len(), 2, "only the backup");
}

#[tokio::test]
async fn whoever_was_signed_in_then_signs_in_anew() {
    let server = server().await;
    let hash = [7; 32];
    let session = SessionRow {
        user: None,
        created_at: UnixMillis(1),
        used_at: UnixMillis(1),
    };
    let store = &server.backend.store;
    store.open_session(&hash, session, 9).await.unwrap();
    let (backup, _) = download(&server, "/api/v1/system/backup").await;
    restore(&server, "?force=true", backup).await;
    let ready = server.dir.path().join("restore/ready");
    let restored = Store::open(&ready).await.unwrap();
    assert!(restored.session(&hash).await.unwrap().is_none());
    assert!(store.session(&hash).await.unwrap().is_some());
    let audit = restored.audit(None, Some("backup"), 1).await.unwrap();
    assert_eq!(audit[0].action, "system.restored");
}

#[tokio::test]
async fn nobody_becomes_an_owner_by_a_file_of_their_own() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let (backup, _) = download(&server, "/api/v1/system/backup").await;
    let (check, restore) = (
        "/api/v1/system/restore?check=true",
        "/api/v1/system/restore?force=true",
    );
    let admin = owner.invite("adam", "admin").await;
    let program = owner.program(&["system:write"]).await;
    for who in [&admin, &program] {
        assert_eq!(who.upload(check, backup.clone()).await.status, 200);
        let refused = who.upload(restore, backup.clone()).await;
        assert_eq!(refused.problem().0, 403);
        assert!(refused.text.contains("only an owner"), "{}", refused.text);
    }
    let moderator = owner.invite("mo", "moderator").await;
    let auditor = owner.invite("al", "auditor").await;
    for who in [&moderator, &auditor] {
        assert_eq!(who.upload(check, backup.clone()).await.problem().0, 403);
        let taken = who.get("/api/v1/system/backup").await;
        assert_eq!(taken.problem().0, 403);
    }
    let told = auditor.get("/api/v1/system/backups").await;
    assert_eq!(told.status, 200, "when the last one was made is no secret");
    let forged = owner.clone().without("x-conclave-csrf");
    assert_eq!(
        forged.upload(restore, backup.clone()).await.problem().0,
        403
    );
    let stranger = owner.stranger();
    assert_eq!(
        stranger.upload(restore, backup.clone()).await.problem().0,
        401
    );
    assert!(!server.dir.path().join("restore").exists());
    assert_eq!(owner.upload(restore, backup).await.status, 202);
}

#[tokio::test]
async fn a_backup_that_was_taken_is_told_and_one_that_was_cut_off_is_not() {
    let server = server().await;
    let mut told = server.backend.events.follow();
    let request = request("GET", "/api/v1/system/backup", &[], Body::empty());
    let response = server.router.clone().oneshot(request).await.unwrap();
    drop(response);
    // The next one begins when the one that was cut off is given up.
    let (_, length) = download(&server, "/api/v1/system/backup").await;
    let events = told.next(9).await;
    let told: Vec<_> = events.iter().map(|one| one.type_name).collect();
    assert_eq!(told, ["system.backup_done"]);
    let json: serde_json::Value = serde_json::from_slice(&events[0].json).unwrap();
    let data = serde_json::json!({"bytes": length, "recordings": false});
    assert_eq!(json["data"], data);
    assert_eq!(json["by"]["name"], "the command line");
    let begun = "system.backup_begun";
    assert_eq!(actions(&server).await, ["system.backup_made", begun, begun]);
}
