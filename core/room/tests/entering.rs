//! Who is let in, how they begin and how long they may stay.

mod hall;

use std::time::Duration;

use conclave_ivr::RefusedEntry;
use conclave_model::{CallEnd, RoomPatch};
use conclave_room::{DoorVerdict, MutedBy, RoomNews};
use hall::{Guest, Hall, PIN};

const MOMENT: Duration = Duration::from_millis(1);

fn room(options: &str, user_options: &str) -> Hall {
    let mut hall = Hall::without_music();
    hall.change(options_of(options, user_options));
    hall
}

fn options_of(options: &str, user_options: &str) -> RoomPatch {
    RoomPatch {
        options: Some(options.to_owned()),
        user_options: Some(user_options.to_owned()),
        ..RoomPatch::default()
    }
}

fn tries_to_enter(hall: &mut Hall) -> DoorVerdict {
    let guest = hall.new_guest();
    hall.arrive(guest).expect("the PIN is asked first");
    hall.types(guest, PIN)
}

fn words_to(hall: &Hall, guest: Guest) -> Vec<&str> {
    let mine = hall.plays.iter().filter(|(leg, ..)| *leg == guest.leg);
    mine.map(|(_, _, words)| words.as_str()).collect()
}

// max_members ----------------------------------------------------------------------------------

#[test]
fn a_room_is_full_at_max_members() {
    let mut hall = room("max_members=2", "");
    let anna = hall.enters(1);
    hall.enters(2);
    let full = DoorVerdict::Refused(RefusedEntry::Full);
    assert_eq!(tries_to_enter(&mut hall), full);
    hall.leaves(anna);
    hall.enters(3);
    assert_eq!(tries_to_enter(&mut hall), full);
    hall.change(options_of("max_members=3", ""));
    hall.enters(4);
    assert_eq!(tries_to_enter(&mut hall), full);
}

// Defect 7
/// Upstream counts the active alone, and any number may wait beyond the limit.
#[test]
fn who_waits_for_a_leader_takes_a_seat_too() {
    let mut hall = room("max_members=2", "wait_marked=yes");
    hall.enters(1);
    hall.enters(2);
    assert_eq!(hall.room.counts().waiting, 2);
    let full = DoorVerdict::Refused(RefusedEntry::Full);
    assert_eq!(tries_to_enter(&mut hall), full);
}

#[test]
fn an_admin_comes_into_a_full_and_into_a_locked_room() {
    let mut hall = room("max_members=1", "admin=yes");
    hall.enters(1);
    hall.enters(2);
    hall.act(|room, turn| room.lock(turn));
    hall.enters(3);
    assert_eq!(hall.on_stage.len(), 3);
    hall.change(options_of("max_members=1", ""));
    let locked = DoorVerdict::Refused(RefusedEntry::Locked);
    assert_eq!(tries_to_enter(&mut hall), locked);
}

// startmuted -----------------------------------------------------------------------------------

// Regression 3c16865fc2
/// Upstream's test 10.
#[test]
fn scenario_10_all_begin_muted_and_learn_how_to_speak() {
    let mut hall = room("", "startmuted=yes");
    let guests = [hall.enters(1), hall.enters(2), hall.enters(3)];
    for guest in guests {
        assert!(hall.muted[&guest.leg]);
        let mute = hall.room.participant(guest.id).expect("is in").mute();
        assert_eq!(mute.by(), Some(MutedBy::System));
        assert!(!mute.by_self && !mute.by_moderator);
        assert!(words_to(&hall, guest).contains(&"muted-hint"));
    }
    let told = |news: &RoomNews| matches!(news, RoomNews::Muted { .. });
    assert!(!hall.news.iter().any(told), "the joining says it");
    hall.presses(guests[1], "*6");
    assert!(!hall.muted[&guests[1].leg] && hall.muted[&guests[0].leg]);
    assert_eq!(words_to(&hall, guests[1]).last(), Some(&"unmuted"));
    hall.presses(guests[1], "*6");
    let mute = hall.room.participant(guests[1].id).expect("is in").mute();
    assert_eq!(mute.by(), Some(MutedBy::Oneself));
}

#[test]
fn who_is_in_is_not_muted_by_a_change_of_startmuted() {
    let mut hall = room("", "");
    let anna = hall.enters(1);
    hall.change(options_of("", "startmuted=yes"));
    assert!(!hall.muted.contains_key(&anna.leg));
    let ben = hall.enters(2);
    assert!(hall.muted[&ben.leg]);
    hall.act(|room, turn| room.unmute(turn, ben.id, MutedBy::Moderator))
        .expect("is in");
    assert!(!hall.muted[&ben.leg]);
}

// timeout --------------------------------------------------------------------------------------

/// Upstream's test 13.
#[test]
fn scenario_13_ones_time_is_counted_from_entering() {
    let mut hall = room("", "timeout=10");
    let anna = hall.new_guest();
    hall.arrive(anna).expect("comes");
    hall.wait(Duration::from_secs(60));
    hall.types(anna, PIN);
    hall.admit(anna, 1).expect("is admitted");
    hall.wait(Duration::from_secs(4));
    let ben = hall.enters(2);
    hall.announcement_ends();
    hall.wait(Duration::from_secs(6) - 2 * MOMENT);
    assert!(hall.dismissed.is_empty());
    hall.wait(2 * MOMENT);
    assert_eq!(hall.dismissed, [(anna.call, CallEnd::TimeUp)]);
    assert_eq!(hall.on_stage, [ben.leg].into());
    let removed = |words: &&str| words.contains("removed");
    assert!(!words_to(&hall, anna).iter().any(removed));
    assert_eq!(hall.announcements().last(), Some(&"<1> has-left"));
    hall.wait(Duration::from_secs(5));
    assert_eq!(hall.dismissed.last(), Some(&(ben.call, CallEnd::TimeUp)));
    assert_eq!(hall.closed, 1);
}

#[test]
fn a_changed_timeout_counts_from_joining_too() {
    let mut hall = room("", "timeout=1000");
    let anna = hall.enters(1);
    hall.wait(Duration::from_secs(30));
    hall.change(options_of("", "timeout=40"));
    hall.wait(Duration::from_secs(9));
    assert!(hall.dismissed.is_empty());
    hall.change(options_of("", "timeout=20"));
    hall.wait(Duration::ZERO);
    assert_eq!(hall.dismissed, [(anna.call, CallEnd::TimeUp)]);
}

#[test]
fn without_a_timeout_nobody_is_sent_away() {
    let mut hall = room("", "timeout=0");
    hall.enters(1);
    hall.wait(Duration::from_secs(1_000_000));
    assert!(hall.dismissed.is_empty());
}

#[test]
fn waiting_for_a_leader_counts() {
    let mut hall = room("", "timeout=10\nwait_marked=yes");
    let anna = hall.enters(1);
    hall.wait(Duration::from_secs(10));
    assert_eq!(hall.dismissed, [(anna.call, CallEnd::TimeUp)]);
}

// regcontext -----------------------------------------------------------------------------------

/// Upstream's test 20.
#[test]
fn scenario_20_a_room_is_registered_while_somebody_is_in_it() {
    let mut hall = room("regcontext=conferences", "wait_marked=yes");
    assert_eq!(hall.room.registered_under(), None);
    let guest = hall.new_guest();
    hall.arrive(guest).expect("comes");
    assert_eq!(hall.room.registered_under(), None, "nobody is in");
    hall.types(guest, PIN);
    hall.admit(guest, 1).expect("is admitted");
    assert_eq!(hall.room.registered_under(), Some("conferences"));
    hall.change(options_of("", ""));
    assert_eq!(hall.room.registered_under(), None);
    hall.change(options_of("regcontext=rooms", ""));
    assert_eq!(hall.room.registered_under(), Some("rooms"));
    hall.leaves(guest);
    assert_eq!(hall.room.registered_under(), None);
}
