//! What went wrong in other conferences, and must not in this one: who is where, and who hears it.

mod hall;

use std::sync::Arc;
use std::time::Duration;

use conclave_contract::Clip;
use conclave_model::confbridge::{Menu, UserProfile};
use conclave_model::{CallEnd, Language, RecordingId, RoomPatch, StageId, UnixMillis, limits};
use conclave_room::{Menus, MutedBy, NotHere, Room, RoomNews};
use hall::{Guest, Hall, PIN};

const LEADER: &str = "marked=yes";
const WAITER: &str = "wait_marked=yes";
const MODERATOR_PIN: &str = "4711";

/// All the way in, with a profile of one's own.
fn enters_as(hall: &mut Hall, options: &str) -> Guest {
    let guest = at_the_door_as(hall, options);
    hall.admit(guest, 1).expect("is admitted");
    guest
}

/// The PIN was right; the name is being asked for.
fn at_the_door_as(hall: &mut Hall, options: &str) -> Guest {
    let guest = hall.new_guest();
    if hall.arrive(guest).expect("comes").ask_pin {
        hall.types(guest, PIN);
    }
    let profile = UserProfile::read(options).into();
    hall.act(|room, turn| room.set_profile(turn, guest.id, profile))
        .expect("is here");
    guest
}

fn removes(hall: &mut Hall, guest: Guest) -> Result<(), NotHere> {
    hall.act(|room, turn| room.remove(turn, guest.id))
}

fn mutes(hall: &mut Hall, guest: Guest) {
    hall.act(|room, turn| room.mute(turn, guest.id, MutedBy::Moderator))
        .expect("is here");
}

fn people(hall: &Hall) -> (usize, usize, usize) {
    let counts = hall.room.counts();
    (counts.at_door, counts.waiting, counts.active)
}

fn said_to(hall: &Hall, guest: Guest) -> Vec<&str> {
    let mine = hall.plays.iter().filter(|(leg, ..)| *leg == guest.leg);
    mine.map(|(_, _, words)| words.as_str()).collect()
}

fn calm(hall: &mut Hall) {
    for _ in 0..3 {
        while !hall.announcing.is_empty() {
            hall.announcement_ends();
        }
        hall.wait(Duration::from_secs(40));
    }
}

fn begins_recording(hall: &mut Hall) {
    let id = RecordingId::mint(UnixMillis(1), &mut hall.chance);
    hall.act(|room, turn| room.start_recording(turn, id, "the API"));
}

/// With a PIN for moderators beside the one for members.
fn hall_with_moderators() -> Hall {
    let mut hall = Hall::without_music();
    hall.change(RoomPatch {
        moderator_pin: Some(Some(MODERATOR_PIN.parse().expect("a PIN"))),
        ..RoomPatch::default()
    });
    sets_keys(
        &mut hall,
        "*6=toggle_mute\n5=admin_toggle_mute_participants",
    );
    hall
}

fn sets_keys(hall: &mut Hall, menu: &str) {
    let menu = Arc::new(Menu::from_text(menu).expect("a menu"));
    let moderators = Arc::clone(&menu);
    hall.room.set_menus(Menus {
        members: menu,
        moderators,
    });
}

fn moderates(hall: &mut Hall) -> Guest {
    let guest = hall.new_guest();
    hall.arrive(guest).expect("comes");
    hall.types(guest, MODERATOR_PIN);
    hall.admit(guest, 1).expect("is admitted");
    guest
}

// Music ----------------------------------------------------------------------------------------

// Regression b17f7cab95
#[test]
fn two_who_come_together_both_lose_their_music() {
    let mut hall = Hall::new();
    let [one, other] = [(); 2].map(|()| at_the_door_as(&mut hall, ""));
    for guest in [one, other] {
        hall.admit(guest, 1).expect("is admitted");
    }
    assert!(hall.music.is_empty(), "neither is alone");
    calm(&mut hall);
    assert!(hall.music.is_empty());

    let mut hall = Hall::new();
    let waiters = [(); 2].map(|()| enters_as(&mut hall, WAITER));
    calm(&mut hall);
    assert_eq!(hall.music.len(), 2);
    let leaders = [(); 2].map(|()| at_the_door_as(&mut hall, LEADER));
    for leader in leaders {
        hall.admit(leader, 1).expect("is admitted");
    }
    assert!(hall.music.is_empty() && hall.on_stage.len() == 4);
    for guest in [waiters[0], leaders[0], leaders[1]] {
        hall.leaves(guest);
    }
    calm(&mut hall);
    assert_eq!(hall.music.keys().collect::<Vec<_>>(), [&waiters[1].leg]);
}

// Regression de3dc17cc5
#[test]
fn the_end_of_music_is_told_of_whoever_goes_in_whatever_way() {
    let ways: [fn(&mut Hall, Guest); 4] = [
        |hall, guest| hall.leaves(guest),
        |hall, guest| removes(hall, guest).expect("is in"),
        |hall, _| hall.act(|room, turn| room.end(turn, CallEnd::RoomEnded)),
        |hall, guest| {
            let moved = hall.act(|room, turn| room.move_out(turn, guest.id));
            assert!(moved.is_ok());
        },
    ];
    for goes in ways {
        let mut hall = Hall::new();
        let anna = enters_as(&mut hall, "");
        goes(&mut hall, anna);
        let mut music = Vec::new();
        for news in &hall.news {
            if let RoomNews::Music { playing, .. } = news {
                music.push(*playing);
            }
        }
        assert_eq!(music, [true, false]);
        assert!(hall.music.is_empty());
    }
}

// Who is where ---------------------------------------------------------------------------------

// Regression b1db2df871
#[test]
fn who_waits_and_ends_with_the_leader_may_be_removed_in_every_state() {
    let both = "wait_marked=yes\nend_marked=yes";
    for with_leader in [false, true] {
        let mut hall = Hall::new();
        let [one, other] = [(); 2].map(|()| enters_as(&mut hall, both));
        let leader = with_leader.then(|| enters_as(&mut hall, LEADER));
        removes(&mut hall, one).expect("is in");
        let expected = if with_leader { (0, 0, 2) } else { (0, 1, 0) };
        assert_eq!(people(&hall), expected);
        if let Some(leader) = leader {
            hall.leaves(leader);
            assert_eq!(hall.dismissed[1], (other.call, CallEnd::LeaderLeft));
        } else {
            removes(&mut hall, other).expect("waits");
        }
        assert_eq!((people(&hall), hall.closed), ((0, 0, 0), 1));
    }
}

// Defect 2
#[test]
fn whoever_leaves_one_leader_behind_is_out_of_the_table() {
    for options in [
        "",
        WAITER,
        "end_marked=yes",
        "end_marked_any=yes",
        "admin=yes",
    ] {
        let mut hall = Hall::new();
        let leader = enters_as(&mut hall, LEADER);
        let guests = [(); 2].map(|()| enters_as(&mut hall, options));
        hall.leaves(guests[0]);
        removes(&mut hall, guests[1]).expect("is in");
        assert_eq!(people(&hall), (0, 0, 1), "{options}");
        assert!(hall.room.participants().all(|one| one.id() == leader.id));
        hall.leaves(leader);
        assert_eq!(hall.closed, 1, "{options}");
    }
}

// Defect 3
#[test]
fn who_is_removed_before_coming_in_is_gone_and_never_immune() {
    let moments: [fn(&mut Hall, Guest); 3] = [
        |_, _| {},
        |hall, guest| {
            hall.types(guest, "111111");
        },
        |hall, guest| {
            hall.types(guest, PIN);
        },
    ];
    for before in moments {
        let mut hall = Hall::new();
        let inside = enters_as(&mut hall, "");
        let guest = hall.new_guest();
        hall.arrive(guest).expect("comes");
        before(&mut hall, guest);
        removes(&mut hall, guest).expect("is at the door");
        assert_eq!(hall.dismissed, [(guest.call, CallEnd::Removed)]);
        assert!(hall.admit(guest, 1).is_err(), "what was asked is over");
        assert_eq!(people(&hall), (0, 0, 1));
        assert_eq!(removes(&mut hall, guest), Err(NotHere));
        // The same phone may come again, and may be removed again.
        let again = enters_as(&mut hall, "");
        removes(&mut hall, again).expect("is in");
        assert_eq!(hall.on_stage, [inside.leg].into());
    }
}

// Regression 50b2d6eec1
#[test]
fn two_removals_of_one_are_one() {
    let mut hall = Hall::new();
    let [anna, ben] = [(); 2].map(|()| enters_as(&mut hall, ""));
    removes(&mut hall, ben).expect("is in");
    assert_eq!(removes(&mut hall, ben), Err(NotHere));
    hall.leaves(ben);
    assert_eq!(hall.dismissed, [(ben.call, CallEnd::Removed)]);
    let left = |news: &&RoomNews| matches!(news, RoomNews::Left { .. });
    assert_eq!(hall.news.iter().filter(left).count(), 1);
    assert_eq!(hall.on_stage, [anna.leg].into());
}

// Regression 50b2d6eec1
#[test]
fn who_waits_and_the_leader_may_go_at_the_same_moment() {
    for leader_first in [true, false] {
        for stays in [true, false] {
            let mut hall = Hall::new();
            let waiter = enters_as(&mut hall, WAITER);
            let leader = enters_as(&mut hall, LEADER);
            let other = stays.then(|| enters_as(&mut hall, WAITER));
            calm(&mut hall);
            let told = hall.announced.len();
            let order = if leader_first {
                [leader, waiter]
            } else {
                [waiter, leader]
            };
            for guest in order {
                hall.leaves(guest);
            }
            assert_eq!(people(&hall), (0, usize::from(stays), 0));
            assert_eq!(hall.closed, u32::from(!stays));
            calm(&mut hall);
            let leader_left = hall.announcements()[told..]
                .iter()
                .filter(|words| words.contains("leader-has-left"))
                .count();
            // Who is on the way out is still there when the leader goes first.
            assert_eq!(leader_left, usize::from(stays || leader_first));
            assert_eq!(hall.music.len(), usize::from(other.is_some()));
        }
    }
}

// Defect 12
#[test]
fn counts_are_those_of_the_table_at_every_moment() {
    let mut hall = Hall::new();
    let waiter = enters_as(&mut hall, WAITER);
    let at_door = at_the_door_as(&mut hall, "");
    assert_eq!(people(&hall), (1, 1, 0));
    let leader = enters_as(&mut hall, LEADER);
    assert_eq!(people(&hall), (1, 0, 2));
    hall.leaves(at_door);
    hall.leaves(leader);
    assert_eq!(people(&hall), (0, 1, 0));
    hall.leaves(waiter);
    assert_eq!(people(&hall), (0, 0, 0));
}

// Regression f10c7b6eeb
#[test]
fn one_is_told_to_be_in_when_they_are_heard_and_gone_before_the_words_about_it() {
    let mut hall = Hall::without_music();
    let anna = enters_as(&mut hall, "");
    let ben = enters_as(&mut hall, "");
    calm(&mut hall);
    hall.trace.clear();
    let carl = at_the_door_as(&mut hall, "");
    let before =
        |trace: &[String], word: &str| trace.iter().any(|line| line.contains(word)).then_some(());
    assert!(before(&hall.trace, "Joined").is_none(), "at the door");
    hall.admit(carl, 1).expect("is admitted");
    removes(&mut hall, ben).expect("is in");
    let at = |word: &str| {
        let found = hall.trace.iter().position(|line| line.contains(word));
        found.unwrap_or_else(|| panic!("no {word}: {:#?}", hall.trace))
    };
    assert!(at("JoinStage") < at("Joined"));
    assert!(at("Joined") < at("Announce"));
    assert!(at("LeaveStage") < at("Left"));
    assert!(at("Left") < at("Dismiss"));
    assert!(hall.room.participant(anna.id).is_some());
}

// Mute -----------------------------------------------------------------------------------------

// Regression 35f98d66ac
// Regression fd45b82247
#[test]
fn a_moderator_mutes_and_removes_who_waits_too() {
    let mut hall = Hall::without_music();
    let [one, other] = [(); 2].map(|()| enters_as(&mut hall, WAITER));
    mutes(&mut hall, one);
    removes(&mut hall, other).expect("waits");
    assert_eq!(hall.dismissed, [(other.call, CallEnd::Removed)]);
    enters_as(&mut hall, LEADER);
    assert!(hall.muted[&one.leg], "the mute holds beyond the waiting");
    hall.presses(one, "*6");
    assert!(!hall.muted[&one.leg]);
}

#[test]
fn a_moderator_who_comes_while_all_are_muted_speaks() {
    let mut hall = hall_with_moderators();
    let host = moderates(&mut hall);
    let late = hall.new_guest();
    hall.arrive(late).expect("comes");
    hall.presses(host, "5");
    assert!(hall.room.are_all_muted());
    hall.types(late, MODERATOR_PIN);
    hall.admit(late, 1).expect("is admitted");
    let mute = hall.room.participant(late.id).expect("is in").mute();
    assert!(!mute.is_muted(), "the rule is for members: {mute:?}");
    assert!(!hall.muted.get(&late.leg).copied().unwrap_or_default());
}

#[test]
fn who_became_a_moderator_meanwhile_speaks_when_all_may() {
    let mut hall = hall_with_moderators();
    let host = moderates(&mut hall);
    let anna = enters_as(&mut hall, "");
    hall.presses(host, "5");
    assert!(hall.muted[&anna.leg]);
    let profile = UserProfile::read("admin=yes").into();
    hall.act(|room, turn| room.set_profile(turn, anna.id, profile))
        .expect("is in");
    hall.presses(host, "5");
    assert!(!hall.room.are_all_muted() && !hall.muted[&anna.leg]);
}

#[test]
fn the_rule_of_a_room_ends_where_one_is_moved_to_another() {
    let mut hall = hall_with_moderators();
    let host = moderates(&mut hall);
    let anna = enters_as(&mut hall, "");
    hall.presses(host, "5");
    assert!(hall.muted[&anna.leg]);
    let mover = hall.act(|room, turn| room.move_out(turn, anna.id));
    let record = Arc::clone(hall.room.record());
    hall.room = Room::new(record, StageId(10), Language::English);
    sets_keys(&mut hall, "*6=toggle_mute");
    hall.act(|room, turn| room.move_in(turn, mover.expect("is in")));
    let mute = hall.room.participant(anna.id).expect("is in").mute();
    assert!(!mute.is_muted(), "here nobody is muted: {mute:?}");
    assert!(!hall.muted[&anna.leg], "and the leg is told");
    hall.presses(anna, "*6");
    assert!(hall.muted[&anna.leg]);
    hall.presses(anna, "*6");
    assert!(!hall.muted[&anna.leg]);
}

#[test]
fn who_is_moved_into_a_muted_room_asks_to_speak_by_key() {
    let mut hall = hall_with_moderators();
    let anna = enters_as(&mut hall, "");
    let mover = hall.act(|room, turn| room.move_out(turn, anna.id));
    let host = moderates(&mut hall);
    hall.presses(host, "5");
    hall.act(|room, turn| room.move_in(turn, mover.expect("is in")));
    assert!(hall.muted[&anna.leg]);
    hall.presses(anna, "*6");
    assert_eq!(hall.last_words(), (anna.leg, "asked-to-speak"));
}

#[test]
fn who_heard_music_meanwhile_is_told_on_release_what_all_others_were() {
    let mut hall = Hall::new();
    sets_keys(&mut hall, "5=admin_toggle_mute_participants");
    let [hears_music, is_let_in] = [(); 2].map(|()| enters_as(&mut hall, WAITER));
    calm(&mut hall);
    assert!(hall.on_stage.is_empty());
    let host = enters_as(&mut hall, "admin=yes");
    begins_recording(&mut hall);
    hall.presses(host, "5");
    calm(&mut hall);
    hall.act(|room, turn| room.let_in(turn, is_let_in.id))
        .expect("waits");
    let words = *said_to(&hall, is_let_in).last().expect("something");
    assert_eq!(words, "conference-begins being-recorded all-muted");
    enters_as(&mut hall, LEADER);
    let words = *said_to(&hall, hears_music).last().expect("something");
    assert_eq!(words, "being-recorded all-muted");

    // Who listened all the time has heard it with the others.
    let mut hall = Hall::without_music();
    let listens = enters_as(&mut hall, WAITER);
    enters_as(&mut hall, "");
    begins_recording(&mut hall);
    calm(&mut hall);
    enters_as(&mut hall, LEADER);
    assert_eq!(said_to(&hall, listens), ["wait-for-leader"]);
}

#[test]
fn who_was_muted_at_the_door_or_elsewhere_is_told_on_coming_in() {
    let mut hall = Hall::without_music();
    let guest = at_the_door_as(&mut hall, "");
    mutes(&mut hall, guest);
    hall.admit(guest, 1).expect("is admitted");
    assert_eq!(said_to(&hall, guest)[0], "muted-hint");
    let mover = hall.act(|room, turn| room.move_out(turn, guest.id));
    let record = Arc::clone(hall.room.record());
    hall.room = Room::new(record, StageId(10), Language::English);
    hall.plays.clear();
    hall.act(|room, turn| room.move_in(turn, mover.expect("is in")));
    assert_eq!(said_to(&hall, guest)[0], "muted-hint");
}

// Keys -----------------------------------------------------------------------------------------

// Regression ab674f67b5
#[test]
fn keys_work_while_something_is_said_to_all() {
    let mut hall = Hall::without_music();
    let [anna, _ben] = [(); 2].map(|()| enters_as(&mut hall, ""));
    begins_recording(&mut hall);
    assert!(!hall.announcing.is_empty());
    hall.presses(anna, "*6");
    assert!(hall.muted[&anna.leg]);
    assert_eq!(hall.last_words(), (anna.leg, "muted"));
}

// Regression 31887d636a
#[test]
fn a_flood_of_keys_leaves_nothing_behind() {
    let mut hall = Hall::without_music();
    let anna = enters_as(&mut hall, "");
    calm(&mut hall);
    let idle = hall.room.poll_timeout();
    for _ in 0..1_000 {
        hall.presses(anna, "*6*5*3*1*#12#*");
        hall.plays.clear();
        hall.trace.clear();
        hall.news.clear();
    }
    hall.wait(limits::MENU_DIGIT + limits::PLAY_PATIENCE);
    assert_eq!(hall.room.poll_timeout(), idle);
    hall.leaves(anna);
    assert_eq!((hall.closed, hall.room.poll_timeout()), (1, None));
}

// Names ----------------------------------------------------------------------------------------

// Regression 36e90952ec
// Regression 26f149ab0a
#[test]
fn a_name_is_there_until_it_was_told_that_its_owner_left_and_then_no_more() {
    let samples: Arc<[i16]> = vec![0; 300 * 16].into();
    let mut hall = Hall::without_music();
    let _anna = enters_as(&mut hall, "");
    let ben = at_the_door_as(&mut hall, "");
    let name = Some(Clip::new(Arc::clone(&samples)));
    hall.act(|room, turn| room.admit(turn, ben.id, name))
        .expect("is admitted");
    hall.leaves(ben);
    // An announcement plays: his coming and going wait, and cancel out.
    calm(&mut hall);
    assert_eq!(Arc::strong_count(&samples), 1, "nothing keeps it");

    let ben = at_the_door_as(&mut hall, "");
    let name = Some(Clip::new(Arc::clone(&samples)));
    hall.act(|room, turn| room.admit(turn, ben.id, name))
        .expect("is admitted");
    calm(&mut hall);
    assert!(Arc::strong_count(&samples) > 1);
    hall.leaves(ben);
    calm(&mut hall);
    assert_eq!(hall.announcements().last(), Some(&"<300> has-left"));
    assert_eq!(Arc::strong_count(&samples), 1, "and nothing keeps it");
}

// Recording ------------------------------------------------------------------------------------

// Regression f277460670
// Regression 94eebd5ba5
#[test]
fn a_recording_begun_and_ended_many_times_leaves_nothing_behind() {
    let mut hall = Hall::without_music();
    let anna = enters_as(&mut hall, "");
    for _ in 0..500 {
        begins_recording(&mut hall);
        begins_recording(&mut hall);
        assert!(hall.taping.is_some());
        hall.act(Room::stop_recording);
        hall.act(Room::stop_recording);
        assert!(hall.taping.is_none() && hall.announcing.len() <= 1);
    }
    let count = |wanted: fn(&RoomNews) -> bool| hall.news.iter().filter(|it| wanted(it)).count();
    let started = count(|news| matches!(news, RoomNews::RecordingStarted { .. }));
    let stopped = count(|news| matches!(news, RoomNews::RecordingStopped { .. }));
    assert_eq!((started, stopped), (500, 500));
    calm(&mut hall);
    begins_recording(&mut hall);
    hall.leaves(anna);
    assert_eq!((hall.taping, hall.closed), (None, 1));
}

// The room -------------------------------------------------------------------------------------

// Regression 1bc54aee80
#[test]
fn only_the_options_of_the_room_one_is_in_count() {
    let mut here = Hall::without_music();
    here.change(RoomPatch {
        options: Some("announcements=no\nmax_members=2".to_owned()),
        user_options: Some("startmuted=yes\nquiet=yes\ntimeout=5".to_owned()),
        ..RoomPatch::default()
    });
    let anna = here.enters(300);
    here.presses(anna, "*6");
    let mover = here.act(|room, turn| room.move_out(turn, anna.id));
    let mut there = Hall::without_music();
    // Both halls hand out the same ids.
    there.new_guest();
    let ben = there.enters(200);
    there.act(|room, turn| room.move_in(turn, mover.expect("is in")));
    assert_eq!(there.announcements(), ["<300> has-joined"]);
    there.wait(Duration::from_secs(60));
    assert_eq!(there.on_stage, [anna.leg, ben.leg].into());
    assert!(there.dismissed.is_empty(), "nobody's time is up here");
}

// Regression a92f0a9e83
// Regression 9d3f3a4b0a
#[test]
fn a_room_that_is_over_as_soon_as_it_began_is_over() {
    for announces in [true, false] {
        let mut hall = Hall::new();
        hall.change(RoomPatch {
            message: Some(announces),
            ..RoomPatch::default()
        });
        let guest = hall.new_guest();
        hall.arrive(guest).expect("comes");
        hall.leaves(guest);
        assert_eq!((hall.closed, hall.room.poll_timeout()), (1, None));

        let mut hall = Hall::new();
        let guest = enters_as(&mut hall, "");
        hall.leaves(guest);
        assert_eq!((hall.closed, hall.room.poll_timeout()), (1, None));
        assert!(hall.announcing.is_empty(), "nobody is told");
        assert!(hall.music.is_empty() && hall.on_stage.is_empty());
    }
}

// Defect 13
#[test]
fn the_first_step_of_a_volume_is_heard_and_the_next_call_begins_anew() {
    let mut hall = Hall::without_music();
    let anna = enters_as(&mut hall, "");
    sets_keys(
        &mut hall,
        "1=increase_talking_volume\n0=decrease_talking_volume\n#=reset_talking_volume",
    );
    for (key, volume_db) in [("1", 3), ("0", 0), ("0", -3), ("#", 0), ("0", -3)] {
        hall.presses(anna, key);
        assert_eq!(hall.volumes[&anna.leg], volume_db);
    }
    hall.leaves(anna);
    let again = enters_as(&mut hall, "");
    assert!(!hall.volumes.contains_key(&again.leg), "as it came");
}

// Defect 8
#[test]
fn an_announcement_that_is_not_there_keeps_nobody_out() {
    let mut hall = Hall::without_music();
    let anna = enters_as(&mut hall, "announcement=nowhere\nannounce_user_count=yes");
    assert!(hall.on_stage.contains(&anna.leg));
    assert!(
        !said_to(&hall, anna)
            .iter()
            .any(|words| words.contains("nowhere"))
    );
    let ben = enters_as(&mut hall, "announcement=nowhere\nannounce_user_count=yes");
    assert_eq!(said_to(&hall, ben), ["one-other-here"]);
}

// Regression 085fd922fc
#[test]
fn what_happens_to_a_room_while_nobody_is_in_it_is_told_all_the_same() {
    let mut hall = Hall::without_music();
    let guest = hall.new_guest();
    hall.arrive(guest).expect("comes");
    hall.act(|room, turn| {
        room.lock(turn);
        room.unlock(turn);
        room.stop_recording(turn);
    });
    begins_recording(&mut hall);
    assert_eq!(hall.taping, None, "there is nobody to record");
    assert_eq!(hall.news[1..], [RoomNews::Locked, RoomNews::Unlocked]);
}

// Pictures -------------------------------------------------------------------------------------

// Defect 11
#[test]
fn when_the_last_leader_leaves_the_one_who_came_before_is_shown() {
    for (mode, expected) in [("last_marked", [3, 1, 0]), ("first_marked", [0, 1, 3])] {
        let mut hall = Hall::without_music();
        hall.change(RoomPatch {
            options: Some(format!("video_mode={mode}")),
            ..RoomPatch::default()
        });
        // The third came after, but is no leader.
        let guests = [LEADER, LEADER, "", LEADER].map(|options| {
            let guest = enters_as(&mut hall, options);
            hall.act(|room, turn| room.sends_pictures(turn, guest.id, true));
            guest
        });
        for index in expected {
            let shown = hall.room.participants().find(|one| one.sight().is_shown);
            let shown = shown.map(|one| one.id());
            assert_eq!(shown, Some(guests[index].id), "{mode}");
            hall.leaves(guests[index]);
        }
        assert!(hall.room.participants().all(|one| !one.sight().is_shown));
    }
}
