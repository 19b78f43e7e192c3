//! What each PIN of a room makes of whoever types it, and what one's own profile says beside.

mod hall;

use std::sync::Arc;
use std::time::Duration;

use conclave_ivr::{AskName, RefusedEntry};
use conclave_model::confbridge::{OptionSection, ProfileRecord, Profiles};
use conclave_model::{CallEnd, PersonalPin, PinRole, RoomPatch, UnixMillis};
use conclave_room::{DoorVerdict, Role, RoomNews};
use hall::{Guest, Hall, PIN};

fn with_pins() -> Hall {
    let mut hall = Hall::without_music();
    let pin_of = |name: &str, role, pin: &str| PersonalPin {
        name: name.parse().expect("a name"),
        role,
        pin: pin.parse().expect("a PIN"),
        profile: None,
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
        assert_eq!(hall.types(guest, pin).role(), Some(role));
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
    let known = DoorVerdict::AdmittedAs(Role::Moderator, AskName::No);
    assert_eq!(hall.types(guest, "98128"), known);
    assert!(hall.admit(guest, 0).is_ok(), "a lock stops no moderator");
}

#[test]
fn a_moderators_pin_begins_the_conference_for_those_who_wait() {
    let mut hall = with_pins();
    let options = "wait_marked=yes\nstartmuted=yes\ntimeout=600";
    hall.change(RoomPatch {
        user_options: Some(options.to_owned()),
        ..RoomPatch::default()
    });
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
        let ask = if again { AskName::No } else { AskName::Yes };
        let expected = DoorVerdict::AdmittedAs(Role::Member, ask);
        assert_eq!(verdict, expected, "only who was not heard is asked");
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

/// Anna's PIN names this user profile.
fn with_profile_of_anna(text: &str, role: PinRole, user_options: &str) -> Hall {
    let mut hall = with_pins();
    let mut anna = hall.room.record().more_pins.personal[0].clone();
    anna.profile = Some("hers".parse().expect("a name"));
    anna.role = role;
    hall.change(RoomPatch {
        personal_pins: Some(vec![anna]),
        user_options: Some(user_options.to_owned()),
        ..RoomPatch::default()
    });
    have_profile(&mut hall, text);
    hall
}

fn have_profile(hall: &mut Hall, text: &str) {
    let mut profiles = Profiles::default();
    profiles.put(ProfileRecord {
        section: OptionSection::User,
        name: "hers".parse().expect("a name"),
        text: text.into(),
        created_at: UnixMillis(0),
        version: 1,
    });
    hall.act(|room, turn| {
        room.set_profiles(profiles.into());
        room.update(turn, Arc::clone(room.record()));
    });
}

fn anna_enters(hall: &mut Hall) -> Guest {
    let anna = hall.new_guest();
    hall.arrive(anna).expect("comes");
    assert!(hall.types(anna, "98127").role().is_some());
    hall.admit(anna, 1).expect("is admitted");
    anna
}

#[test]
fn a_persons_profile_holds_before_the_rooms_options_and_what_it_does_not_say_stays() {
    let theirs = "startmuted=no\nmarked=yes";
    let room = "startmuted=yes\nquiet=yes";
    let mut hall = with_profile_of_anna(theirs, PinRole::Member, room);
    let (anna, ben) = (anna_enters(&mut hall), hall.enters(1));
    let one = |hall: &Hall, guest: Guest| {
        let one = hall.room.participant(guest.id).expect("is in");
        (one.mute().is_muted(), one.is_leader())
    };
    assert_eq!(one(&hall, anna), (false, true));
    assert_eq!(one(&hall, ben), (true, false));
    assert!(hall.announcements().is_empty(), "quiet is the room's");
}

#[test]
fn a_persons_profile_holds_before_what_moderators_are() {
    let mut hall = with_profile_of_anna("marked=no\ntimeout=10", PinRole::Moderator, "");
    let anna = anna_enters(&mut hall);
    let one = hall.room.participant(anna.id).expect("is in");
    assert_eq!((one.is_admin(), one.is_leader()), (true, false));
    hall.wait(Duration::from_secs(10));
    assert_eq!(hall.dismissed, [(anna.call, CallEnd::TimeUp)]);
}

#[test]
fn a_persons_profile_opens_a_locked_room_and_counts_at_the_door_already() {
    let mut hall = with_profile_of_anna("admin=yes", PinRole::Member, "");
    hall.enters(1);
    hall.act(|room, turn| room.lock(turn));
    anna_enters(&mut hall);
    have_profile(&mut hall, "admin=no");
    let late = hall.new_guest();
    hall.arrive(late).expect("comes");
    let refused = DoorVerdict::Refused(RefusedEntry::Locked);
    assert_eq!(hall.types(late, "98127"), refused);
}

#[test]
fn a_person_is_asked_for_their_name_as_their_profile_says() {
    for (theirs, ask) in [
        ("quiet=yes", AskName::No),
        ("announce_join_leave_review=yes", AskName::WithReview),
        ("marked=yes", AskName::Yes),
    ] {
        let mut hall = with_profile_of_anna(theirs, PinRole::Member, "");
        let anna = hall.new_guest();
        assert!(hall.arrive(anna).expect("comes").ask_name);
        let expected = DoorVerdict::AdmittedAs(Role::Member, ask);
        assert_eq!(hall.types(anna, "98127"), expected, "{theirs}");
    }
}

#[test]
fn a_changed_profile_reaches_the_person_who_is_in() {
    let mut hall = with_profile_of_anna("marked=yes", PinRole::Member, "");
    let anna = anna_enters(&mut hall);
    hall.news.clear();
    have_profile(&mut hall, "marked=no");
    let one = hall.room.participant(anna.id).expect("is in");
    assert!(!one.is_leader());
    let told = RoomNews::RoleChanged {
        participant: anna.id,
    };
    assert!(hall.news.contains(&told), "{:?}", hall.news);
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
