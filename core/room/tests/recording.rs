//! When a meeting is recorded because the options say so.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod hall;

use std::time::Duration;

use conclave_model::{RecordingId, RoomPatch, UnixMillis};
use conclave_room::{RecordingAsker, RoomNews};
use hall::Hall;

fn options(text: &str) -> RoomPatch {
    RoomPatch {
        options: Some(text.to_owned()),
        ..RoomPatch::default()
    }
}

/// As whoever owns chance does when a recording is asked for.
fn start(hall: &mut Hall, millis: u64) -> RecordingId {
    let id = RecordingId::mint(UnixMillis(millis), &mut hall.chance);
    hall.act(|room, turn| room.start_recording(turn, id, "record_conference"));
    id
}

#[test]
fn the_first_who_comes_begins_it_and_the_last_who_goes_ends_it() {
    let mut hall = Hall::new();
    hall.change(options("record_conference=yes"));
    let waiting = hall.new_guest();
    hall.arrive(waiting).unwrap();
    assert!(hall.recording_asked.is_empty(), "nobody is in yet");
    let anna = hall.enters(500);
    assert_eq!(hall.recording_asked, [RecordingAsker::Options]);
    let id = start(&mut hall, 1);
    assert_eq!(hall.taping, Some(id));
    hall.enters(500);
    assert_eq!(hall.recording_asked.len(), 1, "one recording for all");
    hall.leaves(anna);
    assert_eq!(hall.taping, Some(id));
}

#[test]
fn that_it_is_recorded_is_told_before_that_nobody_else_is_there() {
    let mut hall = Hall::without_music();
    hall.change(options("record_conference=yes"));
    hall.enters(500);
    let only_one = |hall: &Hall| hall.plays.iter().any(|(.., words)| words == "only-one");
    assert!(!only_one(&hall));
    start(&mut hall, 1);
    hall.wait(Duration::from_secs(3));
    assert!(!only_one(&hall), "{:?}", hall.announced);
    hall.announcement_ends();
    assert!(only_one(&hall));

    // Where there are too many recordings none begins, and it is said all the same.
    let mut hall = Hall::without_music();
    hall.change(options("record_conference=yes"));
    hall.enters(500);
    hall.wait(Duration::from_secs(3));
    assert!(only_one(&hall));
}

#[test]
fn whoever_ends_it_by_hand_has_ended_it_until_all_have_gone() {
    let mut hall = Hall::new();
    hall.change(options("record_conference=yes"));
    let at_door = hall.new_guest();
    hall.arrive(at_door).unwrap();
    let anna = hall.enters(500);
    start(&mut hall, 1);
    hall.act(|room, turn| room.stop_recording(turn));
    let ben = hall.enters(500);
    assert_eq!(hall.recording_asked.len(), 1);
    hall.leaves(anna);
    hall.leaves(ben);
    hall.enters(500);
    assert_eq!(hall.recording_asked.len(), 2, "another meeting");
}

#[test]
fn it_begins_at_once_when_it_is_switched_on_and_never_where_it_is_off() {
    let mut hall = Hall::new();
    hall.enters(500);
    assert!(hall.recording_asked.is_empty());
    hall.change(options("record_conference=yes"));
    assert_eq!(hall.recording_asked, [RecordingAsker::Options]);
}

/// What was told of the ends of recordings: the parts, and what is finished.
fn ends(hall: &Hall) -> (usize, Vec<(RecordingId, Option<String>)>) {
    let stopped = |news: &&RoomNews| matches!(news, RoomNews::RecordingStopped { .. });
    let finished = hall.news.iter().filter_map(|news| {
        let RoomNews::RecordingFinished { recording, command } = news else {
            return None;
        };
        Some((*recording, command.as_ref().map(ToString::to_string)))
    });
    (hall.news.iter().filter(stopped).count(), finished.collect())
}

fn stop(hall: &mut Hall) {
    hall.act(|room, turn| room.stop_recording(turn));
}

fn running(hall: &Hall) -> (RecordingId, u32) {
    let recording = hall.room.recording().unwrap();
    (recording.id, recording.file.part)
}

#[test]
fn a_second_recording_of_a_meeting_goes_on_in_the_first_and_is_finished_with_the_meeting() {
    let mut hall = Hall::new();
    hall.change(options("record_command=archive"));
    let anna = hall.enters(500);
    let first = start(&mut hall, 1);
    let begun = hall.room.recording().unwrap().file.begun;
    stop(&mut hall);
    assert_eq!(ends(&hall), (1, vec![]));
    hall.wait(std::time::Duration::from_secs(60));
    let unused = start(&mut hall, 2);
    assert_ne!(unused, first);
    assert_eq!(running(&hall), (first, 2));
    assert_eq!(hall.taping, Some(first));
    assert_eq!(hall.room.recording().unwrap().file.begun, begun);
    hall.leaves(anna);
    let archived = (first, Some("archive".to_owned()));
    assert_eq!(ends(&hall), (2, vec![archived]));
    hall.enters(500);
    let second = start(&mut hall, 3);
    assert_eq!(running(&hall), (second, 1), "another meeting");
}

#[test]
fn without_append_each_recording_is_a_file_and_finished_when_it_stops() {
    let mut hall = Hall::new();
    hall.change(options("record_file_append=no"));
    hall.enters(500);
    let first = start(&mut hall, 1);
    stop(&mut hall);
    assert_eq!(ends(&hall), (1, vec![(first, None)]));
    let second = start(&mut hall, 2);
    assert_eq!(running(&hall), (second, 1));
    hall.change(options("record_file_append=no\nrecord_options=a"));
    stop(&mut hall);
    start(&mut hall, 3);
    assert_eq!(running(&hall), (second, 2), "the letter says so");
}

#[test]
fn a_file_of_another_name_begins_anew_and_so_does_one_that_ended_by_itself() {
    let mut hall = Hall::new();
    hall.enters(500);
    let first = start(&mut hall, 1);
    stop(&mut hall);
    hall.change(options("record_file=board.wav"));
    let second = start(&mut hall, 2);
    assert_eq!(running(&hall), (second, 1));
    assert_eq!(ends(&hall).1, [(first, None)]);
    hall.act(|room, turn| room.recording_ended(turn, second));
    assert_eq!(ends(&hall).1.len(), 2);
    let third = start(&mut hall, 3);
    assert_eq!(running(&hall), (third, 1));
}
