//! How loud one leg hears the others: nobody else notices, nothing clips, nothing clicks.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use conclave_audio::{SampleRate, measure};
use conclave_contract::{Command, Segment};
use conclave_model::{Codec, Language, LegId, PlaylistName, Prompt};
use studio::{Phone, Studio, roughness};

/// -12 dB, in parts of what a talker says.
const A_QUARTER: std::ops::Range<f32> = 0.22..0.28;

fn listen_at(studio: &mut Studio, leg: u32, volume_db: i8) {
    studio.command(Command::SetListeningVolume {
        leg: LegId(leg),
        volume_db,
    });
}

/// Two talk, three listen; the third hears everything at `volume_db` for two seconds.
fn meeting(codec: Codec, volume_db: i8) -> Studio {
    let mut studio = Studio::new();
    studio.join(Phone::new(1, codec, 400.0));
    studio.join(Phone::new(2, codec, 900.0));
    for number in 3..=5 {
        studio.join(Phone::quiet(number, codec));
    }
    studio.run_ms(1_000);
    listen_at(&mut studio, 3, volume_db);
    studio.run_ms(2_000);
    studio
}

#[test]
fn one_hears_all_softer_and_the_packets_of_the_others_are_the_same_bit_for_bit() {
    for codec in Codec::ALL {
        let (mut plain, mut softer) = (meeting(codec, 0), meeting(codec, -12));
        for hz in [400.0, 900.0] {
            let heard = softer.phones[2].hears(hz, 1_000);
            assert!(A_QUARTER.contains(&heard), "{codec} {hz}: {heard}");
        }
        listen_at(&mut softer, 3, 0);
        plain.run_ms(1_000);
        softer.run_ms(1_000);
        let heard = softer.phones[2].hears(400.0, 500);
        assert!((0.8..1.2).contains(&heard), "{codec}: {heard}");
        for other in [0, 1, 3, 4] {
            let (one, two) = (&plain.phones[other], &softer.phones[other]);
            assert_eq!(one.packets.len(), two.packets.len());
            for (one, two) in one.packets.iter().zip(&two.packets) {
                assert_eq!(one.payload, two.payload, "{codec}, phone {other}");
            }
        }
    }
}

#[test]
fn it_costs_an_encode_of_its_own_as_long_as_it_is_not_as_for_all() {
    for codec in Codec::ALL {
        let mut studio = meeting(codec, 0);
        let encodes_of_a_second = |studio: &mut Studio| {
            let before = studio.deck.health().encodes;
            studio.run_ms(1_000);
            studio.deck.health().encodes - before
        };
        let shared = encodes_of_a_second(&mut studio);
        listen_at(&mut studio, 3, 6);
        let own = encodes_of_a_second(&mut studio);
        assert_eq!(own, shared + 50, "{codec}");
        listen_at(&mut studio, 3, 0);
        studio.run_ms(500);
        assert_eq!(encodes_of_a_second(&mut studio), shared, "{codec}");
    }
}

#[test]
fn as_loud_as_can_be_nothing_clips() {
    let mut studio = meeting(Codec::Opus, i8::MAX);
    let phone = &studio.phones[2];
    let rate_hz = SampleRate::Hz48000.hz();
    let heard = &phone.sound[phone.sound.len() - rate_hz as usize..];
    let peak = heard.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
    assert!((0.8..1.05).contains(&peak), "it is loud: {peak}");
    // What a clipped sum would have: twice one and less the other.
    for hz in [1_200.0, 1_300.0, 1_400.0, 100.0, 2_200.0] {
        let harmonic = measure::amplitude_at(heard, rate_hz, hz);
        assert!(harmonic < 0.02, "{hz}: {harmonic}");
    }
    listen_at(&mut studio, 1, 20);
    studio.run_ms(1_000);
    let talker = studio.phones[0].hears(900.0, 500);
    assert!(talker > 3.0, "who talks hears the other louder: {talker}");
    assert!(
        studio.phones[0].hears(400.0, 500) < 0.05,
        "and never itself"
    );
}

#[test]
fn it_changes_without_a_click() {
    let mut studio = Studio::new();
    studio.join(Phone::new(1, Codec::G722, 400.0));
    studio.join(Phone::quiet(2, Codec::G722));
    studio.run_ms(1_000);
    studio.phones[1].sound.clear();
    for volume_db in [-20, 0, -10, -20, 0, 3, 0] {
        listen_at(&mut studio, 2, volume_db);
        studio.run_ms(200);
    }
    let sound = &studio.phones[1].sound;
    let loudest = sound.iter().fold(0.0, |most: f32, x| most.max(x.abs()));
    let rough = roughness(sound, 16_000, 400.0, loudest);
    assert!(rough < 1.5, "{rough}");
}

#[test]
fn music_and_prompts_are_as_loud_as_the_rest() {
    let mut studio = Studio::new();
    let alone = studio.join(Phone::quiet(1, Codec::G722));
    let leg = LegId(1);
    let playlist = Some(PlaylistName::built_in());
    studio.command(Command::Music { leg, playlist });
    studio.run_ms(3_000);
    let before = studio.phones[alone].hears(700.0, 500);
    listen_at(&mut studio, 1, -12);
    studio.run_ms(1_000);
    let music = studio.phones[alone].hears(700.0, 500) / before;
    assert!(A_QUARTER.contains(&music), "{music}");
    let playlist = None;
    studio.command(Command::Music { leg, playlist });
    studio.run_ms(3_000);
    let prompt = vec![Segment::Prompt(Prompt::Muted, Language::English)];
    studio.play(leg, 1, prompt.clone(), false);
    studio.run_ms(900);
    let softer = studio.phones[alone].hears(1_000.0, 500);
    listen_at(&mut studio, 1, 0);
    studio.run_ms(1_000);
    studio.play(leg, 2, prompt, false);
    studio.run_ms(900);
    let part = softer / studio.phones[alone].hears(1_000.0, 500);
    assert!(A_QUARTER.contains(&part), "{part}");
}
