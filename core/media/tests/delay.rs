//! How long a sound takes through a deck: no longer than it must, whatever the network did before.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use std::time::Duration;

use conclave_audio::SampleRate;
use conclave_model::Codec;
use studio::compare::lag;
use studio::{Phone, Studio, speech};

fn talk(rate: SampleRate, ms: u32) -> Vec<f32> {
    let sentences = speech::sentences(rate, -26.0);
    let round = sentences.iter().copied().cycle();
    round.take(rate.samples_in_ms(ms)).collect()
}

/// How far what the second phone hears lags behind what the first says, in ms to an eighth, by the
/// last half second.
fn lag_ms(studio: &Studio, said: &[f32]) -> f32 {
    let phone = &studio.phones[1];
    let to = phone.sound.len();
    let from = to - phone.rate_hz() as usize * 7 / 10;
    // Up to 200 ms, at 8 kHz, whatever the codec has.
    let step = phone.rate_hz() as usize / 8_000;
    let narrow = |sound: &[f32]| -> Vec<f32> {
        let samples = sound[from..to].chunks_exact(step);
        samples.map(|x| x.iter().sum::<f32>()).collect()
    };
    lag(&narrow(said), &narrow(&phone.sound), 1_600) as f32 / 8.0
}

/// What a limiter and twice a codec need to look ahead, in ms: in G.722 a filter of 1.4 ms each
/// way, in Opus 6.5 ms to encode and up to as much to decode.
fn unavoidable_ms(codec: Codec) -> f32 {
    match codec {
        Codec::Pcmu | Codec::Pcma => 2.0,
        Codec::G722 => 5.0,
        Codec::Opus => 16.0,
    }
}

#[test]
fn a_packet_is_heard_at_the_next_tick_whenever_it_comes() {
    for codec in Codec::ALL {
        for early_ms in [0, 3, 10, 19] {
            let mut studio = Studio::new();
            let said = talk(SampleRate::of(codec), 2_000);
            let talker = studio.join(Phone::reciting(1, codec, &said));
            studio.phones[talker].early = Duration::from_millis(early_ms);
            studio.join(Phone::quiet(2, codec));
            studio.run_ms(2_000);
            // What a tick hears it sends: nothing is added to the wait for the tick.
            let lag_ms = lag_ms(&studio, &said);
            assert!(
                lag_ms <= unavoidable_ms(codec),
                "{codec}, {early_ms} ms early: {lag_ms} ms"
            );
        }
    }
}

// Defect 31
#[test]
fn jitter_costs_what_it_must_and_gives_it_back_when_it_ends() {
    for codec in Codec::ALL {
        let mut studio = Studio::new();
        let said = talk(SampleRate::of(codec), 31_000);
        let talker = studio.join(Phone::reciting(1, codec, &said));
        studio.join(Phone::quiet(2, codec));
        studio.run_ms(2_000);
        // Three packets at once, three ticks apart: the first of them is 40 ms late.
        for _ in 0..8_000 / 60 {
            studio.phones[talker].is_held = true;
            studio.run_ms(40);
            studio.phones[talker].is_held = false;
            studio.run_ms(20);
        }
        let extra_ms = lag_ms(&studio, &said) - unavoidable_ms(codec);
        // As late as the slowest packet, to the next step of 4 ms, and to the next tick.
        assert!((40.0..=64.0).contains(&extra_ms), "{codec}: {extra_ms} ms");
        studio.run_ms(20_000);
        let extra_ms = lag_ms(&studio, &said) - unavoidable_ms(codec);
        assert!(
            extra_ms <= 20.0,
            "{codec}: {extra_ms} ms are never given back"
        );
    }
}
