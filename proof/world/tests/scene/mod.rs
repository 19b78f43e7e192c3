//! What every scripted scene needs: a city with one room, phones in fair weather, and time.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod meeting;

use std::ops::Range;
use std::time::Duration;

use conclave_model::{Chance, Codec, NumberingRecord, Prompt, RoomRecord, SrtpPolicy};
use conclave_world::{
    City, Decks, Line, PhoneId, PhonePlan, Voice, Weather, identity, prompt_hz, room,
};

/// A city with room 801.
pub fn city(pin: Option<&str>, message: bool, music: bool) -> City {
    let mut chance = Chance::from_seed([7; 32]);
    City::new(7, vec![room(&mut chance, "801", pin, message, music)])
}

pub fn city_of(rooms: Vec<RoomRecord>) -> City {
    City::new(7, rooms)
}

/// A city with room 801, which asks for nothing, and this policy of encryption.
pub fn city_that(srtp: SrtpPolicy) -> City {
    let mut chance = Chance::from_seed([7; 32]);
    let rooms = vec![room(&mut chance, "801", None, false, false)];
    City::with_settings(7, rooms, Decks::ONE, |config| config.srtp = srtp)
}

/// The same, whose server agrees on keys where the sound goes.
pub fn city_of_hands(srtp: SrtpPolicy, pin: Option<&str>) -> City {
    let mut chance = Chance::from_seed([7; 32]);
    let rooms = vec![room(&mut chance, "801", pin, false, false)];
    City::with_settings(7, rooms, Decks::ONE, |config| {
        config.srtp = srtp;
        config.identity = Some(identity());
    })
}

/// A city with these rooms, which ask for nothing, and these numbers.
pub fn city_with_numbers(extensions: &[&str], numbers: Vec<NumberingRecord>) -> City {
    let mut chance = Chance::from_seed([7; 32]);
    let rooms = extensions.iter();
    let rooms = rooms.map(|extension| room(&mut chance, extension, None, false, false));
    let rooms = rooms.collect();
    City::with_settings(7, rooms, Decks::ONE, |config| config.numbers = numbers)
}

/// A phone that says nothing.
pub fn silent(city: &mut City, codec: Codec) -> PhoneId {
    phone(city, codec, None)
}

/// A phone that speaks with the voice of this number.
pub fn speaking(city: &mut City, codec: Codec, voice: usize) -> PhoneId {
    phone(city, codec, Some(Voice::numbered(voice)))
}

fn phone(city: &mut City, codec: Codec, voice: Option<Voice>) -> PhoneId {
    let number = format!("{}", 1_000 + city.phones().count());
    city.add_phone(PhonePlan {
        codec,
        voice,
        weather: Weather::FAIR,
        number,
    })
}

/// Dials and waits for the answer.
pub fn dial(city: &mut City, phone: PhoneId, extension: &str) {
    city.dial(phone, extension);
    let up = city.run_until(seconds(5), |city| city.phone(phone).line == Line::Up);
    assert!(up, "{:?}", city.phone(phone).line);
}

/// Dials 801, which asks for nothing, and waits until the caller is in it.
pub fn enter(city: &mut City, phone: PhoneId) {
    dial(city, phone, "801");
    city.run(seconds(2));
}

/// How loud a voice was within the last seconds.
pub fn hears(city: &mut City, phone: PhoneId, voice: usize, within_s: f32) -> f32 {
    let pitch = Voice::numbered(voice).pitch_hz;
    city.phone(phone).handset.ear.loudest(pitch, within_s)
}

/// When a prompt was first and last heard, after `from` of what the phone has heard so far.
pub fn told(city: &mut City, phone: PhoneId, prompt: Prompt, from: f32) -> Option<Range<f32>> {
    let ear = &city.phone(phone).handset.ear;
    ear.span(prompt_hz(prompt), from, AUDIBLE)
}

/// How much a phone has heard so far, in seconds.
pub fn now(city: &mut City, phone: PhoneId) -> f32 {
    city.phone(phone).handset.ear.seconds()
}

/// The phone at each place speaks with the voice of its place, from 1 on.
pub fn all_hear_each_other(city: &mut City, phones: &[PhoneId]) {
    for (at, phone) in phones.iter().enumerate() {
        for voice in 1..=phones.len() {
            let heard = hears(city, *phone, voice, 1.5);
            if voice == at + 1 {
                assert!(heard < 0.02, "{voice} hears itself: {heard}");
            } else {
                assert!(heard > 0.05, "{} does not hear {voice}: {heard}", at + 1);
            }
        }
    }
}

/// How the sound of each participant of room 801 is encrypted.
pub fn encryption(city: &mut City) -> Vec<Option<String>> {
    match city.ask(conclave_api::Request::ShowLive(conclave_api::RoomKey::new(
        "801",
    ))) {
        Ok(conclave_api::Response::Live(live)) => {
            let participants = live.participants.into_iter();
            participants.map(|one| one.encryption).collect()
        }
        other => panic!("{other:?}"),
    }
}

pub fn participants(city: &mut City, extension: &str) -> usize {
    let key = conclave_api::RoomKey::new(extension);
    match city.ask(conclave_api::Request::ShowLive(key)) {
        Ok(conclave_api::Response::Live(live)) => live.participants.len(),
        other => panic!("{other:?}"),
    }
}

pub fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

pub fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Plays at 0.15, and at a quarter of it under speech.
pub const AUDIBLE: f32 = 0.02;
