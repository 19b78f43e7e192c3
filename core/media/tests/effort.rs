//! What a stage does when it may make less of its sound: fewer are mixed, nobody is cut off.

mod studio;

use conclave_contract::{Command, Effort, OpusEffort};
use conclave_model::{Codec, limits};
use studio::{Phone, Studio};

/// Six phones that speak at once are a stage's more than [`limits::TALKERS_LEAST`].
const PHONES: u32 = 6;

#[test]
fn fewer_are_mixed_after_they_paused_and_all_again_when_the_limit_is_lifted() {
    let mut studio = Studio::new();
    for number in 1..=PHONES {
        studio.join(Phone::new(number, Codec::Pcmu, 250.0 * number as f32));
    }
    studio.run_ms(1_500);
    assert_eq!(heard_by_somebody(&studio), PHONES as usize);

    let talkers_max = limits::TALKERS_LEAST;
    studio.command(Command::SetEffort(Effort {
        talkers_max,
        ..Effort::FULL
    }));
    studio.run_ms(1_500);
    assert_eq!(heard_by_somebody(&studio), PHONES as usize, "cut off");

    all_pause(&mut studio);
    assert_eq!(heard_by_somebody(&studio), talkers_max);

    studio.command(Command::SetEffort(Effort::FULL));
    studio.run_ms(1_500);
    assert_eq!(heard_by_somebody(&studio), PHONES as usize);
}

#[test]
fn opus_becomes_cheaper_for_whoever_is_there_and_whoever_comes_and_goes_back() {
    let mut studio = Studio::new();
    studio.join(Phone::new(1, Codec::Opus, 400.0));
    studio.join(Phone::new(2, Codec::Pcmu, 600.0));
    studio.run_ms(1_000);
    assert!(!is_cheap(&studio, 0));
    studio.command(Command::SetEffort(Effort {
        opus: OpusEffort::Least,
        ..Effort::FULL
    }));
    let late = studio.join(Phone::new(3, Codec::Opus, 800.0));
    studio.run_ms(1_000);
    assert!(is_cheap(&studio, 0));
    assert!(is_cheap(&studio, late));
    studio.command(Command::SetEffort(Effort::FULL));
    studio.run_ms(1_000);
    assert!(!is_cheap(&studio, 0));
    assert!(!is_cheap(&studio, late));
}

/// By the size of its last packets: CELT has 64 kbit/s, or 48.
fn is_cheap(studio: &Studio, phone: usize) -> bool {
    let packets = &studio.phones[phone].packets;
    let last = &packets[packets.len() - 25..];
    let bytes: usize = last.iter().map(|packet| packet.payload.len()).sum();
    (bytes as f32) < 56_000.0 / 8.0 * 0.5
}

fn all_pause(studio: &mut Studio) {
    for talks in [false, true] {
        for phone in &mut studio.phones {
            phone.talks = talks;
        }
        studio.run_ms(3_000);
    }
}

/// How many of the voices reach any of the others.
fn heard_by_somebody(studio: &Studio) -> usize {
    let hears = |it: &Phone, of: &Phone| it.leg != of.leg && it.hears(of.hz, 800) > 0.5;
    let is_heard = |of: &&Phone| studio.phones.iter().any(|it| hears(it, of));
    studio.phones.iter().filter(is_heard).count()
}
