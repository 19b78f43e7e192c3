//! What others keep to themselves, or answer wrongly: told here in the stream and in the log.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks for one event among all"
)]

use std::time::Duration;

use conclave_api::{
    Happening, LiveChange, MuterName, ParticipantChange, ParticipantKey, Problem, Request,
    Response, RoomKey, SentAwayReason, WaitEnd, WaitOutcome, WaitingStep,
};
use conclave_contract::Direction;
use conclave_model::{CallEnd, Codec, RoomPatch};
use conclave_sdp::{Author, Capabilities};

use super::Town;
use super::town::Line;

const SECOND: Duration = Duration::from_secs(1);
const PIN: &str = "627184";
const MODERATOR_PIN: &str = "4711";

fn key() -> RoomKey {
    RoomKey::new("801")
}

/// A room with these options, which a second PIN opens for moderators.
fn town(user_options: &str) -> Town {
    let mut town = Town::with_room();
    town.ask(Request::UpdateRoom {
        key: key(),
        patch: RoomPatch {
            moderator_pin: Some(Some(MODERATOR_PIN.parse().unwrap())),
            user_options: Some(user_options.to_owned()),
            ..RoomPatch::default()
        },
        if_version: None,
    })
    .unwrap();
    town.happenings.clear();
    town.logs.clear();
    town
}

fn set(town: &mut Town, change: LiveChange) -> Result<Response, Problem> {
    let by = "test".to_owned();
    let key = key();
    town.ask(Request::SetLive { key, change, by })
}

/// At the door, and the PIN typed.
fn comes(town: &mut Town, pin: &str) -> Line {
    let line = town.line("801");
    town.pass(3 * SECOND);
    town.press(line, pin);
    town.pass(SECOND);
    line
}

fn holds(town: &mut Town, line: Line, author: &mut Author, direction: Direction) {
    let wish = Capabilities {
        codecs: vec![Codec::Pcma],
        direction,
        ..Capabilities::default()
    };
    let offer = author.offer(&wish, None);
    town.phone.reinvite(town.now, line.session, offer);
    town.run();
}

fn ended_waits(town: &Town) -> Vec<&WaitEnd> {
    let ended = town.happenings.iter().filter_map(|what| match what {
        Happening::WaitingEnded(end) => Some(end),
        _other => None,
    });
    ended.collect()
}

#[track_caller]
fn assert_told(town: &mut Town, event: &str, in_the_log: &str) {
    let news = town.news();
    assert!(news.contains(&event), "{event} is not in {news:?}");
    let logs = std::mem::take(&mut town.logs);
    let is_logged = logs.iter().any(|line| line.contains(in_the_log));
    assert!(is_logged, "{in_the_log:?} is not in {logs:?}");
}

// Defect 16
#[test]
fn locks_mutes_holds_and_waits_are_told_in_the_stream_and_in_the_log() {
    let mut town = town("wait_marked=yes");
    town.ask(Request::UpdateRoom {
        key: key(),
        patch: RoomPatch {
            moderator_keypad: Some("asterisk".parse().unwrap()),
            ..RoomPatch::default()
        },
        if_version: None,
    })
    .unwrap();
    let waiter = comes(&mut town, PIN);
    assert_told(&mut town, "participant.waiting", "waits for a leader");
    let leader = town.enter("801", MODERATOR_PIN);
    assert_told(&mut town, "participant.waiting_ended", "entered room 801");

    for (locked, event, sentence) in [
        (true, "session.locked", "Room 801 is locked"),
        (false, "session.unlocked", "Room 801 is no longer locked"),
    ] {
        let locked = Some(locked);
        let change = LiveChange {
            locked,
            ..LiveChange::default()
        };
        set(&mut town, change).unwrap();
        assert_told(&mut town, event, sentence);
    }

    let menu = "5=admin_toggle_mute_participants".to_owned();
    let name: conclave_model::confbridge::MenuName = "five".parse().unwrap();
    town.ask(Request::CreateMenu {
        name: name.clone(),
        text: menu,
    })
    .unwrap();
    town.ask(Request::UpdateRoom {
        key: key(),
        patch: RoomPatch {
            moderator_keypad: Some(name),
            ..RoomPatch::default()
        },
        if_version: None,
    })
    .unwrap();
    town.press(leader, "5");
    let each = town.happenings.iter().map(Happening::type_name);
    assert!(each.clone().any(|name| name == "participant.muted"));
    assert_told(&mut town, "session.muted", "has all but moderators muted");
    town.press(leader, "5");
    assert_told(&mut town, "session.unmuted", "lets all speak again");

    let mut author = Author::new(7, [192, 0, 2, 7].into(), 4_000);
    holds(&mut town, waiter, &mut author, Direction::SendOnly);
    assert_told(&mut town, "participant.held", "put us on hold");
    holds(&mut town, waiter, &mut author, Direction::SendRecv);
    assert_told(&mut town, "participant.resumed", "came back from hold");

    town.hang_up(leader);
    assert_told(&mut town, "participant.waiting", "waits for a leader");
}

// Defect 16
#[test]
fn wrong_pins_refusals_and_their_reasons_and_the_end_of_ones_time_are_told() {
    let mut town = town("timeout=20");
    comes(&mut town, "111111");
    assert_told(&mut town, "pin.failed", "typed a wrong PIN");
    assert!(!town.logs.iter().any(|line| line.contains("1111")));

    let first = town.enter("801", PIN);
    let change = LiveChange {
        locked: Some(true),
        ..LiveChange::default()
    };
    set(&mut town, change).unwrap();
    town.happenings.clear();
    comes(&mut town, PIN);
    town.pass(10 * SECOND);
    let refused = ended_waits(&town)
        .iter()
        .any(|end| end.outcome == WaitOutcome::Locked);
    assert!(refused);
    assert_told(&mut town, "call.ended", CallEnd::RoomLocked.sentence());

    town.pass(30 * SECOND);
    assert!(town.has_ended(first.session));
    let sent_away = town.happenings.iter().find_map(|what| match what {
        Happening::ParticipantSentAway(away) => Some(away.reason),
        _other => None,
    });
    assert_eq!(sent_away, Some(SentAwayReason::TimeUp));
    assert_told(&mut town, "call.ended", CallEnd::TimeUp.sentence());
}

// Defect 16
#[test]
fn who_is_refused_at_an_open_door_is_told_of_with_the_reason() {
    let mut town = Town::new();
    town.add_room("801", None);
    let _inside = town.line("801");
    town.pass(3 * SECOND);
    let change = LiveChange {
        locked: Some(true),
        ..LiveChange::default()
    };
    set(&mut town, change).unwrap();
    town.dial("801");
    town.pass(10 * SECOND);
    let end = town.happenings.iter().find_map(|what| match what {
        Happening::CallEnded(call) => Some(call.end.clone()),
        _other => None,
    });
    assert_eq!(end.as_deref(), Some(CallEnd::RoomLocked.code()));
    assert_told(&mut town, "call.ended", CallEnd::RoomLocked.sentence());
}

// Defect 14
#[test]
fn a_room_that_is_not_there_is_no_empty_room() {
    let mut town = Town::with_room();
    let unknown = Request::ShowLive(RoomKey::new("999"));
    assert_eq!(town.ask(unknown).unwrap_err().status, 404);
    let Ok(Response::Live(live)) = town.ask(Request::ShowLive(key())) else {
        panic!("a room that nobody is in is shown");
    };
    assert!(live.participants.is_empty() && live.started_at.is_none());
}

// Defect 15
#[test]
fn where_nobody_is_the_list_is_empty_and_no_error() {
    let mut town = Town::new();
    let Ok(Response::Now(now)) = town.ask(Request::ListLive) else {
        panic!("no list");
    };
    assert!(now.items.is_empty() && now.attention.is_empty());
    assert!(town.ask(Request::ListRooms { query: None }).is_ok());
}

// Defect 17
#[test]
fn everything_that_is_done_to_one_finds_them_by_the_same_names() {
    let mut town = Town::with_room();
    let line = town.enter("801", PIN);
    let _other = town.enter("801", PIN);
    let Ok(Response::Live(live)) = town.ask(Request::ShowLive(key())) else {
        panic!("no view");
    };
    let id = &live.participants[0].id;
    let ways: [fn(ParticipantKey) -> Request; 3] = [
        |who| Request::SetParticipant {
            key: key(),
            who,
            change: ParticipantChange {
                muted: Some(true),
                ..ParticipantChange::default()
            },
        },
        |who| Request::ShowParticipant { key: key(), who },
        |who| Request::RemoveParticipant { key: key(), who },
    ];
    let named = ParticipantChange {
        name: Some("Berta".to_owned()),
        ..ParticipantChange::default()
    };
    let who = ParticipantKey::new(id);
    town.ask(Request::SetParticipant {
        key: key(),
        who,
        change: named,
    })
    .unwrap();
    for way in ways {
        // A beginning finds nobody, and what fits two finds neither.
        for beginning in ["Ber", &id[..8]] {
            let answer = town.ask(way(ParticipantKey::new(beginning)));
            assert_eq!(answer.unwrap_err().status, 404, "{beginning}");
        }
        let both = town.ask(way(ParticipantKey::new("0891234567")));
        assert_eq!(both.unwrap_err().status, 409);
        town.ask(way(ParticipantKey::new("berta"))).unwrap();
    }
    town.pass(10 * SECOND);
    assert!(town.has_ended(line.session));
}

// Regression 35f98d66ac
#[test]
fn all_are_muted_and_the_room_is_locked_while_they_wait() {
    let mut town = town("wait_marked=yes");
    let waiter = comes(&mut town, PIN);
    let change = LiveChange {
        muted_all: Some(true),
        locked: Some(true),
        ..LiveChange::default()
    };
    set(&mut town, change).unwrap();
    town.enter("801", MODERATOR_PIN);
    assert!(town.studio.leg(waiter.leg).muted, "when released too");
    town.press(waiter, "*6");
    assert!(!town.studio.leg(waiter.leg).muted);
}

#[test]
fn a_mute_of_all_by_key_is_seen_as_the_rooms_and_ends_from_outside() {
    let mut town = town("");
    let name: conclave_model::confbridge::MenuName = "five".parse().unwrap();
    town.ask(Request::CreateMenu {
        name: name.clone(),
        text: "5=admin_toggle_mute_participants".to_owned(),
    })
    .unwrap();
    town.ask(Request::UpdateRoom {
        key: key(),
        patch: RoomPatch {
            moderator_keypad: Some(name),
            ..RoomPatch::default()
        },
        if_version: None,
    })
    .unwrap();
    let member = town.enter("801", PIN);
    let moderator = town.enter("801", MODERATOR_PIN);
    town.press(moderator, "5");
    let Ok(Response::Live(live)) = town.ask(Request::ShowLive(key())) else {
        panic!("no view");
    };
    assert!(live.muted && town.studio.leg(member.leg).muted);
    assert_eq!(live.participants[0].muted_by, Some(MuterName::Room));
    town.hang_up(moderator);
    let change = LiveChange {
        muted_all: Some(false),
        ..LiveChange::default()
    };
    set(&mut town, change).unwrap();
    assert_told(&mut town, "session.unmuted", "lets all speak again");
    assert!(!town.studio.leg(member.leg).muted);
    let late = town.enter("801", PIN);
    assert!(!town.studio.leg(late.leg).muted);
}

// Defect 16
#[test]
fn why_a_wait_for_a_leader_ended_is_told() {
    let mut town = town("wait_marked=yes\ntimeout=20");
    comes(&mut town, PIN);
    town.pass(30 * SECOND);
    comes(&mut town, PIN);
    let Ok(Response::Live(live)) = town.ask(Request::ShowLive(key())) else {
        panic!("no view");
    };
    let who = ParticipantKey::new(&live.waiting[0].id);
    town.ask(Request::RemoveParticipant { key: key(), who })
        .unwrap();
    let third = comes(&mut town, PIN);
    town.hang_up(third);
    let outcomes: Vec<WaitOutcome> = ended_waits(&town).iter().map(|end| end.outcome).collect();
    use WaitOutcome::{Gone, Removed, TimeUp};
    assert_eq!(outcomes, [TimeUp, Removed, Gone]);
}

#[test]
fn nothing_is_recorded_where_all_wait() {
    let mut town = town("wait_marked=yes");
    comes(&mut town, PIN);
    let change = LiveChange {
        recording: Some(true),
        ..LiveChange::default()
    };
    assert_eq!(set(&mut town, change).unwrap_err().status, 409);
}

// Regression 9a80b5da22
#[test]
fn a_recording_is_begun_and_ended_from_outside() {
    let mut town = Town::with_room();
    town.enter("801", PIN);
    town.news();
    for (recording, event) in [
        (true, "recording.started"),
        (false, "recording.stopped"),
        (true, "recording.started"),
    ] {
        let change = LiveChange {
            recording: Some(recording),
            ..LiveChange::default()
        };
        for _ in 0..2 {
            set(&mut town, change.clone()).unwrap();
        }
        let news = town.news();
        assert_eq!(news, [event], "once, however often it is said");
    }
}

// Regression 06cc5ae9ff
// Regression 9d3f3a4b0a
#[test]
fn whoever_goes_at_any_moment_leaves_nothing_behind() {
    let mut with_names = Town::with_room();
    let patch = RoomPatch {
        message: Some(true),
        ..RoomPatch::default()
    };
    with_names
        .ask(Request::UpdateRoom {
            key: key(),
            patch,
            if_version: None,
        })
        .unwrap();
    for tenths in 0..140 {
        let town = &mut with_names;
        let line = town.line("801");
        for tenth in 0..tenths {
            town.pass(SECOND / 10);
            if tenth == 30 {
                town.press(line, PIN);
            }
        }
        town.hang_up(line);
        town.pass(120 * SECOND);
        town.assert_empty();
    }
    let joined = with_names
        .records
        .iter()
        .filter(|call| call.joined_at.is_some());
    assert!((20..120).contains(&joined.count()), "some went at the door");
    let asked_for_their_name = ended_waits(&with_names)
        .iter()
        .any(|end| end.waiting.step == WaitingStep::Name && end.outcome == WaitOutcome::Gone);
    assert!(asked_for_their_name);
    assert_eq!(with_names.records.len(), 140);
}
