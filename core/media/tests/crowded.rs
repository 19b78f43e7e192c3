//! Many at once: the limiter instead of clipping, eight voices and no ninth, an hour of callers.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use std::collections::VecDeque;

use conclave_audio::{SampleRate, Tone, level, measure};
use conclave_contract::Command;
use conclave_model::{Codec, StageId, limits};
use studio::compare::{lag, likeness, timbre_db};
use studio::{Phone, STAGE, Studio, speech};

/// Whole periods in a second, and in no proportion to each other.
const VOICES_HZ: [f32; 10] = [
    310.0, 430.0, 590.0, 730.0, 890.0, 1_090.0, 1_310.0, 1_570.0, 1_870.0, 2_230.0,
];
const RATE: SampleRate = SampleRate::Hz8000;

/// Silence, then a sine for the rest of five seconds.
fn sine(hz: f32, amplitude: f32, begins_ms: u32) -> Vec<f32> {
    let mut sound = speech::silence(RATE, 5_000);
    Tone::single(RATE, hz, amplitude).add_to(&mut sound[RATE.samples_in_ms(begins_ms)..]);
    sound
}

fn last_second(studio: &Studio, phone: usize) -> &[f32] {
    let sound = &studio.phones[phone].sound;
    &sound[sound.len() - studio.phones[phone].rate_hz() as usize..]
}

/// All that is none of the voices, in dB of all.
fn distortion_db(sound: &[f32]) -> f32 {
    let voices = VOICES_HZ.map(|hz| measure::amplitude_at(sound, RATE.hz(), hz).powi(2) / 2.0);
    let all = level::mean_square(sound);
    10.0 * ((all - voices.iter().sum::<f32>()).max(1e-9) / all).log10()
}

// Defect 29
#[test]
fn ten_people_at_full_level_are_limited_and_not_clipped() {
    let mut studio = Studio::new();
    for (number, hz) in (1..).zip(VOICES_HZ) {
        studio.join(Phone::reciting(number, Codec::Pcmu, &sine(hz, 0.9, 0)));
    }
    let listener = studio.join(Phone::quiet(11, Codec::Pcmu));
    studio.run_ms(4_000);
    let heard = last_second(&studio, listener);
    let peak = heard
        .iter()
        .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!(peak < 0.99, "{peak}");
    let dbov = level::dbov(heard);
    assert!((-15.0..-3.0).contains(&dbov), "{dbov} dBov");
    let distortion = distortion_db(heard);
    assert!(distortion < -20.0, "{distortion} dB");

    // The same sum, cut off at full scale.
    let mut sum = speech::silence(RATE, 1_000);
    for hz in &VOICES_HZ[..limits::TALKERS] {
        Tone::single(RATE, *hz, 0.9).add_to(&mut sum);
    }
    for sample in &mut sum {
        *sample = sample.clamp(-1.0, 1.0);
    }
    let clipped = distortion_db(&sum);
    assert!(clipped > -10.0, "{clipped} dB");
}

#[test]
fn eight_people_who_shout_sentences_stay_what_they_said() {
    for codec in Codec::ALL {
        let rate = SampleRate::of(codec);
        let sentences = speech::sentences(rate, -12.0);
        let mut sum = speech::silence(rate, SHOUTING_MS);
        let mut studio = Studio::new();
        for number in 1..=8 {
            let turn = rate.samples_in_ms(317 * number);
            let words = sentences.iter().copied().cycle().skip(turn);
            let says: Vec<f32> = words.take(sum.len()).collect();
            speech::add(&mut sum, rate, 0, &says);
            studio.join(Phone::reciting(number, codec, &says));
        }
        let listener = studio.join(Phone::quiet(9, codec));
        studio.run_ms(SHOUTING_MS);
        let heard = &studio.phones[listener].sound;
        let peak = heard
            .iter()
            .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        let half = rate.samples_in_ms(500);
        let lag = lag(&sum[half..], &heard[half..], rate.samples_in_ms(30));
        let (said, heard) = (&sum[half..sum.len() - lag], &heard[half + lag..]);
        assert!(
            peak < 1.05,
            "{codec}: {peak}, though the codec may add a little"
        );
        let gain = (level::mean_square(heard) / level::mean_square(said)).sqrt();
        assert!((0.3..0.9).contains(&gain), "{codec}: {gain}");
        if codec == Codec::Opus {
            // Its encoder keeps the spectrum of so many voices, not the wave.
            let lower: Vec<f32> = said.iter().map(|sample| sample * gain).collect();
            let differs = timbre_db(rate, heard, &lower);
            assert!(differs < 4.0, "{differs} dB");
            continue;
        }
        let window = rate.samples_in_ms(100);
        let pairs = said.chunks_exact(window).zip(heard.chunks_exact(window));
        let alike: Vec<f32> = pairs.map(|(said, heard)| likeness(said, heard)).collect();
        let mean = alike.iter().sum::<f32>() / alike.len() as f32;
        assert!(mean > 0.98, "{codec}: {mean}");
    }
}

const SHOUTING_MS: u32 = 2_400;

#[test]
fn the_ninth_voice_waits_for_a_place_unless_it_is_much_louder() {
    let mut studio = Studio::new();
    for (number, hz) in (1..).zip(&VOICES_HZ[..8]) {
        let mut sound = sine(*hz, 0.1, 0);
        if number == 8 {
            sound[RATE.samples_in_ms(3_000)..].fill(0.0);
        }
        studio.join(Phone::reciting(number, Codec::Pcmu, &sound));
    }
    studio.join(Phone::reciting(
        9,
        Codec::Pcmu,
        &sine(VOICES_HZ[8], 0.1, 1_000),
    ));
    studio.join(Phone::reciting(
        10,
        Codec::Pcmu,
        &sine(VOICES_HZ[9], 0.4, 2_000),
    ));
    let listener = studio.join(Phone::quiet(11, Codec::Pcmu));
    let heard = |studio: &Studio| -> Vec<usize> {
        let sound = &studio.phones[listener].sound;
        let last = &sound[sound.len() - RATE.samples_in_ms(500)..];
        let is_heard = |hz: &f32| measure::amplitude_at(last, RATE.hz(), *hz) > 0.05;
        (1..)
            .zip(&VOICES_HZ)
            .filter(|(_, hz)| is_heard(hz))
            .map(|(number, _)| number)
            .collect()
    };
    studio.run_ms(2_000);
    assert_eq!(heard(&studio), [1, 2, 3, 4, 5, 6, 7, 8]);
    studio.run_ms(600);
    let with_loud = heard(&studio);
    assert_eq!(with_loud.len(), 8, "{with_loud:?}");
    assert!(
        with_loud.contains(&10) && !with_loud.contains(&9),
        "{with_loud:?}"
    );
    studio.run_ms(2_000);
    let after = heard(&studio);
    assert!(
        after.contains(&9) && !after.contains(&8),
        "{after:?}: a place was free"
    );
}

#[test]
fn an_hour_of_callers_leaves_nothing_behind() {
    let mut studio = Studio::new();
    let start = studio.deck.health();
    let mut open = VecDeque::new();
    // One a tick: what a server with 20 calls in it sees in an hour of half-minute calls.
    for number in 1..=CALLERS {
        let phone = Phone::quiet(number, Codec::ALL[number as usize % 4]);
        let leg = phone.leg;
        studio.command(Command::OpenLeg {
            leg,
            near: Some(STAGE),
            reached_at: None,
            spec: Box::new(phone.spec()),
        });
        // One in three finds nobody, and takes the room along when leaving.
        let is_alone = number % 3 == 0;
        let stage = if is_alone { StageId(number) } else { STAGE };
        if is_alone {
            studio.command(Command::OpenStage { stage });
        }
        studio.command(Command::JoinStage { leg, stage });
        open.push_back(leg);
        studio.tick();
        if is_alone {
            studio.command(Command::CloseStage { stage });
        }
        if open.len() > 20 {
            studio.command(Command::CloseLeg {
                leg: open.pop_front().unwrap(),
            });
        }
        studio.events.clear();
    }
    for leg in open {
        studio.command(Command::CloseLeg { leg });
    }
    studio.run_ms(40);
    let end = studio.deck.health();
    assert_eq!((end.legs, end.stages), (start.legs, start.stages));
    assert_eq!(
        (end.legs_failed, end.stages_failed, end.events_lost),
        (0, 0, 0)
    );
    assert_eq!(end.orders_refused, 0, "there was always a place");
    // As many as at the very beginning, and not one more.
    for number in CALLERS..CALLERS + LEGS_MAX + 1 {
        studio.join(Phone::quiet(number, Codec::Pcmu));
    }
    let full = studio.deck.health();
    assert_eq!(full.legs, u64::from(LEGS_MAX));
    assert!(full.orders_refused > 0);
}

const CALLERS: u32 = 6_000;
/// Of a studio's deck.
const LEGS_MAX: u32 = 256;
