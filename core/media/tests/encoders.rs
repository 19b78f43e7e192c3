//! Who follows another's stream has no encoder, and who wants one back finds one or loses nothing.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use std::time::Duration;

use conclave_contract::{Command, Segment};
use conclave_model::{Codec, Language, LegId, Prompt};
use studio::{Phone, STAGE, Studio};

const LEGS: u32 = 100;

/// A room in which the first phone talks and all others listen.
fn room(codec: Codec) -> Studio {
    let mut studio = Studio::new();
    studio.join(Phone::new(1, codec, 400.0));
    for number in 2..=LEGS {
        studio.join(Phone::quiet(number, codec));
    }
    studio.run_ms(1_000);
    studio
}

// Regression 91733b5d15
#[test]
fn listeners_leave_their_encoders() {
    for codec in [Codec::G722, Codec::Opus] {
        let studio = room(codec);
        let kept = LEGS as usize - studio.encoders_dropped;
        // The talker's, the listeners' one, and those that lie ready.
        assert!((2 + 8..=2 + 16).contains(&kept), "{codec}: {kept}");
    }
}

#[test]
fn of_a_crowd_that_is_to_hear_something_of_its_own_nobody_misses_a_packet_or_a_word() {
    for codec in Codec::ALL {
        let mut studio = room(codec);
        let welcome = || vec![Segment::Prompt(Prompt::HasJoined, Language::English)];
        for number in 2..=LEGS {
            studio.play(LegId(number), number, welcome(), false);
        }
        studio.run_ms(900);
        // All but the first 100 ms, which are the codec's and those of the search for an encoder.
        for phone in &studio.phones[1..] {
            let played = phone.hears(1_000.0, 800);
            assert!(played > 1.4, "{codec} {}: {played}", phone.leg);
        }
        studio.run_ms(700);
        for phone in &studio.phones {
            let mut steps = phone.packets.windows(2);
            let is_next = |two: &[studio::phone::Heard]| {
                two[1].sequence == two[0].sequence.wrapping_add(1)
                    && two[1].at - two[0].at == Duration::from_millis(20)
            };
            assert!(steps.all(is_next), "{codec} {}", phone.leg);
        }
    }
}

#[test]
fn a_room_that_is_closed_under_its_listeners_leaves_them_in_silence_and_in_step() {
    for codec in [Codec::G722, Codec::Opus] {
        let mut studio = room(codec);
        studio.command(Command::CloseStage { stage: STAGE });
        studio.run_ms(1_000);
        for phone in &studio.phones {
            let heard = phone.packets.len();
            assert_eq!(heard, 100, "{codec} {}", phone.leg);
            assert!(phone.hears(400.0, 500) < 0.03, "{codec} {}", phone.leg);
        }
    }
}
