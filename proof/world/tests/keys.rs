//! Keys, however a phone sends them: each press is one digit.

mod scene;

use conclave_api::{ParticipantKey, Request, Response, RoomKey};
use conclave_model::Codec;
use conclave_world::{City, PhoneId, Weather};
use scene::{city, dial, enter, millis, participants, seconds, silent, speaking};

#[test]
fn keys_that_come_as_sip_info_are_keys() {
    let mut city = city(Some("627184"), false, false);
    let caller = at_the_door(&mut city, Codec::Pcma);
    for key in "627184".chars() {
        city.press_by_info(caller, &key.to_string());
        city.run(millis(150));
    }
    city.run(seconds(1));
    assert_eq!(participants(&mut city, "801"), 1);
}

#[test]
fn keys_that_come_as_tones_in_the_sound_are_keys_in_every_codec() {
    for codec in Codec::ALL {
        let mut city = city(Some("627184"), false, false);
        let caller = silent(&mut city, codec);
        city.phone(caller).forget_telephone_events();
        dial(&mut city, caller, "801");
        city.run(seconds(2));
        city.phone(caller).handset.press_tones("627184");
        city.run(seconds(3));
        assert_eq!(participants(&mut city, "801"), 1, "{codec}");
    }
}

/// Some phones send both. A digit counted twice would make the PIN a wrong one.
#[test]
fn a_key_that_comes_as_event_and_as_info_is_one_press() {
    let mut city = city(Some("662884"), false, false);
    let caller = at_the_door(&mut city, Codec::Pcma);
    for key in "662884".chars() {
        city.press(caller, &key.to_string());
        city.run(millis(60));
        city.press_by_info(caller, &key.to_string());
        city.run(millis(340));
    }
    city.run(seconds(2));
    assert_eq!(participants(&mut city, "801"), 1);
    city.hang_up(caller);
    city.run(seconds(1));
    assert_eq!(city.call_log[0].pins_wrong, 0);
}

#[test]
fn keys_get_through_a_storm_once_each() {
    let mut city = city(Some("662884"), false, false);
    let caller = at_the_door(&mut city, Codec::Pcma);
    city.phone(caller).set_weather(Weather::STORM);
    city.press(caller, "662884");
    city.run(seconds(3));
    assert_eq!(participants(&mut city, "801"), 1);
}

#[test]
fn star_six_mutes_and_unmutes_whoever_presses_it() {
    let mut city = city(None, false, false);
    let listener = silent(&mut city, Codec::G722);
    let talker = speaking(&mut city, Codec::Pcmu, 3);
    enter(&mut city, listener);
    enter(&mut city, talker);
    city.run(seconds(2));
    for muted in [true, false, true] {
        city.press(talker, "*6");
        city.run(seconds(4));
        assert_eq!(is_listed_muted(&mut city, talker), muted);
        let heard = scene::hears(&mut city, listener, 3, 1.5);
        assert_eq!(heard < 0.01, muted, "{heard}");
    }
}

/// Nobody wants to hear what others press.
#[test]
fn the_others_hear_no_tones_of_keys_pressed_in_the_room() {
    let mut city = city(None, false, false);
    let listener = silent(&mut city, Codec::G722);
    let presses = silent(&mut city, Codec::Pcmu);
    city.phone(presses).forget_telephone_events();
    enter(&mut city, listener);
    enter(&mut city, presses);
    city.run(seconds(2));
    city.phone(presses).handset.press_tones("11111");
    city.run(seconds(2));
    let ear = &city.phone(listener).handset.ear;
    let heard: f32 = ear.samples[ear.samples.len() - 32_000..]
        .iter()
        .map(|sample| sample * sample)
        .sum();
    // Five tones of 100 ms are 320 when they are whole; the first 40 ms of each cannot be known.
    assert!(heard < 160.0, "{heard}");
}

fn at_the_door(city: &mut City, codec: Codec) -> PhoneId {
    let caller = silent(city, codec);
    dial(city, caller, "801");
    city.run(seconds(2));
    caller
}

fn is_listed_muted(city: &mut City, phone: PhoneId) -> bool {
    let who = ParticipantKey::new(&format!("{}", 1_000 + phone.0));
    let key = RoomKey::new("801");
    match city.ask(Request::ShowParticipant { key, who }) {
        Ok(Response::Participant(participant)) => participant.muted,
        other => panic!("{other:?}"),
    }
}
