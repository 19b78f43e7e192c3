//! Playlists by their public face: what goes in, what comes out, what is refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use common::{Folder, amplitude, wav};
use conclave_model::PlaylistName;
use conclave_sound::{PlaylistError, Playlists};

fn data(file: &str) -> Vec<u8> {
    fs::read(Path::new("tests/data").join(file)).unwrap()
}

fn name(text: &str) -> PlaylistName {
    text.parse().unwrap()
}

#[test]
fn every_format_is_decoded_to_the_same_tone() {
    let folder = Folder::new("formats");
    let playlists = Playlists::open(folder.path()).unwrap();
    let mix = name("mix");
    playlists.create(&mix).unwrap();
    wav(&folder.path().join("tone.wav"), 22_050, 440.0, 0.5);
    let files = ["mp3", "ogg", "opus", "flac", "m4a", "webm", "wav"];
    for ending in files {
        let file = format!("tone.{ending}");
        let bytes = match ending {
            "wav" => fs::read(folder.path().join(&file)).unwrap(),
            _ => data(&file),
        };
        let track = playlists
            .add_track(&mix, &file, &mut bytes.as_slice())
            .unwrap();
        assert_eq!(track.bytes, bytes.len() as u64);
    }
    let music = playlists.music_when_ready(&mix).unwrap().unwrap();
    assert_eq!(music.songs.len(), files.len());
    for (track, song) in playlists
        .show(&mix)
        .unwrap()
        .tracks
        .iter()
        .zip(&music.songs)
    {
        // Encoders pad to whole frames, and not every container says by how much.
        let length_ms = song.duration_ms();
        assert!(
            (499..=590).contains(&length_ms),
            "{}: {length_ms} ms",
            track.name
        );
        assert_eq!(track.duration_ms, Some(length_ms), "{}", track.name);
        let middle = &song.samples()[2_400..6_400];
        let (heard, beside) = (amplitude(middle, 440.0), amplitude(middle, 1_300.0));
        assert!(
            heard > 0.04 && beside < heard / 30.0,
            "{}: {heard} {beside}",
            track.name
        );
    }
}

#[test]
fn all_songs_are_equally_loud_and_stereo_is_mixed() {
    let folder = Folder::new("loudness");
    let playlists = Playlists::open(folder.path()).unwrap();
    let own = name("own");
    playlists.create(&own).unwrap();
    for file in ["tone.mp3", "stereo.ogg", "tone.opus"] {
        let added = playlists
            .add_track(&own, file, &mut data(file).as_slice())
            .unwrap();
        // Whoever looks in the next moment sees the same, however long the others take.
        let shown = playlists.show(&own).unwrap().tracks;
        assert!(added.loudness_lufs.is_some());
        assert!(shown.contains(&added), "{shown:?}");
    }
    let again = playlists.add_track(&own, "tone.mp3", &mut data("tone.mp3").as_slice());
    assert!(matches!(again, Err(PlaylistError::TrackExists(..))));
    let music = playlists.music_when_ready(&own).unwrap().unwrap();
    let levels: Vec<f32> = music
        .songs
        .iter()
        .map(|song| amplitude(&song.samples()[2_400..6_400], 440.0))
        .collect();
    for level in &levels {
        assert!((level / levels[0] - 1.0).abs() < 0.12, "{levels:?}");
    }
}

#[test]
fn a_file_that_is_no_sound_is_refused_and_leaves_nothing() {
    let folder = Folder::new("refused");
    let playlists = Playlists::open(folder.path()).unwrap();
    let own = name("own");
    playlists.create(&own).unwrap();
    let torn = &data("tone.flac")[..40];
    for (track, content) in [("a.mp3", &b"<html>not a song</html>"[..]), ("b.flac", torn)] {
        let error = playlists
            .add_track(&own, track, &mut &*content)
            .unwrap_err();
        assert!(matches!(error, PlaylistError::NoSound { .. }), "{error}");
    }
    for track in ["../a.mp3", "a.exe", ""] {
        let error = playlists.add_track(&own, track, &mut &b""[..]).unwrap_err();
        assert!(matches!(error, PlaylistError::Field(_)), "{error}");
    }
    let mut broken = FailingReader;
    let error = playlists.add_track(&own, "a.mp3", &mut broken).unwrap_err();
    assert!(matches!(error, PlaylistError::Disk(_)), "{error}");
    assert_eq!(fs::read_dir(folder.path().join("own")).unwrap().count(), 0);
}

#[test]
fn a_broken_file_in_the_folder_is_skipped_and_named() {
    let folder = Folder::new("skipped");
    let playlists = Playlists::open(folder.path()).unwrap();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    fs::write(own.join("1-broken.mp3"), "not a song").unwrap();
    wav(&own.join("2-good.wav"), 8_000, 600.0, 1.0);
    fs::write(own.join("cover.jpg"), "not even called a song").unwrap();
    let music = playlists.music_when_ready(&name("own")).unwrap().unwrap();
    assert_eq!(music.songs.len(), 1);
    let tracks = playlists.show(&name("own")).unwrap().tracks;
    assert_eq!(tracks.len(), 2);
    assert!(
        tracks[0].fault.is_some() && tracks[1].fault.is_none(),
        "{tracks:?}"
    );
}

#[test]
fn a_changed_folder_is_heard_without_a_restart_and_an_unchanged_one_is_not_decoded_again() {
    let folder = Folder::new("changed");
    let playlists = Playlists::open(folder.path()).unwrap();
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    wav(&own.join("1.wav"), 8_000, 600.0, 1.0);
    let first = playlists.music_when_ready(&name("own")).unwrap().unwrap();
    let again = playlists.music_when_ready(&name("own")).unwrap().unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &again));
    wav(&own.join("2.wav"), 8_000, 900.0, 1.0);
    let both = playlists.music_when_ready(&name("own")).unwrap().unwrap();
    assert_eq!((first.songs.len(), both.songs.len()), (1, 2));
    playlists.remove_track(&name("own"), "1.wav").unwrap();
    let second = playlists.music_when_ready(&name("own")).unwrap().unwrap();
    assert!(amplitude(&second.songs[0].samples()[..8_000], 900.0) > 0.04);
}

#[test]
fn the_built_in_playlist_plays_and_cannot_be_changed() {
    let folder = Folder::new("built-in");
    let playlists = Playlists::open(folder.path()).unwrap();
    let built_in = PlaylistName::built_in();
    let music = playlists.music_when_ready(&built_in).unwrap().unwrap();
    assert!(music.songs.len() >= 2);
    for song in &music.songs {
        assert!((60_000..=90_000).contains(&song.duration_ms()));
        let edge = |samples: &[i16]| samples.iter().all(|s| s.unsigned_abs() < 400);
        let samples = song.samples();
        assert!(
            edge(&samples[..80]) && edge(&samples[samples.len() - 80..]),
            "a seam"
        );
    }
    for error in [
        playlists.remove(&built_in).unwrap_err(),
        playlists.remove_track(&built_in, "river.opus").unwrap_err(),
        playlists
            .add_track(&built_in, "a.mp3", &mut &b""[..])
            .unwrap_err(),
    ] {
        assert!(matches!(error, PlaylistError::BuiltIn(_)), "{error}");
    }
    assert!(matches!(
        playlists.create(&built_in),
        Err(PlaylistError::Exists(_))
    ));
    assert_eq!(playlists.list().unwrap()[0].name, built_in);
}

#[test]
fn playlists_come_and_go() {
    let folder = Folder::new("come-and-go");
    let playlists = Playlists::open(folder.path()).unwrap();
    let jazz = name("jazz");
    assert!(matches!(
        playlists.show(&jazz),
        Err(PlaylistError::NoSuchPlaylist(_))
    ));
    playlists.create(&jazz).unwrap();
    assert!(matches!(
        playlists.create(&jazz),
        Err(PlaylistError::Exists(_))
    ));
    assert_eq!(
        playlists.names().unwrap(),
        [PlaylistName::built_in(), jazz.clone()]
    );
    let gone = playlists.remove_track(&jazz, "none.mp3").unwrap_err();
    assert!(matches!(gone, PlaylistError::NoSuchTrack(..)));
    playlists.remove(&jazz).unwrap();
    assert_eq!(playlists.names().unwrap(), [PlaylistName::built_in()]);
    assert!(playlists.music_when_ready(&jazz).is_err());
}

#[test]
fn an_upload_cut_off_by_a_crash_is_cleared_away() {
    let folder = Folder::new("crash");
    let own = folder.path().join("own");
    fs::create_dir(&own).unwrap();
    fs::write(own.join(".upload-0"), "half a song").unwrap();
    let _playlists = Playlists::open(folder.path()).unwrap();
    assert_eq!(fs::read_dir(&own).unwrap().count(), 0);
}

struct FailingReader;

impl Read for FailingReader {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    }
}

#[test]
fn tracks_are_played_in_the_order_that_was_set_and_keep_it_under_new_names() {
    let folder = Folder::new("order");
    let playlists = Playlists::open(folder.path()).unwrap();
    let own = name("own");
    playlists.create(&own).unwrap();
    let lengths = [("a.wav", 0.5), ("b.wav", 0.7), ("c.wav", 0.9)];
    for (track, seconds) in lengths {
        wav(&folder.path().join("source.wav"), 16_000, 440.0, seconds);
        let bytes = fs::read(folder.path().join("source.wav")).unwrap();
        let added = playlists
            .add_track(&own, track, &mut bytes.as_slice())
            .unwrap();
        assert!(added.loudness_lufs.is_some(), "{track}");
    }
    let order = |tracks: &[&str]| -> Vec<String> { tracks.iter().map(|&t| t.into()).collect() };
    let names = || -> Vec<String> {
        let tracks = playlists.show(&own).unwrap().tracks;
        tracks.into_iter().map(|track| track.name).collect()
    };
    let played_ms = || -> Vec<u64> {
        let music = playlists.music_when_ready(&own).unwrap().unwrap();
        music.songs.iter().map(|song| song.duration_ms()).collect()
    };
    assert_eq!(played_ms(), [500, 700, 900]);
    playlists
        .set_order(&own, &order(&["c.wav", "a.wav"]))
        .unwrap();
    assert_eq!(names(), ["c.wav", "a.wav", "b.wav"]);
    assert_eq!(played_ms(), [900, 500, 700]);
    let unknown = playlists.set_order(&own, &order(&["z.wav"]));
    assert!(matches!(unknown, Err(PlaylistError::NoSuchTrack(..))));
    let twice = playlists.set_order(&own, &order(&["a.wav", "a.wav"]));
    assert!(matches!(twice, Err(PlaylistError::NoSuchTrack(..))));

    playlists.rename_track(&own, "a.wav", "z.wav").unwrap();
    assert_eq!(names(), ["c.wav", "z.wav", "b.wav"]);
    assert_eq!(played_ms(), [900, 500, 700]);
    let taken = playlists.rename_track(&own, "z.wav", "b.wav");
    assert!(matches!(taken, Err(PlaylistError::TrackExists(..))));
    let outside = playlists.rename_track(&own, "z.wav", "../z.wav");
    assert!(matches!(outside, Err(PlaylistError::Field(_))));
    assert_eq!(playlists.track(&own, "z.wav").unwrap().duration_ms(), 500);
    let gone = playlists.track(&own, "a.wav");
    assert!(matches!(gone, Err(PlaylistError::NoSuchTrack(..))));
}
