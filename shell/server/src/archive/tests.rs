//! A recording from its first frame to the program that is run on it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use conclave_engine::{TapeFrame, TapeSource};

use conclave_model::{Chance, RoomId};
use conclave_store::RecordingFilter;
use conclave_web::EventFollower;

use super::*;

/// So many frames, then no more.
struct Frames(std::ops::Range<u64>);

impl TapeSource for Frames {
    fn next(&mut self) -> Option<TapeFrame> {
        self.0.next().map(TapeFrame::silent)
    }

    fn has_ended(&self) -> bool {
        self.0.is_empty()
    }
}

struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let name = format!("conclave-archive-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Directory(path)
    }

    /// A program that writes down its arguments and what it reads.
    fn program(&self) -> Program {
        let path = self.0.join("archive.sh");
        let text = "#!/bin/sh\ncd \"$1\"; printf '%s\\n' \"$@\" >arguments; cat >input\n";
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
        let arguments = vec![self.0.display().to_string()];
        Program { path, arguments }
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.0.join(file)).unwrap()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn name(text: &str) -> ProgramName {
    text.parse().unwrap()
}

fn part(number: u32, begun_at: u64) -> TapePart {
    let mut chance = Chance::from_seed([5; 32]);
    let started_at = UnixMillis(1_700_000_000_000);
    let recording = RecordingRecord {
        id: RecordingId::mint(started_at, &mut chance),
        room: RoomId::mint(started_at, &mut chance),
        room_title: "Board".to_owned(),
        extension: "801".to_owned(),
        started_at,
        ended_at: None,
        state: RecordingState::Running,
        bytes: 0,
        duration: Duration::ZERO,
        participants: 0,
        by: "Ann".to_owned(),
        file_name: "board.opus".to_owned(),
    };
    TapePart {
        recording,
        part: number,
        begun_at: UnixMillis(started_at.0 + begun_at),
    }
}

async fn opened(
    directory: &Path,
    programs: Programs,
) -> (
    Archive,
    mpsc::UnboundedReceiver<EndedPart>,
    Arc<Store>,
    EventFollower,
) {
    let store = Arc::new(Store::open(directory).await.unwrap());
    let events = EventHub::new(UnixMillis(1));
    let follower = events.follow();
    let kept = Duration::from_secs(1_000_000_000);
    let (archive, ended) = Archive::new(Arc::clone(&store), events, kept, programs);
    (archive, ended, store, follower)
}

/// The types of what was told, and the last of it.
async fn told(
    follower: &mut EventFollower,
    count: usize,
) -> (Vec<&'static str>, serde_json::Value) {
    let (mut types, mut last) = (Vec::new(), Vec::new());
    while types.len() < count {
        for told in follower.next(9).await {
            types.push(told.type_name);
            last = told.json.to_vec();
        }
    }
    let last: serde_json::Value = serde_json::from_slice(&last).unwrap();
    (types, last["data"].clone())
}

#[tokio::test]
async fn what_goes_on_is_one_recording_and_its_program_runs_when_it_is_finished() {
    let directory = Directory::new("parts");
    let programs = Programs::new([(name("archive"), directory.program())].into());
    let (mut archive, mut ended, store, mut follower) = opened(&directory.0, programs).await;
    let id = part(1, 0).recording.id;
    archive.begin(part(1, 0), Box::new(Frames(0..50)));
    // At once: the second part waits for the first, whose end is no end of the recording.
    archive.begin(part(2, 60_000), Box::new(Frames(0..100)));
    let first = ended.recv().await.unwrap();
    assert!(!archive.is_over(first));
    let second = ended.recv().await.unwrap();
    assert!(archive.is_over(second));
    let rows = store
        .list_recordings(RecordingFilter::default(), 9)
        .await
        .unwrap();
    let [row] = rows.as_slice() else {
        panic!("{rows:?}");
    };
    assert_eq!((row.id, row.state), (id, RecordingState::Ready));
    assert_eq!(row.started_at.0, 1_700_000_000_000);
    // Between two parts there is a frame that belongs to neither.
    assert_eq!(row.duration.as_millis(), 1_000 + 20 + 2_000);
    assert_eq!(row.ended_at.unwrap().0, row.started_at.0 + 60_000 + 2_020);
    assert!(
        !directory.0.join("arguments").exists(),
        "it is not finished"
    );

    archive.finish_one(id, Some(name("archive")));
    let (types, last) = told(&mut follower, 3).await;
    let expected = [
        "recording.ready",
        "recording.ready",
        "recording.command_finished",
    ];
    assert_eq!(types, expected);
    assert_eq!(last["outcome"], "done", "{last}");
    assert_eq!(last["exit_code"], 0);
    let sound = store.recording_folder(id).join(SOUND_FILE);
    let arguments = directory.read("arguments");
    let arguments: Vec<&str> = arguments.lines().skip(1).collect();
    let (room, id) = (row.room.to_string(), id.to_string());
    let expected = [sound.to_str().unwrap(), "board.opus", "801", &room, &id];
    assert_eq!(arguments, expected);
    let input: serde_json::Value = serde_json::from_str(&directory.read("input")).unwrap();
    assert_eq!(input["recording"]["duration_ms"], 3_020);
    archive.finish().await;
}

#[tokio::test]
async fn a_program_that_is_not_allowed_any_more_is_an_event_and_nothing_runs() {
    let directory = Directory::new("refused");
    let (mut archive, _ended, _store, mut follower) =
        opened(&directory.0, Programs::new(BTreeMap::new())).await;
    archive.begin(part(1, 0), Box::new(Frames(0..5)));
    archive.finish_one(part(1, 0).recording.id, Some(name("archive")));
    let (_, last) = told(&mut follower, 2).await;
    assert_eq!(last["outcome"], "not_started");
    assert_eq!(last["command"], "archive");
    archive.finish().await;
}

#[tokio::test]
async fn what_was_deleted_between_two_parts_begins_anew() {
    let directory = Directory::new("deleted");
    let (mut archive, mut ended, store, _) =
        opened(&directory.0, Programs::new(BTreeMap::new())).await;
    let id = part(1, 0).recording.id;
    archive.begin(part(1, 0), Box::new(Frames(0..50)));
    ended.recv().await.unwrap();
    store.forget_recording(id).await.unwrap();
    archive.begin(part(2, 60_000), Box::new(Frames(0..100)));
    ended.recv().await.unwrap();
    let row = store.show_recording(id).await.unwrap().unwrap();
    assert_eq!(row.state, RecordingState::Ready);
    assert_eq!(row.duration.as_millis(), 2_000);
    archive.finish().await;
}
