//! Spoken names: recorded, told to the others, merged, and never in anybody's way.

mod scene;

use conclave_model::{Codec, Prompt};
use conclave_world::{City, PhoneId, Voice};
use scene::{city, dial, hears, millis, now, participants, seconds, silent, speaking, told};

#[test]
fn a_name_is_heard_by_the_others_on_entering_and_on_leaving() {
    let mut city = city(None, true, false);
    let first = silent(&mut city, Codec::G722);
    enter_as(&mut city, first, 16);
    let before = now(&mut city, first);
    let caller = silent(&mut city, Codec::Pcmu);
    enter_as(&mut city, caller, 3);
    city.run(seconds(5));
    let joined = told(&mut city, first, Prompt::HasJoined, before).expect("told of entering");
    let name = name_told(&mut city, first, 3, before).expect("the name on entering");
    assert!(name.start < joined.start, "{name:?} {joined:?}");
    let own = name_told(&mut city, caller, 3, 0.0);
    assert_eq!(own, None, "nobody is told of oneself");

    let before = now(&mut city, first);
    city.hang_up(caller);
    city.run(seconds(6));
    assert!(name_told(&mut city, first, 3, before).is_some());
    assert!(told(&mut city, first, Prompt::HasLeft, before).is_some());
}

#[test]
fn who_says_nothing_is_asked_again_and_then_announced_as_a_caller() {
    let mut city = city(None, true, false);
    let first = silent(&mut city, Codec::Pcmu);
    enter_as(&mut city, first, 16);
    let before = now(&mut city, first);
    let mute = silent(&mut city, Codec::Pcmu);
    dial(&mut city, mute, "801");
    city.run(seconds(25));
    assert!(told(&mut city, mute, Prompt::NoNameHeard, 0.0).is_some());
    assert_eq!(participants(&mut city, "801"), 2);
    assert!(told(&mut city, first, Prompt::HasJoined, before).is_some());
}

#[test]
fn a_key_ends_the_name() {
    let mut city = city(None, true, false);
    let caller = speaking(&mut city, Codec::Pcmu, 2);
    dial(&mut city, caller, "801");
    city.run(millis(2_500));
    city.press(caller, "#");
    city.run(millis(700));
    assert_eq!(participants(&mut city, "801"), 1);
}

/// Two announcements at most, whatever happens, and never one after the other for long.
#[test]
fn five_who_come_within_a_second_are_told_in_two_sentences() {
    let mut city = city(None, true, false);
    let host = silent(&mut city, Codec::Pcmu);
    enter_as(&mut city, host, 16);
    city.run(seconds(5));
    let before = now(&mut city, host);
    let five: Vec<PhoneId> = (0..5).map(|_| silent(&mut city, Codec::Pcma)).collect();
    for (number, phone) in five.iter().enumerate() {
        city.dial(*phone, "801");
        city.phone(*phone)
            .handset
            .set_voice(Some(Voice::numbered(number)));
        city.run(millis(200));
    }
    city.run(millis(1_900));
    for phone in &five {
        city.phone(*phone).handset.set_voice(None);
    }
    city.run(seconds(15));
    assert_eq!(participants(&mut city, "801"), 6);
    let first = told(&mut city, host, Prompt::HasJoined, before).expect("the first is told");
    let others = told(&mut city, host, Prompt::HaveJoined, before).expect("four are told at once");
    let lasted = others.end - first.start;
    assert!(lasted < 9.0, "told for {lasted} s: {first:?} {others:?}");
    assert!(first.end - first.start < 0.5, "one sentence: {first:?}");
    assert!(others.end - others.start < 0.5, "one sentence: {others:?}");
}

#[test]
fn who_joins_is_heard_at_once_though_their_name_is_being_told() {
    let mut city = city(None, true, false);
    let host = silent(&mut city, Codec::Pcmu);
    enter_as(&mut city, host, 16);
    city.run(seconds(5));
    let joiner = silent(&mut city, Codec::Pcma);
    dial(&mut city, joiner, "801");
    city.run(millis(1_300));
    say_name(&mut city, joiner, 3);
    let joined = city.run_until(seconds(5), |city| participants(city, "801") == 2);
    assert!(joined);
    let before = now(&mut city, host);
    city.phone(joiner)
        .handset
        .set_voice(Some(Voice::numbered(9)));
    city.run(seconds(5));
    let pitch = Voice::numbered(9).pitch_hz;
    let ear = &city.phone(host).handset.ear;
    let heard = ear.span(pitch, before, 0.1).expect("heard");
    assert!(
        heard.start - before < 0.7,
        "heard after {} s",
        heard.start - before
    );
    let name = name_told(&mut city, host, 3, before).expect("the name");
    assert!(heard.start < name.end, "{heard:?} {name:?}");
}

#[test]
fn talk_goes_on_unharmed_over_an_announcement_that_gives_way() {
    let mut city = city(None, true, false);
    let listener = silent(&mut city, Codec::G722);
    enter_as(&mut city, listener, 16);
    let talker = silent(&mut city, Codec::G722);
    enter_as(&mut city, talker, 15);
    city.run(seconds(6));
    city.phone(talker)
        .handset
        .set_voice(Some(Voice::numbered(5)));
    city.run(seconds(3));
    let alone = hears(&mut city, listener, 5, 2.0);
    let before = now(&mut city, listener);
    let joiner = silent(&mut city, Codec::G722);
    enter_as(&mut city, joiner, 3);
    city.run(seconds(3));
    let told_at = told(&mut city, listener, Prompt::HasJoined, before).expect("told");
    let ear = &city.phone(listener).handset.ear;
    let since = ear.seconds() - told_at.start + 0.1;
    let over_it = ear.loudest(Voice::numbered(5).pitch_hz, since);
    assert!((over_it / alone - 1.0).abs() < 0.2, "{alone} {over_it}");
    let words = ear.loudest(conclave_world::prompt_hz(Prompt::HasJoined), since);
    assert!((0.02..0.09).contains(&words), "not ducked: {words}");
}

/// Dials 801, says a name with this voice and is silent from then on.
fn enter_as(city: &mut City, phone: PhoneId, voice: usize) {
    dial(city, phone, "801");
    city.run(millis(1_300));
    say_name(city, phone, voice);
    city.run(seconds(2));
}

fn say_name(city: &mut City, phone: PhoneId, voice: usize) {
    city.phone(phone)
        .handset
        .set_voice(Some(Voice::numbered(voice)));
    city.run(millis(1_000));
    city.phone(phone).handset.set_voice(None);
}

fn name_told(
    city: &mut City,
    phone: PhoneId,
    voice: usize,
    from: f32,
) -> Option<std::ops::Range<f32>> {
    let pitch = Voice::numbered(voice).pitch_hz;
    city.phone(phone)
        .handset
        .ear
        .span(pitch, from, scene::AUDIBLE)
}
