//! A server whose ticks run late: who calls is asked to come back, who is in goes on.

mod scene;

use conclave_model::{CallEnd, Codec, Prompt, limits};
use conclave_world::{City, Line, PhoneId, Voice};
use scene::{city, enter, hears, millis, seconds, silent, speaking, told};

/// More than [`limits::LOAD_STRAINED`], less than [`limits::LOAD_OVERRUN`].
const STRAINED: u64 = 40;
const OVERRUN: u64 = 80;
/// As loud as a voice is through the mix.
const HEARD: f32 = 0.1;
const SILENT: f32 = 0.02;

#[test]
fn a_new_caller_is_told_that_the_server_is_busy_while_the_others_talk_on() {
    let mut city = city(None, false, false);
    let one = speaking(&mut city, Codec::Pcmu, 0);
    let other = speaking(&mut city, Codec::Opus, 1);
    for phone in [one, other] {
        enter(&mut city, phone);
    }
    city.set_lateness(STRAINED);
    city.run(seconds(3));
    let late = silent(&mut city, Codec::Pcmu);
    city.dial(late, "801");
    city.run(seconds(1));
    assert_eq!(
        city.phone(late).line,
        Line::Ringing,
        "it is said unanswered"
    );
    city.run(seconds(5));
    assert_eq!(city.phone(late).line, Line::Refused(503));
    assert!(told(&mut city, late, Prompt::ServerBusy, 0.0).is_some());
    let call = &city.call_log[0];
    assert_eq!((call.end, call.answered_at), (CallEnd::ServerBusy, None));

    assert!(hears(&mut city, one, 1, 2.0) > HEARD);
    assert!(hears(&mut city, other, 0, 2.0) > HEARD);
    city.hold(one, true);
    city.run(seconds(2));
    city.hold(one, false);
    city.run(seconds(3));
    assert!(hears(&mut city, other, 0, 1.0) > HEARD, "back from hold");
    assert_eq!(city.lines_up(), 2);
}

#[test]
fn who_types_a_pin_is_let_in_and_when_it_is_over_everybody_is() {
    let mut city = city(Some("627184"), false, false);
    let [typing, refused, after] = [(); 3].map(|()| silent(&mut city, Codec::Pcmu));
    scene::dial(&mut city, typing, "801");
    city.run(seconds(2));
    city.set_lateness(STRAINED);
    city.run(seconds(3));
    city.dial(refused, "801");
    city.press(typing, "627184");
    city.run(seconds(6));
    assert_eq!(scene::participants(&mut city, "801"), 1);
    assert_eq!(city.phone(refused).line, Line::Refused(503));

    city.set_lateness(0);
    city.run(limits::SHED_PATIENCE + seconds(1));
    scene::dial(&mut city, after, "801");
    let said: Vec<&str> = city.log.iter().map(|line| line.sentence.as_str()).collect();
    let said: Vec<_> = said
        .iter()
        .filter(|line| line.starts_with("Sound "))
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
}

#[test]
fn three_are_heard_at_once_where_five_speak_until_it_is_over() {
    let mut city = city(None, false, false);
    let speakers: Vec<PhoneId> = (0..5)
        .map(|voice| speaking(&mut city, Codec::Pcmu, voice))
        .collect();
    for phone in &speakers {
        enter(&mut city, *phone);
    }
    assert_eq!(voices_heard(&mut city, &speakers), 5);
    city.set_lateness(OVERRUN);
    city.run(seconds(6));
    assert_eq!(voices_heard(&mut city, &speakers), 5, "nobody is cut off");
    all_pause(&mut city, &speakers);
    assert_eq!(voices_heard(&mut city, &speakers), limits::TALKERS_LEAST);
    city.set_lateness(0);
    city.run(4 * limits::SHED_PATIENCE);
    assert_eq!(voices_heard(&mut city, &speakers), 5);
}

fn all_pause(city: &mut City, speakers: &[PhoneId]) {
    for phone in speakers {
        city.phone(*phone).handset.set_voice(None);
    }
    city.run(seconds(2));
    for phone in speakers {
        let voice = Voice::numbered(phone.0);
        city.phone(*phone).handset.set_voice(Some(voice));
    }
    city.run(seconds(2));
}

/// How many voices reach anybody within a moment.
fn voices_heard(city: &mut City, speakers: &[PhoneId]) -> usize {
    city.run(millis(1_000));
    let mut count = 0;
    for voice in 0..speakers.len() {
        let loudest = speakers
            .iter()
            .filter(|phone| phone.0 != voice)
            .map(|phone| hears(city, *phone, voice, 0.9))
            .fold(0.0, f32::max);
        count += usize::from(loudest > SILENT);
    }
    count
}
