//! What went wrong in other conferences, as telephones would notice it here: hold, haste, removal.

mod scene;

use conclave_api::{ParticipantKey, Request, Response, RoomKey, WaitingStep};
use conclave_model::{CallEnd, Codec, Prompt};
use conclave_world::{City, Line, MUSIC_HZ, PhoneId, Voice};
use scene::{city, dial, enter, hears, millis, now, participants, seconds, silent, speaking, told};

const PIN: &str = "627184";

/// Where one stands who is not in the room.
fn step(city: &mut City) -> Option<WaitingStep> {
    match city.ask(Request::ShowLive(RoomKey::new("801"))) {
        Ok(Response::Live(live)) => live.waiting.first().map(|one| one.step),
        other => panic!("{other:?}"),
    }
}

fn is_asked_for_the_name(city: &mut City, phone: PhoneId) {
    dial(city, phone, "801");
    city.run(millis(800));
    city.press(phone, PIN);
    assert!(city.run_until(seconds(5), |city| step(city) == Some(WaitingStep::Name)));
}

fn assert_nothing_is_left(city: &City) {
    assert_eq!(city.exchange().ports_taken(), 0);
    assert_eq!(city.exchange().stages_open(), 0);
    assert_eq!(city.exchange().legs_open(), 0);
}

// Regression e77cb32583
#[test]
fn who_comes_in_while_on_hold_is_heard_as_soon_as_they_are_back() {
    // On hold before the PIN is asked for or after; back at the door, or in the room.
    for (holds_ms, comes_back_ms) in [(100, 900), (100, 9_000), (1_500, 9_000)] {
        let mut city = city(Some(PIN), false, false);
        let listener = speaking(&mut city, Codec::Pcma, 0);
        let holder = speaking(&mut city, Codec::Pcmu, 4);
        dial(&mut city, listener, "801");
        city.run(millis(800));
        city.press(listener, PIN);
        city.run(seconds(3));
        dial(&mut city, holder, "801");
        city.run(millis(holds_ms));
        city.hold(holder, true);
        city.run(millis(comes_back_ms / 2));
        city.press_by_info(holder, PIN);
        city.run(millis(comes_back_ms / 2));
        let held = now(&mut city, listener);
        let pitch = Voice::numbered(4).pitch_hz;
        let heard = city.phone(listener).handset.ear.span(pitch, 0.0, 0.01);
        assert_eq!(
            heard, None,
            "{holds_ms} {comes_back_ms}: on hold until {held}"
        );
        city.hold(holder, false);
        city.run(seconds(5));
        assert_eq!(
            participants(&mut city, "801"),
            2,
            "{holds_ms} {comes_back_ms}"
        );
        assert!(hears(&mut city, listener, 4, 1.0) > 0.15, "{holds_ms}");
        assert!(hears(&mut city, holder, 0, 1.0) > 0.15, "{holds_ms}");
    }
}

// Regression b17f7cab95
#[test]
fn two_who_come_in_the_same_instant_hear_each_other_and_no_music() {
    let mut city = city(None, false, true);
    let alone = silent(&mut city, Codec::Pcmu);
    enter(&mut city, alone);
    city.run(seconds(3));
    assert!(city.phone(alone).handset.ear.loudest(MUSIC_HZ, 1.0) > 0.05);
    let [one, other] = [0, 4].map(|voice| speaking(&mut city, Codec::Pcmu, voice));
    for phone in [one, other] {
        city.dial(phone, "801");
    }
    assert!(city.run_until(seconds(5), |city| participants(city, "801") == 3));
    city.run(seconds(3));
    for phone in [alone, one, other] {
        let music = city.phone(phone).handset.ear.loudest(MUSIC_HZ, 1.0);
        assert!(music < 0.005, "{phone:?}: {music}");
    }
    assert!(hears(&mut city, one, 4, 1.0) > 0.15 && hears(&mut city, other, 0, 1.0) > 0.15);
}

// Regression 06cc5ae9ff
// Regression 9d3f3a4b0a
// Regression a92f0a9e83
#[test]
fn who_hangs_up_while_saying_their_name_leaves_nothing_behind() {
    let mut city = city(Some(PIN), true, true);
    for pause_ms in [0, 500, 2_000, 4_000] {
        let caller = speaking(&mut city, Codec::Opus, 2);
        is_asked_for_the_name(&mut city, caller);
        city.run(millis(pause_ms));
        city.hang_up(caller);
        city.run(seconds(2));
        assert_nothing_is_left(&city);
    }
    assert!(city.call_log.iter().all(|call| call.joined_at.is_none()));
}

// Defect 3
#[test]
fn who_is_removed_while_saying_their_name_never_comes_in() {
    let mut city = city(Some(PIN), true, false);
    let caller = speaking(&mut city, Codec::Pcmu, 2);
    is_asked_for_the_name(&mut city, caller);
    city.run(seconds(1));
    let before = now(&mut city, caller);
    let who = ParticipantKey::new(&format!("{}", 1_000 + caller.0));
    let key = RoomKey::new("801");
    assert!(city.ask(Request::TurnAway { key, who }).is_ok());
    city.run(seconds(6));
    assert!(told(&mut city, caller, Prompt::Goodbye, before).is_some());
    assert!(matches!(city.phone(caller).line, Line::Over(_)));
    assert_eq!(city.call_log[0].end, CallEnd::Removed);
    assert_eq!(city.call_log[0].joined_at, None);
    assert_nothing_is_left(&city);
}
