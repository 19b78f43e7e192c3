//! What is played, announced and recorded: to whom, how loud, and what is said about it.
#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where it finds nothing, and looks for one kind of event"
)]

mod studio;

use std::time::Duration;

use conclave_contract::{Command, Event, PlayOutcome, RecordEnd, RecordSpec, Recording, Segment};
use conclave_model::{Codec, Language, LegId, PlayId, PlaylistName, Prompt, StageId};
use studio::phone::AMPLITUDE;
use studio::{Phone, STAGE, Studio};

const SILENT: f32 = 0.03;
/// The sounds of the library are this much louder than a talker.
const PLAYED: f32 = 0.25 / AMPLITUDE;

fn quiet(number: u32, codec: Codec) -> Phone {
    let mut phone = Phone::new(number, codec, 400.0);
    phone.talks = false;
    phone
}

fn prompt() -> Vec<Segment> {
    vec![Segment::Prompt(Prompt::PinPlease, Language::English)]
}

fn close_to(heard: f32, wanted: f32) -> bool {
    (0.8 * wanted..1.2 * wanted).contains(&heard)
}

fn outcomes(studio: &Studio) -> Vec<(u32, PlayOutcome)> {
    let done = studio.events.iter().filter_map(|(_, event)| match event {
        Event::PlayDone { play, outcome, .. } => Some((play.0, *outcome)),
        _ => None,
    });
    done.collect()
}

fn music(leg: u32, playing: bool) -> Command {
    Command::Music {
        leg: LegId(leg),
        playlist: playing.then(PlaylistName::built_in),
    }
}

#[test]
fn a_prompt_is_heard_in_every_codec_and_its_end_is_reported() {
    for codec in Codec::ALL {
        let mut studio = Studio::new();
        let a = studio.call(quiet(1, codec));
        let b = studio.call(quiet(2, codec));
        studio.run_ms(200);
        studio.play(LegId(1), 7, prompt(), false);
        studio.run_ms(1_000);
        let heard = studio.phones[a].hears(1_000.0, 800);
        assert!(close_to(heard, PLAYED), "{codec}: {heard}");
        assert!(studio.phones[b].hears(1_000.0, 800) < SILENT);
        studio.run_ms(100);
        assert_eq!(outcomes(&studio), [(7, PlayOutcome::Finished)], "{codec}");
        studio.run_ms(500);
        assert!(studio.phones[a].hears(1_000.0, 400) < SILENT, "{codec}");
    }
}

#[test]
fn a_digit_or_another_prompt_cuts_a_prompt_short() {
    let mut studio = Studio::new();
    let a = studio.call(quiet(1, Codec::Pcmu));
    studio.run_ms(200);
    studio.play(LegId(1), 1, prompt(), true);
    studio.run_ms(200);
    studio.play(LegId(1), 2, prompt(), true);
    studio.run_ms(200);
    studio.phones[a].press('1', None);
    studio.run_ms(500);
    assert!(studio.phones[a].hears(1_000.0, 300) < SILENT);
    studio.play(LegId(1), 3, prompt(), false);
    studio.run_ms(200);
    studio.phones[a].press('2', None);
    studio.run_ms(200);
    studio.command(Command::StopPlay { leg: LegId(1) });
    studio.play(LegId(1), 4, prompt(), false);
    studio.command(Command::CloseLeg { leg: LegId(1) });
    studio.run_ms(100);
    let all: Vec<u32> = outcomes(&studio).iter().map(|(play, _)| *play).collect();
    assert_eq!(all, [1, 2, 3, 4]);
    let interrupted = |(_, outcome): &(u32, PlayOutcome)| *outcome == PlayOutcome::Interrupted;
    assert!(outcomes(&studio).iter().all(interrupted));
    assert_eq!(studio.digits(LegId(1)), "12");
}

#[test]
fn a_prompt_in_the_room_lies_over_the_conversation_for_one() {
    let mut studio = Studio::new();
    studio.join(Phone::new(1, Codec::Pcmu, 400.0));
    let b = studio.join(quiet(2, Codec::Pcmu));
    let c = studio.join(quiet(3, Codec::Pcmu));
    studio.run_ms(1_000);
    studio.play(LegId(2), 1, prompt(), false);
    studio.run_ms(900);
    assert!(close_to(studio.phones[b].hears(1_000.0, 700), PLAYED));
    let under = studio.phones[b].hears(400.0, 700);
    assert!((0.1..0.4).contains(&under), "goes on, lower: {under}");
    assert!(close_to(studio.phones[c].hears(400.0, 700), 1.0));
    assert!(studio.phones[c].hears(1_000.0, 700) < SILENT);
    studio.run_ms(1_000);
    assert!(close_to(studio.phones[b].hears(400.0, 500), 1.0));
}

#[test]
fn an_announcement_is_for_all_but_one_lower_under_speech_and_one_at_a_time() {
    let mut studio = Studio::new();
    let a = studio.join(Phone::new(1, Codec::G722, 400.0));
    let b = studio.join(quiet(2, Codec::Pcmu));
    let c = studio.join(quiet(3, Codec::Opus));
    studio.phones[a].talks = false;
    studio.run_ms(1_000);
    for play in [1, 2] {
        studio.command(Command::Announce {
            stage: STAGE,
            play: PlayId(play),
            segments: prompt(),
            except: (play == 1).then_some(LegId(3)),
        });
    }
    studio.run_ms(900);
    let alone = studio.phones[b].hears(1_000.0, 700);
    assert!(close_to(alone, PLAYED), "{alone}");
    assert!(close_to(studio.phones[a].hears(1_000.0, 700), PLAYED));
    assert!(studio.phones[c].hears(1_000.0, 700) < SILENT);
    studio.phones[a].talks = true;
    studio.run_ms(1_000);
    let ducked = studio.phones[b].hears(1_000.0, 500);
    assert!((0.1..0.7).contains(&(ducked / PLAYED)), "{ducked}");
    assert!(studio.phones[c].hears(1_000.0, 500) > 0.1);
    assert!(
        close_to(studio.phones[b].hears(400.0, 500), 1.0),
        "never stopped"
    );
    studio.run_ms(400);
    let done = studio.events.iter().filter_map(|(at, event)| match event {
        Event::AnnounceDone { stage, play } if *stage == STAGE => Some((at.as_millis(), play.0)),
        _ => None,
    });
    assert_eq!(done.map(|(_, play)| play).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn music_fades_in_is_shared_and_fades_out() {
    let mut studio = Studio::new();
    let second = StageId(2);
    studio.command(Command::OpenStage { stage: second });
    let a = studio.join(quiet(1, Codec::Pcmu));
    let b = studio.call(quiet(2, Codec::Pcmu));
    let (leg, stage) = (LegId(2), second);
    studio.command(Command::JoinStage { leg, stage });
    studio.run_ms(200);
    studio.command(music(1, true));
    studio.command(music(2, true));
    studio.run_ms(400);
    let rising = studio.phones[a].hears(700.0, 100);
    assert!((0.05..0.5).contains(&(rising / PLAYED)), "{rising}");
    studio.run_ms(2_600);
    for phone in [a, b] {
        assert!(close_to(studio.phones[phone].hears(700.0, 500), PLAYED));
    }
    let before = studio.deck.health();
    studio.run_ms(1_000);
    let after = studio.deck.health();
    assert_eq!(after.packets_sent - before.packets_sent, 100);
    assert_eq!(
        after.encodes - before.encodes,
        50,
        "one encode for both rooms"
    );
    assert_eq!(after.frames_decoded, before.frames_decoded);

    studio.join(Phone::new(3, Codec::Pcmu, 400.0));
    studio.command(music(1, false));
    studio.run_ms(200);
    studio.phones[a].sound.clear();
    studio.run_ms(300);
    assert!(
        studio.phones[a].hears(700.0, 300) < SILENT,
        "gone within 200 ms"
    );
    assert!(close_to(studio.phones[a].hears(400.0, 200), 1.0));
    assert!(close_to(studio.phones[b].hears(700.0, 300), PLAYED));
}

#[test]
fn music_goes_on_where_it_stopped_and_goes_round() {
    let mut studio = Studio::new();
    let a = studio.call(quiet(1, Codec::G722));
    studio.run_ms(200);
    studio.command(music(1, true));
    studio.run_ms(5_000);
    assert!(close_to(studio.phones[a].hears(700.0, 500), PLAYED));
    studio.command(music(1, false));
    studio.run_ms(20_000);
    assert!(studio.phones[a].hears(700.0, 500) < SILENT);
    studio.command(music(1, true));
    studio.run_ms(2_700);
    let hears = |studio: &Studio, hz| studio.phones[a].hears(hz, 300);
    assert!(close_to(hears(&studio, 550.0), PLAYED), "the second song");
    assert!(hears(&studio, 700.0) < SILENT);
    studio.run_ms(1_000);
    assert!(close_to(hears(&studio, 700.0), PLAYED), "the first again");
}

#[test]
fn a_lone_leg_without_music_is_kept_alive_with_silence() {
    for codec in Codec::ALL {
        let mut studio = Studio::new();
        let a = studio.join(Phone::new(1, codec, 400.0));
        studio.join(quiet(2, codec));
        studio.command(Command::LeaveStage { leg: LegId(2) });
        studio.run_ms(1_000);
        assert_eq!(studio.phones[a].packets.len(), 50);
        assert!(
            studio.phones[a]
                .sound
                .iter()
                .all(|sample| sample.abs() < 0.001)
        );
        let health = studio.deck.health();
        assert_eq!(health.packets_sent, 100);
        assert!(health.encodes <= 50 + 6, "{codec}: {health:?}");
    }
}

fn recordings(studio: &Studio) -> Vec<Recording> {
    let all = studio.events.iter().filter_map(|(_, event)| match event {
        Event::Recorded { recording, .. } => Some(recording.clone()),
        _ => None,
    });
    all.collect()
}

const NAME: RecordSpec = RecordSpec {
    length_max: Duration::from_secs(5),
    end_silence: Duration::from_millis(1_200),
    speech_min: Duration::from_millis(200),
    stop_on_digit: true,
};

#[test]
fn a_name_is_recorded_and_can_be_announced() {
    for codec in Codec::ALL {
        let mut studio = Studio::new();
        let a = studio.call(quiet(1, codec));
        studio.join(quiet(2, Codec::G722));
        studio.join(quiet(3, Codec::G722));
        studio.run_ms(500);
        studio.record(LegId(1), NAME);
        studio.run_ms(500);
        studio.phones[a].talks = true;
        studio.run_ms(800);
        studio.phones[a].talks = false;
        studio.run_ms(2_000);
        let recording = recordings(&studio).remove(0);
        assert_eq!(recording.ended_by, RecordEnd::Silence, "{codec}");
        let clip = recording.clip.unwrap();
        assert!((800..1_500).contains(&clip.duration_ms()), "{clip:?}");
        studio.command(Command::Announce {
            stage: STAGE,
            play: PlayId(1),
            segments: vec![Segment::Clip(clip)],
            except: None,
        });
        studio.run_ms(700);
        let heard = studio.phones[1].hears(400.0, 400);
        assert!(heard > 0.3, "{codec}: {heard}");
    }
}

#[test]
fn a_recording_ends_by_digit_by_order_and_with_the_leg() {
    let mut studio = Studio::new();
    let a = studio.call(Phone::new(1, Codec::Pcmu, 400.0));
    studio.run_ms(500);
    for how in ["digit", "order", "leg"] {
        studio.record(LegId(1), NAME);
        studio.run_ms(600);
        match how {
            "digit" => studio.phones[a].press('#', None),
            "order" => studio.command(Command::StopRecord { leg: LegId(1) }),
            _ => studio.command(Command::CloseLeg { leg: LegId(1) }),
        }
        studio.run_ms(200);
    }
    let ends: Vec<RecordEnd> = recordings(&studio).iter().map(|end| end.ended_by).collect();
    assert_eq!(
        ends,
        [RecordEnd::Digit, RecordEnd::Stopped, RecordEnd::Gone]
    );
    assert!(
        recordings(&studio)
            .iter()
            .all(|recording| recording.clip.is_some())
    );
}
