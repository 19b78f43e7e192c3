//! Phones that say how loud they are (RFC 6464): fewer looks, and the same sound.

mod scene;

use conclave_audio::level;
use conclave_model::Codec;
use conclave_world::Voice;
use scene::{city, enter, hears, seconds, silent, speaking};

/// What a listener hears of one who speaks, is silent for three seconds, and speaks again, beside
/// twelve silent ones; and how many payloads were looked at, and how many not.
fn heard(codec: Codec, tells: bool) -> (Vec<f32>, u64, u64) {
    let mut city = city(None, false, false);
    let listener = silent(&mut city, Codec::Pcmu);
    let speaker = speaking(&mut city, codec, 4);
    let others = [(); 12].map(|()| silent(&mut city, codec));
    for phone in others.into_iter().chain([speaker]) {
        if tells {
            city.phone(phone).tell_levels();
        }
    }
    for phone in others.into_iter().chain([speaker, listener]) {
        enter(&mut city, phone);
    }
    city.run(seconds(3));
    for _ in 0..3 {
        city.phone(speaker).handset.set_voice(None);
        city.run(seconds(3));
        let voice = Some(Voice::numbered(4));
        city.phone(speaker).handset.set_voice(voice);
        city.run(seconds(2));
        assert!(hears(&mut city, listener, 4, 1.0) > 0.1, "{codec}");
    }
    let (saved, made) = city.exchange().looks_saved_and_made();
    let samples = city.phone(listener).handset.ear.samples.clone();
    (samples, saved, made)
}

const AUDIBLE_DBOV: f32 = -45.0;

#[test]
fn a_leg_with_levels_is_heard_without_one_syllable_lost_and_looked_at_less() {
    for codec in [Codec::Pcma, Codec::G722, Codec::Opus] {
        let (without, none, all) = heard(codec, false);
        let (with, saved, made) = heard(codec, true);
        assert_eq!(without.len(), with.len());
        let frames = without.chunks_exact(160).zip(with.chunks_exact(160));
        let levels = frames.map(|(without, with)| (level::dbov(without), level::dbov(with)));
        let heard: Vec<_> = levels
            .filter(|(without, _)| *without > AUDIBLE_DBOV)
            .collect();
        assert!(heard.len() > 300, "{codec}: eight seconds of syllables");
        // A decoder that rested heard less of the silence before, and begins a trace otherwise.
        let differs = heard
            .iter()
            .find(|(without, with)| (without - with).abs() > 3.0);
        assert_eq!(differs, None, "{codec}");
        assert_eq!(none, 0);
        assert!(saved * 10 > all * 7, "{codec}: {saved} of {all}");
        assert!(made * 10 < all * 3, "{codec}: {made} of {all}");
    }
}
