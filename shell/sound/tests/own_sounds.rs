//! The operator's own sounds by their public face: taken in, kept, renamed, and bounded.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::fs::{self, File};

use common::{Folder, amplitude, wav};
use conclave_model::SoundFileName;
use conclave_sound::{OwnSoundError, OwnSounds};

fn name(text: &str) -> SoundFileName {
    text.parse().unwrap()
}

#[test]
fn a_sound_is_taken_in_kept_renamed_and_removed() {
    let folder = Folder::new("own-sounds");
    let sounds = folder.path().join("sounds");
    let upload = folder.path().join("upload.wav");
    wav(&upload, 44_100, 500.0, 0.4);
    let own = OwnSounds::open(&sounds).unwrap();
    let gong = name("gong");
    let taken = own.put(&gong, &mut File::open(&upload).unwrap()).unwrap();
    assert_eq!(taken.fault, None);
    assert!((399..=401).contains(&taken.duration_ms), "{taken:?}");
    assert_eq!(taken.bytes, fs::metadata(&upload).unwrap().len());
    let clip = own.clip(&gong).unwrap();
    assert!(amplitude(&clip.samples()[800..5_600], 500.0) > 0.2);

    own.rename(&gong, &name("bell")).unwrap();
    assert!(own.clip(&gong).is_err());
    let again = OwnSounds::open(&sounds).unwrap();
    assert_eq!(again.list().len(), 1);
    assert_eq!(again.clips()[0].0.as_ref(), "bell");
    again.remove(&name("bell")).unwrap();
    assert!(matches!(
        again.remove(&name("bell")),
        Err(OwnSoundError::NoSuchSound(_))
    ));
    assert!(OwnSounds::open(&sounds).unwrap().list().is_empty());
}

#[test]
fn what_is_no_sound_changes_nothing() {
    let folder = Folder::new("own-sounds-refused");
    let sounds = folder.path().join("sounds");
    let upload = folder.path().join("upload.wav");
    wav(&upload, 8_000, 500.0, 0.4);
    let own = OwnSounds::open(&sounds).unwrap();
    own.put(&name("gong"), &mut File::open(&upload).unwrap())
        .unwrap();
    let torn = own.put(&name("gong"), &mut &b"no sound at all"[..]);
    assert!(matches!(torn, Err(OwnSoundError::NoSound(_))), "{torn:?}");
    assert_eq!(own.list()[0].duration_ms, 400);
    wav(&upload, 8_000, 500.0, 121.0);
    let long = own.put(&name("long"), &mut File::open(&upload).unwrap());
    assert!(long.unwrap_err().to_string().contains("2 minutes"));
    own.put(
        &name("bell"),
        &mut File::open(folder.path().join("upload.wav")).unwrap(),
    )
    .unwrap_err();
    let taken = own.rename(&name("gong"), &name("gong"));
    assert!(taken.is_ok(), "its own name is free");
}

#[test]
fn what_lies_in_the_folder_by_hand_is_played_or_said_to_be_broken() {
    let folder = Folder::new("own-sounds-by-hand");
    let sounds = folder.path().join("sounds");
    fs::create_dir_all(&sounds).unwrap();
    wav(&sounds.join("gong"), 8_000, 500.0, 0.4);
    fs::write(sounds.join("torn"), "torn").unwrap();
    fs::write(sounds.join("half.new"), "half").unwrap();
    fs::write(sounds.join("Not A Name.wav"), "x").unwrap();
    let own = OwnSounds::open(&sounds).unwrap();
    let faults: Vec<bool> = own.list().iter().map(|one| one.fault.is_some()).collect();
    assert_eq!(faults, [false, true]);
    assert_eq!(own.clips().len(), 1);
    assert!(!sounds.join("half.new").exists());
}
