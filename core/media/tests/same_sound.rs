//! Sharing takes nothing from the sound: the shared path, an own one and the way between them.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use std::time::Duration;

use conclave_audio::{Decoder, Encoder, OpusSettings, SampleRate, level};
use conclave_contract::{Command, Segment};
use conclave_model::{Codec, LegId, PlayId};
use studio::compare::{crackle, timbre_db};
use studio::{Phone, STAGE, Studio, speech};

/// -26 dBov: two at once stay below what the limiter changes.
const LEVEL_DBOV: f32 = -26.0;

/// How often what a click has may exceed the most that is near it in the undisturbed stream.
/// Hand-overs come to 1.2 in Opus and 2.2 in G.722; without any, to 19 and 30.
const CLICK: f32 = 3.0;

/// How far the bands of a voice may be off on the mean: two encodes of one sound in Opus are 0.5 dB
/// apart, and in G.722 0.1.
const TIMBRE_DB: f32 = 1.0;

/// Over and over.
fn talk(rate: SampleRate, ms: u32) -> Vec<f32> {
    let sentences = speech::sentences(rate, LEVEL_DBOV);
    let round = sentences.iter().copied().cycle();
    round.take(rate.samples_in_ms(ms)).collect()
}

#[test]
fn the_shared_path_and_an_own_one_carry_the_same_sound() {
    for codec in Codec::ALL {
        let mut studio = Studio::new();
        let sound = talk(SampleRate::Hz48000, 5_000);
        studio.join(Phone::reciting(1, Codec::Opus, &sound));
        let [shared, own, _] = [2, 3, 4].map(|number| studio.join(Phone::quiet(number, codec)));
        studio.run_ms(2_000);
        let before = studio.deck.health().encodes;
        // Whoever is not to hear an announcement gets a mix of its own; this one says nothing.
        studio.command(Command::Announce {
            stage: STAGE,
            play: PlayId(1),
            segments: vec![Segment::Silence(Duration::from_millis(1_500))],
            except: Some(LegId(3)),
        });
        studio.run_ms(1_500);
        let encodes = studio.deck.health().encodes - before;
        assert!(encodes >= 3 * 75, "{codec}: {encodes}: it has its own path");
        studio.run_ms(1_500);
        let (shared, own) = (&studio.phones[shared], &studio.phones[own]);
        if codec == Codec::Opus {
            // Two encoders with different pasts never say the same bits.
            let differs = timbre_db(SampleRate::Hz48000, &own.sound, &shared.sound);
            assert!(differs < TIMBRE_DB, "{differs} dB");
            let (worst, at_ms) = worst_crackle(SampleRate::Hz48000, &shared.sound, &own.sound);
            assert!(worst < CLICK, "{worst} times as sharp at {at_ms} ms");
        } else {
            for (shared, own) in shared.packets.iter().zip(&own.packets) {
                let at = own.at - studio.began;
                assert_eq!(shared.payload, own.payload, "{codec} at {at:?}");
            }
        }
    }
}

#[test]
fn another_sound_would_be_told_from_the_same() {
    let rate = SampleRate::Hz48000;
    let sound = talk(rate, 4_000);
    let muffled: Vec<f32> = sound
        .windows(16)
        .map(|x| x.iter().sum::<f32>() / 32.0)
        .collect();
    let differs = timbre_db(rate, &muffled, &sound[..muffled.len()]);
    assert!(differs > 2.0 * TIMBRE_DB, "{differs} dB");
}

#[test]
fn a_listener_who_says_words_hears_the_others_without_a_seam() {
    for codec in Codec::ALL {
        let rate = SampleRate::of(codec);
        let silence = speech::silence(rate, RUN_MS);
        let mut words = silence.clone();
        for word in 0..WORDS {
            let at_ms = 1_500 + word * BETWEEN_WORDS_MS;
            speech::add(&mut words, rate, at_ms, &speech::word(rate, LEVEL_DBOV));
        }
        let stayed = heard_by_one_who_says(codec, &silence);
        let moved = heard_by_one_who_says(codec, &words);
        let talkers = |studio: &Studio| studio.deck.health().frames_decoded;
        assert!(talkers(&moved) > talkers(&stayed) + 100, "it was heard");
        let (stayed, moved) = (&stayed.phones[2], &moved.phones[2]);
        if let Codec::Pcmu | Codec::Pcma = codec {
            let loudest = loudest_difference_dbov(&moved.sound, &stayed.sound);
            assert!(loudest < -65.0, "{codec}: {loudest} dBov");
        }
        let (worst, at_ms) = worst_crackle(rate, &stayed.sound, &moved.sound);
        assert!(
            worst < CLICK,
            "{codec}: {worst} times as sharp at {at_ms} ms"
        );
        let differs = timbre_db(rate, &moved.sound, &stayed.sound);
        assert!(differs < TIMBRE_DB, "{codec}: {differs} dB");
    }
}

/// The third of four phones says it, so that it follows another's stream before and after.
fn heard_by_one_who_says(codec: Codec, sound: &[f32]) -> Studio {
    let mut studio = Studio::new();
    // A narrow voice leaves the top of the band to clicks.
    let other = talk(SampleRate::Hz8000, RUN_MS);
    studio.join(Phone::reciting(1, Codec::Pcmu, &other));
    studio.join(Phone::quiet(2, codec));
    studio.join(Phone::reciting(3, codec, sound));
    studio.join(Phone::quiet(4, codec));
    studio.run_ms(RUN_MS);
    studio
}

#[test]
fn a_stream_that_is_not_handed_over_would_click() {
    for codec in [Codec::G722, Codec::Opus] {
        let sound = talk_of_a_narrow_phone(codec);
        let steady = encoded_in_turn(codec, &sound, |_, old| old);
        let handed = encoded_in_turn(codec, &sound, |mut fresh, old| {
            fresh.continue_from(&old);
            fresh
        });
        let broken = encoded_in_turn(codec, &sound, |fresh, _| fresh);
        let rate = SampleRate::of(codec);
        let (handed, _) = worst_crackle(rate, &steady, &handed);
        assert!(handed < CLICK, "{codec}: {handed}");
        let (broken, _) = worst_crackle(rate, &steady, &broken);
        assert!(broken > 3.0 * CLICK, "{codec}: {broken}");
    }
}

/// What a listener of `codec` hears of somebody on the telephone.
fn talk_of_a_narrow_phone(codec: Codec) -> Vec<f32> {
    let mut studio = Studio::new();
    let sound = talk(SampleRate::Hz8000, RUN_MS);
    studio.join(Phone::reciting(1, Codec::Pcmu, &sound));
    studio.join(Phone::quiet(2, codec));
    studio.run_ms(RUN_MS);
    studio.phones[1].sound.clone()
}

/// One decoder hears an encoder that is exchanged every 740 ms.
fn encoded_in_turn(
    codec: Codec,
    sound: &[f32],
    exchanged: fn(Encoder, Encoder) -> Encoder,
) -> Vec<f32> {
    let fresh = || Encoder::new(codec, &OpusSettings::default());
    let mut encoder = fresh();
    let mut decoder = Decoder::new(codec, SampleRate::Hz48000);
    let mut heard = Vec::new();
    let frames = sound.chunks_exact(SampleRate::of(codec).frame_samples());
    for (tick, frame) in frames.enumerate() {
        if tick % 37 == 36 {
            encoder = exchanged(fresh(), encoder);
        }
        let mut payload = [0; Encoder::PAYLOAD_MAX];
        let bytes = encoder.encode(frame, &mut payload).unwrap();
        let mut out = [0.0; Decoder::SAMPLES_MAX];
        let samples = decoder.decode(&payload[..bytes], &mut out).unwrap();
        heard.extend_from_slice(&out[..samples]);
    }
    heard
}

/// A code has no memory, so there is nothing but the limiter's: 2 ms of the end of each word.
fn loudest_difference_dbov(one: &[f32], other: &[f32]) -> f32 {
    let difference: Vec<f32> = one.iter().zip(other).map(|(a, b)| a - b).collect();
    let frames = difference.chunks_exact(SampleRate::Hz8000.frame_samples());
    frames.map(level::dbov).fold(level::SILENCE_DBOV, f32::max)
}

/// How much sharper a moment is than anything within 30 ms of it was to be, and when.
fn worst_crackle(rate: SampleRate, stayed: &[f32], moved: &[f32]) -> (f32, usize) {
    let window = rate.samples_in_ms(5) / 2;
    let (stayed, moved) = (crackle(stayed, window), crackle(moved, window));
    let near = |at: usize| stayed[at - 12..=at + 12].iter().copied();
    // The first half second may begin as it likes.
    let moments = (200..stayed.len() - 12).map(|at| {
        let most = near(at).fold(INAUDIBLE, f32::max);
        (moved[at] / most, at * 5 / 2)
    });
    moments.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}

const RUN_MS: u32 = 8_000;
const WORDS: u32 = 5;
const BETWEEN_WORDS_MS: u32 = 1_107;
/// The last bit of 16.
const INAUDIBLE: f32 = 0.000_1;
