//! Encrypted legs: who hears them, who does not, and what a new key costs.

mod studio;

use conclave_contract::{Command, Event};
use conclave_model::{Codec, LegId, SrtpSuite};
use studio::secrets::Secrets;
use studio::{Phone, Studio};

/// Two who talk, the first of them in secret, and a plain listener.
fn three(codec: Codec, secrets: Secrets) -> (Studio, [usize; 3]) {
    let mut studio = Studio::new();
    let mut secret = Phone::new(1, codec, 500.0);
    secret.secrets = Some(secrets);
    let phones = [secret, Phone::new(2, codec, 900.0), Phone::quiet(3, codec)];
    let phones = phones.map(|phone| studio.join(phone));
    (studio, phones)
}

fn renew(studio: &mut Studio, phone: usize) {
    let phone = &studio.phones[phone];
    let (leg, spec) = (phone.leg, Box::new(phone.spec()));
    studio.command(Command::UpdateLeg { leg, spec });
}

/// The sequence numbers of what a phone heard go up by one.
fn has_no_gap(studio: &Studio, phone: usize) -> bool {
    let packets = &studio.phones[phone].packets;
    packets
        .windows(2)
        .all(|two| two[1].sequence == two[0].sequence.wrapping_add(1))
}

#[test]
fn who_has_the_key_hears_and_is_heard_with_every_suite_and_codec() {
    for suite in SrtpSuite::ALL {
        for codec in [Codec::Pcmu, Codec::Opus] {
            let (mut studio, [secret, plain, listener]) = three(codec, Secrets::new(suite, 1));
            studio.run_ms(12_000);
            for (who, hz) in [(secret, 900.0), (plain, 500.0), (listener, 500.0)] {
                let loud = studio.phones[who].hears(hz, 1_000);
                assert!(loud > 0.7, "{suite} {codec}: {who} hears {hz} Hz at {loud}");
            }
            let phone = &studio.phones[secret];
            let secrets = phone.secrets.as_ref().unwrap();
            assert_eq!(secrets.refused, 0, "{suite}");
            assert!(phone.rtcp > 0, "{suite}: a report was opened");
            assert!(has_no_gap(&studio, secret));
        }
    }
}

#[test]
fn a_wrong_key_is_heard_by_nobody_counted_and_harms_no_call() {
    let suite = SrtpSuite::AesCm128HmacSha1Tag80;
    let (mut studio, [secret, plain, listener]) = three(Codec::Pcmu, Secrets::new(suite, 1).lies());
    studio.run_ms(4_000);
    for who in [plain, listener] {
        assert!(studio.phones[who].hears(500.0, 1_000) < 0.02, "{who}");
    }
    assert!(studio.phones[secret].hears(900.0, 1_000) > 0.7);
    assert!(studio.phones[listener].hears(900.0, 1_000) > 0.7);
    let leg = studio.phones[secret].leg;
    studio.command(Command::CloseLeg { leg });
    studio.run_ms(100);
    let stats = &studio.stats(leg)[0];
    assert_eq!(stats.packets_forged, 4_000 / 20);
    assert_eq!(stats.packets_received, 0);
    let started = studio
        .events
        .iter()
        .any(|(_, event)| matches!(event, Event::MediaStarted { leg: LegId(1), .. }));
    assert!(!started, "nobody is let in by packets that do not open");
}

#[test]
fn what_is_not_sealed_is_refused_by_a_leg_with_a_key() {
    let suite = SrtpSuite::AeadAes128Gcm;
    let (mut studio, [secret, plain, _]) = three(Codec::Pcmu, Secrets::new(suite, 1));
    studio.run_ms(1_000);
    let leg = studio.phones[secret].leg;
    let from = studio.phones[secret].address;
    studio.phones[secret].sends = false;
    studio.run_ms(1_000);
    let mut stranger = Phone::new(1, Codec::Pcmu, 700.0);
    for _ in 0..50 {
        for packet in stranger.speak() {
            studio.inject(leg, from, &packet);
        }
        studio.tick();
    }
    assert!(studio.phones[plain].hears(700.0, 500) < 0.02);
}

#[test]
fn a_key_that_stays_stays_through_a_new_offer() {
    let (mut studio, [secret, plain, _]) = three(
        Codec::Pcmu,
        Secrets::new(SrtpSuite::AesCm128HmacSha1Tag80, 1),
    );
    studio.run_ms(2_000);
    renew(&mut studio, secret);
    studio.run_ms(2_000);
    assert!(has_no_gap(&studio, secret));
    assert!(studio.phones[plain].hears(500.0, 1_000) > 0.7);
    assert_eq!(studio.phones[secret].secrets.as_ref().unwrap().refused, 0);
}

/// The answer to a new key takes a while: until it is there the phone goes on with the old one.
#[test]
fn a_new_key_makes_no_gap_either_way() {
    let suite = SrtpSuite::AesCm256HmacSha1Tag80;
    for answer_ms in [0, 20, 60, 180] {
        let (mut studio, [secret, plain, _]) = three(Codec::Pcmu, Secrets::new(suite, 1));
        studio.run_ms(2_000);
        let new = Secrets::new(suite, 2);
        let old = studio.phones[secret].secrets.replace(new).unwrap();
        renew(&mut studio, secret);
        let new = studio.phones[secret].secrets.replace(old).unwrap();
        studio.run_ms(answer_ms);
        studio.phones[secret].secrets = Some(new);
        studio.run_ms(2_000);
        let phone = &studio.phones[secret];
        assert!(has_no_gap(&studio, secret), "{answer_ms}");
        assert_eq!(phone.secrets.as_ref().unwrap().refused, 0, "{answer_ms}");
        let plain = &studio.phones[plain];
        let rough = studio::roughness(&plain.sound[8_000..], 8_000, 500.0, 0.15);
        assert!(rough < 1.3, "{answer_ms}: {rough}");
    }
}

#[test]
fn the_key_of_before_is_not_heard_for_ever() {
    let suite = SrtpSuite::AesCm128HmacSha1Tag32;
    let (mut studio, [secret, plain, _]) = three(Codec::Pcmu, Secrets::new(suite, 1));
    studio.run_ms(1_000);
    let old = studio.phones[secret]
        .secrets
        .replace(Secrets::new(suite, 2));
    renew(&mut studio, secret);
    studio.phones[secret].secrets = old;
    studio.run_ms(3_000);
    assert!(studio.phones[plain].hears(500.0, 500) > 0.7, "still");
    studio.run_ms(2_000);
    assert!(studio.phones[plain].hears(500.0, 500) < 0.02, "no more");
}

#[test]
fn a_call_becomes_secret_and_plain_again_by_new_offers() {
    let suite = SrtpSuite::AesCm128HmacSha1Tag80;
    let mut studio = Studio::new();
    let phone = studio.join(Phone::new(1, Codec::Pcmu, 500.0));
    let other = studio.join(Phone::new(2, Codec::Pcmu, 900.0));
    studio.run_ms(1_000);
    for secrets in [Some(Secrets::new(suite, 1)), None] {
        studio.phones[phone].secrets = secrets;
        renew(&mut studio, phone);
        studio.run_ms(2_000);
        assert!(studio.phones[other].hears(500.0, 1_000) > 0.7);
        assert!(studio.phones[phone].hears(900.0, 1_000) > 0.7);
    }
    assert!(has_no_gap(&studio, phone));
}

#[test]
fn packets_come_once() {
    let suite = SrtpSuite::AesCm128HmacSha1Tag80;
    let (mut studio, [secret, ..]) = three(Codec::Pcmu, Secrets::new(suite, 1));
    studio.run_ms(200);
    let packet = {
        let phone = &mut studio.phones[secret];
        let plain = phone.speak().pop_front().unwrap();
        phone.secrets.as_mut().unwrap().seal(&plain)
    };
    let (leg, from) = (studio.phones[secret].leg, studio.phones[secret].address);
    for _ in 0..10 {
        studio.inject(leg, from, &packet);
    }
    studio.run_ms(200);
    studio.command(Command::CloseLeg { leg });
    studio.run_ms(20);
    let stats = &studio.stats(leg)[0];
    assert_eq!(stats.packets_forged, 9);
    assert_eq!(stats.packets_received, 200 / 20 + 1 + 200 / 20);
}
