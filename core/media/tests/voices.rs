//! What was set for one voice: when it talks, what of it is mixed, what is taken out of it.
#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where it finds nothing"
)]

mod studio;

use std::time::Duration;

use conclave_audio::{SampleRate, Tone, level};
use conclave_contract::{Command, Direction, Effort, Event, LegSpec, OpusEffort, VoiceSpec};
use conclave_model::{Codec, LegId, limits};
use studio::{Phone, Studio, speech};

const TALKER: LegId = LegId(1);

fn set(studio: &mut Studio, voice: VoiceSpec) {
    let leg = TALKER;
    studio.command(Command::SetVoice { leg, voice });
}

/// What was told of the talker, and when, in milliseconds.
fn told(studio: &Studio) -> Vec<(bool, u128)> {
    let told = studio.events.iter().filter_map(|(at, event)| match event {
        Event::Talking { leg, talking } if *leg == TALKER => Some((*talking, at.as_millis())),
        _ => None,
    });
    told.collect()
}

/// A talker of whom `voice` was said, and a listener.
fn room(codec: Codec, voice: VoiceSpec) -> Studio {
    let mut studio = Studio::new();
    let mut talker = Phone::new(1, codec, 400.0);
    talker.talks = false;
    studio.join(talker);
    studio.join(Phone::quiet(2, codec));
    set(&mut studio, voice);
    studio.run_ms(1_000);
    studio
}

/// The mean of the magnitudes of what a phone says is 0.15 * 2 / pi of full scale.
const SAID: u16 = 3_129;

fn threshold(talking_threshold: u16) -> VoiceSpec {
    VoiceSpec {
        talking_threshold: Some(talking_threshold),
        ..VoiceSpec::default()
    }
}

fn pause(ms: u64) -> VoiceSpec {
    VoiceSpec {
        silence_threshold: Some(Duration::from_millis(ms)),
        ..VoiceSpec::default()
    }
}

#[test]
fn who_is_below_the_threshold_does_not_talk_and_is_mixed_unless_silence_is_dropped() {
    for codec in Codec::ALL {
        for (talking_threshold, drop_silence) in [
            (SAID - 300, false),
            (SAID - 300, true),
            (SAID + 300, false),
            (SAID + 300, true),
        ] {
            let voice = VoiceSpec {
                drop_silence,
                ..threshold(talking_threshold)
            };
            let mut studio = room(codec, voice);
            studio.phones[0].talks = true;
            studio.run_ms(2_000);
            let talks = talking_threshold < SAID;
            assert_eq!(told(&studio).len(), usize::from(talks), "{codec} {voice:?}");
            let heard = studio.phones[1].hears(400.0, 1_000);
            let is_heard = heard > 0.8;
            assert_eq!(
                is_heard,
                talks || !drop_silence,
                "{codec} {voice:?}: {heard}"
            );
            if !is_heard {
                assert!(heard < 0.01, "{codec} {voice:?}: {heard}");
            }
        }
    }
}

// Regression e8c8d69d47
#[test]
fn nobody_hears_themselves_however_softly_and_whatever_their_threshold() {
    for codec in Codec::ALL {
        let rate = SampleRate::of(codec);
        // From a shout to a murmur below every threshold, and back, three times.
        let mut sound = Vec::new();
        for loudness in [0.4_f32, 0.05, 0.01, 0.003, 0.01, 0.05].repeat(3) {
            let mut part = vec![0.0; rate.samples_in_ms(300)];
            Tone::single(rate, 400.0, loudness).fill(&mut part);
            sound.extend(part);
        }
        for drop_silence in [false, true] {
            let mut studio = Studio::new();
            studio.join(Phone::reciting(1, codec, &sound));
            studio.join(Phone::quiet(2, codec));
            let voice = VoiceSpec {
                drop_silence,
                ..threshold(1_000)
            };
            set(&mut studio, voice);
            studio.run_ms(5_400);
            let own = &studio.phones[0].sound;
            let loudest = own.iter().fold(0.0, |most: f32, x| most.max(x.abs()));
            assert!(loudest < 0.002, "{codec}: {loudest}");
            let heard = level::dbov(&studio.phones[1].sound);
            assert!(heard > -30.0, "{codec}: {heard} dBov");
        }
    }
}

#[test]
fn a_low_threshold_finds_what_is_not_even_decoded_otherwise() {
    for codec in [Codec::G722, Codec::Opus] {
        let rate = SampleRate::of(codec);
        let murmur = speech::noise(rate, -60.0, 6_000, 3);
        let mut studio = Studio::new();
        studio.join(Phone::reciting(1, codec, &murmur));
        studio.join(Phone::quiet(2, codec));
        studio.run_ms(2_000);
        assert_eq!(told(&studio), []);
        set(&mut studio, threshold(15));
        studio.run_ms(1_000);
        let told: Vec<bool> = told(&studio).iter().map(|(talking, _)| *talking).collect();
        assert_eq!(told, [true], "{codec}");
    }
}

// Defect 37
#[test]
fn talking_ends_after_the_pause_that_was_set_also_when_packets_stop() {
    for stops in [false, true] {
        for ms in [100, 1_000, 2_500] {
            let mut studio = room(Codec::Pcmu, pause(ms));
            studio.phones[0].talks = true;
            studio.run_ms(1_000);
            let before = (studio.now - studio.began).as_millis();
            studio.phones[0].talks = false;
            studio.phones[0].sends = !stops;
            studio.run_ms(4_000);
            let told = told(&studio);
            assert_eq!(told.len(), 2, "{ms} {stops}: {told:?}");
            let late = told[1].1 - before;
            // A frame or two in the jitter buffer, and what is concealed when packets stop.
            let most = if stops { 220 } else { 80 };
            assert!(
                (u128::from(ms)..u128::from(ms) + most).contains(&late),
                "{ms}: {late}"
            );
        }
    }
}

#[test]
fn with_silence_dropped_the_pause_that_was_set_is_mixed_to_its_end() {
    let rate = SampleRate::Hz16000;
    let mut sound = speech::noise(rate, -30.0, 1_000, 1);
    sound.extend(speech::noise(rate, -60.0, 5_000, 2));
    for (drop_silence, is_heard) in [(false, false), (true, true)] {
        let mut studio = Studio::new();
        studio.join(Phone::reciting(1, Codec::G722, &sound));
        studio.join(Phone::quiet(2, Codec::G722));
        set(
            &mut studio,
            VoiceSpec {
                drop_silence,
                ..pause(2_500)
            },
        );
        // The word ended 1.5 s ago.
        studio.run_ms(2_500);
        let heard = level::dbov(&studio.phones[1].sound[2_000 * 16..2_400 * 16]);
        assert_eq!(heard > -66.0, is_heard, "{drop_silence}: {heard} dBov");
        studio.run_ms(2_500);
        let heard = level::dbov(&studio.phones[1].sound[4_200 * 16..4_800 * 16]);
        assert!(heard < -75.0, "{drop_silence}: {heard} dBov");
    }
}

// Defect 38
#[test]
fn one_loud_frame_is_no_speech() {
    let rate = SampleRate::Hz8000;
    let mut sound = speech::silence(rate, 3_000);
    speech::add(&mut sound, rate, 1_000, &speech::noise(rate, -20.0, 20, 1));
    for voice in [VoiceSpec::default(), threshold(160), pause(2_500)] {
        let mut studio = Studio::new();
        studio.join(Phone::reciting(1, Codec::Pcma, &sound));
        studio.join(Phone::quiet(2, Codec::Pcma));
        set(&mut studio, voice);
        studio.run_ms(3_000);
        assert_eq!(told(&studio), [], "{voice:?}");
    }
}

// Regression 1ccac0be0e
// Regression cf73a4203f
#[test]
fn talking_ends_at_once_on_mute_and_on_hold_and_nothing_of_it_is_left_afterwards() {
    for voice in [VoiceSpec::default(), threshold(160), pause(2_500)] {
        let mut studio = room(Codec::Pcmu, voice);
        studio.phones[0].talks = true;
        studio.run_ms(1_000);
        studio.phones[0].talks = false;
        let (leg, muted) = (TALKER, true);
        studio.command(Command::SetMute { leg, muted });
        studio.run_ms(20);
        let ended: Vec<bool> = told(&studio).iter().map(|(talking, _)| *talking).collect();
        assert_eq!(ended, [true, false], "{voice:?}");
        studio.run_ms(200);
        let muted = false;
        studio.command(Command::SetMute { leg, muted });
        studio.run_ms(3_000);
        assert_eq!(
            told(&studio).len(),
            2,
            "{voice:?}: what was said before is over"
        );
        studio.phones[0].talks = true;
        studio.run_ms(500);
        assert_eq!(told(&studio).len(), 3, "{voice:?}");
        let spec = LegSpec {
            direction: Direction::RecvOnly,
            ..studio.phones[0].spec()
        };
        let spec = Box::new(spec);
        studio.command(Command::UpdateLeg { leg, spec });
        studio.run_ms(2_000);
        let held: Vec<bool> = told(&studio).iter().map(|(talking, _)| *talking).collect();
        assert_eq!(
            held,
            [true, false, true, false],
            "{voice:?}: its music does not talk"
        );
        let at = told(&studio)[3].1;
        assert!(
            at <= (studio.now - studio.began).as_millis() - 1_900,
            "{voice:?}"
        );
    }
}

#[test]
fn a_change_while_somebody_talks_is_not_a_pause() {
    let mut studio = room(Codec::Pcmu, threshold(160));
    studio.phones[0].talks = true;
    studio.run_ms(1_000);
    set(
        &mut studio,
        VoiceSpec {
            denoise: false,
            ..threshold(200)
        },
    );
    studio.run_ms(500);
    assert_eq!(told(&studio).len(), 1);
    set(&mut studio, VoiceSpec::default());
    studio.run_ms(500);
    assert_eq!(told(&studio).len(), 1);
}

/// How loud a listener hears this, of whom the level from which on all is mixed is low.
fn heard_of(codec: Codec, sound: &[f32], denoise: bool) -> f32 {
    let mut studio = Studio::new();
    studio.join(Phone::reciting(1, codec, sound));
    studio.join(Phone::quiet(2, codec));
    set(
        &mut studio,
        VoiceSpec {
            talking_threshold: Some(10),
            drop_silence: true,
            denoise,
            ..VoiceSpec::default()
        },
    );
    studio.run_ms(4_000);
    let rate = SampleRate::of(codec);
    level::dbov(&studio.phones[1].sound[rate.samples_in_ms(1_500)..])
}

#[test]
fn noise_is_taken_out_of_a_voice_and_the_voice_is_left() {
    for codec in Codec::ALL {
        let rate = SampleRate::of(codec);
        let fan: Vec<f32> = speech::noise(rate, -15.0, 4_000, 7)
            .iter()
            .scan(0.0, |sum, x| {
                *sum += (x - *sum) * std::f32::consts::TAU * 200.0 / rate.hz() as f32;
                Some(*sum)
            })
            .collect();
        let (noisy, clean) = (heard_of(codec, &fan, false), heard_of(codec, &fan, true));
        assert!(
            noisy > -50.0 && clean < noisy - 20.0,
            "{codec}: {noisy}, {clean} dBov"
        );
        let round = speech::sentences(rate, -20.0).into_iter().cycle();
        let said: Vec<f32> = round.take(rate.samples_in_ms(4_000)).collect();
        let (plain, kept) = (heard_of(codec, &said, false), heard_of(codec, &said, true));
        assert!((plain - kept).abs() < 3.0, "{codec}: {plain}, {kept} dBov");
    }
}

#[test]
fn a_room_full_of_noise_is_cleaned_within_bounds_and_not_at_all_when_time_is_short() {
    let mut studio = Studio::new();
    let rate = SampleRate::Hz8000;
    let hiss = speech::payloads(Codec::Pcmu, &speech::noise(rate, -40.0, 6_000, 5));
    for number in 1..=60 {
        let mut phone = Phone::quiet(number, Codec::Pcmu);
        phone.script = Some(std::sync::Arc::clone(&hiss));
        phone.listens = false;
        studio.join(phone);
        let (leg, denoise) = (LegId(number), true);
        studio.command(Command::SetVoice {
            leg,
            voice: VoiceSpec {
                denoise,
                ..VoiceSpec::default()
            },
        });
    }
    studio.run_ms(2_000);
    let before = studio.deck.health().frames_denoised;
    studio.run_ms(1_000);
    let cleaned = (studio.deck.health().frames_denoised - before) / 50;
    let most = u64::from(limits::DENOISED_UNHEARD) + limits::TALKERS as u64;
    assert!((20..=most).contains(&cleaned), "{cleaned} in a tick");
    studio.command(Command::SetEffort(Effort {
        opus: OpusEffort::Least,
        ..Effort::FULL
    }));
    studio.run_ms(20);
    let before = studio.deck.health().frames_denoised;
    studio.run_ms(1_000);
    assert_eq!(studio.deck.health().frames_denoised, before);
}
