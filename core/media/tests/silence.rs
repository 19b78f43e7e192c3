//! What silence costs: no decoder, no mix, no encode of its own; and no first word.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use conclave_model::Codec;
use studio::{Phone, Studio};

/// How many samples after its first word another phone hears it.
fn onset_after(silent_ms: u32, codec: Codec) -> usize {
    let mut studio = Studio::new();
    let a = studio.join(Phone::new(1, codec, 400.0));
    let b = studio.join(Phone::new(2, codec, 900.0));
    studio.phones[b].talks = false;
    studio.run_ms(500);
    studio.phones[a].talks = false;
    studio.run_ms(silent_ms);
    let before = studio.phones[b].sound.len();
    studio.phones[a].talks = true;
    studio.run_ms(400);
    let after = &studio.phones[b].sound[before..];
    let first = after.iter().position(|sample| sample.abs() > 0.1).unwrap();
    let settled = after[first..].len() * 3 / 4;
    let loud = after[after.len() - settled..]
        .iter()
        .filter(|x| x.abs() > 0.05);
    assert!(loud.count() > settled / 2, "{codec}: it goes on");
    first
}

#[test]
fn who_was_silent_for_long_is_heard_from_the_first_word() {
    for codec in Codec::ALL {
        // Half a second keeps its ear; five gave it away.
        let (soon, late) = (onset_after(500, codec), onset_after(5_000, codec));
        let sample_rate = codec.sample_rate_hz() as usize;
        assert!(late <= soon + sample_rate / 500, "{codec} {soon} {late}");
        assert!(late < sample_rate / 20, "{codec} {late}");
    }
}
