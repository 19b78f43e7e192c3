//! Prompts by their public face: all there, all alike, and an operator's own in their place.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use common::{Folder, amplitude, wav};
use conclave_media::SoundLibrary;
use conclave_model::{Language, Prompt};
use conclave_sound::Library;

#[test]
fn the_manifest_has_every_prompt_and_no_other() {
    let text = fs::read_to_string("../../prompts/manifest.toml").unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let names = |table: &str| -> BTreeSet<String> {
        manifest[table]
            .as_table()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    let written: BTreeSet<String> = names("prompts").union(&names("tones")).cloned().collect();
    let known: BTreeSet<String> = Prompt::all().map(Prompt::file_stem).collect();
    assert_eq!(written, known);
    for (name, texts) in manifest["prompts"].as_table().unwrap() {
        for language in Language::ALL {
            assert!(
                texts.get(language.tag()).is_some(),
                "{name} is not said in {language}"
            );
        }
    }
}

#[test]
fn every_prompt_is_spoken_in_every_language_at_one_loudness() {
    let folder = Folder::new("prompts-all");
    let library = Library::open(&folder.path().join("playlists"), None).unwrap();
    for prompt in Prompt::all() {
        for language in Language::ALL {
            let name = prompt.file_stem();
            let clip = library
                .prompt(prompt, language)
                .unwrap_or_else(|| panic!("{name}"));
            assert!(
                (250..6_000).contains(&clip.duration_ms()),
                "{name}: {clip:?}"
            );
            let peak = clip
                .samples()
                .iter()
                .map(|s| s.unsigned_abs())
                .max()
                .unwrap();
            assert!(peak < 32_000, "{name} clips");
            let tone = matches!(prompt, Prompt::Beep | Prompt::JoinTone | Prompt::LeaveTone);
            let expected_db = if tone { -25.0 } else { -20.0 };
            let level_db = active_db(clip.samples());
            assert!(
                (level_db - expected_db).abs() < 1.5,
                "{name} {language}: {level_db} dB"
            );
        }
    }
}

#[test]
fn a_start_does_not_wait_for_prompts() {
    let folder = Folder::new("prompts-start");
    let begun = Instant::now();
    let library = Library::open(&folder.path().join("playlists"), None).unwrap();
    let opened = begun.elapsed();
    assert!(
        library
            .prompt(Prompt::PinPlease, Language::German)
            .is_some()
    );
    let spoken = begun.elapsed();
    println!("opened after {opened:?}, spoken after {spoken:?}");
    // Two orders of magnitude of slack for a busy machine; decoding all takes longer than this.
    assert!(opened < Duration::from_millis(300), "{opened:?}");
}

#[test]
fn an_asterisk_directory_takes_the_place_of_ours_where_it_has_the_words() {
    let folder = Folder::new("prompts-asterisk");
    let sounds = folder.path().join("sounds");
    fs::create_dir_all(sounds.join("en/digits")).unwrap();
    wav(&sounds.join("en/conf-getpin.wav"), 8_000, 500.0, 0.4);
    fs::write(
        sounds.join("en/conf-onlyperson.sln16"),
        linear(16_000, 700.0, 0.5),
    )
    .unwrap();
    fs::write(sounds.join("en/digits/20.sln"), linear(8_000, 900.0, 0.3)).unwrap();
    fs::write(sounds.join("en/digits/1.sln"), linear(8_000, 1_100.0, 0.3)).unwrap();
    fs::write(sounds.join("en/conf-kicked.ulaw"), vec![0xFF; 4_000]).unwrap();
    fs::write(sounds.join("en/conf-muted.alaw"), vec![0xD5; 4_000]).unwrap();
    fs::write(sounds.join("en/conf-unmuted.g722"), vec![0xFA; 4_000]).unwrap();
    fs::write(sounds.join("en/conf-hasleft.wav"), "torn").unwrap();
    let library = Library::open(&folder.path().join("playlists"), Some(&sounds)).unwrap();
    let english = |prompt| library.prompt(prompt, Language::English).unwrap();

    let pin = english(Prompt::PinPlease);
    assert_eq!(pin.duration_ms(), 400);
    assert!(amplitude(&pin.samples()[800..5_600], 500.0) > 0.2);
    assert!(amplitude(&english(Prompt::OnlyOne).samples()[..8_000], 700.0) > 0.2);
    let twenty_one = english(Prompt::Number(21));
    assert_eq!(twenty_one.duration_ms(), 600);
    assert!(amplitude(&twenty_one.samples()[..4_800], 900.0) > 0.2);
    assert!(amplitude(&twenty_one.samples()[4_800..], 1_100.0) > 0.2);
    for prompt in [Prompt::Removed, Prompt::Muted, Prompt::Unmuted] {
        assert_eq!(english(prompt).duration_ms(), 500, "{prompt:?}");
    }
    // What is missing or torn there is spoken by us.
    let ours = Library::open(&folder.path().join("playlists"), None).unwrap();
    for prompt in [Prompt::HasLeft, Prompt::TwoTriesLeft, Prompt::Number(22)] {
        let own = ours.prompt(prompt, Language::English).unwrap();
        assert_eq!(english(prompt).samples(), own.samples(), "{prompt:?}");
    }
    let german = library.prompt(Prompt::PinPlease, Language::German).unwrap();
    assert!(german.duration_ms() > 500);
}

#[test]
fn a_sounds_directory_that_is_not_there_is_said_at_once() {
    let folder = Folder::new("prompts-nowhere");
    let nowhere = folder.path().join("nowhere");
    assert!(Library::open(&folder.path().join("playlists"), Some(&nowhere)).is_err());
}

fn active_db(samples: &[i16]) -> f64 {
    let powers: Vec<f64> = samples
        .chunks(320)
        .map(|frame| {
            let sum: f64 = frame
                .iter()
                .map(|&s| (f64::from(s) / 32_768.0).powi(2))
                .sum();
            sum / frame.len() as f64
        })
        .collect();
    let loudest = powers.iter().copied().fold(0.0, f64::max);
    let active: Vec<f64> = powers
        .into_iter()
        .filter(|power| *power > loudest / 1e2)
        .collect();
    10.0 * (active.iter().sum::<f64>() / active.len() as f64).log10()
}

fn linear(rate_hz: u32, hz: f32, seconds: f32) -> Vec<u8> {
    let turn = std::f32::consts::TAU * hz / rate_hz as f32;
    (0..(rate_hz as f32 * seconds) as u32)
        .flat_map(|n| (((turn * n as f32).sin() * 8_192.0) as i16).to_le_bytes())
        .collect()
}

#[test]
fn a_replaced_prompt_is_heard_at_once_stays_after_a_restart_and_can_be_put_back() {
    let folder = Folder::new("prompts-replaced");
    let playlists = folder.path().join("playlists");
    let library = Library::open(&playlists, None).unwrap();
    let heard = |library: &Library, language| {
        let clip = library.prompt(Prompt::Goodbye, language).unwrap();
        clip.samples().to_vec()
    };
    let ours = heard(&library, Language::English);
    let ours_german = heard(&library, Language::German);
    wav(&folder.path().join("tone.wav"), 22_050, 440.0, 0.5);
    let tone = fs::read(folder.path().join("tone.wav")).unwrap();
    library
        .prompts()
        .replace(Prompt::Goodbye, Language::English, &mut tone.as_slice())
        .unwrap();
    let theirs = heard(&library, Language::English);
    assert!(amplitude(&theirs[2_400..6_400], 440.0) > 0.04);
    assert_eq!(heard(&library, Language::German), ours_german);
    let noise =
        library
            .prompts()
            .replace(Prompt::Goodbye, Language::English, &mut b"noise".as_slice());
    assert!(noise.is_err());
    assert_eq!(heard(&library, Language::English), theirs);

    drop(library);
    let library = Library::open(&playlists, None).unwrap();
    assert_eq!(heard(&library, Language::English), theirs);
    let shown = library.prompts().show(Prompt::Goodbye, Language::English);
    assert!(shown.replaced);
    library
        .prompts()
        .restore(Prompt::Goodbye, Language::English)
        .unwrap();
    assert_eq!(heard(&library, Language::English), ours);
}
