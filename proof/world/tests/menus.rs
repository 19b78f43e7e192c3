//! Menus of one's own, pressed on telephones: what is heard, by whom, in which order.

mod scene;

use conclave_api::{ParticipantKey, Request, Response, RoomKey};
use conclave_model::{CallEnd, Codec, Prompt, RoomPatch};
use conclave_world::{City, Line, PhoneId};
use scene::{city, enter, hears, millis, now, participants, seconds, silent, speaking, told};

#[test]
fn sounds_and_deeds_of_one_sequence_come_in_their_order_to_the_one_who_pressed() {
    let mut city = with_menu("5=playback(pin-please&goodbye),toggle_mute,playback(room-locked)");
    let [presses, listens] = [(); 2].map(|()| silent(&mut city, Codec::Pcmu));
    enter(&mut city, presses);
    enter(&mut city, listens);
    city.run(seconds(3));
    let (before, others) = (now(&mut city, presses), now(&mut city, listens));
    city.press(presses, "5");
    city.run(millis(700));
    assert!(!is_muted(&mut city, presses), "the sounds come first");
    // Keys that are pressed meanwhile do not cut them short.
    city.press(presses, "9");
    city.run(seconds(4));
    assert!(is_muted(&mut city, presses));
    let [please, goodbye, locked] = [Prompt::PinPlease, Prompt::Goodbye, Prompt::RoomLocked]
        .map(|prompt| told(&mut city, presses, prompt, before).expect("is said"));
    assert!(
        please.end <= goodbye.start + 0.1 && goodbye.end < locked.start,
        "{please:?} {goodbye:?} {locked:?}"
    );
    assert!(goodbye.end - goodbye.start > 0.3, "{goodbye:?} is whole");
    for prompt in [Prompt::PinPlease, Prompt::Goodbye, Prompt::RoomLocked] {
        assert_eq!(told(&mut city, listens, prompt, others), None);
    }
}

#[test]
fn a_key_stops_a_menu_that_is_being_said_and_leads_on() {
    let mut city = with_menu(
        "*=playback_and_continue(pin-please&goodbye&no-such-room&room-locked)\n*1=playback(only-one)",
    );
    let caller = silent(&mut city, Codec::G722);
    enter(&mut city, caller);
    city.run(seconds(3));
    let before = now(&mut city, caller);
    city.press(caller, "*");
    // A second until nothing longer can follow.
    city.run(millis(1_800));
    assert!(told(&mut city, caller, Prompt::PinPlease, before).is_some());
    city.press(caller, "1");
    city.run(seconds(3));
    assert!(told(&mut city, caller, Prompt::OnlyOne, before).is_some());
    assert_eq!(told(&mut city, caller, Prompt::RoomLocked, before), None);
    let again = now(&mut city, caller);
    city.press(caller, "*1");
    city.run(seconds(3));
    assert!(told(&mut city, caller, Prompt::OnlyOne, again).is_some());
    assert_eq!(told(&mut city, caller, Prompt::PinPlease, again), None);
}

#[test]
fn who_leaves_by_key_hears_goodbye_and_the_call_log_says_how() {
    let mut city = with_menu("8=leave_conference");
    let [goes, stays] = [(); 2].map(|()| silent(&mut city, Codec::Pcma));
    enter(&mut city, goes);
    enter(&mut city, stays);
    city.run(seconds(3));
    let before = now(&mut city, goes);
    city.press(goes, "8");
    city.run(seconds(5));
    assert!(told(&mut city, goes, Prompt::Goodbye, before).is_some());
    assert!(matches!(city.phone(goes).line, Line::Over(_)));
    assert_eq!(city.call_log[0].end, CallEnd::LeftByKey);
    assert_eq!(participants(&mut city, "801"), 1);
}

#[test]
fn one_hears_the_others_softer_by_key_and_they_hear_each_other_as_before() {
    let mut city = with_menu("4=decrease_listening_volume\n5=reset_listening_volume");
    let talks = speaking(&mut city, Codec::G722, 3);
    let [turns, listens] = [(); 2].map(|()| silent(&mut city, Codec::G722));
    for phone in [talks, turns, listens] {
        enter(&mut city, phone);
    }
    city.run(seconds(3));
    let (before, others) = (
        hears(&mut city, turns, 3, 1.0),
        hears(&mut city, listens, 3, 1.0),
    );
    for _ in 0..4 {
        city.press(turns, "4");
        city.run(millis(500));
    }
    city.run(seconds(3));
    // Twelve decibels are a quarter.
    let softer = hears(&mut city, turns, 3, 1.0) / before;
    assert!((0.2..0.3).contains(&softer), "{softer}");
    let same = hears(&mut city, listens, 3, 1.0) / others;
    assert!((0.9..1.1).contains(&same), "{same}");
    city.press(turns, "5");
    city.run(seconds(3));
    let reset = hears(&mut city, turns, 3, 1.0) / before;
    assert!((0.9..1.1).contains(&reset), "{reset}");
}

fn with_menu(text: &str) -> City {
    let mut city = city(None, false, false);
    let made = city.ask(Request::CreateMenu {
        name: "own".parse().expect("a name"),
        text: text.to_owned(),
    });
    assert!(made.is_ok(), "{made:?}");
    let chosen = city.ask(Request::UpdateRoom {
        key: RoomKey::new("801"),
        patch: RoomPatch {
            keypad: Some("own".parse().expect("a name")),
            ..RoomPatch::default()
        },
        if_version: None,
    });
    assert!(chosen.is_ok(), "{chosen:?}");
    city
}

fn is_muted(city: &mut City, phone: PhoneId) -> bool {
    let who = ParticipantKey::new(&format!("{}", 1_000 + phone.0));
    let key = RoomKey::new("801");
    let shown = city.ask(Request::ShowParticipant { key, who });
    let Ok(Response::Participant(participant)) = shown else {
        panic!("{shown:?}");
    };
    participant.muted
}
