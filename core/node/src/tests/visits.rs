//! From one room to another by key and back to the seat, whoever ends it, and nothing left behind.

use std::time::Duration;

use conclave_api::{
    ParticipantChange, ParticipantKey, ParticipantView, Request, Response, RoomKey,
};
use conclave_model::confbridge::MenuName;
use conclave_model::{CallEnd, Prompt, RoomPatch};

use super::Town;
use super::town::Line;
use crate::Input;

const SECOND: Duration = Duration::from_secs(1);
const PIN: &str = "627184";
const OTHER_PIN: &str = "394815";

/// Rooms 801 and 802, each with keys to the other, to itself and to nowhere.
fn town() -> Town {
    let mut town = Town::with_room();
    town.add_room("802", Some(OTHER_PIN));
    town.ask(Request::CreateMenu {
        name: name("ways"),
        text: "1=dialplan_exec(default,801,1)\n2=dialplan_exec(x,802)\n\
               3=dialplan_exec(a,999,7)\n6=toggle_mute\n9=leave_conference"
            .to_owned(),
    })
    .unwrap();
    for room in ["801", "802"] {
        change(&mut town, room, |patch| patch.keypad = Some(name("ways")));
    }
    town
}

fn name(text: &str) -> MenuName {
    text.parse().unwrap()
}

fn change(town: &mut Town, room: &str, change: impl FnOnce(&mut RoomPatch)) {
    let mut patch = RoomPatch::default();
    change(&mut patch);
    town.ask(Request::UpdateRoom {
        key: RoomKey::new(room),
        patch,
        if_version: None,
    })
    .unwrap();
}

fn people(town: &mut Town, room: &str) -> Vec<ParticipantView> {
    match town.ask(Request::ShowLive(RoomKey::new(room))) {
        Ok(Response::Live(live)) => live.participants,
        other => panic!("{other:?}"),
    }
}

/// Whether each who is in the room is away.
fn away(town: &mut Town, room: &str) -> Vec<bool> {
    people(town, room).iter().map(|one| one.away).collect()
}

fn comes(town: &mut Town) -> Line {
    let line = town.enter("801", PIN);
    town.pass(5 * SECOND);
    line
}

fn visits(town: &mut Town, line: Line) {
    town.press(line, "2");
    town.pass(3 * SECOND);
    town.press(line, OTHER_PIN);
    town.pass(3 * SECOND);
}

fn stage(town: &mut Town, line: Line) -> Option<conclave_model::StageId> {
    town.studio.leg(line.leg).stage
}

#[test]
fn one_goes_through_the_other_door_and_comes_back_without_a_pin() {
    let mut town = town();
    let line = comes(&mut town);
    town.press(line, "6");
    let (first, before) = (stage(&mut town, line), people(&mut town, "801"));
    town.news();
    visits(&mut town, line);
    let second = stage(&mut town, line);
    assert!(second.is_some() && second != first);
    assert_eq!(away(&mut town, "801"), [true]);
    assert_eq!(away(&mut town, "802"), [false]);
    assert!(!people(&mut town, "802")[0].muted);
    let news = town.news();
    assert!(news.contains(&"participant.away"), "{news:?}");
    assert!(!news.contains(&"participant.left"), "{news:?}");
    let heard = town.heard(line);
    assert_eq!(
        heard.iter().filter(|it| **it == Prompt::PinPlease).count(),
        2
    );
    town.press(line, "9");
    town.pass(SECOND);
    assert_eq!(stage(&mut town, line), first);
    let after = people(&mut town, "801");
    assert_eq!((after[0].away, after[0].muted), (false, true));
    assert_eq!(
        (&after[0].id, &after[0].joined_at),
        (&before[0].id, &before[0].joined_at)
    );
    assert!(people(&mut town, "802").is_empty());
    assert!(town.news().contains(&"participant.back"));
    let heard = town.heard(line);
    assert_eq!(
        heard.iter().filter(|it| **it == Prompt::PinPlease).count(),
        2
    );
    town.hang_up(line);
    town.pass(60 * SECOND);
    assert_eq!(town.records[0].end, CallEnd::HungUp);
    town.assert_empty();
}

#[test]
fn every_end_over_there_but_hanging_up_leads_back() {
    let ends: [fn(&mut Town, Line); 6] = [
        |town, _| {
            let change = ParticipantChange {
                room: Some(RoomKey::new("801")),
                ..ParticipantChange::default()
            };
            let who = ParticipantKey::new(&people(town, "802")[0].id);
            let key = RoomKey::new("802");
            town.ask(Request::SetParticipant { key, who, change })
                .unwrap();
        },
        |town, _| {
            let who = ParticipantKey::new(&people(town, "802")[0].id);
            let key = RoomKey::new("802");
            town.ask(Request::RemoveParticipant { key, who }).unwrap();
        },
        |town, _| {
            town.ask(Request::EndLive(RoomKey::new("802"))).unwrap();
        },
        |town, _| {
            town.ask(Request::DeleteRoom {
                key: RoomKey::new("802"),
                if_version: None,
            })
            .unwrap();
        },
        |town, line| town.press(line, "9"),
        |town, _| town.pass(Duration::from_secs(61)),
    ];
    for end in ends {
        let mut town = town();
        change(&mut town, "802", |patch| {
            patch.user_options = Some("timeout=60".to_owned());
        });
        let line = comes(&mut town);
        let (first, before) = (stage(&mut town, line), people(&mut town, "801"));
        visits(&mut town, line);
        assert_eq!(away(&mut town, "802"), [false]);
        end(&mut town, line);
        town.pass(6 * SECOND);
        assert_eq!(away(&mut town, "801"), [false]);
        let seat = &people(&mut town, "801")[0].joined_at;
        assert_eq!(seat, &before[0].joined_at, "the same seat");
        assert_eq!(stage(&mut town, line), first);
        town.hang_up(line);
        town.pass(60 * SECOND);
        town.assert_empty();
    }
}

#[test]
fn wrong_pins_and_no_pin_over_there_lead_back() {
    for pin in ["1111#", ""] {
        let mut town = town();
        let line = comes(&mut town);
        let first = stage(&mut town, line);
        town.press(line, "2");
        assert_eq!(stage(&mut town, line), None);
        for _ in 0..3 {
            town.pass(3 * SECOND);
            town.press(line, pin);
        }
        town.pass(60 * SECOND);
        assert_eq!(stage(&mut town, line), first);
        assert_eq!(away(&mut town, "801"), [false]);
        town.hang_up(line);
        town.pass(60 * SECOND);
        town.assert_empty();
    }
}

#[test]
fn the_end_of_the_seat_ends_the_visit_at_the_door_and_inside() {
    let ends: [fn(&mut Town, Line); 4] = [
        |town, _| {
            let who = ParticipantKey::new(&people(town, "801")[0].id);
            let key = RoomKey::new("801");
            town.ask(Request::RemoveParticipant { key, who }).unwrap();
        },
        |town, _| {
            town.ask(Request::EndLive(RoomKey::new("801"))).unwrap();
        },
        |town, line| town.hang_up(line),
        |town, _| town.input(Input::Shutdown),
    ];
    for end in ends {
        for is_inside in [false, true] {
            let mut town = town();
            let line = comes(&mut town);
            if is_inside {
                visits(&mut town, line);
            } else {
                town.press(line, "2");
            }
            end(&mut town, line);
            town.pass(60 * SECOND);
            assert!(people(&mut town, "801").is_empty());
            assert!(people(&mut town, "802").is_empty());
            assert_eq!(town.records.len(), 1);
            let room = town.node.rooms.dialled("801").map(|room| room.id);
            assert_eq!(town.records[0].room, room);
            town.assert_empty();
        }
    }
}

#[test]
fn nowhere_the_own_room_a_locked_one_and_a_second_visit_are_refused_aloud() {
    let mut town = town();
    let line = comes(&mut town);
    let first = stage(&mut town, line);
    for key in ["3", "1"] {
        town.press(line, key);
        assert_eq!(town.heard(line).last(), Some(&Prompt::NotPossible), "{key}");
        assert_eq!(stage(&mut town, line), first);
        town.pass(3 * SECOND);
    }
    visits(&mut town, line);
    let second = stage(&mut town, line);
    for key in ["1", "3"] {
        town.press(line, key);
        assert_eq!(town.heard(line).last(), Some(&Prompt::NotPossible), "{key}");
        assert_eq!(stage(&mut town, line), second);
        town.pass(3 * SECOND);
    }
    town.press(line, "9");
    town.pass(SECOND);
    change(&mut town, "802", |patch| {
        patch.pin = Some(None);
        patch.options = Some("max_members=1".to_owned());
    });
    let other = town.line("802");
    town.pass(5 * SECOND);
    assert_eq!(away(&mut town, "802"), [false]);
    town.press(line, "2");
    assert_eq!(town.heard(line).last(), Some(&Prompt::RoomFull));
    assert_eq!(stage(&mut town, line), first);
    assert_eq!(away(&mut town, "801"), [false]);
    town.hang_up(line);
    town.hang_up(other);
    town.pass(60 * SECOND);
    town.assert_empty();
}

#[test]
fn a_room_that_breaks_leads_back_or_ends_both() {
    for broken in ["801", "802"] {
        let mut town = town();
        let line = comes(&mut town);
        visits(&mut town, line);
        town.node.poison.room = town.node.rooms.dialled(broken).map(|room| room.id);
        let key = RoomKey::new(broken);
        let _ = town.ask(Request::EndLive(key));
        town.node.poison.room = None;
        town.pass(6 * SECOND);
        let seats = away(&mut town, "801");
        assert_eq!(seats, if broken == "802" { vec![false] } else { vec![] });
        town.hang_up(line);
        town.pass(60 * SECOND);
        town.assert_empty();
    }
}
