//! Numbers that are no room, dialled and gone to by key: taken, ended, and never a room's too.

use std::sync::Arc;
use std::time::Duration;

use conclave_api::{
    ExtensionView, ParticipantKey, ParticipantView, Problem, Request, Response, RoomKey,
};
use conclave_contract::Clip;
use conclave_model::{
    CallEnd, CallMoment, CallOutcome, CallVerdict, Extension, HouseService, Prompt, RoomDraft,
    RoomPatch, limits,
};
use conclave_room::Shelf;

use super::Town;
use super::town::{Line, Store};
use crate::Input;

const SECOND: Duration = Duration::from_secs(1);
const PIN: &str = "627184";

/// A room 801 with keys to the echo test at 899 and to our goodbye at 898, which comes first.
fn town() -> Town {
    let mut town = Town::with_room();
    put(&mut town, "899", "echo", None).unwrap();
    put(&mut town, "898", "sound", Some("removed")).unwrap();
    let text = "1=dialplan_exec(default,899,1)\n2=dialplan_exec(default,898,1)\n6=toggle_mute";
    let name = "ways".parse().unwrap();
    let text = text.to_owned();
    town.ask(Request::CreateMenu { name, text }).unwrap();
    let patch = RoomPatch {
        keypad: Some("ways".parse().unwrap()),
        ..RoomPatch::default()
    };
    town.ask(Request::UpdateRoom {
        key: RoomKey::new("801"),
        patch,
        if_version: None,
    })
    .unwrap();
    town.news();
    town
}

fn number(text: &str) -> Extension {
    text.parse().unwrap()
}

fn put(
    town: &mut Town,
    extension: &str,
    kind: &str,
    sound: Option<&str>,
) -> Result<Response, Problem> {
    town.ask(Request::PutExtension {
        extension: number(extension),
        service: HouseService::read(kind, sound).unwrap(),
    })
}

fn numbers(town: &mut Town) -> Vec<String> {
    match town.ask(Request::ListExtensions) {
        Ok(Response::Extensions(all)) => all.into_iter().map(|one| one.extension).collect(),
        other => panic!("{other:?}"),
    }
}

fn seat(town: &mut Town) -> ParticipantView {
    match town.ask(Request::ShowLive(RoomKey::new("801"))) {
        Ok(Response::Live(live)) => live.participants[0].clone(),
        other => panic!("{other:?}"),
    }
}

fn comes(town: &mut Town) -> Line {
    let line = town.enter("801", PIN);
    town.pass(5 * SECOND);
    line
}

fn draft(extension: &str) -> RoomDraft {
    let mut draft = RoomDraft::new("Large".parse().unwrap());
    draft.extension = Some(number(extension));
    draft
}

#[test]
fn who_dials_the_echo_test_is_told_and_then_echoed_until_the_key() {
    let mut town = town();
    let line = town.line("899");
    assert!(town.heard(line).is_empty());
    town.pass(SECOND);
    assert_eq!(town.heard(line), [Prompt::EchoTest]);
    assert!(!town.studio.leg(line.leg).echoes);
    town.pass(2 * SECOND);
    let leg = town.studio.leg(line.leg);
    assert!(leg.echoes && leg.stage.is_none());
    town.press(line, "5");
    town.pass(60 * SECOND);
    assert!(town.studio.leg(line.leg).echoes);
    town.press(line, "#");
    assert!(!town.studio.leg(line.leg).echoes);
    assert_eq!(town.heard(line), [Prompt::EchoTest, Prompt::Goodbye]);
    town.pass(60 * SECOND);
    assert!(town.has_ended(line.session));
    let record = &town.records[0];
    assert_eq!((record.end, record.room), (CallEnd::LeftByKey, None));
    let verdict = CallVerdict::of(record);
    assert_eq!(verdict.outcome, CallOutcome::EchoTested(CallEnd::LeftByKey));
    assert_eq!(town.news(), ["call.started", "call.ended"]);
    town.assert_empty();
}

#[test]
fn an_echo_test_ends_by_itself_and_with_the_server() {
    let mut town = town();
    let line = town.line("899");
    town.pass(limits::ECHO_TEST);
    assert!(town.studio.leg(line.leg).echoes);
    town.pass(10 * SECOND);
    assert_eq!(town.records[0].end, CallEnd::TimeUp);
    let line = town.line("899");
    town.pass(10 * SECOND);
    town.input(Input::Shutdown);
    assert!(!town.studio.leg(line.leg).echoes);
    assert_eq!(town.heard(line).last(), Some(&Prompt::Goodbye));
    town.pass(60 * SECOND);
    assert_eq!(town.records[1].end, CallEnd::Shutdown);
    assert!(town.shutdown_complete);
    town.assert_empty();
}

#[test]
fn an_announcement_is_said_once_in_the_place_of_a_room() {
    let mut town = town();
    let line = town.line("898");
    town.pass(3 * SECOND);
    assert_eq!(town.heard(line), [Prompt::Removed, Prompt::Goodbye]);
    town.pass(60 * SECOND);
    assert!(town.has_ended(line.session));
    let record = &town.records[0];
    assert_eq!(record.end, CallEnd::SoundOver);
    assert!(record.timeline.has(CallMoment::SoundPlayed));
    assert!(!CallVerdict::of(record).is_problem());
    town.assert_empty();
}

#[test]
fn one_goes_there_by_key_and_comes_back_muted_as_before() {
    for (key, back) in [("1", "#"), ("2", "")] {
        let mut town = town();
        let line = comes(&mut town);
        town.press(line, "6");
        town.pass(3 * SECOND);
        let (first, before) = (town.studio.leg(line.leg).stage, seat(&mut town));
        town.news();
        town.press(line, key);
        town.pass(SECOND);
        let leg = town.studio.leg(line.leg);
        assert!(leg.stage.is_none() && !leg.muted);
        assert!(seat(&mut town).away);
        town.pass(SECOND);
        if key == "1" {
            town.pass(60 * SECOND);
            assert!(town.studio.leg(line.leg).echoes);
        }
        town.press(line, back);
        town.pass(2 * SECOND);
        let leg = town.studio.leg(line.leg);
        assert_eq!((leg.stage, leg.echoes, leg.muted), (first, false, true));
        let after = seat(&mut town);
        assert_eq!((&after.id, after.away), (&before.id, false));
        assert!(!town.heard(line).contains(&Prompt::Goodbye));
        let news = town.news();
        assert!(news.starts_with(&["participant.away"]), "{news:?}");
        assert!(news.contains(&"participant.back"), "{news:?}");
        town.hang_up(line);
        town.pass(60 * SECOND);
        assert!(town.records[0].timeline.has(CallMoment::CameBack));
        let outcome = CallVerdict::of(&town.records[0]).outcome;
        assert_eq!(outcome, CallOutcome::Joined(CallEnd::HungUp));
        town.assert_empty();
    }
}

#[test]
fn the_end_of_the_seat_ends_the_visit() {
    let ends: [fn(&mut Town, Line); 5] = [
        |town, _| {
            let who = ParticipantKey::new(&seat(town).id);
            let key = RoomKey::new("801");
            town.ask(Request::RemoveParticipant { key, who }).unwrap();
        },
        |town, _| {
            town.ask(Request::EndLive(RoomKey::new("801"))).unwrap();
        },
        |town, line| town.hang_up(line),
        |town, _| town.input(Input::Shutdown),
        |town, _| {
            town.node.poison.room = town.node.rooms.dialled("801").map(|room| room.id);
            let _ = town.ask(Request::EndLive(RoomKey::new("801")));
            town.node.poison.room = None;
        },
    ];
    for end in ends {
        let mut town = town();
        let line = comes(&mut town);
        town.press(line, "1");
        town.pass(5 * SECOND);
        assert!(town.studio.leg(line.leg).echoes);
        end(&mut town, line);
        town.pass(60 * SECOND);
        let room = town.node.rooms.dialled("801").map(|room| room.id);
        assert_eq!((town.records.len(), town.records[0].room), (1, room));
        town.assert_empty();
    }
}

#[test]
fn a_number_is_a_rooms_or_not_and_never_both() {
    let mut town = town();
    assert_eq!(numbers(&mut town), ["898", "899"]);
    let problem = put(&mut town, "801", "echo", None).unwrap_err();
    assert_eq!(
        (problem.status, &*problem.errors[0].field),
        (409, "extension")
    );
    let problem = town.ask(Request::CreateRoom(draft("899"))).unwrap_err();
    assert_eq!(
        (problem.status, &*problem.errors[0].field),
        (409, "extension")
    );
    assert!(problem.detail.contains("the echo test"), "{problem:?}");
    let patch = RoomPatch {
        extension: Some(number("898")),
        ..RoomPatch::default()
    };
    let (key, if_version) = (RoomKey::new("801"), None);
    let request = Request::UpdateRoom {
        key,
        patch,
        if_version,
    };
    assert_eq!(town.ask(request).unwrap_err().status, 409);
    let deleted = town.ask(Request::DeleteExtension(number("898")));
    assert_eq!(deleted, Ok(Response::Done));
    let again = town.ask(Request::DeleteExtension(number("898")));
    assert_eq!(again.unwrap_err().status, 404);
    assert_eq!(town.news(), ["extension.deleted"]);
    town.ask(Request::CreateRoom(draft("898"))).unwrap();
    assert_eq!(numbers(&mut town), ["899"]);
    // While the store thinks about it, the number is taken all the same.
    town.store = Store::Dawdles(Vec::new());
    let service = HouseService::EchoTest;
    let extension = number("700");
    town.ask_later(Request::PutExtension { extension, service });
    let problem = town.ask(Request::CreateRoom(draft("700"))).unwrap_err();
    assert_eq!(problem.status, 409);
    let waits = town.ask_later(Request::DeleteExtension(number("700")));
    town.store_catches_up();
    assert_eq!(town.replies[&waits], Ok(Response::Done));
    assert_eq!(numbers(&mut town), ["899"]);
}

#[test]
fn a_free_number_for_a_room_is_none_of_these() {
    let mut town = Town::new();
    put(&mut town, "800", "echo", None).unwrap();
    let mut draft = draft("777");
    draft.extension = None;
    match town.ask(Request::CreateRoom(draft)) {
        Ok(Response::RoomCreated(room)) => assert_eq!(room.extension, "801"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_stored_is_not_so() {
    let mut town = Town::new();
    town.store = Store::Fails;
    assert_eq!(put(&mut town, "899", "echo", None).unwrap_err().status, 503);
    assert!(numbers(&mut town).is_empty());
    let session = town.dial("899");
    town.pass(20 * SECOND);
    assert_eq!(town.refusal(session), Some(404));
}

#[test]
fn a_sound_of_the_operators_must_be_there_when_it_is_chosen_and_is_missed_aloud() {
    let mut town = Town::new();
    let problem = put(&mut town, "888", "sound", Some("acme-hours")).unwrap_err();
    assert_eq!((problem.status, &*problem.errors[0].field), (422, "sound"));
    let clip = Clip::new(vec![0_i16; 16_000]);
    let shelf = Shelf::from_iter([(Arc::from("acme-hours"), clip)]);
    town.input(Input::Sounds(Arc::new(shelf)));
    let view = match put(&mut town, "888", "sound", Some("acme-hours")) {
        Ok(Response::Extension(view)) => view,
        other => panic!("{other:?}"),
    };
    assert_eq!(view.sound.as_deref(), Some("acme-hours"));
    town.input(Input::Sounds(Arc::default()));
    let line = town.line("888");
    town.pass(SECOND);
    assert_eq!(town.heard(line), [Prompt::Sorry]);
}

#[test]
fn a_number_is_changed_in_its_place_and_keeps_its_birthday() {
    let mut town = town();
    let before = view(&mut town);
    town.pass(60 * SECOND);
    put(&mut town, "899", "sound", Some("goodbye")).unwrap();
    let after = view(&mut town);
    assert_eq!(after.created_at, before.created_at);
    assert_eq!(after.sound.as_deref(), Some("goodbye"));
    assert_eq!(town.news(), ["extension.updated"]);
}

fn view(town: &mut Town) -> ExtensionView {
    match town.ask(Request::ListExtensions) {
        Ok(Response::Extensions(all)) => all[1].clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_too_many_at_once_is_told_that_the_server_is_busy() {
    let mut town = town();
    let line = comes(&mut town);
    let others: Vec<Line> = (0..limits::SERVICE_CALLS)
        .map(|_| town.line("899"))
        .collect();
    let refused = town.dial("899");
    town.press(line, "1");
    assert_eq!(town.heard(line).last(), Some(&Prompt::ServerBusy));
    assert!(!seat(&mut town).away);
    town.pass(20 * SECOND);
    assert_eq!(town.refusal(refused), Some(503));
    assert_eq!(town.records[0].room, None);
    town.hang_up(others[0]);
    town.line("899");
}
