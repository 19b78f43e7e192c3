//! At the door: PINs right and wrong, keys of every kind, rooms that take nobody.

mod scene;

use conclave_api::{LiveChange, Request, RoomKey};
use conclave_model::{CallEnd, Codec, Prompt};
use conclave_world::{City, Line, PhoneId};
use scene::{city, dial, now, participants, seconds, silent, told};

#[test]
fn three_wrong_pins_are_told_with_the_tries_left_and_end_in_a_goodbye() {
    let mut city = city(Some("627184"), false, false);
    let caller = at_the_door(&mut city);
    for tries_left in [Prompt::TwoTriesLeft, Prompt::OneTryLeft] {
        let before = now(&mut city, caller);
        city.press(caller, "131313#");
        city.run(seconds(6));
        for prompt in [Prompt::PinWrong, tries_left, Prompt::PinPlease] {
            assert!(
                told(&mut city, caller, prompt, before).is_some(),
                "{prompt:?}"
            );
        }
        assert!(told(&mut city, caller, Prompt::Goodbye, before).is_none());
    }
    let before = now(&mut city, caller);
    city.press(caller, "131313#");
    city.run(seconds(8));
    assert!(told(&mut city, caller, Prompt::Goodbye, before).is_some());
    assert!(told(&mut city, caller, Prompt::PinPlease, before).is_none());
    assert!(matches!(city.phone(caller).line, Line::Over(_)));
    let call = &city.call_log[0];
    assert_eq!((call.end, call.pins_wrong), (CallEnd::WrongPin, 3));
    assert_eq!(call.joined_at, None);
}

#[test]
fn the_pin_is_taken_with_a_pound_and_the_pound_does_nothing_else() {
    let mut city = city(Some("627184"), true, false);
    let caller = at_the_door(&mut city);
    city.press(caller, "627184#");
    city.run(seconds(3));
    // A pound that reached the name's prompt would have skipped it.
    let asked = told(&mut city, caller, Prompt::SayYourName, 0.0).expect("a name is asked for");
    assert!(asked.end - asked.start > 0.25, "{asked:?}");
}

#[test]
fn a_star_starts_the_pin_over_and_costs_no_try() {
    let mut city = city(Some("627184"), false, false);
    let caller = at_the_door(&mut city);
    city.press(caller, "999*627184");
    city.run(seconds(4));
    assert_eq!(participants(&mut city, "801"), 1);
    city.hang_up(caller);
    city.run(seconds(1));
    assert_eq!(city.call_log[0].pins_wrong, 0);
}

#[test]
fn keys_typed_while_the_prompt_plays_cut_it_short() {
    let mut city = city(Some("627184"), false, false);
    let caller = silent(&mut city, Codec::Pcma);
    dial(&mut city, caller, "801");
    city.run(scene::millis(650));
    city.press(caller, "627184");
    city.run(seconds(3));
    let prompt = told(&mut city, caller, Prompt::PinPlease, 0.0).expect("it had begun");
    assert!(prompt.end - prompt.start < 0.35, "{prompt:?}");
    assert_eq!(participants(&mut city, "801"), 1);
}

#[test]
fn who_types_nothing_is_reminded_and_then_let_go() {
    let mut city = city(Some("627184"), false, false);
    let caller = at_the_door(&mut city);
    let before = now(&mut city, caller);
    city.run(seconds(15));
    assert!(told(&mut city, caller, Prompt::PinPlease, before + 2.0).is_some());
    city.run(seconds(25));
    assert_eq!(city.call_log[0].end, CallEnd::NoPin);
}

#[test]
fn an_unknown_number_is_told_so_before_it_is_refused() {
    let mut city = city(None, false, false);
    let caller = silent(&mut city, Codec::Pcmu);
    city.dial(caller, "999");
    city.run(seconds(1));
    assert_eq!(city.phone(caller).line, Line::Ringing);
    city.run(seconds(5));
    assert_eq!(city.phone(caller).line, Line::Refused(404));
    assert!(told(&mut city, caller, Prompt::NoSuchRoom, 0.0).is_some());
    assert_eq!(city.call_log[0].end, CallEnd::NoSuchRoom);
    assert_eq!(city.exchange().ports_taken(), 0);
}

#[test]
fn a_locked_room_says_that_it_is_locked_and_an_unlocked_one_takes_the_next() {
    let mut city = city(None, false, false);
    let [inside, outside, late] = [(); 3].map(|()| silent(&mut city, Codec::Pcmu));
    scene::enter(&mut city, inside);
    set_locked(&mut city, true);
    city.dial(outside, "801");
    city.run(seconds(6));
    assert!(told(&mut city, outside, Prompt::RoomLocked, 0.0).is_some());
    assert!(told(&mut city, outside, Prompt::NoSuchRoom, 0.0).is_none());
    assert_eq!(city.call_log[0].end, CallEnd::RoomLocked);
    set_locked(&mut city, false);
    scene::enter(&mut city, late);
    assert_eq!(participants(&mut city, "801"), 2);
}

#[test]
fn a_phone_that_waits_for_our_offer_gets_in_and_is_heard() {
    let mut city = city(None, false, false);
    let late = scene::speaking(&mut city, Codec::Pcma, 0);
    let other = silent(&mut city, Codec::Opus);
    city.phone(late).wait_for_their_offer();
    for phone in [late, other] {
        scene::enter(&mut city, phone);
    }
    city.run(seconds(4));
    assert!(scene::hears(&mut city, other, 0, 2.0) > 0.15);
}

/// A caller of room 801 who was just asked for the PIN.
fn at_the_door(city: &mut City) -> PhoneId {
    let caller = silent(city, Codec::Pcma);
    dial(city, caller, "801");
    city.run(seconds(2));
    assert!(told(city, caller, Prompt::PinPlease, 0.0).is_some());
    caller
}

fn set_locked(city: &mut City, locked: bool) {
    let change = LiveChange {
        locked: Some(locked),
        ..LiveChange::default()
    };
    let key = RoomKey::new("801");
    let by = "test".to_owned();
    let reply = city.ask(Request::SetLive { key, change, by });
    assert!(reply.is_ok(), "{reply:?}");
}
