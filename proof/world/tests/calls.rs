//! Single calls in fair weather: what one caller, and the ones who are there already, experience.

use std::time::Duration;

use conclave_model::{Chance, Codec};
use conclave_world::{City, Line, MUSIC_HZ, PhoneId, PhonePlan, Voice, Weather, room};

#[test]
fn two_callers_hear_each_other_and_not_themselves() {
    let (mut city, [one, other]) = city_with_two("801", None, Codec::Pcmu, Codec::G722);
    for phone in [one, other] {
        city.dial(phone, "801");
        assert!(city.run_until(seconds(2), |city| city.phone(phone).line == Line::Up));
    }
    city.run(seconds(8));
    for (listener, own, its) in [(one, 0, 1), (other, 1, 0)] {
        let ear = &city.phone(listener).handset.ear;
        let heard = ear.loudest(Voice::numbered(its).pitch_hz, 2.0);
        let itself = ear.loudest(Voice::numbered(own).pitch_hz, 2.0);
        assert!((0.15..0.35).contains(&heard), "{heard}");
        assert!(itself < 0.01, "{itself}");
    }
}

#[test]
fn a_pin_of_known_length_is_taken_at_its_last_digit() {
    let (mut city, [one, _]) = city_with_two("801", Some("627184"), Codec::Pcma, Codec::Opus);
    city.dial(one, "801");
    city.run(seconds(2));
    city.press(one, "627184");
    city.run(seconds(3));
    city.hang_up(one);
    city.run(seconds(1));
    let call = &city.call_log[0];
    assert!(call.joined_at.is_some(), "{call:?}");
    assert_eq!(call.pins_wrong, 0);
}

#[test]
fn the_lone_caller_hears_music_until_the_second_comes() {
    let mut chance = Chance::from_seed([9; 32]);
    let rooms = vec![room(&mut chance, "801", None, false, true)];
    let mut city = City::new(9, rooms);
    let [one, other] = [
        silent(&mut city, Codec::Pcmu, 0),
        silent(&mut city, Codec::Opus, 1),
    ];
    city.dial(one, "801");
    city.run(seconds(6));
    let music = city.phone(one).handset.ear.loudest(MUSIC_HZ, 1.0);
    assert!(music > 0.05, "{music}");
    city.dial(other, "801");
    city.run(Duration::from_millis(2_500));
    let left_over = city.phone(one).handset.ear.loudest(MUSIC_HZ, 0.5);
    assert!(left_over < 0.005, "{left_over}");
}

fn city_with_two(
    extension: &str,
    pin: Option<&str>,
    first: Codec,
    second: Codec,
) -> (City, [PhoneId; 2]) {
    let mut chance = Chance::from_seed([8; 32]);
    let mut city = City::new(8, vec![room(&mut chance, extension, pin, false, false)]);
    let phones = [first, second]
        .into_iter()
        .enumerate()
        .map(|(number, codec)| {
            city.add_phone(PhonePlan {
                codec,
                voice: Some(Voice::numbered(number)),
                weather: Weather::FAIR,
                number: format!("{}", 1_000 + number),
            })
        });
    let phones: Vec<PhoneId> = phones.collect();
    (city, [phones[0], phones[1]])
}

fn silent(city: &mut City, codec: Codec, number: usize) -> PhoneId {
    let number = format!("{}", 1_000 + number);
    city.add_phone(PhonePlan {
        codec,
        voice: None,
        weather: Weather::FAIR,
        number,
    })
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
