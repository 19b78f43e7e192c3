//! Phones that agree on their keys where the sound goes, and look for the way there.

mod scene;

use std::net::SocketAddr;
use std::time::Duration;

use conclave_model::{CallEnd, Codec, Prompt, SrtpPolicy, SrtpSuite, limits};
use conclave_world::{City, Handshaker, Line, PhoneId, Weather};
use scene::{
    all_hear_each_other, city_of_hands, encryption, enter, hears, participants, seconds, speaking,
    told,
};

/// Three who speak with the voices 1, 2 and 3; the first shakes hands.
fn three(city: &mut City, handshaker: Handshaker) -> [PhoneId; 3] {
    let phones = [(Codec::Opus, 1), (Codec::G722, 2), (Codec::Pcmu, 3)]
        .map(|(codec, voice)| speaking(city, codec, voice));
    city.phone(phones[0])
        .shake_hands(SrtpPolicy::Required, handshaker);
    phones
}

fn shaker(city: &mut City, phone: PhoneId) -> &mut Handshaker {
    let handshaker = city.phone(phone).handshaker.as_mut();
    handshaker.expect("it shakes hands")
}

/// How the only call that ended did.
fn end_of(city: &City) -> CallEnd {
    let [call] = &city.call_log[..] else {
        panic!("one call ended: {:?}", city.call_log);
    };
    call.end
}

#[test]
fn keys_of_every_kind_and_none_hear_each_other() {
    let mut city = city_of_hands(SrtpPolicy::Offered, None);
    let phones = three(&mut city, Handshaker::new(1));
    let suite = SrtpSuite::AesCm128HmacSha1Tag80;
    city.phone(phones[1])
        .encrypt(SrtpPolicy::Required, &[suite]);
    for phone in phones {
        enter(&mut city, phone);
    }
    city.run(seconds(5));
    all_hear_each_other(&mut city, &phones);
    let shown = encryption(&mut city);
    let dtls = shown[0].as_deref().unwrap_or_default();
    assert!(dtls.starts_with("DTLS-SRTP A"), "{shown:?}");
    assert_eq!(shown[1..], [Some(format!("SDES {suite}")), None]);
    assert_eq!(city.phone(phones[0]).handset.early_packets, 0);
    // Hold and return go on with the same keys.
    city.hold(phones[0], true);
    city.run(seconds(3));
    assert!(hears(&mut city, phones[1], 1, 1.5) < 0.02);
    city.hold(phones[0], false);
    city.run(seconds(3));
    all_hear_each_other(&mut city, &phones);
    assert_eq!(shaker(&mut city, phones[0]).handshakes, 1);
    city.hang_up(phones[0]);
    city.run(seconds(2));
    assert_eq!(end_of(&city), CallEnd::HungUp);
    let words = city.call_log[0].encryption.map(|how| how.to_string());
    assert_eq!(words, shown[0]);
    assert_eq!(city.call_log[0].packets_forged, 0);
}

#[test]
fn nothing_is_said_before_there_are_keys_and_nothing_of_it_is_missed() {
    let asked_for = |shakes_hands: bool| {
        let mut city = city_of_hands(SrtpPolicy::Offered, Some("4711"));
        let phone = speaking(&mut city, Codec::Pcmu, 1);
        let slow = Weather {
            delay: Duration::from_millis(150),
            ..Weather::FAIR
        };
        city.phone(phone).set_weather(slow);
        if shakes_hands {
            city.phone(phone)
                .shake_hands(SrtpPolicy::Required, Handshaker::new(1));
        }
        city.dial(phone, "801");
        city.run(seconds(6));
        assert_eq!(city.phone(phone).handset.early_packets, 0);
        let asked = told(&mut city, phone, Prompt::PinPlease, 0.0);
        let asked = asked.expect("it is asked for its PIN");
        asked.end - asked.start
    };
    let (plain, secret) = (asked_for(false), asked_for(true));
    assert!((plain - secret).abs() < 0.05, "{plain} and {secret} s");
}

#[test]
fn a_bad_line_only_delays_it() {
    let mut city = city_of_hands(SrtpPolicy::Required, None);
    let phones = three(&mut city, Handshaker::new(1));
    for phone in phones {
        city.phone(phone)
            .shake_hands(SrtpPolicy::Required, Handshaker::new(2).with_ice());
    }
    let bad = Weather {
        lost_permille: 150,
        ..Weather::FAIR
    };
    city.phone(phones[0]).set_weather(bad);
    for phone in phones {
        enter(&mut city, phone);
    }
    city.run(seconds(8));
    city.phone(phones[0]).set_weather(Weather::FAIR);
    city.run(seconds(4));
    all_hear_each_other(&mut city, &phones);
}

#[test]
fn another_certificate_than_was_announced_ends_the_call() {
    let mut city = city_of_hands(SrtpPolicy::Offered, None);
    let mut liar = Handshaker::new(1);
    liar.show_another();
    let phones = three(&mut city, liar);
    for phone in [phones[1], phones[2]] {
        enter(&mut city, phone);
    }
    city.dial(phones[0], "801");
    city.run(seconds(4));
    assert_eq!(end_of(&city), CallEnd::WrongCertificate);
    assert!(matches!(city.phone(phones[0]).line, Line::Over(_)));
    assert!(hears(&mut city, phones[1], 1, 4.0) < 0.02);
    assert_eq!(participants(&mut city, "801"), 2);
}

#[test]
fn who_never_shakes_hands_hears_nothing_and_is_not_waited_for_without_end() {
    let mut city = city_of_hands(SrtpPolicy::Offered, None);
    let mut shy = Handshaker::new(1);
    shy.is_shy = true;
    let phones = three(&mut city, shy);
    enter(&mut city, phones[1]);
    city.dial(phones[0], "801");
    city.run(limits::DTLS_HANDSHAKE - Duration::from_secs(2));
    assert_eq!(city.phone(phones[0]).line, Line::Up);
    assert!(city.call_log.is_empty());
    city.run(seconds(4));
    assert_eq!(end_of(&city), CallEnd::NoKeys);
    let handset = &city.phone(phones[0]).handset;
    assert_eq!((handset.early_packets, handset.sound_packets), (0, 0));
}

#[test]
fn a_way_is_found_by_checks_and_the_sound_goes_by_it_alone() {
    let mut city = city_of_hands(SrtpPolicy::Offered, None);
    let phones = three(&mut city, Handshaker::new(1).with_ice());
    for phone in phones {
        enter(&mut city, phone);
    }
    city.run(seconds(5));
    all_hear_each_other(&mut city, &phones);
    assert!(shaker(&mut city, phones[0]).checks_answered > 5);
    // Another way: the peer moves, and says so by new names.
    let moved = SocketAddr::from((city.phone(phones[0]).media.ip(), 4_444));
    let now = city.now();
    city.phone(phones[0]).restart_ice(now, moved);
    city.run(seconds(4));
    all_hear_each_other(&mut city, &phones);
    let one = shaker(&mut city, phones[0]);
    assert_eq!((one.handshakes, one.checks_refused), (1, 0));
}

#[test]
fn who_does_not_know_the_password_gets_nothing_useful() {
    let mut city = city_of_hands(SrtpPolicy::Offered, None);
    let mut stranger = Handshaker::new(1).with_ice();
    stranger.wrong_password = Some("not-the-password-of-anybody".to_owned());
    let phones = three(&mut city, stranger);
    city.dial(phones[0], "801");
    city.run(limits::DTLS_HANDSHAKE + Duration::from_secs(2));
    let one = shaker(&mut city, phones[0]);
    assert!(one.checks_refused > 5 && one.checks_answered == 0);
    assert_eq!(one.handshakes, 0);
    assert_eq!(end_of(&city), CallEnd::NoKeys);
}

#[test]
fn the_settings_count_for_it_as_for_keys_in_descriptions() {
    for (policy, offered, expected) in [
        (SrtpPolicy::Off, SrtpPolicy::Required, Line::Refused(488)),
        (SrtpPolicy::Off, SrtpPolicy::Offered, Line::Up),
        (SrtpPolicy::Offered, SrtpPolicy::Offered, Line::Up),
        (SrtpPolicy::Required, SrtpPolicy::Offered, Line::Up),
    ] {
        let mut city = city_of_hands(policy, None);
        let phone = speaking(&mut city, Codec::Pcmu, 1);
        city.phone(phone).shake_hands(offered, Handshaker::new(1));
        city.dial(phone, "801");
        city.run(seconds(4));
        assert_eq!(city.phone(phone).line, expected, "{policy:?} {offered:?}");
        if expected == Line::Up {
            let is_secret = encryption(&mut city)[0].is_some();
            assert_eq!(is_secret, policy != SrtpPolicy::Off, "{policy:?}");
        }
    }
}
