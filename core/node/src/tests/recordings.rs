//! What whoever writes a recording is told: which file, under which name, and what is run on it.

use std::time::Duration;

use conclave_api::{LiveChange, Problem, Request, Response, RoomKey};
use conclave_model::RoomPatch;

use super::Town;
use crate::{TapeNews, TapePart};

const SECOND: Duration = Duration::from_secs(1);

fn type_options(town: &mut Town, extension: &str, text: &str) -> Result<Response, Problem> {
    town.ask(Request::UpdateRoom {
        key: RoomKey::new(extension),
        patch: RoomPatch {
            options: Some(text.to_owned()),
            ..RoomPatch::default()
        },
        if_version: None,
    })
}

fn record(town: &mut Town, recording: bool) {
    let change = LiveChange {
        recording: Some(recording),
        ..LiveChange::default()
    };
    let asked = Request::SetLive {
        key: RoomKey::new("801"),
        change,
        by: "Ann".to_owned(),
    };
    town.ask(asked).unwrap();
}

/// The parts that began since the last call.
fn began(town: &mut Town) -> Vec<TapePart> {
    let news = std::mem::take(&mut town.tapes).into_iter();
    news.filter_map(|news| match news {
        TapeNews::Began(part) => Some(*part),
        TapeNews::Speaker(..) | TapeNews::Finished { .. } => None,
    })
    .collect()
}

/// What the recording of a meeting is called, whose options are these.
fn file_name(options: &str) -> String {
    let mut town = Town::new();
    town.add_room("801", None);
    type_options(&mut town, "801", options).unwrap();
    town.line("801");
    town.pass(SECOND * 2);
    record(&mut town, true);
    let [part] = began(&mut town).try_into().unwrap();
    part.recording.file_name
}

#[test]
fn a_file_has_the_name_that_the_options_say_with_the_time_and_without() {
    let with = file_name("record_file=board.wav");
    // In the first minute of the town.
    assert!(
        with.starts_with("board-18000000") && with.ends_with(".opus"),
        "{with}"
    );
    let without = "record_file=board.wav\nrecord_file_timestamp=no";
    assert_eq!(file_name(without), "board.opus");
    assert_eq!(file_name(""), "801-Standup-2027-01-15T0800.opus");
}

#[test]
fn two_rooms_of_one_name_have_two_recordings() {
    let mut town = Town::new();
    let options = "record_conference=yes\nrecord_file=board\nrecord_file_timestamp=no";
    for extension in ["801", "802"] {
        town.add_room(extension, None);
        type_options(&mut town, extension, options).unwrap();
        town.line(extension);
        town.pass(SECOND * 2);
    }
    let [one, other]: [TapePart; 2] = began(&mut town).try_into().unwrap();
    assert_eq!(one.recording.file_name, other.recording.file_name);
    assert_ne!(one.recording.id, other.recording.id);
}

#[test]
fn what_goes_on_keeps_its_beginning_and_what_is_finished_is_told_with_its_program() {
    let mut town = Town::with(|config| {
        config.record_commands = vec!["archive".parse().unwrap()];
    });
    town.add_room("801", None);
    type_options(&mut town, "801", "record_command=archive").unwrap();
    let line = town.line("801");
    town.pass(SECOND * 2);
    record(&mut town, true);
    record(&mut town, false);
    town.pass(SECOND * 60);
    record(&mut town, true);
    let [first, second]: [TapePart; 2] = began(&mut town).try_into().unwrap();
    assert_eq!((first.part, second.part), (1, 2));
    assert_eq!(first.recording, second.recording);
    assert!(second.begun_at.0 >= first.begun_at.0 + 60_000);
    town.hang_up(line);
    let finished = town.tapes.iter().find_map(|news| match news {
        TapeNews::Finished { recording, command } => Some((*recording, command.clone())),
        TapeNews::Began(_) | TapeNews::Speaker(..) => None,
    });
    let (recording, command) = finished.unwrap();
    assert_eq!(recording, first.recording.id);
    assert_eq!(command.unwrap().as_str(), "archive");
}

#[test]
fn a_program_that_is_not_allowed_is_refused_where_it_is_typed() {
    let mut town = Town::with(|config| {
        config.record_commands = vec!["archive".parse().unwrap()];
    });
    town.add_room("801", None);
    let refused = type_options(&mut town, "801", "max_members=3\nrecord_command=other");
    let problem = refused.unwrap_err();
    let [wrong] = problem.errors.as_slice() else {
        panic!("{problem:?}");
    };
    assert_eq!((wrong.field.as_str(), wrong.line), ("options", Some(2)));
    assert_eq!(wrong.value, "record_command=other");
    assert!(wrong.accepted.ends_with(": archive"), "{wrong:?}");
    type_options(&mut town, "801", "record_command=ARCHIVE").unwrap();
}
