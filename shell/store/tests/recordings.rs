//! Recordings as rows and folders: listed, mended, forgotten.

#![allow(clippy::unwrap_used)] // A test may fail.

use std::time::Duration;

use conclave_model::{Chance, RecordingId, RecordingRecord, RecordingState, RoomId, UnixMillis};
use conclave_store::{RecordingFilter, SOUND_FILE, Store};

fn recording(number: u64, room: RoomId) -> RecordingRecord {
    let started_at = UnixMillis(1_700_000_000_000 + number);
    RecordingRecord {
        id: RecordingId::mint(started_at, &mut Chance::from_seed([3; 32])),
        room,
        room_title: "Ann'); DROP TABLE recordings; --".to_owned(),
        extension: "801".to_owned(),
        started_at,
        ended_at: Some(UnixMillis(started_at.0 + 60_000)),
        state: RecordingState::Ready,
        bytes: u64::MAX >> 1,
        duration: Duration::from_millis(60_020),
        participants: 7,
        by: "Jens".to_owned(),
        file_name: "Vorstand \"A\"-1700000000.opus".to_owned(),
    }
}

fn room(number: u64) -> RoomId {
    RoomId::mint(UnixMillis(number), &mut Chance::from_seed([4; 32]))
}

#[tokio::test]
async fn recordings_are_listed_page_by_page_and_by_room_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let mut kept: Vec<_> = (0..5).map(|n| recording(n, room(n % 2))).collect();
    kept[4].state = RecordingState::Running;
    kept[4].ended_at = None;
    for recording in &kept {
        store.put_recording(recording).await.unwrap();
    }
    // What has become of it takes the place of what was known before.
    kept[3].state = RecordingState::Failed;
    store.put_recording(&kept[3]).await.unwrap();
    store.close().await;

    let store = Store::open(dir.path()).await.unwrap();
    kept.reverse();
    let mut filter = RecordingFilter::default();
    let first = store.list_recordings(filter, 3).await.unwrap();
    filter.before = first.last().map(|recording| recording.id);
    let second = store.list_recordings(filter, 3).await.unwrap();
    assert_eq!([first, second].concat(), kept);
    let filter = RecordingFilter {
        room: Some(room(1)),
        ..RecordingFilter::default()
    };
    let of_one = store.list_recordings(filter, 9).await.unwrap();
    assert_eq!(of_one, [kept[1].clone(), kept[3].clone()]);
    let filter = RecordingFilter {
        state: Some(RecordingState::Failed),
        ..RecordingFilter::default()
    };
    let failed = store.list_recordings(filter, 9).await.unwrap();
    assert_eq!(failed, kept[1..2]);
    assert_eq!(store.running_recordings().await.unwrap(), kept[..1]);
    let shown = store.show_recording(kept[2].id).await.unwrap();
    assert_eq!(shown.as_ref(), Some(&kept[2]));
}

#[tokio::test]
async fn what_is_old_is_forgotten_with_its_files_and_what_runs_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let [old, new, mut running] = [1, 100_000, 2].map(|n| recording(n, room(1)));
    running.state = RecordingState::Running;
    running.ended_at = None;
    let folders = [&old, &new, &running].map(|it| store.recording_folder(it.id));
    for (recording, folder) in [&old, &new, &running].into_iter().zip(&folders) {
        store.put_recording(recording).await.unwrap();
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join(SOUND_FILE), "sound").unwrap();
    }
    let before = UnixMillis(old.ended_at.unwrap().0 + 1);
    let (forgotten, failure) = store.forget_recordings(before).await;
    assert!(failure.is_none(), "{failure:?}");
    assert_eq!(forgotten, std::slice::from_ref(&old));
    assert_eq!(store.forget_recordings(before).await.0, []);
    assert_eq!(
        folders.clone().map(|folder| folder.exists()),
        [false, true, true]
    );
    assert_eq!(store.show_recording(old.id).await.unwrap(), None);
    // Files that are gone already do not keep the row.
    std::fs::remove_dir_all(&folders[1]).unwrap();
    store.forget_recording(new.id).await.unwrap();
    assert_eq!(store.show_recording(new.id).await.unwrap(), None);
    assert!(dir.path().join("recordings").exists());
}

#[tokio::test]
async fn one_that_cannot_be_deleted_does_not_keep_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let old: Vec<_> = (0..150).map(|n| recording(n, room(1))).collect();
    for recording in &old {
        store.put_recording(recording).await.unwrap();
    }
    std::fs::create_dir_all(dir.path().join("recordings")).unwrap();
    std::fs::write(store.recording_folder(old[120].id), "no folder").unwrap();
    let (gone, failure) = store.forget_recordings(UnixMillis(u64::MAX >> 1)).await;
    assert_eq!(gone.len(), 149);
    let failure = failure.unwrap().to_string();
    assert!(failure.contains(&old[120].id.to_string()), "{failure}");
    let left = store.list_recordings(RecordingFilter::default(), 9).await;
    assert_eq!(left.unwrap(), old[120..121]);
}
