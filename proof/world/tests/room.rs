//! In the room: hold, other codecs, bad lines, lost phones, music, and a crowd.

mod scene;

use conclave_model::{CallEnd, Codec, limits};
use conclave_world::{MUSIC_HZ, PROMPT_HZ, PhoneId, Voice, Weather};
use scene::{city, enter, hears, millis, now, participants, seconds, silent, speaking};

#[test]
fn music_is_gone_200_ms_after_the_second_is_in() {
    let mut city = city(None, false, true);
    let alone = silent(&mut city, Codec::G722);
    enter(&mut city, alone);
    city.run(seconds(5));
    let second = silent(&mut city, Codec::Pcmu);
    city.dial(second, "801");
    assert!(city.run_until(seconds(5), |city| participants(city, "801") == 2));
    let entered = now(&mut city, alone);
    city.run(seconds(3));
    let ear = &city.phone(alone).handset.ear;
    let music = ear
        .span(MUSIC_HZ, entered - 1.0, 0.01)
        .expect("it played until then");
    assert!(music.end > entered - 0.1, "{music:?} {entered}");
    // 50 ms are the ear's own blur, 20 the tick.
    assert!(music.end < entered + 0.27, "{music:?} {entered}");
}

#[test]
fn music_comes_back_to_whoever_is_left_alone() {
    let mut city = city(None, false, true);
    let [stays, goes] = [(); 2].map(|()| silent(&mut city, Codec::Pcmu));
    enter(&mut city, stays);
    enter(&mut city, goes);
    city.run(seconds(2));
    assert!(city.phone(stays).handset.ear.loudest(MUSIC_HZ, 1.0) < 0.005);
    city.hang_up(goes);
    city.run(seconds(7));
    assert!(city.phone(stays).handset.ear.loudest(MUSIC_HZ, 1.0) > 0.05);
}

#[test]
fn who_holds_is_silent_at_once_plays_no_hold_music_and_comes_back() {
    let mut city = city(None, false, false);
    let listener = silent(&mut city, Codec::Pcmu);
    // What a phone on hold goes on sending is its own hold music.
    let holder = speaking(&mut city, Codec::Pcma, 4);
    enter(&mut city, listener);
    enter(&mut city, holder);
    city.run(seconds(3));
    assert!(hears(&mut city, listener, 4, 1.0) > 0.15);
    city.hold(holder, true);
    city.run(millis(300));
    let held = now(&mut city, listener);
    city.run(seconds(5));
    let pitch = Voice::numbered(4).pitch_hz;
    let left_over = city.phone(listener).handset.ear.span(pitch, held, 0.01);
    assert_eq!(left_over, None, "held at {held}");
    city.hold(holder, false);
    city.run(seconds(2));
    assert!(hears(&mut city, listener, 4, 1.0) > 0.15);
}

#[test]
fn a_phone_that_goes_on_with_another_codec_hears_and_is_heard() {
    let mut city = city(None, false, false);
    let [one, other] = [0, 1].map(|voice| speaking(&mut city, Codec::Pcmu, voice));
    enter(&mut city, one);
    enter(&mut city, other);
    for codec in [Codec::G722, Codec::Opus, Codec::Pcma] {
        city.change_codec(one, codec);
        city.run(seconds(4));
        assert!(hears(&mut city, one, 1, 2.0) > 0.15, "{codec}");
        assert!(hears(&mut city, other, 0, 2.0) > 0.15, "{codec}");
        assert!(hears(&mut city, one, 0, 2.0) < 0.02, "{codec}");
    }
}

#[test]
fn a_phone_that_vanishes_is_noticed_told_and_cleared_away() {
    let mut city = city(None, false, false);
    let stays = silent(&mut city, Codec::Pcmu);
    let vanishes = speaking(&mut city, Codec::Pcmu, 0);
    enter(&mut city, stays);
    enter(&mut city, vanishes);
    city.phone(vanishes).vanish();
    city.run(limits::MEDIA_TIMEOUT - seconds(5));
    assert_eq!(participants(&mut city, "801"), 2);
    let before = now(&mut city, stays);
    city.run(seconds(8));
    assert_eq!(participants(&mut city, "801"), 1);
    let ear = &city.phone(stays).handset.ear;
    assert!(
        ear.span(PROMPT_HZ, before, scene::AUDIBLE).is_some(),
        "the tone"
    );
    // The BYE that nobody answers is given up after 32 s.
    city.run(seconds(40));
    assert_eq!(city.call_log[0].end, CallEnd::MediaLost);
    assert_eq!(city.exchange().ports_taken(), 1);
}

/// It is on hold, so that no packets are missed: the session timer has to notice.
#[test]
fn a_phone_that_vanishes_while_it_holds_is_cleared_away_when_its_session_ends() {
    let mut city = city(None, false, false);
    let vanishes = silent(&mut city, Codec::Pcmu);
    enter(&mut city, vanishes);
    city.hold(vanishes, true);
    city.run(seconds(1));
    city.phone(vanishes).vanish();
    city.run(limits::SESSION_EXPIRES + seconds(60));
    assert_eq!(city.call_log.len(), 1);
    assert_eq!(city.exchange().ports_taken(), 0);
    assert_eq!(city.exchange().stages_open(), 0);
}

#[test]
fn talk_through_a_storm_is_still_heard() {
    for codec in Codec::ALL {
        let mut city = city(None, false, false);
        let listener = silent(&mut city, Codec::G722);
        let talker = speaking(&mut city, codec, 4);
        enter(&mut city, listener);
        enter(&mut city, talker);
        city.phone(talker).set_weather(Weather::STORM);
        city.run(seconds(5));
        let from = now(&mut city, listener);
        city.run(seconds(12));
        let ear = &city.phone(listener).handset.ear;
        // A pause between two bursts lasts 0.2 s.
        let pitch = Voice::numbered(4).pitch_hz;
        for second in 0..11 {
            let from = from + second as f32;
            let heard = ear.span(pitch, from, 0.1).expect("somewhere");
            let silent_s = heard.start - from;
            assert!(silent_s < 0.5, "{codec}: nothing for {silent_s} s");
        }
    }
}

#[test]
fn forty_phones_hear_three_talkers_and_each_talker_the_other_two() {
    let mut city = city(None, false, false);
    let codecs = [Codec::Pcmu, Codec::Pcma, Codec::G722, Codec::Opus];
    let mut phones: Vec<PhoneId> = Vec::new();
    for number in 0..40 {
        let codec = codecs[number % 8 % 4];
        phones.push(match number {
            0..3 => speaking(&mut city, codec, number * 4),
            _listener => silent(&mut city, codec),
        });
        city.dial(phones[number], "801");
        city.run(millis(50));
    }
    city.run(seconds(5));
    assert_eq!(participants(&mut city, "801"), 40);
    for (number, phone) in phones.iter().enumerate() {
        for talker in 0..3 {
            let heard = hears(&mut city, *phone, talker * 4, 1.5);
            if number == talker {
                assert!(heard < 0.02, "{number} hears itself: {heard}");
            } else {
                assert!(heard > 0.1, "{number} does not hear {talker}: {heard}");
            }
        }
    }
    for phone in phones {
        city.hang_up(phone);
    }
    city.run(seconds(2));
    assert_eq!(city.exchange().ports_taken(), 0);
    assert_eq!(city.exchange().stages_open(), 0);
}
