//! What an administrator asks for, and when it becomes true.

use std::sync::Arc;
use std::time::Duration;

use conclave_api::{
    LiveChange, LiveView, NewPin, ParticipantChange, ParticipantKey, PinWish, Problem, Request,
    Response, RoomKey,
};
use conclave_contract::Clip;
use conclave_model::{CallEnd, PinOf, PinRole, Prompt, RoomDraft, RoomPatch};

use super::Town;
use super::town::Store;
use crate::{Input, Shelf, StoreFailure};

const SECOND: Duration = Duration::from_secs(1);

fn key(text: &str) -> RoomKey {
    RoomKey::new(text)
}

fn draft(title: &str, extension: Option<&str>) -> RoomDraft {
    let mut draft = RoomDraft::new(title.parse().unwrap());
    draft.extension = extension.map(|extension| extension.parse().unwrap());
    draft
}

fn patch(extension: &str) -> RoomPatch {
    RoomPatch {
        extension: Some(extension.parse().unwrap()),
        ..RoomPatch::default()
    }
}

fn live(town: &mut Town, room: &str) -> LiveView {
    match town.ask(Request::ShowLive(key(room))) {
        Ok(Response::Live(view)) => view,
        other => panic!("{other:?}"),
    }
}

fn detail(result: Result<Response, Problem>) -> String {
    result.unwrap_err().detail
}

#[test]
fn a_room_that_was_created_can_be_dialled_at_once() {
    let mut town = Town::new();
    let created = town
        .ask(Request::CreateRoom(draft("Review", None)))
        .unwrap();
    let Response::RoomCreated(view) = created else {
        panic!("{created:?}");
    };
    assert_eq!(view.extension, "800");
    assert_eq!(town.news(), ["room.created"]);
    let line = town.line("800");
    town.pass(3 * SECOND);
    town.press(line, &view.pin.unwrap());
    town.pass(20 * SECOND);
    assert!(town.studio.leg(line.leg).stage.is_some());
    assert!(town.heard(line).contains(&Prompt::SayYourName));
}

#[test]
fn an_extension_belongs_to_one_room_even_before_it_is_stored() {
    let mut town = Town::new();
    town.store = Store::Dawdles(Vec::new());
    let first = town.ask_later(Request::CreateRoom(draft("One", Some("801"))));
    let second = town.ask(Request::CreateRoom(draft("Two", Some("801"))));
    let problem = second.unwrap_err();
    assert_eq!(problem.status, 409);
    assert_eq!(problem.errors[0].field, "extension");
    assert!(!town.replies.contains_key(&first));
    let next = town.ask_later(Request::CreateRoom(draft("Three", None)));
    let Store::Dawdles(tickets) = std::mem::replace(&mut town.store, Store::Keeps) else {
        panic!("still dawdling");
    };
    for ticket in tickets {
        let result = Ok(());
        town.input(Input::Stored { ticket, result });
    }
    assert!(town.replies.remove(&first).unwrap().is_ok());
    assert!(town.replies.remove(&next).unwrap().is_ok());
    let again = town.ask(Request::CreateRoom(draft("Two", Some("801"))));
    assert!(detail(again).contains("\"One\""));
    town.assert_empty();
}

#[test]
fn what_the_store_does_not_take_has_not_happened() {
    let mut town = Town::with_room();
    town.news();
    town.store = Store::Fails;
    let before = town.node.rooms.dialled("801").unwrap().clone();
    let created = town.ask(Request::CreateRoom(draft("Lost", Some("802"))));
    assert_eq!(created.unwrap_err().status, 503);
    let updated = town.ask(Request::UpdateRoom {
        key: key("801"),
        patch: patch("803"),
        if_version: None,
    });
    assert_eq!(updated.unwrap_err().status, 503);
    let deleted = town.ask(Request::DeleteRoom {
        key: key("801"),
        if_version: None,
    });
    assert_eq!(deleted.unwrap_err().status, 503);
    assert!(town.news().is_empty());
    assert_eq!(town.node.rooms.dialled("801"), Some(&before));
    assert!(town.node.rooms.dialled("802").is_none());
    assert!(town.node.rooms.dialled("803").is_none());
    assert!(town.logs.iter().any(|line| line.contains("disk is full")));
    town.assert_empty();

    town.store = Store::Keeps;
    for extension in ["802", "803"] {
        town.ask(Request::CreateRoom(draft("Found", Some(extension))))
            .unwrap();
    }
}

#[test]
fn changes_of_one_room_follow_each_other() {
    let mut town = Town::with_room();
    town.store = Store::Dawdles(Vec::new());
    let renamed = town.ask_later(Request::UpdateRoom {
        key: key("801"),
        patch: RoomPatch {
            title: Some("Daily".parse().unwrap()),
            ..RoomPatch::default()
        },
        if_version: Some(1),
    });
    let stale = town.ask_later(Request::UpdateRoom {
        key: key("801"),
        patch: patch("805"),
        if_version: Some(1),
    });
    let moved = town.ask_later(Request::UpdateRoom {
        key: key("801"),
        patch: patch("805"),
        if_version: None,
    });
    assert!(town.replies.is_empty());
    let Store::Dawdles(tickets) = std::mem::replace(&mut town.store, Store::Keeps) else {
        panic!("still dawdling");
    };
    assert_eq!(tickets.len(), 1);
    let (ticket, result) = (tickets[0], Ok(()));
    town.input(Input::Stored { ticket, result });
    assert!(town.replies.remove(&renamed).unwrap().is_ok());
    assert_eq!(
        town.replies.remove(&stale).unwrap().unwrap_err().status,
        412
    );
    assert!(town.replies.remove(&moved).unwrap().is_ok());
    let record = town.node.rooms.dialled("805").unwrap();
    assert_eq!(record.title.as_str(), "Daily");
    assert_eq!(record.version, 3);
    assert!(town.node.rooms.dialled("801").is_none());
    town.assert_empty();
}

#[test]
fn a_failure_of_the_store_lets_the_next_change_try() {
    let mut town = Town::with_room();
    town.store = Store::Dawdles(Vec::new());
    let first = town.ask_later(clear_pin(PinOf::Room));
    let second = town.ask_later(Request::UpdateRoom {
        key: key("801"),
        patch: patch("805"),
        if_version: Some(1),
    });
    let Store::Dawdles(tickets) = std::mem::replace(&mut town.store, Store::Keeps) else {
        panic!("still dawdling");
    };
    let sentence = "gone".to_owned();
    let result = Err(StoreFailure { sentence });
    let ticket = tickets[0];
    town.input(Input::Stored { ticket, result });
    assert!(town.replies.remove(&first).unwrap().is_err());
    assert!(town.replies.remove(&second).unwrap().is_ok());
    assert!(town.node.rooms.dialled("805").unwrap().pin.is_some());
}

#[test]
fn values_that_make_no_sense_are_named() {
    let mut town = Town::with_room();
    let mut unknown_music = draft("Jazz", None);
    unknown_music.music = Some(Some("jazz".parse().unwrap()));
    let problem = town.ask(Request::CreateRoom(unknown_music)).unwrap_err();
    assert_eq!(problem.status, 422);
    assert_eq!(problem.errors[0].field, "music");
    assert!(problem.errors[0].accepted.contains("default"));
    let nobody = town.ask(Request::ShowRoom(key("4711")));
    assert_eq!(nobody.unwrap_err().status, 404);
    assert!(town.ask(Request::ShowRoom(key("stanDUP"))).is_ok());
}

#[test]
fn options_name_sounds_that_are_there() {
    let mut town = Town::with_room();
    let named = || RoomPatch {
        options: Some("sound_join=gong".to_owned()),
        ..RoomPatch::default()
    };
    let update = |town: &mut Town| {
        town.ask(Request::UpdateRoom {
            key: key("standup"),
            patch: named(),
            if_version: None,
        })
    };
    let refused = update(&mut town).unwrap_err();
    assert_eq!(refused.errors[0].field, "options");
    assert_eq!(refused.errors[0].line, Some(1));
    let gong = Clip::new(vec![0; 16_000]);
    let shelf: Shelf = [("gong".into(), gong)].into_iter().collect();
    town.input(Input::Sounds(Arc::new(shelf)));
    assert!(update(&mut town).is_ok());
}

#[test]
fn a_patch_that_changes_nothing_makes_no_new_version() {
    let mut town = Town::with_room();
    town.news();
    let same = town.ask(Request::UpdateRoom {
        key: key("801"),
        patch: patch("801"),
        if_version: Some(1),
    });
    let Ok(Response::Room(view)) = same else {
        panic!("{same:?}");
    };
    assert_eq!(view.version, 1);
    assert!(town.news().is_empty());
}

#[test]
fn a_new_pin_holds_for_the_next_caller_and_is_shown_on_request() {
    let mut town = Town::with_room();
    town.news();
    let made = town.ask(new_pin(PinOf::Room, None));
    let Ok(Response::Pin(view)) = made else {
        panic!("{made:?}");
    };
    assert_eq!(town.news(), ["room.updated", "room.pin_changed"]);
    let pin = view.pin.clone().unwrap();
    assert_ne!(pin, "627184");
    assert_eq!(
        town.ask(Request::ShowPin(key("801"))),
        Ok(Response::Pin(view))
    );
    town.enter("801", &pin);
}

fn new_pin(of: PinOf, pin: Option<&str>) -> Request {
    let role = matches!(of, PinOf::Person(_)).then_some(PinRole::Moderator);
    let pin = pin.map_or(PinWish::Generated, |pin| {
        PinWish::These(pin.parse().unwrap())
    });
    Request::NewPin {
        key: key("801"),
        new: NewPin {
            of,
            role,
            profile: None,
            pin,
        },
    }
}

fn clear_pin(of: PinOf) -> Request {
    Request::ClearPin {
        key: key("801"),
        of,
    }
}

#[test]
fn a_room_has_pins_for_moderators_and_for_people_and_none_begins_with_another() {
    let mut town = Town::with_room();
    let anna = || PinOf::Person("Anna".parse().unwrap());
    town.news();
    town.ask(new_pin(PinOf::Moderator, Some("4711"))).unwrap();
    assert_eq!(town.news(), ["room.updated", "room.pin_changed"]);
    for (of, pin) in [
        (anna(), "627184"),
        (anna(), "6271"),
        (anna(), "47112"),
        (PinOf::Room, "4711"),
        (PinOf::Moderator, "62718499"),
    ] {
        let problem = town.ask(new_pin(of, Some(pin))).unwrap_err();
        assert_eq!(problem.status, 409);
        let whole = format!("{problem:?}");
        assert!(!whole.contains(pin) && whole.contains("begins"), "{whole}");
    }
    let Ok(Response::Pin(view)) = town.ask(new_pin(anna(), None)) else {
        panic!("no PIN");
    };
    let pin = view.personal_pins[0].pin.clone();
    assert_eq!(view.moderator_pin.as_deref(), Some("4711"));
    let Ok(Response::Room(room)) = town.ask(Request::ShowRoom(key("801"))) else {
        panic!("no room");
    };
    assert_eq!((room.moderator_pin_set, room.personal_pins), (true, 1));
    town.enter("801", &pin);
    let present = live(&mut town, "801").participants;
    assert_eq!(present[0].name.as_deref(), Some("Anna"));
    town.ask(clear_pin(anna())).unwrap();
    let problem = town.ask(clear_pin(anna())).unwrap_err();
    assert_eq!(problem.errors[0].field, "name");
    town.ask(clear_pin(PinOf::Moderator)).unwrap();
    assert!(town.ask(new_pin(PinOf::Room, Some("4711"))).is_ok());
}

#[test]
fn a_pin_that_is_switched_off_lets_those_at_the_door_in() {
    let mut town = Town::with_room();
    let line = town.line("801");
    town.pass(3 * SECOND);
    town.ask(clear_pin(PinOf::Room)).unwrap();
    town.pass(3 * SECOND);
    assert!(town.studio.leg(line.leg).stage.is_some());
}

#[test]
fn mute_lock_and_rename_are_seen_by_whoever_looks() {
    let mut town = Town::with_room();
    let line = town.enter("801", "627184");
    town.enter("801", "627184");
    town.news();
    let first = live(&mut town, "801").participants[0].id.clone();
    let mute = |muted| Request::SetParticipant {
        key: key("801"),
        who: ParticipantKey::new(&first),
        change: ParticipantChange {
            muted: Some(muted),
            ..ParticipantChange::default()
        },
    };
    town.ask(mute(true)).unwrap();
    assert!(town.studio.leg(line.leg).muted);
    town.ask(mute(true)).unwrap();
    assert_eq!(town.news(), ["participant.muted"]);
    town.ask(mute(false)).unwrap();
    assert!(!town.studio.leg(line.leg).muted);
    assert_eq!(town.news(), ["participant.unmuted"]);

    let all = |muted_all, locked| Request::SetLive {
        key: key("801"),
        change: LiveChange {
            locked,
            muted_all,
            muted_all_but: None,
            recording: None,
        },
        by: "test".to_owned(),
    };
    town.ask(all(Some(true), Some(true))).unwrap();
    let view = live(&mut town, "801");
    assert!(view.locked && view.participants.iter().all(|one| one.muted));
    assert_eq!(
        town.news(),
        ["session.locked", "participant.muted", "participant.muted"]
    );
    town.ask(all(Some(false), Some(false))).unwrap();

    town.news();
    town.ask(Request::SetParticipant {
        key: key("801"),
        who: ParticipantKey::new(&first),
        change: ParticipantChange {
            name: Some("Berta".to_owned()),
            ..ParticipantChange::default()
        },
    })
    .unwrap();
    assert_eq!(town.news(), ["participant.renamed"]);
    let who = ParticipantKey::new("berta");
    let shown = town.ask(Request::ShowParticipant {
        key: key("801"),
        who,
    });
    assert!(matches!(shown, Ok(Response::Participant(view)) if view.id == first));
    let two = town.ask(Request::ShowParticipant {
        key: key("801"),
        who: ParticipantKey::new("0891234567"),
    });
    assert_eq!(two.unwrap_err().status, 409);
}

#[test]
fn who_is_removed_hears_it_and_is_hung_up() {
    let mut town = Town::with_room();
    let first = town.enter("801", "627184");
    let second = town.enter("801", "627184");
    town.news();
    let id = live(&mut town, "801").participants[0].id.clone();
    let who = ParticipantKey::new(&id);
    town.ask(Request::RemoveParticipant {
        key: key("801"),
        who,
    })
    .unwrap();
    assert_eq!(town.studio.leg(first.leg).stage, None);
    assert!(town.heard(first).contains(&Prompt::Removed));
    assert_eq!(town.news(), ["participant.removed", "participant.left"]);
    town.pass(10 * SECOND);
    assert!(town.has_ended(first.session));
    assert!(!town.has_ended(second.session));
    assert_eq!(town.records[0].end, CallEnd::Removed);
}

#[test]
fn ending_a_room_says_goodbye_to_all_and_the_room_can_be_dialled_again() {
    let mut town = Town::with_room();
    let lines = [town.enter("801", "627184"), town.enter("801", "627184")];
    town.news();
    town.ask(Request::EndLive(key("801"))).unwrap();
    for line in lines {
        assert!(town.heard(line).contains(&Prompt::Ended));
    }
    assert_eq!(
        town.news(),
        ["participant.left", "participant.left", "session.ended"]
    );
    town.pass(40 * SECOND);
    assert!(lines.iter().all(|line| town.has_ended(line.session)));
    assert!(town.records.iter().all(|r| r.end == CallEnd::RoomEnded));
    town.assert_empty();
    town.enter("801", "627184");
}

#[test]
fn a_deleted_room_is_gone_for_those_inside_and_those_who_dial() {
    let mut town = Town::with_room();
    let line = town.enter("801", "627184");
    town.news();
    town.ask(Request::DeleteRoom {
        key: key("801"),
        if_version: Some(1),
    })
    .unwrap();
    assert!(town.heard(line).contains(&Prompt::Ended));
    assert_eq!(
        town.news(),
        ["room.deleted", "participant.left", "session.ended"]
    );
    town.dial("801");
    town.pass(40 * SECOND);
    let ends: Vec<CallEnd> = town.records.iter().map(|record| record.end).collect();
    assert!(ends.contains(&CallEnd::RoomEnded) && ends.contains(&CallEnd::NoSuchRoom));
    town.assert_empty();
}

#[test]
fn the_status_counts_what_there_is() {
    let mut town = Town::with_room();
    town.add_room("802", None);
    town.enter("801", "627184");
    town.line("801");
    let status = town.ask(Request::Status);
    let Ok(Response::Counts(counts)) = status else {
        panic!("{status:?}");
    };
    assert_eq!((counts.rooms, counts.rooms_live), (2, 1));
    assert_eq!((counts.participants, counts.calls), (1, 2));
    let listed = town.ask(Request::ListLive);
    assert!(matches!(listed, Ok(Response::Now(now)) if now.items.len() == 1));
}

#[test]
fn a_room_that_is_open_is_found_under_its_context() {
    let mut town = Town::with_room();
    town.add_room("802", None);
    let patch = RoomPatch {
        options: Some("regcontext=conferences".to_owned()),
        ..RoomPatch::default()
    };
    town.ask(Request::UpdateRoom {
        key: key("801"),
        patch,
        if_version: None,
    })
    .unwrap();
    let found = |town: &mut Town, context: Option<&str>| {
        let context = context.map(str::to_owned);
        match town.ask(Request::ListRegistrations { context }) {
            Ok(Response::Registrations(found)) => found,
            other => panic!("{other:?}"),
        }
    };
    assert!(found(&mut town, None).is_empty());
    town.enter("801", "627184");
    let open = found(&mut town, Some("Conferences"));
    assert_eq!(open.len(), 1);
    assert_eq!(
        (open[0].extension.as_str(), open[0].context.as_str()),
        ("801", "conferences")
    );
    assert!(found(&mut town, Some("others")).is_empty());
}
