//! What keys do in a room, who hears of it, and in which order.

mod hall;

use std::sync::Arc;
use std::time::Duration;

use conclave_contract::Clip;
use conclave_model::confbridge::{Menu, MenuPreset};
use conclave_model::{CallEnd, RoomPatch, limits};
use conclave_room::{Menus, MutedBy, RecordingAsker, RoomNews, Shelf};
use hall::{Guest, Hall};

/// A room in which these keys mean something to everybody.
fn room_with(menu: &str) -> Hall {
    let mut hall = Hall::new();
    let menu = Arc::new(Menu::from_text(menu).expect("a menu"));
    let menus = Menus {
        members: Arc::clone(&menu),
        moderators: menu,
    };
    hall.room.set_menus(menus);
    hall
}

/// The same, and everybody is a moderator.
fn room_of_admins(menu: &str) -> Hall {
    let mut hall = Hall::new();
    hall.change(RoomPatch {
        user_options: Some("admin=yes".to_owned()),
        ..RoomPatch::default()
    });
    let room = room_with(menu).room;
    hall.room.set_menus(room.menus().clone());
    hall
}

fn said_to(hall: &Hall, guest: Guest) -> Vec<&str> {
    let plays = hall.plays.iter().filter(|(leg, ..)| *leg == guest.leg);
    plays.map(|(_, _, words)| words.as_str()).collect()
}

#[test]
fn the_modern_keys_are_there_without_a_word() {
    let mut hall = Hall::new();
    let (anna, _ben) = (hall.enters(1), hall.enters(2));
    hall.presses(anna, "*6");
    assert!(hall.muted[&anna.leg]);
    hall.presses(anna, "*6");
    assert!(!hall.muted[&anna.leg]);
    assert_eq!(said_to(&hall, anna), ["muted", "unmuted"]);
    hall.presses(anna, "*#");
    assert_eq!(hall.last_words(), (anna.leg, "one-other-here"));
    hall.presses(anna, "*3");
    assert_eq!(hall.last_words(), (anna.leg, "there-are 2 people-here <2>"));
    hall.presses(anna, "*1");
    assert!(hall.last_words().1.contains("key-toggle-mute press star 6"));
    assert!(!hall.last_words().1.contains("admin"));
}

#[test]
fn keys_for_moderators_are_not_for_everybody_and_this_is_said() {
    let mut hall = Hall::new();
    let (anna, ben) = (hall.enters(1), hall.enters(2));
    for keys in ["*2", "*4", "*7", "*8", "*9", "*0"] {
        hall.plays.clear();
        hall.presses(anna, keys);
        assert_eq!(said_to(&hall, anna), ["only-moderators"], "{keys}");
        assert!(said_to(&hall, ben).is_empty());
    }
    assert!(!hall.room.is_locked());
    hall.presses(anna, "1");
    assert!(hall.dismissed.is_empty());
}

// Defect 13
#[test]
fn volumes_go_in_steps_of_three_decibels_to_their_bounds_and_back() {
    let mut hall = room_with(
        "1=increase_talking_volume\n2=decrease_talking_volume\n3=reset_talking_volume\n\
         4=increase_listening_volume\n5=decrease_listening_volume\n6=reset_listening_volume",
    );
    let (anna, ben) = (hall.enters(1), hall.enters(2));
    hall.presses(anna, "1");
    assert_eq!(hall.volumes[&anna.leg], 3);
    hall.presses(anna, "222");
    assert_eq!(hall.volumes[&anna.leg], -6);
    hall.presses(anna, "111111111111");
    assert_eq!(hall.volumes[&anna.leg], *limits::VOLUME_DB.end());
    assert_eq!(hall.last_words(), (anna.leg, "beep ... beep"));
    hall.presses(anna, "3");
    assert_eq!(hall.volumes[&anna.leg], 0);
    assert_eq!(hall.last_words(), (anna.leg, "beep"));
    hall.presses(anna, "5");
    assert_eq!(hall.listening[&anna.leg], -3);
    hall.presses(anna, "55555555");
    assert_eq!(hall.listening[&anna.leg], *limits::VOLUME_DB.start());
    hall.presses(anna, "4");
    assert_eq!(
        hall.listening[&anna.leg],
        *limits::VOLUME_DB.start() + limits::VOLUME_STEP_DB
    );
    hall.presses(anna, "6");
    assert_eq!(hall.listening[&anna.leg], 0);
    assert!(!hall.volumes.contains_key(&ben.leg));
    assert!(!hall.listening.contains_key(&ben.leg));
}

#[test]
fn who_leaves_by_key_is_said_goodbye_and_the_others_hear_it() {
    let mut hall = room_with("8=leave_conference,raise_hand");
    let (anna, _ben) = (hall.enters(1), hall.enters(2));
    hall.announcement_ends();
    hall.wait(limits::ANNOUNCE_MERGE);
    hall.presses(anna, "8");
    assert_eq!(hall.dismissed, [(anna.call, CallEnd::LeftByKey)]);
    assert_eq!(*hall.announcements().last().unwrap(), "<1> has-left");
    assert!(!hall.on_stage.contains(&anna.leg));
}

#[test]
fn the_last_who_came_is_no_moderator_or_stays() {
    let mut hall = room_of_admins("3=admin_kick_last");
    let anna = hall.enters(1);
    hall.presses(anna, "3");
    assert_eq!(hall.last_words(), (anna.leg, "not-possible"));
    let ben = hall.enters(2);
    hall.presses(anna, "3");
    assert_eq!(hall.last_words(), (anna.leg, "not-possible"));
    hall.presses(ben, "3");
    assert_eq!(hall.last_words(), (ben.leg, "not-possible"));
    assert!(hall.dismissed.is_empty());
}

#[test]
fn the_lock_is_told_to_the_one_who_turned_it() {
    let mut hall = room_of_admins("2=admin_toggle_conference_lock");
    let (anna, ben) = (hall.enters(1), hall.enters(2));
    hall.presses(anna, "2");
    assert!(hall.room.is_locked());
    hall.presses(anna, "2");
    assert!(!hall.room.is_locked());
    assert_eq!(said_to(&hall, anna), ["locked-now", "unlocked-now"]);
    assert!(said_to(&hall, ben).is_empty());
}

#[test]
fn the_end_for_all_needs_a_yes() {
    let mut hall = room_of_admins("*0=admin_end_conference\n1=raise_hand");
    let (anna, ben) = (hall.enters(1), hall.enters(2));
    let question = "key-admin-end-conference press 1";
    hall.presses(anna, "*0");
    assert_eq!(hall.last_words(), (anna.leg, question));
    hall.presses(anna, "7");
    assert_eq!(hall.last_words(), (anna.leg, "goes-on"));
    hall.presses(anna, "*0");
    hall.presses(ben, "1");
    assert!(hall.dismissed.is_empty());
    hall.wait(limits::MENU_CONFIRM);
    assert_eq!(hall.last_words(), (anna.leg, "goes-on"));
    hall.presses(anna, "*01");
    let everybody = [
        (anna.call, CallEnd::RoomEnded),
        (ben.call, CallEnd::RoomEnded),
    ];
    assert_eq!(hall.dismissed, everybody);
    assert_eq!(hall.closed, 1);
}

#[test]
fn a_recording_by_key_is_asked_for_and_ended_by_the_same_key() {
    let mut hall = room_of_admins("2=admin_toggle_recording");
    let anna = hall.enters(1);
    hall.presses(anna, "2");
    assert_eq!(hall.recording_asked, [RecordingAsker::Key(anna.id)]);
    hall.act(|room, turn| room.recording_refused(turn, anna.id));
    assert_eq!(hall.last_words(), (anna.leg, "not-possible"));
}

#[test]
fn announcements_are_switched_off_for_those_who_come_and_go() {
    let mut hall = room_of_admins("9=admin_toggle_announcements");
    let anna = hall.enters(1);
    hall.presses(anna, "9");
    assert_eq!(hall.last_words(), (anna.leg, "announcements-off"));
    let ben = hall.enters(2);
    hall.leaves(ben);
    hall.wait(limits::ANNOUNCE_MERGE);
    assert!(hall.announced.is_empty());
    hall.presses(anna, "9");
    assert_eq!(hall.last_words(), (anna.leg, "announcements-on"));
    hall.enters(3);
    assert_eq!(hall.announcements(), ["<3> has-joined"]);
}

#[test]
fn several_actions_are_heard_one_after_the_other() {
    let mut hall = room_with("5=toggle_mute,playback(only-one&beep),participant_count");
    let anna = hall.enters(1);
    hall.presses(anna, "5");
    assert_eq!(said_to(&hall, anna), ["muted"]);
    hall.play_ends(anna);
    hall.play_ends(anna);
    assert_eq!(said_to(&hall, anna), ["muted", "only-one beep", "only-one"]);
    assert_eq!(hall.keys_of_last_play, Some(true));
}

#[test]
fn asterisks_menu_is_said_and_goes_on_with_a_key() {
    let mut hall = Hall::new();
    hall.room.set_menus(Menus::of(MenuPreset::Asterisk));
    let anna = hall.enters(1);
    hall.presses(anna, "*");
    assert!(said_to(&hall, anna).is_empty());
    hall.wait(limits::MENU_LONGER);
    assert!(hall.last_words().1.starts_with("key-toggle-mute press 1"));
    assert_eq!(hall.keys_of_last_play, Some(true));
    hall.presses(anna, "1");
    assert_eq!(hall.last_words(), (anna.leg, "muted"));
    hall.presses(anna, "1");
    assert_eq!(hall.last_words(), (anna.leg, "unmuted"));
    hall.presses(anna, "*1");
    assert_eq!(hall.last_words(), (anna.leg, "muted"));
}

#[test]
fn without_keys_nothing_happens() {
    let mut hall = Hall::new();
    hall.room.set_menus(Menus::of(MenuPreset::None));
    let anna = hall.enters(1);
    let (plays, news) = (hall.plays.len(), hall.news.len());
    hall.presses(anna, "*6*1*#1234567890ABCD");
    assert_eq!((hall.plays.len(), hall.news.len()), (plays, news));
    assert_eq!(hall.room.poll_timeout().map(|(_, why)| why), None);
}

#[test]
fn who_goes_in_the_middle_of_a_sequence_leaves_no_deadline_behind() {
    let mut hall = Hall::without_music();
    let (anna, ben) = (hall.enters(1), hall.enters(2));
    hall.announcement_ends();
    hall.wait(limits::ANNOUNCE_MERGE);
    hall.presses(anna, "*");
    assert_eq!(
        hall.room.poll_timeout().map(|(_, why)| why),
        Some("another key may follow")
    );
    hall.leaves(anna);
    hall.announcement_ends();
    hall.wait(limits::ANNOUNCE_MERGE + Duration::from_secs(1));
    assert_eq!(hall.room.poll_timeout().map(|(_, why)| why), None);
    hall.presses(ben, "*6");
    assert!(hall.muted[&ben.leg]);
}

#[test]
fn a_moderator_who_mutes_one_is_answered_by_key() {
    let mut hall = Hall::new();
    let (anna, ben) = (hall.enters(1), hall.enters(2));
    hall.act(|room, turn| room.mute(turn, ben.id, MutedBy::Moderator))
        .unwrap();
    assert_eq!(hall.last_words(), (ben.leg, "muted-hint"));
    hall.presses(ben, "*6");
    assert!(!hall.muted[&ben.leg]);
    let unmuted = RoomNews::Unmuted {
        participant: ben.id,
        by: MutedBy::Oneself,
    };
    assert_eq!(hall.news.last(), Some(&unmuted));
    assert!(!hall.muted.contains_key(&anna.leg));
}

#[test]
fn keys_that_mean_nothing_are_passed_on_where_the_options_say_so_and_menu_keys_never() {
    let mut hall = Hall::new();
    let anna = hall.enters(1);
    hall.presses(anna, "9");
    assert!(hall.relayed.is_empty());
    hall.change(RoomPatch {
        user_options: Some("dtmf_passthrough=yes".to_owned()),
        ..RoomPatch::default()
    });
    let relayed = |hall: &Hall| -> String {
        let keys = hall.relayed.iter().map(|(from, digit)| {
            assert_eq!(*from, anna.leg);
            digit.to_char()
        });
        keys.collect()
    };
    hall.presses(anna, "12*6#*");
    assert_eq!(relayed(&hall), "12#");
    hall.wait(limits::MENU_DIGIT);
    assert_eq!(relayed(&hall), "12#*");
    assert!(hall.muted[&anna.leg]);
}

#[test]
fn what_keys_say_is_said_in_the_rooms_own_sounds() {
    let mut hall = room_of_admins(
        "1=toggle_mute\n2=admin_toggle_conference_lock\n3=admin_kick_last\n\
         4=admin_toggle_mute_participants",
    );
    let menus = hall.room.menus().clone();
    let options = "sound_muted=no-such-room\nsound_unmuted=room-full\nsound_locked_now=room-locked\n\
                   sound_unlocked_now=sorry\nsound_error_menu=goodbye\n\
                   sound_participants_muted=beep\nsound_participants_unmuted=a-caller";
    hall.change(RoomPatch {
        options: Some(options.to_owned()),
        user_options: Some("admin=yes\nannounce_only_user=no".to_owned()),
        music: Some(None),
        ..RoomPatch::default()
    });
    hall.room.set_menus(menus);
    let anna = hall.enters(1);
    hall.presses(anna, "11223");
    let words = [
        "no-such-room",
        "room-full",
        "room-locked",
        "sorry",
        "goodbye",
    ];
    assert_eq!(said_to(&hall, anna), words);
    hall.presses(anna, "4");
    hall.announcement_ends();
    hall.presses(anna, "4");
    hall.wait(limits::ANNOUNCE_MERGE);
    assert_eq!(hall.announcements(), ["beep", "a-caller"]);
}

#[test]
fn a_menu_plays_the_operators_sounds_and_leaves_out_what_is_gone() {
    let mut hall = room_with("1=playback(gong&silence&beep),raise_hand\n2=playback(gone),no_op");
    let shelf = Shelf::from_iter([("gong".into(), Clip::new(vec![0; 16 * 70]))]);
    hall.room.set_shelf(Arc::new(shelf));
    let anna = hall.enters(1);
    hall.presses(anna, "1");
    assert_eq!(said_to(&hall, anna), ["<70> beep"]);
    assert_eq!(hall.keys_of_last_play, Some(false));
    hall.presses(anna, "2");
    hall.play_ends(anna);
    assert_eq!(said_to(&hall, anna), ["<70> beep", "beep"]);
    assert!(
        hall.room
            .participant(anna.id)
            .is_some_and(|one| one.hand_raised_at().is_some())
    );
}

// Moderators -----------------------------------------------------------------------------------

const MODERATOR_PIN: &str = "4711";

/// Moderators have the keys of Asterisk's admin menu, and 5 to mute all and 6 to mute others.
fn room_with_moderators() -> Hall {
    let mut hall = Hall::without_music();
    hall.change(RoomPatch {
        moderator_pin: Some(Some(MODERATOR_PIN.parse().expect("a PIN"))),
        ..RoomPatch::default()
    });
    let keys = "3=admin_kick_last\n5=admin_toggle_mute_participants\n6=admin_mute_others\n\
                8=admin_admit_waiting";
    hall.room.set_menus(Menus {
        members: Arc::new(MenuPreset::Modern.menu(false)),
        moderators: Arc::new(Menu::from_text(keys).expect("a menu")),
    });
    hall
}

fn moderates(hall: &mut Hall, name_ms: usize) -> Guest {
    let guest = hall.new_guest();
    hall.arrive(guest).expect("comes");
    hall.types(guest, MODERATOR_PIN);
    hall.admit(guest, name_ms).expect("is admitted");
    guest
}

// Regression 5380fb9978
// Defect 10
/// Scenario 9: the last is the one who came in last.
#[test]
fn the_last_who_came_in_is_removed_and_never_a_moderator() {
    let mut hall = room_with_moderators();
    let host = moderates(&mut hall, 1);
    hall.presses(host, "3");
    assert_eq!(hall.last_words(), (host.leg, "not-possible"));
    let (ben, carl) = (hall.enters(2), hall.enters(3));
    hall.presses(ben, "3");
    assert!(hall.dismissed.is_empty(), "members have other keys");
    hall.presses(host, "33");
    let removed = [(carl.call, CallEnd::Removed), (ben.call, CallEnd::Removed)];
    assert_eq!(hall.dismissed, removed);
    let second = moderates(&mut hall, 4);
    let dora = hall.enters(5);
    moderates(&mut hall, 6);
    hall.presses(host, "3");
    assert_eq!(hall.last_words(), (host.leg, "not-possible"));
    assert!(hall.room.participant(dora.id).is_some());
    hall.presses(second, "3");
    assert_eq!(hall.dismissed.len(), 2);
}

// Regression 12c93e8f81
// Defect 18
/// Scenario 19; upstream, who is muted so simply unmutes.
#[test]
fn who_comes_into_a_muted_room_is_muted_and_asks_to_speak_by_key() {
    let mut hall = room_with_moderators();
    let host = moderates(&mut hall, 1);
    let bob = hall.enters(2);
    hall.presses(host, "5");
    assert!(hall.room.are_all_muted());
    assert!(hall.news.contains(&RoomNews::AllMuted { muted: true }));
    assert!(hall.muted[&bob.leg] && !hall.muted.contains_key(&host.leg));
    let carol = hall.enters(3);
    assert!(hall.muted[&carol.leg]);
    assert!(
        said_to(&hall, carol)
            .iter()
            .any(|words| words.contains("all-muted"))
    );

    hall.presses(carol, "*6");
    assert_eq!(hall.last_words(), (carol.leg, "asked-to-speak"));
    let hand = |hall: &Hall, who: Guest| {
        hall.room
            .participant(who.id)
            .and_then(|one| one.hand_raised_at())
    };
    assert!(hand(&hall, carol).is_some() && hall.muted[&carol.leg]);
    hall.act(|room, turn| room.unmute(turn, carol.id, MutedBy::Moderator))
        .expect("is here");
    assert_eq!(hall.last_words(), (carol.leg, "unmuted"));
    assert!(!hall.muted[&carol.leg] && hall.muted[&bob.leg]);

    hall.presses(carol, "*6");
    hall.presses(host, "5");
    assert!(!hall.room.are_all_muted());
    assert!(!hall.muted[&bob.leg]);
    assert!(hall.muted[&carol.leg], "one's own mute is another fact");
}

#[test]
fn others_are_muted_once_and_each_hears_how_to_come_back() {
    let mut hall = room_with_moderators();
    let host = moderates(&mut hall, 1);
    let (ben, second) = (hall.enters(2), moderates(&mut hall, 3));
    hall.presses(host, "6");
    assert_eq!(hall.last_words(), (host.leg, "others-muted"));
    assert_eq!(said_to(&hall, ben).last(), Some(&"muted-hint"));
    assert!(hall.muted[&ben.leg] && !hall.muted.contains_key(&second.leg));
    let late = hall.enters(4);
    assert!(!hall.muted.contains_key(&late.leg));
    hall.presses(ben, "*6");
    assert!(!hall.muted[&ben.leg]);
}

#[test]
fn everybody_who_waits_is_let_in_at_once() {
    let mut hall = room_with_moderators();
    let host = moderates(&mut hall, 1);
    hall.presses(host, "8");
    assert_eq!(hall.last_words(), (host.leg, "nobody-waits"));
    let guests = [hall.new_guest(), hall.new_guest()];
    for guest in guests {
        hall.arrive(guest).expect("comes");
    }
    hall.presses(host, "8");
    assert_eq!(said_to(&hall, host).last(), Some(&"waiting-let-in"));
    assert_eq!(hall.let_pass, guests.map(|guest| guest.call));
    for guest in guests {
        assert!(hall.admit(guest, 2).is_ok());
    }
}

#[test]
fn who_waits_for_a_leader_has_keys_too() {
    let mut hall = Hall::without_music();
    hall.change(RoomPatch {
        user_options: Some("wait_marked=yes".to_owned()),
        ..RoomPatch::default()
    });
    let guest = hall.enters(1);
    assert_eq!(hall.room.counts().waiting, 1);
    hall.presses(guest, "*6");
    assert_eq!(hall.last_words(), (guest.leg, "muted"));
}
