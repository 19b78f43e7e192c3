//! What is on a tape of a stage: whoever speaks, also alone, and nothing that is told or played.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use conclave_contract::{Command, Segment};
use conclave_media::{Order, TapeFrame};
use conclave_model::{Codec, Language, LegId, PlayId, PlaylistName, Prompt};
use studio::reel::{level_of, tape, tape_at};
use studio::{Phone, STAGE, Studio};

const VOICE_HZ: f32 = 400.0;
/// Of the library's prompt and of its music.
const PROMPT_HZ: f32 = 1_000.0;
const MUSIC_HZ: f32 = 700.0;

fn announce(studio: &mut Studio) {
    studio.command(Command::Announce {
        stage: STAGE,
        play: PlayId(1),
        segments: vec![Segment::Prompt(Prompt::BeingRecorded, Language::English)],
        except: None,
    });
}

#[test]
fn whoever_is_alone_is_recorded_and_neither_music_nor_what_is_announced() {
    for codec in Codec::ALL {
        let mut studio = Studio::new();
        let alone = studio.join(Phone::new(1, codec, VOICE_HZ));
        let playlist = Some(PlaylistName::built_in());
        let leg = LegId(1);
        studio.command(Command::Music { leg, playlist });
        studio.run_ms(500);
        let (tape, reel) = tape();
        let stage = STAGE;
        studio
            .deck
            .obey(studio.now, Order::StartTape { stage, tape });
        announce(&mut studio);
        studio.run_ms(1_000);
        let frames: Vec<TapeFrame> = reel.try_iter().collect();
        assert_eq!(frames.len(), 50);
        let frames = &frames[10..];
        let voice = level_of(frames, VOICE_HZ);
        assert!(voice > 0.1, "{codec}: {voice}");
        for hz in [PROMPT_HZ, MUSIC_HZ] {
            let level = level_of(frames, hz);
            assert!(level < 0.003, "{codec}: {level} at {hz} Hz");
        }
        assert_eq!(frames[39].speakers(), [leg], "{codec}");
        // They hear what is told and their music, and not themselves.
        let heard = &studio.phones[alone];
        assert!(heard.hears(PROMPT_HZ, 700) > 0.3, "{codec}");
        assert!(heard.hears(VOICE_HZ, 700) < 0.1, "{codec}");
    }
}

#[test]
fn a_tape_may_be_louder_or_softer_than_the_room_and_never_distorts() {
    let mut studio = Studio::new();
    let alone = studio.join(Phone::new(1, Codec::G722, VOICE_HZ));
    let level = |studio: &mut Studio, steps| {
        let (tape, reel) = tape_at(steps);
        let stage = STAGE;
        studio
            .deck
            .obey(studio.now, Order::StartTape { stage, tape });
        studio.run_ms(1_000);
        let frames: Vec<TapeFrame> = reel.try_iter().collect();
        level_of(&frames[10..], VOICE_HZ)
    };
    let plain = level(&mut studio, 0);
    let within = |level: f32, factor: f32| (level / plain / factor - 1.0).abs() < 0.05;
    let twice = level(&mut studio, 1);
    assert!(within(twice, 2.0), "{plain} {twice}");
    let quarter = level(&mut studio, -2);
    assert!(within(quarter, 0.25), "{plain} {quarter}");
    let most = level(&mut studio, 4);
    assert!((0.7..1.0).contains(&most), "{plain} {most}");
    assert!(studio.phones[alone].hears(VOICE_HZ, 700) < 0.1);
}

#[test]
fn a_tape_goes_on_in_silence_while_nobody_is_there() {
    let mut studio = Studio::new();
    studio.join(Phone::new(1, Codec::Pcmu, VOICE_HZ));
    let (tape, reel) = tape();
    let stage = STAGE;
    studio
        .deck
        .obey(studio.now, Order::StartTape { stage, tape });
    studio.run_ms(400);
    studio.command(Command::LeaveStage { leg: LegId(1) });
    studio.run_ms(400);
    studio.command(Command::StopTape { stage });
    studio.run_ms(400);
    let frames: Vec<TapeFrame> = reel.iter().collect();
    let numbers = frames.iter().map(|frame| frame.number);
    assert!(numbers.eq(0..40));
    assert!(level_of(&frames[10..20], VOICE_HZ) > 0.1);
    assert!(
        frames[25..]
            .iter()
            .all(|it| it.samples().iter().all(|at| *at == 0))
    );
    // A stage that is gone takes its tape along, and a tape for no stage is given back.
    let (second, reel) = studio::reel::tape();
    studio.deck.obey(
        studio.now,
        Order::StartTape {
            stage,
            tape: second,
        },
    );
    studio.command(Command::CloseStage { stage });
    studio.run_ms(100);
    let (third, unused) = studio::reel::tape();
    studio
        .deck
        .obey(studio.now, Order::StartTape { stage, tape: third });
    studio.run_ms(100);
    assert!(
        reel.iter().count() <= 2,
        "the tape of a closed stage runs on"
    );
    assert_eq!(unused.iter().count(), 0);
}
