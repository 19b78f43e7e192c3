//! Whom a deck takes for a talker: nobody's first syllable is lost, nobody's noise is mixed.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use conclave_audio::{OpusSettings, SampleRate, Tone, level};
use conclave_media::DeckHealth;
use conclave_model::Codec;
use conclave_rtp::AudioLevel;
use studio::compare::lag;
use studio::{Phone, Studio, speech};

/// A telephone in a quiet room.
const NOISE_DBOV: f32 = -66.0;
const VOICE_DBOV: f32 = -26.0;

#[test]
fn the_noise_of_a_quiet_room_is_neither_decoded_nor_mixed() {
    for codec in Codec::ALL {
        let mut studio = Studio::new();
        let rate = SampleRate::of(codec);
        let sentences = speech::sentences(rate, VOICE_DBOV);
        let talk: Vec<f32> = sentences
            .iter()
            .copied()
            .cycle()
            .take(rate.hz() as usize * 5)
            .collect();
        for number in 1..=TALKERS {
            studio.join(Phone::reciting(number, codec, &talk));
        }
        let noises: Vec<_> = (0..6)
            .map(|seed| speech::payloads(codec, &speech::noise(rate, NOISE_DBOV, 5_000, seed)))
            .collect();
        for number in TALKERS + 1..=LEGS {
            let mut phone = Phone::quiet(number, codec);
            phone.script = Some(noises[number as usize % noises.len()].clone());
            phone.listens = false;
            studio.join(phone);
        }
        studio.run_ms(1_000);
        let before = studio.deck.health();
        studio.run_ms(4_000);
        let after = studio.deck.health();
        let ticks = after.ticks - before.ticks;
        let quiet_frames = ticks * u64::from(LEGS - TALKERS);
        let decoded = after.frames_decoded - before.frames_decoded;
        let encodes = after.encodes - before.encodes;
        let of_talkers = ticks * u64::from(TALKERS);
        let needless = decoded.saturating_sub(of_talkers);
        assert!(
            needless * 50 < quiet_frames,
            "{codec}: {needless} of {quiet_frames}"
        );
        // Each talker has a mix of its own, and all others share one.
        let needless = encodes.saturating_sub(of_talkers + ticks);
        assert!(
            needless * 50 < quiet_frames,
            "{codec}: {needless} encodes too many"
        );
    }
}

/// What a listener hears of a word that somebody says into a room where two others talk: the room
/// with it, less the room without it.
fn heard_of_the_word(codec: Codec, legs: u32, word: &[f32], levels: Levels) -> Vec<f32> {
    let rate = SampleRate::of(codec);
    let noise = speech::noise(rate, NOISE_DBOV, WORD_RUN_MS, 9);
    let mut with_word = noise.clone();
    speech::add(&mut with_word, rate, WORD_AT_MS, word);
    let with_word = heard_with(codec, legs, &with_word, levels).0;
    let without = heard_with(codec, legs, &noise, levels).0;
    with_word.iter().zip(&without).map(|(a, b)| a - b).collect()
}

/// What the phones of a room say of their loudness.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Levels {
    Unsaid,
    Honest,
}

/// What a PCMU phone hears, which has no memory, when the third of the room says this; and what the
/// deck did meanwhile.
fn heard_with(codec: Codec, legs: u32, says: &[f32], levels: Levels) -> (Vec<f32>, DeckHealth) {
    let rate = SampleRate::of(codec);
    let told = |sound: &[f32]| match levels {
        Levels::Unsaid => Vec::new(),
        Levels::Honest => speech::levels(rate, sound),
    };
    let mut studio = Studio::new();
    for (number, hz) in [(1, 2_300.0), (2, 3_100.0)] {
        studio.join(Phone::new(number, Codec::Pcma, hz));
    }
    let mut speaker = Phone::reciting(3, codec, says);
    speaker.levels = told(says);
    studio.join(speaker);
    let listener = studio.join(Phone::quiet(4, Codec::Pcmu));
    let sound = speech::noise(rate, NOISE_DBOV, WORD_RUN_MS, 4);
    let noise = speech::payloads(codec, &sound);
    for number in 5..=legs {
        let mut phone = Phone::quiet(number, codec);
        phone.script = Some(noise.clone());
        phone.levels = told(&sound);
        phone.listens = false;
        studio.join(phone);
    }
    studio.run_ms(WORD_RUN_MS);
    let health = studio.deck.health();
    (studio.phones[listener].sound.clone(), health)
}

#[test]
fn no_word_loses_its_first_syllable_in_a_small_or_a_large_room() {
    for codec in Codec::ALL {
        for (legs, levels) in [
            (4, Levels::Unsaid),
            (50, Levels::Unsaid),
            (50, Levels::Honest),
            (200, Levels::Unsaid),
        ] {
            for (shift_ms, dbov) in [(0, VOICE_DBOV), (7, VOICE_DBOV), (13, QUIET_VOICE_DBOV)] {
                let word = |rate| {
                    let mut word = speech::silence(rate, shift_ms);
                    word.extend(speech::word(rate, dbov));
                    word
                };
                let heard = heard_of_the_word(codec, legs, &word(SampleRate::of(codec)), levels);
                let mut said = speech::silence(SampleRate::Hz8000, WORD_RUN_MS);
                speech::add(
                    &mut said,
                    SampleRate::Hz8000,
                    WORD_AT_MS,
                    &word(SampleRate::Hz8000),
                );
                let lag = lag(&said, &heard, 800);
                // The limiter, the resampler, the codec, and what they add to each other.
                assert!(
                    lag <= 10 * 8,
                    "{codec} in a room of {legs}: {lag} samples late"
                );
                let lost = lost_ms(&said, &heard[lag..]);
                assert_eq!(
                    lost, 0,
                    "{codec} in a room of {legs}, {dbov} dBov, {shift_ms}"
                );
            }
        }
    }
}

#[test]
fn what_phones_say_of_their_loudness_saves_looks_and_changes_nothing() {
    for codec in Codec::ALL {
        let rate = SampleRate::of(codec);
        let mut says = speech::noise(rate, NOISE_DBOV, WORD_RUN_MS, 9);
        speech::add(&mut says, rate, WORD_AT_MS, &speech::word(rate, VOICE_DBOV));
        let (unsaid, looking) = heard_with(codec, 50, &says, Levels::Unsaid);
        let (heard, believing) = heard_with(codec, 50, &says, Levels::Honest);
        assert!(heard == unsaid, "{codec}");
        assert_eq!(looking.silences_believed, 0);
        assert_eq!(looking.frames_decoded, believing.frames_decoded, "{codec}");
        let saved = looking.payloads_looked_at - believing.payloads_looked_at;
        // Half a second of trust is earned in this run of two.
        assert!(
            saved * 10 > looking.payloads_looked_at * 6,
            "{codec}: {saved} of {}",
            looking.payloads_looked_at
        );
    }
}

#[test]
fn who_lies_about_its_loudness_is_heard_as_ever_and_decoded_no_more() {
    for codec in Codec::ALL {
        let rate = SampleRate::of(codec);
        let noise = speech::noise(rate, NOISE_DBOV, WORD_RUN_MS, 9);
        let talk = speech::sentences(rate, VOICE_DBOV);
        let room = |sound: &[f32], says: Option<AudioLevel>| {
            let mut studio = Studio::new();
            let mut liar = Phone::reciting(1, codec, sound);
            liar.levels.extend(says);
            studio.join(liar);
            let listener = studio.join(Phone::quiet(2, Codec::Pcmu));
            studio.run_ms(WORD_RUN_MS);
            let decoded = studio.deck.health().frames_decoded;
            (studio.phones[listener].sound.clone(), decoded)
        };
        let level = |below_overload_db, voice| AudioLevel {
            voice,
            below_overload_db,
        };
        assert!(
            room(&talk, Some(level(127, false))) == room(&talk, None),
            "{codec}: speech that calls itself silent"
        );
        assert!(
            room(&noise, Some(level(0, true))) == room(&noise, None),
            "{codec}: silence that calls itself loud"
        );
    }
}

#[test]
fn ten_who_speak_up_in_the_same_tick_are_all_heard_from_it_on() {
    for codec in Codec::ALL {
        let rate = SampleRate::of(codec);
        let speaks_from = |at_ms: u32| {
            let mut says = speech::noise(rate, NOISE_DBOV, 3_000, 9);
            let mut tone = speech::silence(rate, 3_000 - at_ms);
            Tone::single(rate, 440.0, 0.1).add_to(&mut tone);
            speech::add(&mut says, rate, at_ms, &tone);
            says
        };
        // Those who quarrel already have taken what was to spare of old.
        let (quarrel, more) = (speaks_from(2_000), speaks_from(2_500));
        let mut studio = Studio::new();
        for number in 1..=LEGS {
            studio.join(match number {
                1..=10 => Phone::reciting(number, codec, &quarrel),
                11..=20 => Phone::reciting(number, codec, &more),
                _ => Phone::quiet(number, codec),
            });
        }
        studio.run_ms(2_440);
        let mut decoded = studio.deck.health().frames_decoded;
        let mut in_each_tick = Vec::new();
        for _ in 0..10 {
            studio.run_ms(20);
            let now = studio.deck.health().frames_decoded;
            in_each_tick.push(now - std::mem::replace(&mut decoded, now));
        }
        let first = in_each_tick.iter().copied().find(|decoded| *decoded > 10);
        assert_eq!(first, Some(20), "{codec}: {in_each_tick:?}");
    }
}

#[test]
fn a_hum_that_silk_calls_background_is_heard() {
    let rate = SampleRate::Hz48000;
    let hum = hum(rate);
    let mut studio = Studio::new();
    let mut phone = Phone::quiet(1, Codec::Opus);
    let settings = OpusSettings {
        bitrate_bps: 16_000,
        ..OpusSettings::default()
    };
    phone.script = Some(speech::payloads_with(Codec::Opus, &settings, &hum));
    studio.join(phone);
    studio.run_ms(2_500);
    let listener = studio.join(Phone::quiet(2, Codec::Pcmu));
    studio.run_ms(1_000);
    let heard = &studio.phones[listener].sound;
    let last = level::dbov(&heard[heard.len() - 4_000..]);
    assert!(last > -32.0, "{last} dBov");
}

/// Four seconds of 125 Hz and its harmonics, at -25 dBov.
fn hum(rate: SampleRate) -> Vec<f32> {
    let mut hum = speech::silence(rate, 4_000);
    for harmonic in 1..=11_u8 {
        let harmonic = f32::from(harmonic);
        Tone::single(rate, 125.0 * harmonic, 0.06 / harmonic.sqrt()).add_to(&mut hum);
    }
    hum
}

#[test]
fn a_first_syllable_that_were_lost_would_be_missed() {
    let mut said = speech::silence(SampleRate::Hz8000, WORD_RUN_MS);
    let word = speech::word(SampleRate::Hz8000, VOICE_DBOV);
    speech::add(&mut said, SampleRate::Hz8000, WORD_AT_MS, &word);
    let mut heard = said.clone();
    assert_eq!(lost_ms(&said, &heard), 0);
    let begins = said.iter().position(|sample| sample.abs() > 0.01).unwrap();
    heard[begins..begins + 160].fill(0.0);
    assert!(lost_ms(&said, &heard) >= 15);
}

/// How much of what is loud enough to be understood did not come through, of the first 200 ms.
fn lost_ms(said: &[f32], heard: &[f32]) -> usize {
    let pieces = said.chunks_exact(PIECE).zip(heard.chunks_exact(PIECE));
    let levels = pieces.map(|(said, heard)| (level::dbov(said), level::dbov(heard)));
    let loud = levels.filter(|(said, _)| *said > CLEAR_DBOV).take(40);
    5 * loud.filter(|(said, heard)| *heard < said - 6.0).count()
}

#[test]
fn a_loud_sound_is_heard_however_steady() {
    for codec in Codec::ALL {
        let rate = SampleRate::of(codec);
        let mut studio = Studio::new();
        // Its encoder has got used to it before there is anybody who could hear it.
        studio.join(Phone::reciting(1, codec, &hum(rate)));
        studio.run_ms(2_500);
        let listener = studio.join(Phone::quiet(2, codec));
        studio.run_ms(1_000);
        let heard = &studio.phones[listener].sound;
        let last = &heard[heard.len() - rate.samples_in_ms(500)..];
        assert!(
            level::dbov(last) > -30.0,
            "{codec}: {} dBov",
            level::dbov(last)
        );
    }
}

/// Wherever the burst begins in a packet, and whether its phone was silent so briefly that the
/// decoder was kept or so long that it was laid down: all of it is as loud as it was said.
#[test]
fn a_loud_sound_out_of_digital_silence_begins_at_its_full_level() {
    for codec in [Codec::Pcmu, Codec::Pcma, Codec::G722] {
        let rate = SampleRate::of(codec);
        for silent_ms in [400, 2_500] {
            for shift_ms in [0, 7, 13] {
                let burst = speech::noise(rate, BURST_DBOV, 100, 3);
                let mut said = speech::silence(rate, silent_ms + 600);
                speech::add(&mut said, rate, 0, &burst);
                speech::add(&mut said, rate, 100 + silent_ms + shift_ms, &burst);
                let mut studio = Studio::new();
                studio.join(Phone::reciting(1, codec, &said));
                let listener = studio.join(Phone::quiet(2, codec));
                studio.run_ms(silent_ms + 600);
                let heard = &studio.phones[listener].sound;
                let piece = rate.samples_in_ms(5);
                let lag = lag(&said, heard, rate.samples_in_ms(100));
                let begins = rate.samples_in_ms(100 + silent_ms + shift_ms);
                let said = said[begins..].chunks_exact(piece);
                let heard = heard[begins + lag..].chunks_exact(piece);
                for (number, (said, heard)) in said.zip(heard).take(60 / 5).enumerate() {
                    let softer = level::dbov(said) - level::dbov(heard);
                    // It comes in without a click: over 5 ms at 8 kHz, which is 4.8 dB.
                    let most = if number == 0 { 5.5 } else { 2.5 };
                    assert!(
                        softer < most,
                        "{codec}, {silent_ms} + {shift_ms}: piece {number} is {softer} dB softer"
                    );
                }
            }
        }
    }
}

/// 5 ms.
const PIECE: usize = 40;
const CLEAR_DBOV: f32 = -44.0;
const BURST_DBOV: f32 = -14.0;
const QUIET_VOICE_DBOV: f32 = -36.0;
const WORD_RUN_MS: u32 = 2_000;
const WORD_AT_MS: u32 = 1_000;
const LEGS: u32 = 40;
const TALKERS: u32 = 3;
