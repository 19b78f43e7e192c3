//! What a rate that bounds the mix takes away from everybody, and what it leaves.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use std::sync::mpsc::{Sender, channel};

use conclave_audio::SampleRate;
use conclave_contract::{Command, Segment, StageSpec};
use conclave_media::{Order, Tape, TapeFrame, TapeSink};
use conclave_model::confbridge::RecordVolume;
use conclave_model::{Codec, Language, PlayId, Prompt};
use studio::{Phone, STAGE, Studio};

const LOW_HZ: f32 = 3_000.0;
const MIDDLE_HZ: f32 = 6_000.0;
const HIGH_HZ: f32 = 10_000.0;

/// Three talk with Opus at different pitches; one listens with Opus, one with G.722.
fn meeting() -> Studio {
    let mut studio = Studio::new();
    for (number, hz) in [(1, LOW_HZ), (2, MIDDLE_HZ), (3, HIGH_HZ)] {
        studio.join(Phone::new(number, Codec::Opus, hz));
    }
    studio.join(Phone::quiet(4, Codec::Opus));
    studio.join(Phone::quiet(5, Codec::G722));
    studio
}

fn set(studio: &mut Studio, spec: StageSpec) {
    let stage = STAGE;
    studio.command(Command::SetStage { stage, spec });
}

const fn at_most(hz: u32) -> StageSpec {
    StageSpec {
        rate_max_hz: Some(hz),
        rate_fixed_hz: None,
        binaural: false,
    }
}

const fn fixed(hz: u32) -> StageSpec {
    StageSpec {
        rate_max_hz: Some(8_000),
        rate_fixed_hz: Some(hz),
        binaural: false,
    }
}

// Defect 36
#[test]
fn nobody_hears_more_than_the_bound_and_all_of_what_is_below() {
    for (spec, heard) in [
        (StageSpec::default(), [true, true, true]),
        (at_most(8_000), [true, false, false]),
        (at_most(16_000), [true, true, false]),
        (at_most(24_000), [true, true, true]),
        (at_most(192_000), [true, true, true]),
        (fixed(16_000), [true, true, false]),
        (fixed(48_000), [true, true, true]),
    ] {
        let mut studio = meeting();
        set(&mut studio, spec);
        studio.run_ms(2_000);
        for (phone, hz, is_within) in [
            (3, LOW_HZ, heard[0]),
            (3, MIDDLE_HZ, heard[1]),
            (3, HIGH_HZ, heard[2]),
            (4, LOW_HZ, heard[0]),
            (4, MIDDLE_HZ, heard[1]),
            (0, MIDDLE_HZ, heard[1]),
            (0, HIGH_HZ, heard[2]),
            (2, LOW_HZ, heard[0]),
        ] {
            let level = studio.phones[phone].hears(hz, 1_000);
            let expected = if is_within { 0.7..1.3 } else { 0.0..0.01 };
            assert!(
                expected.contains(&level),
                "{spec:?}, phone {phone}, {hz}: {level}"
            );
        }
    }
}

#[test]
fn it_changes_while_they_talk_and_does_not_go_with_a_leg_to_another_stage() {
    let mut studio = meeting();
    studio.run_ms(1_000);
    set(&mut studio, at_most(8_000));
    studio.run_ms(1_000);
    assert!(studio.phones[3].hears(MIDDLE_HZ, 500) < 0.01);
    set(&mut studio, StageSpec::default());
    studio.run_ms(1_000);
    assert!(studio.phones[3].hears(MIDDLE_HZ, 500) > 0.7);
    set(&mut studio, at_most(8_000));
    let other = conclave_model::StageId(7);
    studio.command(Command::OpenStage { stage: other });
    for index in [1, 3] {
        let leg = studio.phones[index].leg;
        studio.command(Command::JoinStage { leg, stage: other });
    }
    studio.run_ms(1_000);
    assert!(
        studio.phones[3].hears(MIDDLE_HZ, 500) > 0.7,
        "here is no bound"
    );
}

// Defect 32
#[test]
fn another_rate_while_somebody_talks_makes_no_gap() {
    let low_hz = 400.0;
    for codec in Codec::ALL {
        let mut studio = Studio::new();
        studio.join(Phone::new(1, codec, low_hz));
        let listener = studio.join(Phone::quiet(2, codec));
        studio.join(Phone::quiet(3, Codec::Opus));
        studio.run_ms(1_000);
        let rate = SampleRate::of(codec);
        let from = studio.phones[listener].sound.len();
        for spec in [at_most(8_000), StageSpec::default(), fixed(16_000)].repeat(2) {
            set(&mut studio, spec);
            studio.run_ms(200);
        }
        // Wherever one looks, there is a whole period of it and it is as loud as ever.
        let sound = &studio.phones[listener].sound[from..];
        let windows = sound.chunks_exact(rate.samples_in_ms(5));
        let loudness = windows.map(|part| part.iter().fold(0.0, |most: f32, x| most.max(x.abs())));
        for (at, loudest) in loudness.enumerate() {
            let expected = studio::phone::AMPLITUDE * 0.6..studio::phone::AMPLITUDE * 1.4;
            assert!(
                expected.contains(&loudest),
                "{codec}, {} ms: {loudest}",
                at * 5
            );
        }
    }
}

// Defect 35
#[test]
fn every_rate_with_every_interval_is_heard() {
    for hz in [
        8_000, 12_000, 16_000, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000,
    ] {
        for interval_ms in [10, 20, 40, 80] {
            let mut studio = Studio::new();
            set(&mut studio, fixed(hz));
            for (number, codec) in (1..).zip(Codec::ALL) {
                let mut phone = Phone::new(number, codec, 300.0 * number as f32 + 100.0);
                phone.ptime_max_ms = Some(150);
                let index = studio.call(phone);
                let leg = studio.phones[index].leg;
                studio.command(Command::SetPacing { leg, interval_ms });
                let stage = STAGE;
                studio.command(Command::JoinStage { leg, stage });
            }
            studio.run_ms(1_200);
            for listener in &studio.phones {
                let others = studio.phones.iter().filter(|one| one.leg != listener.leg);
                for talker in others {
                    let heard = listener.hears(talker.hz, 600);
                    assert!(heard > 0.35, "{hz} Hz, {interval_ms} ms: {heard}");
                }
            }
        }
    }
}

#[test]
fn what_is_said_to_all_is_within_the_bound_too() {
    let hiss = studio::sine_clip(6_000.0, 0.25, 2_000);
    for (spec, expected) in [(StageSpec::default(), true), (at_most(8_000), false)] {
        let mut studio = Studio::new();
        studio.join(Phone::quiet(1, Codec::G722));
        studio.join(Phone::quiet(2, Codec::G722));
        set(&mut studio, spec);
        let prompt = Segment::Prompt(Prompt::HasJoined, Language::English);
        studio.command(Command::Announce {
            stage: STAGE,
            play: PlayId(1),
            segments: vec![prompt, Segment::Clip(hiss.clone())],
            except: None,
        });
        studio.run_ms(900);
        assert!(studio.phones[0].hears(1_000.0, 500) > 0.5);
        studio.run_ms(1_500);
        let is_heard = studio.phones[0].hears(6_000.0, 500) > 0.5;
        assert_eq!(is_heard, expected, "{spec:?}");
    }
}

/// The rate of every frame.
struct Rates(Sender<SampleRate>);

impl TapeSink for Rates {
    fn push(&mut self, frame: &TapeFrame) -> bool {
        self.0.send(frame.rate).is_ok()
    }
}

#[test]
fn a_tape_has_the_rate_that_was_set_and_no_more_than_the_bound() {
    use SampleRate::{Hz16000, Hz48000};
    for (codec, spec, expected) in [
        (Codec::Opus, StageSpec::default(), Hz48000),
        (Codec::Opus, at_most(16_000), Hz16000),
        (Codec::Opus, fixed(8_000), Hz16000),
        (Codec::Pcmu, StageSpec::default(), Hz16000),
        (Codec::Pcmu, fixed(48_000), Hz48000),
        (Codec::Pcmu, at_most(48_000), Hz16000),
    ] {
        let mut studio = Studio::new();
        studio.join(Phone::new(1, codec, 400.0));
        studio.join(Phone::quiet(2, codec));
        set(&mut studio, spec);
        let (sender, rates) = channel();
        let tape = Box::new(Tape::new(Box::new(Rates(sender)), RecordVolume::default()));
        studio
            .deck
            .obey(studio.now, Order::StartTape { stage: STAGE, tape });
        studio.run_ms(200);
        let rates: Vec<SampleRate> = rates.try_iter().collect();
        assert!(
            rates.iter().all(|rate| *rate == expected),
            "{codec} {spec:?}: {rates:?}"
        );
        assert_eq!(rates.len(), 10);
    }
}
