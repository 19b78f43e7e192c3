//! What people experience at the door and in the room.

mod hall;

use std::time::Duration;

use conclave_ivr::RefusedEntry;
use conclave_model::{
    CallEnd, Language, PlaylistName, RecordingId, RoomLanguage, RoomPatch, UnixMillis, limits,
};
use conclave_room::{DoorVerdict, MutedBy, Role, RoomNews};
use hall::{Hall, PIN};

const MOMENT: Duration = Duration::from_millis(1);

// The door -------------------------------------------------------------------------------------

#[test]
fn nobody_comes_in_without_the_pin() {
    let mut hall = Hall::new();
    let stranger = hall.new_guest();
    assert!(hall.arrive(stranger).unwrap().ask_pin);
    assert_eq!(
        hall.types(stranger, "111111"),
        DoorVerdict::Wrong { tries_left: 2 }
    );
    assert!(hall.admit(stranger, 500).is_err());
    assert!(hall.on_stage.is_empty());
    assert_eq!(hall.closed, 1);
}

#[test]
fn the_fourth_try_is_wrong_even_when_it_is_right() {
    let mut hall = Hall::new();
    let guest = hall.new_guest();
    hall.arrive(guest).unwrap();
    for tries_left in [2, 1, 0] {
        assert_eq!(
            hall.types(guest, "111111"),
            DoorVerdict::Wrong { tries_left }
        );
    }
    assert_eq!(hall.types(guest, PIN), DoorVerdict::Wrong { tries_left: 0 });
    assert_eq!(hall.room.participant(guest.id).unwrap().pins_wrong(), 3);
}

#[test]
fn tries_are_counted_for_each_caller() {
    let mut hall = Hall::new();
    let (one, other) = (hall.new_guest(), hall.new_guest());
    hall.arrive(one).unwrap();
    hall.arrive(other).unwrap();
    hall.types(one, "1");
    hall.types(one, "1");
    assert_eq!(hall.types(other, "1"), DoorVerdict::Wrong { tries_left: 2 });
}

#[test]
fn a_new_pin_holds_at_once_for_those_at_the_door() {
    let mut hall = Hall::new();
    let guest = hall.new_guest();
    hall.arrive(guest).unwrap();
    hall.change(RoomPatch {
        pin: Some(Some("4711".parse().unwrap())),
        ..RoomPatch::default()
    });
    assert_eq!(hall.types(guest, PIN), DoorVerdict::Wrong { tries_left: 2 });
    assert_eq!(
        hall.types(guest, "4711"),
        DoorVerdict::Admitted(Role::Member)
    );
}

#[test]
fn a_pin_that_is_switched_off_lets_pass_who_stands_at_the_door() {
    let mut hall = Hall::new();
    let guest = hall.new_guest();
    hall.arrive(guest).unwrap();
    hall.change(RoomPatch {
        pin: Some(None),
        ..RoomPatch::default()
    });
    assert_eq!(hall.let_pass, [guest.call]);
    assert!(hall.admit(guest, 0).is_ok());
}

#[test]
fn a_locked_room_is_found_out_only_with_the_pin() {
    let mut hall = Hall::new();
    hall.enters(500);
    hall.act(|room, turn| room.lock(turn));
    let guest = hall.new_guest();
    assert!(hall.arrive(guest).is_ok());
    assert_eq!(
        hall.types(guest, PIN),
        DoorVerdict::Refused(RefusedEntry::Locked)
    );
    assert!(hall.room.participant(guest.id).is_none());
}

#[test]
fn a_room_locked_while_the_name_is_asked_for_stays_shut() {
    let mut hall = Hall::new();
    let host = hall.enters(500);
    let guest = hall.new_guest();
    hall.arrive(guest).unwrap();
    hall.types(guest, PIN);
    hall.act(|room, turn| room.lock(turn));
    assert_eq!(hall.admit(guest, 500), Err(RefusedEntry::Locked));
    assert_eq!(hall.on_stage, [host.leg].into());
    hall.act(|room, turn| room.unlock(turn));
    hall.enters(600);
    assert_eq!(hall.on_stage.len(), 2);
}

#[test]
fn an_open_room_that_is_locked_refuses_on_arrival() {
    let mut hall = Hall::new();
    hall.change(RoomPatch {
        pin: Some(None),
        ..RoomPatch::default()
    });
    hall.enters(500);
    hall.act(|room, turn| room.lock(turn));
    let guest = hall.new_guest();
    assert_eq!(hall.arrive(guest).unwrap_err(), RefusedEntry::Locked);
    assert_eq!(hall.closed, 0);
}

// Who hears of whom ----------------------------------------------------------------------------

#[test]
fn the_joiner_is_on_the_stage_at_once_and_the_others_hear_the_name() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    assert!(hall.announced.is_empty());
    let ben = hall.enters(2);
    assert_eq!(hall.on_stage, [anna.leg, ben.leg].into());
    assert_eq!(
        hall.announced,
        [("<2> has-joined".to_owned(), Some(ben.leg))]
    );
}

#[test]
fn who_arrives_while_one_is_announced_is_told_with_the_next() {
    let mut hall = Hall::new();
    hall.enters(1);
    hall.enters(2);
    hall.enters(3);
    hall.enters(4);
    assert_eq!(hall.announced.len(), 1);
    hall.wait(limits::ANNOUNCE_MERGE + MOMENT);
    hall.enters(5);
    assert_eq!(hall.announced.len(), 1);
    hall.announcement_ends();
    assert_eq!(hall.announcements()[1], "<3> <4> and <5> have-joined");
}

#[test]
fn who_arrives_soon_after_one_was_announced_waits_for_the_window() {
    let mut hall = Hall::new();
    hall.enters(1);
    hall.enters(2);
    hall.announcement_ends();
    hall.enters(3);
    hall.enters(0);
    assert_eq!(hall.announced.len(), 1);
    hall.wait(limits::ANNOUNCE_MERGE);
    assert_eq!(hall.announcements()[1], "<3> and a-caller have-joined");
}

#[test]
fn a_crowd_is_named_in_part() {
    let mut hall = Hall::new();
    hall.enters(1);
    hall.enters(2);
    for name_ms in [3, 0, 5, 6, 7] {
        hall.enters(name_ms);
    }
    hall.wait(limits::ANNOUNCE_MERGE);
    hall.announcement_ends();
    assert_eq!(
        hall.announcements()[1],
        "<3> <5> <6> and 2 others have-joined"
    );
}

#[test]
fn leaving_is_told_too_and_coming_and_going_cancel_out() {
    let mut hall = Hall::new();
    hall.enters(1);
    let ben = hall.enters(2);
    let carla = hall.enters(3);
    hall.leaves(ben);
    hall.leaves(carla);
    hall.announcement_ends();
    hall.wait(limits::ANNOUNCE_MERGE);
    assert_eq!(hall.announcements(), ["<2> has-joined", "<2> has-left"]);
}

#[test]
fn a_room_without_messages_rings_a_tone() {
    let mut hall = Hall::new();
    hall.change(RoomPatch {
        message: Some(false),
        ..RoomPatch::default()
    });
    hall.enters(0);
    let ben = hall.enters(0);
    hall.announcement_ends();
    hall.wait(limits::ANNOUNCE_MERGE);
    hall.enters(0);
    hall.announcement_ends();
    hall.wait(limits::ANNOUNCE_MERGE);
    hall.leaves(ben);
    assert_eq!(
        hall.announcements(),
        ["join-tone", "join-tone", "leave-tone"]
    );
}

#[test]
fn an_announcement_whose_end_is_never_reported_stops_no_other() {
    let mut hall = Hall::new();
    hall.enters(1);
    hall.enters(2);
    hall.enters(3);
    hall.wait(limits::PLAY_PATIENCE);
    assert_eq!(hall.announced.len(), 2);
}

// Alone ----------------------------------------------------------------------------------------

#[test]
fn the_first_hears_music_at_once_until_the_second_is_admitted() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    assert!(hall.music.contains_key(&anna.leg));
    let ben = hall.new_guest();
    hall.arrive(ben).unwrap();
    hall.types(ben, PIN);
    assert!(hall.music.contains_key(&anna.leg));
    hall.admit(ben, 2).unwrap();
    assert!(hall.music.is_empty());
}

#[test]
fn music_comes_back_two_seconds_after_the_others_left() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    let ben = hall.enters(2);
    hall.announcement_ends();
    hall.wait(limits::ANNOUNCE_MERGE);
    hall.leaves(ben);
    hall.announcement_ends();
    hall.wait(limits::MUSIC_AFTER_ALONE - MOMENT);
    assert!(hall.music.is_empty());
    hall.wait(MOMENT);
    assert!(hall.music.contains_key(&anna.leg));
}

#[test]
fn music_does_not_drown_the_word_that_the_last_one_left() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    let ben = hall.enters(2);
    hall.announcement_ends();
    hall.wait(limits::ANNOUNCE_MERGE);
    hall.leaves(ben);
    hall.wait(limits::MUSIC_AFTER_ALONE * 2);
    assert!(hall.music.is_empty());
    hall.announcement_ends();
    assert!(hall.music.contains_key(&anna.leg));
}

#[test]
fn without_a_playlist_the_lone_one_is_told() {
    let mut hall = Hall::without_music();
    let anna = hall.enters(1);
    assert_eq!(hall.last_words(), (anna.leg, "only-one"));
    assert!(hall.music.is_empty());
    hall.play_ends(anna);
    hall.wait(limits::PLAY_PATIENCE);
    assert_eq!(hall.plays.len(), 1);
}

#[test]
fn a_playlist_is_changed_while_it_plays() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    let jazz: PlaylistName = "jazz".parse().unwrap();
    for music in [Some(jazz.clone()), None, Some(jazz)] {
        hall.change(RoomPatch {
            music: Some(music.clone()),
            ..RoomPatch::default()
        });
        assert_eq!(hall.music.get(&anna.leg), music.as_ref());
    }
}

// Mute -----------------------------------------------------------------------------------------

#[test]
fn star_six_mutes_and_unmutes() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    hall.presses(anna, "*6");
    assert_eq!(hall.muted.get(&anna.leg), Some(&true));
    assert_eq!(hall.last_words(), (anna.leg, "muted"));
    hall.presses(anna, "*6");
    assert_eq!(hall.muted.get(&anna.leg), Some(&false));
    assert_eq!(hall.last_words(), (anna.leg, "unmuted"));
}

#[test]
fn star_six_lifts_a_moderators_mute_of_which_one_was_told() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    hall.act(|room, turn| room.mute(turn, anna.id, MutedBy::Moderator))
        .unwrap();
    assert_eq!(hall.last_words(), (anna.leg, "muted-hint"));
    hall.presses(anna, "*6");
    assert_eq!(hall.muted.get(&anna.leg), Some(&false));
}

#[test]
fn a_rule_of_the_room_mutes_beside_ones_own_mute() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    hall.presses(anna, "*6");
    hall.act(|room, turn| room.mute(turn, anna.id, MutedBy::System))
        .unwrap();
    hall.act(|room, turn| room.unmute(turn, anna.id, MutedBy::System))
        .unwrap();
    assert_eq!(hall.muted.get(&anna.leg), Some(&true));
    assert!(hall.room.participant(anna.id).unwrap().mute().by_self);
}

#[test]
fn who_is_muted_at_the_door_comes_in_muted() {
    let mut hall = Hall::new();
    let guest = hall.new_guest();
    hall.arrive(guest).unwrap();
    hall.act(|room, turn| room.mute(turn, guest.id, MutedBy::Moderator))
        .unwrap();
    assert!(hall.plays.is_empty());
    hall.types(guest, PIN);
    hall.admit(guest, 1).unwrap();
    assert_eq!(hall.muted.get(&guest.leg), Some(&true));
}

#[test]
fn a_muted_one_does_not_talk_and_is_told_so_now_and_then() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    let talks = |hall: &mut Hall, talking| {
        hall.act(|room, turn| room.talking(turn, anna.id, talking));
    };
    talks(&mut hall, true);
    hall.presses(anna, "*6");
    let said = |talking| RoomNews::Talking {
        participant: anna.id,
        talking,
    };
    let on = hall.news.iter().position(|news| *news == said(true));
    let off = hall.news.iter().position(|news| *news == said(false));
    assert!(on.is_some() && on < off);
    for _ in 0..5 {
        talks(&mut hall, false);
        talks(&mut hall, true);
    }
    assert_eq!(hall.plays.len(), 2);
    assert_eq!(hall.last_words(), (anna.leg, "muted-hint"));
    hall.wait(limits::MUTED_HINT);
    talks(&mut hall, false);
    talks(&mut hall, true);
    assert_eq!(hall.plays.len(), 3);
    assert!(!hall.room.participant(anna.id).unwrap().talking());
    hall.presses(anna, "*6");
    assert!(hall.room.participant(anna.id).unwrap().talking());
}

// The end --------------------------------------------------------------------------------------

#[test]
fn who_is_removed_is_off_the_stage_and_dismissed() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    let ben = hall.enters(2);
    hall.act(|room, turn| room.remove(turn, ben.id)).unwrap();
    assert_eq!(hall.on_stage, [anna.leg].into());
    assert_eq!(hall.dismissed, [(ben.call, CallEnd::Removed)]);
    assert!(hall.act(|room, turn| room.remove(turn, ben.id)).is_err());
    hall.leaves(ben);
    assert_eq!(hall.dismissed.len(), 1);
}

#[test]
fn the_music_of_a_lone_one_stops_before_they_are_told_to_go() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    assert_eq!(hall.music.len(), 1);
    hall.act(|room, turn| room.remove(turn, anna.id)).unwrap();
    assert_eq!(hall.dismissed.len(), 1);
    assert_eq!(hall.music_at_dismissal, 0);
}

#[test]
fn who_is_removed_at_the_door_does_not_come_in() {
    let mut hall = Hall::new();
    hall.enters(1);
    let guest = hall.new_guest();
    hall.arrive(guest).unwrap();
    hall.types(guest, PIN);
    hall.act(|room, turn| room.remove(turn, guest.id)).unwrap();
    assert_eq!(hall.dismissed, [(guest.call, CallEnd::Removed)]);
    assert!(hall.admit(guest, 2).is_err());
    assert!(!hall.on_stage.contains(&guest.leg));
}

#[test]
fn the_end_for_all_reaches_the_door_too() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    let ben = hall.enters(2);
    let guest = hall.new_guest();
    hall.arrive(guest).unwrap();
    hall.act(|room, turn| room.end(turn, CallEnd::RoomEnded));
    let end = CallEnd::RoomEnded;
    assert_eq!(
        hall.dismissed,
        [(anna.call, end), (ben.call, end), (guest.call, end)]
    );
    assert!(hall.on_stage.is_empty() && hall.music.is_empty());
    assert_eq!(hall.closed, 1);
}

#[test]
fn a_room_closes_once_when_the_last_one_left() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    let guest = hall.new_guest();
    hall.arrive(guest).unwrap();
    hall.leaves(anna);
    assert_eq!(hall.closed, 0);
    hall.leaves(guest);
    hall.leaves(guest);
    assert_eq!(hall.closed, 1);
    assert!(hall.room.poll_timeout().is_none());
}

// Names and languages --------------------------------------------------------------------------

#[test]
fn a_new_name_is_shown_without_what_would_break_a_list() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    let long = format!(" An\u{1b}na\n{}", "x".repeat(200));
    hall.act(|room, turn| room.rename(turn, anna.id, &long))
        .unwrap();
    let label = hall.room.participant(anna.id).unwrap().label().clone();
    let name = label.name.unwrap();
    assert!(name.starts_with("Annaxxx"));
    assert_eq!(name.chars().count(), 80);
}

#[test]
fn each_is_spoken_to_in_their_own_language_and_all_in_the_rooms() {
    let mut hall = Hall::new();
    let german = hall.new_guest();
    let someone = hall.new_guest();
    let plan = hall.arrive(german).unwrap();
    assert_eq!(plan.language, Language::German);
    let plan = hall.arrive_speaking(someone, None).unwrap();
    assert_eq!(plan.language, Language::English, "the house's");
    for language in [Language::German, Language::English] {
        hall.change(RoomPatch {
            language: Some(RoomLanguage::Always(language)),
            ..RoomPatch::default()
        });
        let spoken_to = |hall: &Hall, id| hall.room.participant(id).unwrap().language();
        assert_eq!(spoken_to(&hall, german.id), Language::German);
        assert_eq!(spoken_to(&hall, someone.id), language, "the room's");
        let recording = RecordingId::mint(UnixMillis(1), &mut hall.chance);
        hall.enters(300);
        hall.act(|room, turn| room.start_recording(turn, recording, "the API"));
        assert_eq!(hall.announced_in.last(), Some(&language));
        hall.act(|room, turn| room.stop_recording(turn));
        while !hall.announcing.is_empty() {
            hall.announcement_ends();
        }
        hall.wait(limits::ANNOUNCE_MERGE);
        while !hall.announcing.is_empty() {
            hall.announcement_ends();
        }
    }
}

#[test]
fn a_recording_is_told_to_all_who_are_there_and_to_each_who_comes() {
    let mut hall = Hall::new();
    let ann = hall.enters(500);
    let id = RecordingId::mint(UnixMillis(0), &mut hall.chance);
    hall.act(|room, turn| room.start_recording(turn, id, "jens"));
    assert_eq!(hall.taping, Some(id));
    assert_eq!(hall.announced.last().unwrap().0, "being-recorded");
    let bob = hall.enters(500);
    let told = hall.plays.iter().filter(|(leg, ..)| *leg == bob.leg);
    let told: Vec<&str> = told.map(|(_, _, words)| words.as_str()).collect();
    assert_eq!(told, ["being-recorded"]);
    let second = RecordingId::mint(UnixMillis(1), &mut hall.chance);
    hall.act(|room, turn| room.start_recording(turn, second, "anna"));
    assert_eq!(hall.taping, Some(id), "one that runs goes on");
    for guest in [ann, bob] {
        hall.leaves(guest);
    }
    assert_eq!((hall.taping, hall.closed), (None, 1));
    let stopped = |news: &&RoomNews| matches!(news, RoomNews::RecordingStopped { .. });
    assert_eq!(hall.news.iter().filter(stopped).count(), 1);
}
