//! Who is let in, how they begin and how long they may stay.

mod hall;

use std::time::Duration;

use conclave_ivr::RefusedEntry;
use conclave_model::{CallEnd, PersonalPin, PinRole, RoomPatch};
use conclave_room::{DoorVerdict, MutedBy, Role, RoomNews};
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

// PINs -----------------------------------------------------------------------------------------

fn with_pins() -> Hall {
    let mut hall = Hall::without_music();
    let pin_of = |name: &str, role, pin: &str| PersonalPin {
        name: name.parse().expect("a name"),
        role,
        pin: pin.parse().expect("a PIN"),
    };
    hall.change(RoomPatch {
        moderator_pin: Some(Some("4711".parse().expect("a PIN"))),
        personal_pins: Some(vec![
            pin_of("Anna Huber", PinRole::Member, "98127"),
            pin_of("Ben", PinRole::Moderator, "98128"),
        ]),
        ..RoomPatch::default()
    });
    hall
}

#[test]
fn each_pin_opens_for_its_role_on_the_same_extension() {
    let mut hall = with_pins();
    for (pin, role, name) in [
        (PIN, Role::Member, None),
        ("4711", Role::Moderator, None),
        ("98127", Role::Member, Some("Anna Huber")),
        ("98128", Role::Moderator, Some("Ben")),
    ] {
        let guest = hall.new_guest();
        assert!(hall.arrive(guest).expect("comes").ask_pin);
        assert_eq!(hall.types(guest, pin), DoorVerdict::Admitted(role));
        hall.admit(guest, 1).expect("is admitted");
        let one = hall.room.participant(guest.id).expect("is in");
        assert_eq!(
            (one.role(), one.label().name.as_deref()),
            (Some(role), name)
        );
        assert_eq!(one.is_leader(), role == Role::Moderator);
    }
    hall.act(|room, turn| room.lock(turn));
    let guest = hall.new_guest();
    hall.arrive(guest).expect("comes");
    assert_eq!(
        hall.types(guest, "98128"),
        DoorVerdict::Known(Role::Moderator)
    );
    assert!(hall.admit(guest, 0).is_ok(), "a lock stops no moderator");
}

#[test]
fn a_moderators_pin_begins_the_conference_for_those_who_wait() {
    let mut hall = with_pins();
    hall.change(options_of(
        "",
        "wait_marked=yes\nstartmuted=yes\ntimeout=600",
    ));
    let guest = hall.enters(1);
    assert_eq!(hall.room.counts().waiting, 1);
    let moderator = hall.new_guest();
    hall.arrive(moderator).expect("comes");
    hall.types(moderator, "4711");
    hall.admit(moderator, 2).expect("is admitted");
    assert_eq!(hall.room.counts().active, 2);
    assert!(hall.muted[&guest.leg] && !hall.muted.contains_key(&moderator.leg));
}

#[test]
fn a_person_says_their_name_once_and_is_announced_by_it_each_time() {
    let mut hall = with_pins();
    hall.enters(9);
    for again in [false, true] {
        let anna = hall.new_guest();
        hall.arrive(anna).expect("comes");
        let verdict = hall.types(anna, "98127");
        let known = matches!(verdict, DoorVerdict::Known(_));
        assert_eq!(known, again, "only who was not heard is asked");
        hall.admit(anna, if again { 0 } else { 7 })
            .expect("is admitted");
        assert_eq!(hall.announcements().last(), Some(&"<7> has-joined"));
        hall.announcement_ends();
        hall.wait(Duration::from_secs(5));
        hall.leaves(anna);
        assert_eq!(hall.announcements().last(), Some(&"<7> has-left"));
        hall.announcement_ends();
        hall.wait(Duration::from_secs(5));
    }
}

#[test]
fn a_pin_that_was_taken_away_opens_nothing_from_now_on() {
    let mut hall = with_pins();
    let (ben, late) = (hall.new_guest(), hall.new_guest());
    hall.arrive(ben).expect("comes");
    hall.types(ben, "98128");
    hall.arrive(late).expect("comes");
    hall.change(RoomPatch {
        personal_pins: Some(Vec::new()),
        moderator_pin: Some(None),
        ..RoomPatch::default()
    });
    assert_eq!(
        hall.types(late, "98128"),
        DoorVerdict::Wrong { tries_left: 2 }
    );
    assert!(hall.admit(ben, 1).is_ok(), "who has passed has passed");
}

#[test]
fn a_room_with_another_pin_only_still_asks_for_one() {
    let mut hall = with_pins();
    hall.change(RoomPatch {
        pin: Some(None),
        ..RoomPatch::default()
    });
    let guest = hall.new_guest();
    assert!(hall.arrive(guest).expect("comes").ask_pin);
    assert_eq!(hall.types(guest, PIN), DoorVerdict::Wrong { tries_left: 2 });
    assert_eq!(
        hall.types(guest, "4711"),
        DoorVerdict::Admitted(Role::Moderator)
    );
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
