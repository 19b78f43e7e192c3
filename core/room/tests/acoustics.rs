//! What the options of a room make of each participant's sound.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod hall;

use std::sync::Arc;
use std::time::Duration;

use conclave_contract::{StageSpec, VoiceSpec};
use conclave_model::RoomPatch;
use conclave_model::confbridge::Menu;
use conclave_room::{Menus, RoomNews};
use hall::{Guest, Hall};

/// A room without PIN and music, with these options.
fn hall(options: &str, user_options: &str) -> Hall {
    let mut hall = Hall::new();
    hall.change(RoomPatch {
        pin: Some(None),
        music: Some(None),
        message: Some(false),
        options: Some(options.to_owned()),
        user_options: Some(user_options.to_owned()),
        ..RoomPatch::default()
    });
    hall
}

fn enter(hall: &mut Hall) -> Guest {
    let guest = hall.new_guest();
    hall.arrive(guest).unwrap();
    hall.admit(guest, 0).unwrap();
    guest
}

fn set_options(hall: &mut Hall, text: &str) {
    hall.change(RoomPatch {
        options: Some(text.to_owned()),
        ..RoomPatch::default()
    });
}

fn set_user_options(hall: &mut Hall, text: &str) {
    hall.change(RoomPatch {
        user_options: Some(text.to_owned()),
        ..RoomPatch::default()
    });
}

// Regression 158bd5dd74
#[test]
fn a_voice_is_taken_as_the_options_say_from_the_first_moment_and_live() {
    for (line, expected) in [
        (
            "dsp_talking_threshold=250",
            VoiceSpec {
                talking_threshold: Some(250),
                ..VoiceSpec::default()
            },
        ),
        (
            "dsp_talking_threshold=4000000000",
            VoiceSpec {
                talking_threshold: Some(32_768),
                ..VoiceSpec::default()
            },
        ),
        (
            "dsp_silence_threshold=1500",
            VoiceSpec {
                silence_threshold: Some(Duration::from_millis(1_500)),
                ..VoiceSpec::default()
            },
        ),
        (
            "dsp_drop_silence=yes",
            VoiceSpec {
                drop_silence: true,
                ..VoiceSpec::default()
            },
        ),
        (
            "denoise=yes",
            VoiceSpec {
                denoise: true,
                ..VoiceSpec::default()
            },
        ),
    ] {
        let mut hall = hall("", line);
        let one = enter(&mut hall);
        assert_eq!(hall.voices.get(&one.leg), Some(&expected), "{line}");
        set_user_options(&mut hall, "");
        assert_eq!(
            hall.voices.get(&one.leg),
            Some(&VoiceSpec::default()),
            "{line}"
        );
        let other = enter(&mut hall);
        assert_eq!(hall.voices.get(&other.leg), None, "{line}: nothing to say");
        set_user_options(&mut hall, line);
        for guest in [one, other] {
            assert_eq!(hall.voices.get(&guest.leg), Some(&expected), "{line}");
        }
    }
}

fn talking(hall: &Hall) -> Vec<bool> {
    let news = hall.news.iter();
    let told = news.filter_map(|news| {
        if let RoomNews::Talking { talking, .. } = news {
            Some(*talking)
        } else {
            None
        }
    });
    told.collect()
}

#[test]
fn without_talk_detection_events_nobody_is_told_who_talks() {
    let mut hall = hall("", "talk_detection_events=no");
    let guest = enter(&mut hall);
    hall.act(|room, turn| room.talking(turn, guest.id, true));
    assert!(talking(&hall).is_empty());
    assert!(!hall.room.participant(guest.id).unwrap().talking());
    set_user_options(&mut hall, "");
    assert_eq!(talking(&hall), [true], "from now on");
    set_user_options(&mut hall, "talk_detection_events=no");
    assert_eq!(talking(&hall), [true, false], "and no longer");
    hall.act(|room, turn| room.talking(turn, guest.id, false));
    assert_eq!(talking(&hall), [true, false]);
}

#[test]
fn the_rate_of_the_mix_is_as_the_options_say_from_the_first_moment_and_live() {
    for (line, expected) in [
        (
            "maximum_sample_rate=16000",
            StageSpec {
                rate_max_hz: Some(16_000),
                ..StageSpec::default()
            },
        ),
        (
            "binaural_active=yes",
            StageSpec {
                binaural: true,
                ..StageSpec::default()
            },
        ),
        (
            "internal_sample_rate=8000",
            StageSpec {
                rate_fixed_hz: Some(8_000),
                ..StageSpec::default()
            },
        ),
    ] {
        let mut hall = hall(line, "");
        enter(&mut hall);
        assert_eq!(hall.spec, expected, "{line}");
        set_options(&mut hall, "");
        assert_eq!(hall.spec, StageSpec::default(), "{line}");
        set_options(&mut hall, line);
        assert_eq!(hall.spec, expected, "{line}");
    }
}

#[test]
fn in_a_binaural_room_everybody_hears_places_until_they_say_otherwise_by_key() {
    let mut hall = hall("binaural_active=yes", "");
    let (one, other) = (enter(&mut hall), enter(&mut hall));
    assert!(hall.binaural[&one.leg]);
    let menu = Arc::new(Menu::from_text("5=toggle_binaural").unwrap());
    let menus = Menus {
        members: Arc::clone(&menu),
        moderators: menu,
    };
    hall.room.set_menus(menus);
    hall.presses(one, "5");
    assert!(!hall.binaural[&one.leg]);
    assert_eq!(hall.last_words(), (one.leg, "binaural-off"));
    assert!(hall.binaural[&other.leg], "it is each one's own");
    hall.presses(one, "5");
    assert!(hall.binaural[&one.leg]);
    assert_eq!(hall.last_words(), (one.leg, "binaural-on"));
    hall.presses(one, "5");
    set_options(&mut hall, "");
    assert!(!hall.binaural[&other.leg], "the room is not any more");
    hall.plays.clear();
    hall.presses(other, "5");
    assert!(!hall.binaural[&other.leg]);
    assert!(
        !hall
            .plays
            .iter()
            .any(|(_, _, words)| words.contains("binaural"))
    );
    set_options(&mut hall, "binaural_active=yes");
    assert!(hall.binaural[&other.leg]);
    assert!(!hall.binaural[&one.leg], "it had said so");
}

#[test]
fn longer_packets_are_for_who_comes_in_while_the_interval_is_longer() {
    for (line, expected) in [
        ("mixing_interval=10", None),
        ("mixing_interval=20", None),
        ("mixing_interval=40", Some(&40)),
        ("mixing_interval=80", Some(&80)),
    ] {
        let mut hall = hall(line, "");
        let guest = enter(&mut hall);
        assert_eq!(hall.pacing.get(&guest.leg), expected, "{line}");
    }
    let mut hall = hall("", "");
    let before = enter(&mut hall);
    set_options(&mut hall, "mixing_interval=40");
    let after = enter(&mut hall);
    assert_eq!(hall.pacing.get(&before.leg), None);
    assert_eq!(hall.pacing.get(&after.leg), Some(&40));
}

#[test]
fn keys_that_mean_nothing_go_to_the_others_where_the_options_say_so() {
    for (options, expected) in [("", ""), ("dtmf_passthrough=yes", "57")] {
        let mut hall = hall("", options);
        let (one, _other) = (enter(&mut hall), enter(&mut hall));
        let menu = Arc::new(Menu::from_text("1=toggle_mute").unwrap());
        let menus = Menus {
            members: Arc::clone(&menu),
            moderators: menu,
        };
        hall.room.set_menus(menus);
        hall.presses(one, "5171");
        let relayed: String = hall
            .relayed
            .iter()
            .map(|(_, digit)| digit.to_char())
            .collect();
        assert_eq!(relayed, expected, "never the key of a menu");
        assert!(hall.relayed.iter().all(|(leg, _)| *leg == one.leg));
    }
}
