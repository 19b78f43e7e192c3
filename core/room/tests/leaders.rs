//! Leaders, those who wait for them, and those who go with them.

mod hall;

use std::time::Duration;

use conclave_model::confbridge::UserProfile;
use conclave_model::{CallEnd, RoomPatch};
use conclave_room::{Phase, RoomNews};
use hall::{Guest, Hall, PIN};

const LEADER: &str = "marked=yes";
const WAITER: &str = "wait_marked=yes";
const ENDER: &str = "end_marked=yes";

/// All the way in, with a profile of one's own.
fn enters_as(hall: &mut Hall, options: &str, name_ms: usize) -> Guest {
    let guest = hall.new_guest();
    hall.arrive(guest).expect("comes");
    hall.types(guest, PIN);
    let profile = UserProfile::read(options).into();
    hall.act(|room, turn| room.set_profile(turn, guest.id, profile))
        .expect("is here");
    hall.admit(guest, name_ms).expect("is admitted");
    guest
}

/// The room in the words of ConfBridge.
fn state(hall: &Hall) -> &'static str {
    let counts = hall.room.counts();
    let is_led = hall
        .room
        .participants()
        .any(|one| one.is_active() && one.is_leader());
    match (counts.active, counts.waiting, is_led) {
        (0, 0, _) => "EMPTY",
        (0, _, _) => "INACTIVE",
        (1, _, false) => "SINGLE",
        (1, _, true) => "SINGLE_MARKED",
        (_, _, false) => "MULTI",
        (_, _, true) => "MULTI_MARKED",
    }
}

fn waits(hall: &Hall, guest: Guest) -> bool {
    let one = hall.room.participant(guest.id);
    matches!(one.map(|one| one.phase()), Some(Phase::Waiting { .. }))
}

fn said_to(hall: &Hall, guest: Guest) -> Vec<&str> {
    let mine = hall.plays.iter().filter(|(leg, ..)| *leg == guest.leg);
    mine.map(|(_, _, words)| words.as_str()).collect()
}

/// Everything that is being said is heard to its end, and then some seconds pass.
fn calm(hall: &mut Hall) {
    for _ in 0..3 {
        while !hall.announcing.is_empty() {
            hall.announcement_ends();
        }
        hall.wait(Duration::from_secs(40));
    }
}

fn hear_music(hall: &Hall, guests: &[Guest]) -> bool {
    let legs = guests.iter().map(|guest| guest.leg);
    hall.music.keys().copied().collect::<Vec<_>>() == legs.collect::<Vec<_>>()
}

// Waiting --------------------------------------------------------------------------------------

#[test]
fn scenario_17_two_who_wait_have_music_and_the_prompt() {
    let mut hall = Hall::new();
    let one = enters_as(&mut hall, WAITER, 1);
    let other = enters_as(&mut hall, WAITER, 2);
    for waiter in [one, other] {
        assert!(waits(&hall, waiter) && hall.muted[&waiter.leg]);
        assert_eq!(said_to(&hall, waiter), ["wait-for-leader"]);
    }
    assert!(hall.music.is_empty(), "the sentence is heard first");
    calm(&mut hall);
    assert!(hear_music(&hall, &[one, other]));
    assert!(
        hall.on_stage.is_empty(),
        "who hears music hears nothing else"
    );
    assert_eq!(state(&hall), "INACTIVE");
    let joined = |news: &RoomNews| matches!(news, RoomNews::Joined { .. });
    assert!(!hall.news.iter().any(joined));
    hall.leaves(one);
    assert_eq!(state(&hall), "INACTIVE");
    hall.leaves(other);
    assert_eq!((state(&hall), hall.closed), ("EMPTY", 1));
    assert!(hall.music.is_empty());
}

#[test]
fn without_music_who_waits_listens() {
    let mut hall = Hall::without_music();
    let waiter = enters_as(&mut hall, WAITER, 1);
    calm(&mut hall);
    assert_eq!(hall.on_stage, [waiter.leg].into());
    assert!(hall.muted[&waiter.leg] && hall.music.is_empty());
    enters_as(&mut hall, LEADER, 2);
    assert!(!hall.muted[&waiter.leg]);
}

#[test]
fn scenario_18_a_waiter_and_a_leader_in_both_orders() {
    let mut hall = Hall::new();
    let waiter = enters_as(&mut hall, WAITER, 1);
    calm(&mut hall);
    let leader = enters_as(&mut hall, LEADER, 2);
    assert_eq!(state(&hall), "MULTI_MARKED");
    assert!(hall.music.is_empty() && !hall.muted[&waiter.leg]);
    assert_eq!(hall.on_stage, [waiter.leg, leader.leg].into());
    // The leader hears it too, where upstream's never does.
    let begins = ("conference-begins".to_owned(), None);
    assert_eq!(hall.announced, [begins]);
    hall.announcement_ends();
    let joined = ("<2> has-joined".to_owned(), Some(leader.leg));
    assert_eq!(hall.announced.last(), Some(&joined), "not to themselves");

    let mut hall = Hall::new();
    enters_as(&mut hall, LEADER, 1);
    let late = enters_as(&mut hall, WAITER, 2);
    calm(&mut hall);
    assert_eq!(state(&hall), "MULTI_MARKED");
    assert!(said_to(&hall, late).is_empty() && hall.music.is_empty());
    let begins = |words: &&str| words.contains("begins");
    assert!(!hall.announcements().iter().any(begins));
}

#[test]
fn scenario_16_a_waiter_stays_while_a_plain_user_comes_and_goes() {
    let mut hall = Hall::new();
    let waiter = enters_as(&mut hall, WAITER, 1);
    calm(&mut hall);
    let user = enters_as(&mut hall, "", 2);
    assert_eq!(state(&hall), "SINGLE");
    calm(&mut hall);
    assert!(hear_music(&hall, &[waiter, user]), "each is alone");
    hall.leaves(user);
    assert_eq!(state(&hall), "INACTIVE");
    calm(&mut hall);
    assert!(hear_music(&hall, &[waiter]));
    let user = enters_as(&mut hall, "", 3);
    hall.leaves(waiter);
    assert_eq!(state(&hall), "SINGLE");
    hall.leaves(user);
    assert_eq!(state(&hall), "EMPTY");
}

#[test]
fn scenario_14_three_come_in_every_order() {
    for order in [
        [0, 1, 2],
        [1, 0, 2],
        [0, 2, 1],
        [2, 0, 1],
        [2, 1, 0],
        [1, 2, 0],
    ] {
        let mut hall = Hall::new();
        let mut guests = [None; 3];
        for kind in order {
            let options = [WAITER, "", LEADER][kind];
            guests[kind] = Some(enters_as(&mut hall, options, kind + 1));
            calm(&mut hall);
            let [waiter, user, leader] = guests;
            let music: Vec<Guest> = [waiter.filter(|_| leader.is_none()), user]
                .into_iter()
                .flatten()
                .filter(|guest| waits(&hall, *guest) || hall.room.counts().active == 1)
                .collect();
            let mut legs: Vec<_> = music.iter().map(|guest| guest.leg).collect();
            if leader.is_some() && hall.room.counts().active == 1 {
                legs = leader.iter().map(|leader| leader.leg).collect();
            }
            legs.sort();
            let hearing: Vec<_> = hall.music.keys().copied().collect();
            assert_eq!(hearing, legs, "{order:?} {kind}");
        }
        let [waiter, user, leader] = guests.map(|guest| guest.expect("all came"));
        assert_eq!(state(&hall), "MULTI_MARKED");
        hall.leaves(leader);
        assert_eq!(state(&hall), "SINGLE");
        calm(&mut hall);
        let mut both = [waiter, user];
        both.sort_by_key(|guest| guest.leg);
        assert!(hear_music(&hall, &both), "{order:?}");
    }
}

// Regression a84cff117d
#[test]
fn who_is_muted_by_themselves_stays_so_when_released() {
    let mut hall = Hall::without_music();
    let waiter = enters_as(&mut hall, WAITER, 1);
    hall.presses(waiter, "*6");
    enters_as(&mut hall, LEADER, 2);
    assert!(!waits(&hall, waiter) && hall.muted[&waiter.leg]);
    hall.presses(waiter, "*6");
    assert!(!hall.muted[&waiter.leg]);
}

#[test]
fn the_key_does_not_end_the_waiting() {
    let mut hall = Hall::without_music();
    let waiter = enters_as(&mut hall, WAITER, 1);
    hall.presses(waiter, "*6*6");
    assert!(waits(&hall, waiter) && hall.muted[&waiter.leg]);
}

#[test]
fn who_speaks_while_waiting_is_heard_from_the_release_on() {
    let mut hall = Hall::without_music();
    let waiter = enters_as(&mut hall, WAITER, 1);
    hall.act(|room, turn| room.talking(turn, waiter.id, true));
    let talks = |hall: &Hall| hall.room.participant(waiter.id).expect("is in").talking();
    assert!(!talks(&hall));
    let leader = enters_as(&mut hall, LEADER, 2);
    assert!(talks(&hall));
    hall.leaves(leader);
    assert!(!talks(&hall));
}

#[test]
fn quiet_leaders_and_waiters_cause_no_word() {
    let mut hall = Hall::without_music();
    let waiter = enters_as(&mut hall, "wait_marked=yes\nquiet=yes", 1);
    assert!(said_to(&hall, waiter).is_empty());
    let leader = enters_as(&mut hall, "marked=yes\nquiet=yes", 2);
    calm(&mut hall);
    hall.leaves(leader);
    calm(&mut hall);
    assert!(hall.announced.is_empty(), "{:?}", hall.announced);
    assert!(waits(&hall, waiter));
}

// Leaders leaving ------------------------------------------------------------------------------

#[test]
fn scenario_05_who_is_tied_to_the_leader_goes_and_who_waits_waits_again() {
    let mut hall = Hall::new();
    assert_eq!(state(&hall), "EMPTY");
    let waiter = enters_as(&mut hall, WAITER, 1);
    assert_eq!(state(&hall), "INACTIVE");
    let both = enters_as(&mut hall, "wait_marked=yes\nend_marked=yes", 2);
    assert_eq!(state(&hall), "INACTIVE");
    let ender = enters_as(&mut hall, ENDER, 3);
    assert_eq!(state(&hall), "SINGLE");
    calm(&mut hall);
    assert!(hear_music(&hall, &[waiter, both, ender]));
    let leader = enters_as(&mut hall, LEADER, 4);
    assert_eq!(state(&hall), "MULTI_MARKED");
    assert!(hall.music.is_empty());
    calm(&mut hall);
    hall.leaves(leader);
    let ended = CallEnd::LeaderLeft;
    assert_eq!(hall.dismissed, [(both.call, ended), (ender.call, ended)]);
    assert_eq!(state(&hall), "INACTIVE");
    calm(&mut hall);
    assert!(hear_music(&hall, &[waiter]));
    hall.leaves(waiter);
    assert_eq!(state(&hall), "EMPTY");
}

#[test]
fn scenario_06_two_leaders_in_both_orders() {
    for quiet_first in [true, false] {
        let mut hall = Hall::without_music();
        let quiet = "marked=yes\nquiet=yes";
        let (one, other) = if quiet_first {
            (quiet, LEADER)
        } else {
            (LEADER, quiet)
        };
        let one = enters_as(&mut hall, one, 1);
        assert_eq!(state(&hall), "SINGLE_MARKED");
        let other = enters_as(&mut hall, other, 2);
        assert_eq!(state(&hall), "MULTI_MARKED");
        calm(&mut hall);
        let told = hall.announcements().len();
        assert_eq!(told, usize::from(quiet_first), "the quiet one causes none");
        hall.leaves(one);
        assert_eq!(state(&hall), "SINGLE_MARKED");
        let led = hall.announcements();
        assert!(!led.iter().any(|words| words.contains("leader")));
        hall.leaves(other);
        assert_eq!(state(&hall), "EMPTY");
        assert!(hall.music.is_empty());
    }
}

#[test]
fn scenario_15_a_leader_removed_at_once_leaves_all_waiting() {
    let mut hall = Hall::new();
    let waiters = [1, 2, 3].map(|name| enters_as(&mut hall, WAITER, name));
    let leader = enters_as(&mut hall, LEADER, 4);
    assert_eq!(state(&hall), "MULTI_MARKED");
    hall.act(|room, turn| room.remove(turn, leader.id))
        .expect("is in");
    assert_eq!(state(&hall), "INACTIVE");
    hall.act(|room, turn| room.remove(turn, waiters[1].id))
        .expect("waits");
    assert_eq!(hall.room.counts().waiting, 2);
    hall.leaves(waiters[0]);
    hall.leaves(waiters[2]);
    assert_eq!((state(&hall), hall.closed), ("EMPTY", 1));
}

// Regression 737b811749
// Defect 5
#[test]
fn that_the_leader_left_is_heard_before_the_music() {
    let mut hall = Hall::new();
    let waiter = enters_as(&mut hall, WAITER, 1);
    let leader = enters_as(&mut hall, LEADER, 2);
    calm(&mut hall);
    hall.leaves(leader);
    assert_eq!(
        hall.announcements().last(),
        Some(&"leader-has-left <2> has-left")
    );
    hall.wait(Duration::from_secs(4));
    assert!(hall.music.is_empty());
    assert_eq!(hall.on_stage, [waiter.leg].into(), "it is heard");
    hall.announcement_ends();
    hall.wait(Duration::from_secs(4));
    assert!(hear_music(&hall, &[waiter]));
}

// Regression fc2279afea
// Regression 948af7fd79
/// They would hear nothing else for seconds.
#[test]
fn nobody_is_told_that_the_leader_left_when_all_go() {
    let mut hall = Hall::new();
    let ender = enters_as(&mut hall, ENDER, 1);
    let leader = enters_as(&mut hall, LEADER, 2);
    calm(&mut hall);
    let before = hall.announced.len();
    hall.leaves(leader);
    assert_eq!(hall.dismissed, [(ender.call, CallEnd::LeaderLeft)]);
    assert_eq!((hall.announced.len(), hall.closed), (before, 1));
}

#[test]
fn end_marked_waits_for_the_last_leader_and_end_marked_any_for_none() {
    let mut hall = Hall::new();
    let ender = enters_as(&mut hall, ENDER, 1);
    let any = enters_as(&mut hall, "end_marked_any=yes", 2);
    let tied = enters_as(&mut hall, "marked=yes\nend_marked_any=yes", 3);
    let first = enters_as(&mut hall, LEADER, 4);
    let last = enters_as(&mut hall, "marked=yes\nend_marked=yes", 5);
    hall.leaves(first);
    let ended = CallEnd::LeaderLeft;
    assert_eq!(hall.dismissed, [(any.call, ended), (tied.call, ended)]);
    assert_eq!(hall.on_stage, [ender.leg, last.leg].into());
    hall.leaves(last);
    assert_eq!(hall.dismissed.last(), Some(&(ender.call, ended)));
    assert_eq!(hall.closed, 1);
}

/// A leader who is tied to leaders takes the last of them along.
#[test]
fn the_end_of_one_leader_may_be_the_end_of_all() {
    let mut hall = Hall::new();
    let ender = enters_as(&mut hall, ENDER, 1);
    let tied = enters_as(&mut hall, "marked=yes\nend_marked_any=yes", 2);
    let first = enters_as(&mut hall, LEADER, 3);
    hall.leaves(first);
    let ended = CallEnd::LeaderLeft;
    assert_eq!(hall.dismissed, [(tied.call, ended), (ender.call, ended)]);
}

// Defect 1
/// Not moved to those who wait while leaders are there.
#[test]
fn who_waits_and_goes_with_any_leader_is_counted_once() {
    let mut hall = Hall::new();
    let waiter = enters_as(&mut hall, "wait_marked=yes\nend_marked_any=yes", 1);
    let leaders = [2, 3].map(|name| enters_as(&mut hall, LEADER, name));
    hall.leaves(leaders[0]);
    assert_eq!(hall.dismissed, [(waiter.call, CallEnd::LeaderLeft)]);
    assert_eq!(state(&hall), "SINGLE_MARKED");
    assert_eq!(
        (hall.room.counts().active, hall.room.counts().waiting),
        (1, 0)
    );
    hall.leaves(leaders[1]);
    assert_eq!(state(&hall), "EMPTY");
}

// Defect 4
/// Not before they are in, whatever they are asked.
#[test]
fn a_leader_at_the_door_releases_nobody() {
    let mut hall = Hall::new();
    let waiter = enters_as(&mut hall, WAITER, 1);
    let leader = hall.new_guest();
    hall.arrive(leader).expect("comes");
    hall.types(leader, PIN);
    let profile = UserProfile::read(LEADER).into();
    hall.act(|room, turn| room.set_profile(turn, leader.id, profile))
        .expect("is here");
    assert!(waits(&hall, waiter));
    hall.admit(leader, 2).expect("is admitted");
    assert!(!waits(&hall, waiter));
}

#[test]
fn an_ended_room_ends_for_all_with_the_same_word() {
    let mut hall = Hall::new();
    enters_as(&mut hall, LEADER, 1);
    enters_as(&mut hall, ENDER, 2);
    enters_as(&mut hall, WAITER, 3);
    hall.act(|room, turn| room.end(turn, CallEnd::RoomEnded));
    let ends = hall.dismissed.iter().map(|(_, end)| *end);
    assert_eq!(ends.collect::<Vec<_>>(), [CallEnd::RoomEnded; 3]);
}

// Moderators and administrators ----------------------------------------------------------------

#[test]
fn a_moderator_lets_one_in_who_waits() {
    let mut hall = Hall::new();
    let waiters = [1, 2].map(|name| enters_as(&mut hall, WAITER, name));
    calm(&mut hall);
    hall.act(|room, turn| room.let_in(turn, waiters[0].id))
        .expect("waits");
    assert!(!waits(&hall, waiters[0]) && waits(&hall, waiters[1]));
    assert_eq!(hall.on_stage, [waiters[0].leg].into());
    assert!(!hall.muted[&waiters[0].leg]);
    assert_eq!(
        said_to(&hall, waiters[0]).last(),
        Some(&"conference-begins")
    );
}

#[test]
fn who_need_not_wait_any_more_does_not() {
    let mut hall = Hall::new();
    hall.change(RoomPatch {
        user_options: Some(WAITER.to_owned()),
        ..RoomPatch::default()
    });
    let anna = hall.enters(1);
    assert!(waits(&hall, anna));
    hall.change(RoomPatch {
        user_options: Some(String::new()),
        ..RoomPatch::default()
    });
    assert!(!waits(&hall, anna) && hall.on_stage.contains(&anna.leg));
    hall.change(RoomPatch {
        user_options: Some(WAITER.to_owned()),
        ..RoomPatch::default()
    });
    assert!(waits(&hall, anna) && hall.muted[&anna.leg]);
    hall.change(RoomPatch {
        user_options: Some(LEADER.to_owned()),
        ..RoomPatch::default()
    });
    assert_eq!(state(&hall), "SINGLE_MARKED");
}

#[test]
fn music_that_is_switched_off_lets_who_waits_listen() {
    let mut hall = Hall::new();
    let waiter = enters_as(&mut hall, WAITER, 1);
    calm(&mut hall);
    let playlist = hall.room.record().music.clone();
    hall.change(RoomPatch {
        music: Some(None),
        ..RoomPatch::default()
    });
    assert!(hall.music.is_empty() && hall.on_stage.contains(&waiter.leg));
    hall.change(RoomPatch {
        music: Some(playlist),
        ..RoomPatch::default()
    });
    calm(&mut hall);
    assert!(hear_music(&hall, &[waiter]) && hall.on_stage.is_empty());
}

#[test]
fn a_leader_who_is_moved_away_has_left() {
    let mut hall = Hall::new();
    let waiter = enters_as(&mut hall, WAITER, 1);
    let leader = enters_as(&mut hall, LEADER, 2);
    let mover = hall.act(|room, turn| room.move_out(turn, leader.id));
    assert!(mover.is_ok() && waits(&hall, waiter));
}
