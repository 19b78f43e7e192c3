//! Who is on no stage and hears themselves: as loud as they are, at once, and nobody else does.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use conclave_audio::SampleRate;
use conclave_contract::{Command, Direction, LegSpec};
use conclave_model::{Codec, Language, LegId, Prompt};
use studio::compare::lag;
use studio::{Phone, STAGE, Studio, speech};

fn echo(studio: &mut Studio, leg: LegId, on: bool) {
    studio.command(Command::SetEcho { leg, on });
}

/// SILK models a voice and keeps less of a sine.
fn as_loud(codec: Codec) -> std::ops::Range<f32> {
    match codec {
        Codec::Pcmu | Codec::Pcma | Codec::G722 => 0.9..1.1,
        Codec::Opus => 0.6..1.4,
    }
}

#[test]
fn in_every_codec_one_comes_back_as_loud_as_one_is_and_to_nobody_else() {
    let mut studio = Studio::new();
    for (number, codec) in (1..).zip(Codec::ALL) {
        studio.call(Phone::new(number, codec, 300.0 * number as f32 + 100.0));
        echo(&mut studio, LegId(number), true);
    }
    studio.call(Phone::new(9, Codec::Pcma, 1_900.0));
    studio.run_ms(2_000);
    for listener in &studio.phones {
        for talker in &studio.phones {
            let heard = listener.hears(talker.hz, 1_000);
            let (who, whom) = (listener.leg, talker.leg);
            if who == whom && who != LegId(9) {
                assert!(as_loud(listener.codec).contains(&heard), "{who}: {heard}");
            } else {
                assert!(heard < 0.1, "{who} hears {whom}: {heard}");
            }
        }
    }
}

#[test]
fn it_ends_when_it_is_to_and_is_nothing_on_a_stage() {
    let mut studio = Studio::new();
    let (one, other) = (LegId(1), LegId(2));
    studio.call(Phone::new(1, Codec::Pcma, 700.0));
    studio.call(Phone::new(2, Codec::Pcma, 1_300.0));
    echo(&mut studio, one, true);
    studio.run_ms(1_000);
    assert!(studio.phones[0].hears(700.0, 500) > 0.9);
    echo(&mut studio, one, false);
    studio.run_ms(1_000);
    assert!(studio.phones[0].hears(700.0, 500) < 0.01);
    echo(&mut studio, one, true);
    for leg in [one, other] {
        studio.command(Command::JoinStage { leg, stage: STAGE });
    }
    studio.run_ms(2_000);
    assert!(studio.phones[0].hears(700.0, 500) < 0.03);
    assert!(studio.phones[0].hears(1_300.0, 500) > 0.9);
    assert!(studio.phones[1].hears(700.0, 500) > 0.9);
}

#[test]
fn what_is_said_to_one_meanwhile_is_louder_than_the_echo() {
    let mut studio = Studio::new();
    let one = LegId(1);
    studio.call(Phone::new(1, Codec::Pcma, 700.0));
    echo(&mut studio, one, true);
    studio.run_ms(1_000);
    let said = vec![conclave_contract::Segment::Prompt(
        Prompt::Beep,
        Language::English,
    )];
    studio.play(one, 1, said, false);
    studio.run_ms(800);
    assert!(studio.phones[0].hears(700.0, 500) < 0.3);
    assert!(studio.phones[0].hears(1_000.0, 500) > 0.5);
    studio.run_ms(1_600);
    assert!(studio.phones[0].hears(700.0, 500) > 0.9);
}

// What a phone plays to one on hold is no voice.
#[test]
fn who_holds_us_hears_nothing_of_it() {
    let mut studio = Studio::new();
    let one = LegId(1);
    studio.call(Phone::new(1, Codec::Pcma, 700.0));
    echo(&mut studio, one, true);
    studio.run_ms(500);
    let spec = LegSpec {
        direction: Direction::SendOnly,
        ..studio.phones[0].spec()
    };
    let spec = Box::new(spec);
    studio.command(Command::UpdateLeg { leg: one, spec });
    studio.run_ms(1_000);
    assert!(studio.phones[0].hears(700.0, 500) < 0.01);
}

#[test]
fn it_adds_nothing_to_the_wait_for_the_tick() {
    for (codec, unavoidable_ms) in [(Codec::Pcma, 2.0), (Codec::G722, 5.0), (Codec::Opus, 16.0)] {
        let mut studio = Studio::new();
        let rate = SampleRate::of(codec);
        let sentences = speech::sentences(rate, -26.0);
        let said: Vec<f32> = sentences
            .iter()
            .copied()
            .cycle()
            .take(2 * rate.hz() as usize)
            .collect();
        let one = studio.call(Phone::reciting(1, codec, &said));
        echo(&mut studio, LegId(1), true);
        studio.run_ms(2_000);
        let phone = &studio.phones[one];
        let (to, step) = (phone.sound.len(), rate.hz() as usize / 8_000);
        let from = to - rate.hz() as usize * 7 / 10;
        let narrow = |sound: &[f32]| -> Vec<f32> {
            let samples = sound[from..to].chunks_exact(step);
            samples.map(|x| x.iter().sum::<f32>()).collect()
        };
        let lag_ms = lag(&narrow(&said), &narrow(&phone.sound), 1_600) as f32 / 8.0;
        assert!(lag_ms <= unavoidable_ms, "{codec}: {lag_ms} ms");
    }
}
