//! What is put into the store comes out of it again, also after it was closed.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use std::os::unix::fs::PermissionsExt;

use common::{call, room};
use conclave_model::UnixMillis;
use conclave_store::{CallFilter, KeptAnswer, Store, StoreError};

#[tokio::test]
async fn a_room_survives_a_restart_with_every_field() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let first = room(2);
    let mut second = room(1);
    second.pin = None;
    second.music = None;
    store.put_room(&first).await.unwrap();
    store.put_room(&second).await.unwrap();
    second.version = 2;
    second.title = "Renamed".parse().unwrap();
    store.put_room(&second).await.unwrap();
    store.close().await;

    let store = Store::open(dir.path()).await.unwrap();
    assert_eq!(
        store.load_rooms().await.unwrap(),
        [second.clone(), first.clone()]
    );
    store.delete_room(second.id).await.unwrap();
    store.delete_room(second.id).await.unwrap();
    assert_eq!(store.load_rooms().await.unwrap(), [first]);
}

#[tokio::test]
async fn two_rooms_cannot_have_one_extension() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let first = room(1);
    let mut second = room(2);
    second.extension = first.extension.clone();
    store.put_room(&first).await.unwrap();
    let error = store.put_room(&second).await.unwrap_err();
    assert!(matches!(error, StoreError::ExtensionTaken), "{error}");
    assert_eq!(store.load_rooms().await.unwrap(), [first]);
}

#[tokio::test]
async fn the_call_log_is_read_page_by_page_and_by_room() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let standup = room(1).id;
    let calls: Vec<_> = (0..7)
        .map(|number| call(number, (number % 2 == 0).then_some(standup)))
        .collect();
    store.put_calls(&calls[..6]).await.unwrap();
    store.put_call(&calls[6]).await.unwrap();

    let mut seen = Vec::new();
    let mut filter = CallFilter::default();
    loop {
        let page = store.list_calls(filter, 3).await.unwrap();
        filter.before = page.last().map(|call| call.id);
        seen.extend(page.clone());
        if page.len() < 3 {
            break;
        }
    }
    seen.reverse();
    assert_eq!(seen, calls);

    let filter = CallFilter {
        room: Some(standup),
        before: None,
    };
    assert_eq!(store.list_calls(filter, 100).await.unwrap().len(), 4);
    let shown = store.show_call(calls[3].id).await.unwrap();
    assert_eq!(shown.as_ref(), Some(&calls[3]));
    assert_eq!(store.show_call(call(99, None).id).await.unwrap(), None);
}

#[tokio::test]
async fn calls_too_old_or_too_many_are_forgotten_the_oldest_first() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let calls: Vec<_> = (0..20).map(|number| call(number, None)).collect();
    store.put_calls(&calls).await.unwrap();
    let left = async || {
        let mut left = store.list_calls(CallFilter::default(), 100).await.unwrap();
        left.reverse();
        left
    };
    assert_eq!(store.forget_calls(UnixMillis(0), 20).await.unwrap(), 0);
    let sixth = calls[5].ended_at;
    assert_eq!(store.forget_calls(sixth, 20).await.unwrap(), 5);
    assert_eq!(left().await, calls[5..]);
    assert_eq!(store.forget_calls(sixth, 12).await.unwrap(), 3);
    assert_eq!(left().await, calls[8..]);
}

#[tokio::test]
async fn an_answer_is_kept_until_it_is_too_old() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let answer = KeptAnswer {
        fingerprint: vec![1, 2, 3],
        status: 201,
        etag: Some("\"1\"".to_owned()),
        location: None,
        body: b"{}".to_vec(),
    };
    let at = UnixMillis;
    store
        .keep_answer("a", &answer, at(1_000), at(0))
        .await
        .unwrap();
    assert!(store.kept_answer("a", at(1_000)).await.unwrap() == Some(answer.clone()));
    assert!(store.kept_answer("b", at(0)).await.unwrap().is_none());
    assert!(store.kept_answer("a", at(1_001)).await.unwrap().is_none());

    store
        .keep_answer("b", &answer, at(2_000), at(1_500))
        .await
        .unwrap();
    assert!(
        store.kept_answer("a", at(0)).await.unwrap().is_none(),
        "forgotten"
    );
}

#[tokio::test]
async fn nobody_else_can_read_the_data_directory() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("deep/data");
    let store = Store::open(&dir).await.unwrap();
    store.put_room(&room(1)).await.unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for entry in std::fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn a_second_server_is_kept_out() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let error = Store::open(dir.path()).await.err().unwrap();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    store.close().await;
    Store::open(dir.path()).await.unwrap();
}
