//! Who is in another place for a while: the seat, the counts, what holds on coming back.

mod hall;

use std::sync::Arc;
use std::time::Duration;

use conclave_contract::Segment;
use conclave_ivr::RefusedEntry;
use conclave_model::confbridge::Menu;
use conclave_model::{CallEnd, Language, Prompt, RoomPatch};
use conclave_room::{DoorVerdict, Menus, MutedBy, NotHere, RoomNews, Stay};
use hall::{Guest, Hall};

const MENU: &str = "5=dialplan_exec(default,802,1),raise_hand\n6=toggle_mute\n\
                    7=increase_listening_volume\n8=increase_talking_volume";

fn hall(options: &str, user_options: &str) -> Hall {
    let mut hall = Hall::new();
    hall.change(RoomPatch {
        options: Some(options.to_owned()),
        user_options: Some(user_options.to_owned()),
        ..RoomPatch::default()
    });
    has_keys(&mut hall);
    hall
}

fn has_keys(hall: &mut Hall) {
    let menu = Arc::new(Menu::from_text(MENU).expect("a menu"));
    hall.room.set_menus(Menus {
        members: Arc::clone(&menu),
        moderators: menu,
    });
}

fn is_muted(hall: &Hall, who: Guest) -> bool {
    hall.muted.get(&who.leg).copied().unwrap_or_default()
}

fn goes(hall: &mut Hall, who: Guest) {
    hall.presses(who, "5");
    assert_eq!(hall.away_asked.pop(), Some((who.call, "802".to_owned())));
    hall.act(|room, turn| room.go_away(turn, who.id))
        .expect("goes");
}

fn is_back(hall: &mut Hall, who: Guest) -> Result<(), NotHere> {
    hall.act(|room, turn| room.come_back(turn, who.id, Vec::new()))
}

#[test]
fn the_seat_is_kept_and_the_leg_is_another_places() {
    let mut hall = hall("", "");
    let (anna, ben) = (hall.enters(1), hall.enters(2));
    hall.presses(anna, "678");
    assert!(hall.muted[&anna.leg]);
    goes(&mut hall, anna);
    assert!(!hall.on_stage.contains(&anna.leg) && hall.on_stage.contains(&ben.leg));
    // As a new leg is.
    assert!(!hall.muted[&anna.leg]);
    assert_eq!((hall.volumes[&anna.leg], hall.listening[&anna.leg]), (0, 0));
    let counts = hall.room.counts();
    assert_eq!((counts.active, counts.muted), (2, 1));
    let seat = hall.room.participant(anna.id).expect("has a seat");
    assert!(seat.is_away() && seat.hand_raised_at().is_none());
    assert!(hall.news.contains(&RoomNews::WentAway {
        participant: anna.id
    }));

    is_back(&mut hall, anna).expect("comes back");
    assert!(hall.on_stage.contains(&anna.leg) && hall.muted[&anna.leg]);
    assert_eq!((hall.volumes[&anna.leg], hall.listening[&anna.leg]), (3, 3));
    let seat = hall.room.participant(anna.id).expect("has a seat");
    // What follows in the same line is done on coming back.
    assert!(!seat.is_away() && seat.hand_raised_at().is_some());
    assert!(hall.news.contains(&RoomNews::CameBack {
        participant: anna.id
    }));
    assert_eq!(is_back(&mut hall, anna), Err(NotHere));
}

#[test]
fn nothing_is_said_or_done_to_the_leg_of_one_who_is_away() {
    let mut hall = hall("", "");
    let (anna, ben) = (hall.enters(1), hall.enters(2));
    goes(&mut hall, anna);
    hall.plays.clear();
    hall.act(|room, turn| room.mute(turn, anna.id, MutedBy::Moderator))
        .expect("has a seat");
    hall.act(|room, turn| room.set_volume(turn, anna.id, -6))
        .expect("has a seat");
    assert!(!is_muted(&hall, anna));
    assert_eq!(hall.volumes[&anna.leg], 0);
    assert!(
        hall.plays.iter().all(|(leg, ..)| *leg != anna.leg),
        "{:?}",
        hall.plays
    );
    let gone = hall.act(|room, turn| room.go_away(turn, anna.id));
    assert_eq!(gone, Err(NotHere));
    let moved = hall.act(|room, turn| room.move_out(turn, anna.id).map(|_| ()));
    assert_eq!(moved, Err(NotHere));
    // What was changed meanwhile holds on coming back.
    let words = vec![Segment::Prompt(Prompt::Goodbye, Language::English)];
    hall.act(|room, turn| room.come_back(turn, anna.id, words))
        .expect("comes back");
    assert!(hall.muted[&anna.leg]);
    assert_eq!(hall.volumes[&anna.leg], -6);
    assert!(
        hall.plays
            .iter()
            .any(|(leg, _, words)| *leg == anna.leg && words == "goodbye")
    );
    assert!(!is_muted(&hall, ben));
}

#[test]
fn who_is_away_counts_for_the_room_but_not_against_the_music() {
    let mut hall = hall("max_members=2", "");
    let (anna, ben) = (hall.enters(1), hall.enters(2));
    while !hall.announcing.is_empty() {
        hall.announcement_ends();
    }
    goes(&mut hall, anna);
    hall.wait(Duration::from_secs(20));
    assert!(hall.music.contains_key(&ben.leg) && !hall.music.contains_key(&anna.leg));
    let third = hall.new_guest();
    assert!(hall.arrive(third).is_ok());
    let refused = DoorVerdict::Refused(RefusedEntry::Full);
    assert_eq!(hall.types(third, hall::PIN), refused);
    is_back(&mut hall, anna).expect("comes back");
    hall.wait(Duration::from_secs(20));
    assert!(hall.music.is_empty());
    // A room with only people who are away keeps their seats.
    goes(&mut hall, anna);
    hall.leaves(ben);
    hall.wait(Duration::from_secs(20));
    assert_eq!((hall.closed, hall.room.counts().active), (0, 1));
    assert!(hall.music.is_empty());
    is_back(&mut hall, anna).expect("comes back");
    hall.wait(Duration::from_secs(20));
    assert!(hall.music.contains_key(&anna.leg));
}

#[test]
fn who_is_away_is_removed_and_ended_and_runs_out_of_time_like_anybody() {
    for end in [
        CallEnd::Removed,
        CallEnd::RoomEnded,
        CallEnd::TimeUp,
        CallEnd::HungUp,
    ] {
        let mut hall = hall("", "timeout=60");
        let anna = hall.enters(1);
        goes(&mut hall, anna);
        let mut dismissed = vec![(anna.call, end)];
        if end == CallEnd::Removed {
            let removed = hall.act(|room, turn| room.remove(turn, anna.id));
            removed.expect("has a seat");
        } else if end == CallEnd::RoomEnded {
            hall.act(|room, turn| room.end(turn, end));
        } else if end == CallEnd::TimeUp {
            hall.wait(Duration::from_secs(61));
        } else {
            hall.leaves(anna);
            dismissed.clear();
        }
        assert_eq!(hall.dismissed, dismissed);
        assert_eq!(hall.closed, 1, "{end:?}");
    }
}

#[test]
fn who_cannot_go_is_told_why_and_stays() {
    let mut hall = hall("", "");
    let anna = hall.enters(1);
    let refused = vec![Segment::Prompt(Prompt::RoomLocked, Language::English)];
    for (why, said) in [
        (Stay::NoSuchPlace, "not-possible"),
        (Stay::IsGuest, "not-possible"),
        (Stay::Refused(refused), "room-locked"),
    ] {
        hall.presses(anna, "5");
        assert!(hall.away_asked.pop().is_some());
        hall.plays.clear();
        hall.act(|room, turn| room.stays(turn, anna.id, why));
        assert_eq!(hall.plays[0].2, said);
        assert!(hall.on_stage.contains(&anna.leg));
    }
}

#[test]
fn a_leader_who_is_away_leads_still_and_who_waits_follows_on_coming_back() {
    let mut hall = hall("", "wait_marked=yes");
    hall.change(RoomPatch {
        moderator_pin: Some(Some("4711".parse().expect("a PIN"))),
        ..RoomPatch::default()
    });
    has_keys(&mut hall);
    let leader = |hall: &mut Hall| {
        let guest = hall.new_guest();
        assert!(hall.arrive(guest).is_ok());
        hall.types(guest, "4711");
        hall.admit(guest, 1).expect("is admitted");
        guest
    };
    let lea = leader(&mut hall);
    let wim = hall.enters(2);
    let is_active = |hall: &Hall, who: Guest| hall.room.participant(who.id).unwrap().is_active();
    goes(&mut hall, lea);
    assert!(is_active(&hall, wim) && !is_muted(&hall, wim));
    is_back(&mut hall, lea).expect("comes back");
    goes(&mut hall, wim);
    hall.leaves(lea);
    assert!(!is_muted(&hall, wim), "it is elsewhere");
    is_back(&mut hall, wim).expect("comes back");
    assert!(!is_active(&hall, wim) && hall.muted[&wim.leg]);
    goes(&mut hall, wim);
    let lea = leader(&mut hall);
    assert!(!hall.on_stage.contains(&wim.leg));
    is_back(&mut hall, wim).expect("comes back");
    assert!(is_active(&hall, wim) && hall.on_stage.contains(&wim.leg) && !hall.muted[&wim.leg]);
    hall.leaves(lea);
}
