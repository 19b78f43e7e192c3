//! Phones that encrypt their sound, beside such that do not.

mod scene;

use conclave_model::{Chance, Codec, SrtpKey, SrtpPolicy, SrtpSuite};
use conclave_world::{City, Line, PhoneId};
use scene::{all_hear_each_other, city, encryption, enter, hears, participants, seconds, speaking};

/// Three who speak with the voices 1, 2 and 3.
fn three(city: &mut City) -> [PhoneId; 3] {
    [(Codec::Pcmu, 1), (Codec::G722, 2), (Codec::Opus, 3)]
        .map(|(codec, voice)| speaking(city, codec, voice))
}

#[test]
fn secret_and_plain_phones_hear_each_other_with_every_suite() {
    for suite in SrtpSuite::ALL {
        let mut city = city(None, false, false);
        let phones = three(&mut city);
        city.phone(phones[0])
            .encrypt(SrtpPolicy::Required, &[suite]);
        city.phone(phones[1]).encrypt(SrtpPolicy::Offered, &[suite]);
        for phone in phones {
            enter(&mut city, phone);
        }
        city.run(seconds(5));
        all_hear_each_other(&mut city, &phones);
        let words = Some(format!("SDES {suite}"));
        assert_eq!(encryption(&mut city), [words.clone(), words, None]);
        for phone in phones {
            let secrets = city.phone(phone).handset.secrets.as_ref();
            assert_eq!(secrets.map_or(0, |secrets| secrets.refused), 0);
        }
        for phone in phones {
            city.hang_up(phone);
        }
        city.run(seconds(2));
        let call = city.call_log.first().expect("three calls ended");
        assert_eq!(call.encryption.map(|how| how.to_string()), words_of(suite));
    }
}

fn words_of(suite: SrtpSuite) -> Option<String> {
    Some(format!("SDES {suite}"))
}

/// Each hold and each return of this phone brings a new key; its sound has no hole.
#[test]
fn a_new_key_with_every_offer_goes_unheard() {
    let mut city = city(None, false, false);
    let phones = three(&mut city);
    let suites = [SrtpSuite::AesCm128HmacSha1Tag80];
    city.phone(phones[0]).encrypt(SrtpPolicy::Required, &suites);
    for phone in phones {
        enter(&mut city, phone);
    }
    city.run(seconds(4));
    for _ in 0..3 {
        city.hold(phones[0], false);
        city.run(seconds(3));
        all_hear_each_other(&mut city, &phones);
    }
    city.hold(phones[0], true);
    city.run(seconds(3));
    assert!(hears(&mut city, phones[1], 1, 1.5) < 0.02);
    city.hold(phones[0], false);
    city.run(seconds(3));
    all_hear_each_other(&mut city, &phones);
    let secrets = city.phone(phones[0]).handset.secrets.as_ref();
    let refused = secrets.map_or(0, |secrets| secrets.refused);
    assert!(
        refused <= 5,
        "one for each new key, under the old: {refused}"
    );
}

#[test]
fn a_wrong_key_is_heard_by_nobody_and_counted_and_the_call_goes_on() {
    let mut city = city(None, false, false);
    let phones = three(&mut city);
    let suite = SrtpSuite::AesCm128HmacSha1Tag80;
    city.phone(phones[0])
        .encrypt(SrtpPolicy::Required, &[suite]);
    for phone in phones {
        enter(&mut city, phone);
    }
    let key = SrtpKey::drawn(suite, &mut Chance::from_seed([5; 32]));
    let handset = &mut city.phone(phones[0]).handset;
    handset.secrets.as_mut().expect("it has keys").lie(&key);
    city.run(seconds(5));
    assert!(hears(&mut city, phones[1], 1, 1.5) < 0.02);
    assert!(hears(&mut city, phones[0], 2, 1.5) > 0.05);
    assert!(hears(&mut city, phones[2], 2, 1.5) > 0.05);
    assert_eq!(participants(&mut city, "801"), 3);
    city.hang_up(phones[0]);
    city.run(seconds(2));
    let call = city.call_log.first().expect("the call ended");
    assert!(
        (240..270).contains(&call.packets_forged),
        "{}",
        call.packets_forged
    );
}

#[test]
fn a_late_offer_has_keys_too() {
    let mut city = city(None, false, false);
    let phones = three(&mut city);
    city.phone(phones[0])
        .encrypt(SrtpPolicy::Required, &SrtpSuite::ALL);
    city.phone(phones[0]).wait_for_their_offer();
    for phone in phones {
        enter(&mut city, phone);
    }
    city.run(seconds(5));
    all_hear_each_other(&mut city, &phones);
    let words = words_of(SrtpSuite::AeadAes256Gcm);
    assert_eq!(encryption(&mut city), [words, None, None]);
}

#[test]
fn where_encryption_is_required_the_plain_are_refused() {
    let mut city = scene::city_that(SrtpPolicy::Required);
    let phones = three(&mut city);
    city.phone(phones[0])
        .encrypt(SrtpPolicy::Offered, &SrtpSuite::ALL);
    enter(&mut city, phones[0]);
    city.dial(phones[1], "801");
    city.run(seconds(2));
    assert_eq!(city.phone(phones[1]).line, Line::Refused(488));
    assert_eq!(participants(&mut city, "801"), 1);
}
