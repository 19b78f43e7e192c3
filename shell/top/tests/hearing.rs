//! What events make of the rooms, told once, twice, late, or not at all.

#![allow(clippy::unwrap_used)] // A test may fail.

mod world;

use conclave_api::NumberedEvent;
use conclave_top::{Change, Deed, Input, Link, Why, Wish};
use serde_json::json;
use world::{World, caller, person, place, room, talk};

fn anna(more: &serde_json::Value) -> serde_json::Value {
    talk("801", "Standup", &person("anna", Some("Anna"), "214", more))
}

#[test]
fn a_meeting_is_followed_from_its_beginning_to_its_end() {
    let mut world = World::new();
    world.event("session.started", &place("801", "Standup"));
    world.event("participant.joined", &anna(&json!({})));
    world.event(
        "participant.speaking_started",
        &anna(&json!({"talking": true})),
    );
    world.wait(65);
    let screen = world.screen(80, 24);
    assert!(screen.contains("1 room · 1 person"), "{screen}");
    assert!(
        screen.contains("1:05") && screen.contains("▮ Anna"),
        "{screen}"
    );
    world.event("participant.left", &anna(&json!({})));
    world.event("session.ended", &place("801", "Standup"));
    assert!(world.screen(80, 24).contains("Nobody is in a room now"));
}

#[test]
fn who_has_left_does_not_come_back_by_a_late_word() {
    let mut world = World::new();
    world.event("participant.joined", &anna(&json!({})));
    world.event(
        "participant.joined",
        &talk(
            "801",
            "Standup",
            &person("kim", Some("Kim"), "2", &json!({})),
        ),
    );
    world.event("participant.left", &anna(&json!({})));
    world.event("participant.speaking_stopped", &anna(&json!({})));
    assert!(world.screen(80, 24).contains("1 person"));
    world.event("participant.joined", &anna(&json!({})));
    assert!(world.screen(80, 24).contains("2 people"));
}

#[test]
fn whoever_is_removed_is_told_of_once() {
    let mut world = World::new();
    world.event("participant.joined", &anna(&json!({})));
    world.event(
        "participant.joined",
        &talk(
            "801",
            "Standup",
            &person("kim", Some("Kim"), "2", &json!({})),
        ),
    );
    world.event("participant.removed", &anna(&json!({})));
    world.event("participant.left", &anna(&json!({})));
    world.press("↓⏎");
    let screen = world.screen(80, 24);
    assert!(
        screen.contains("Anna was removed") && !screen.contains("Anna left"),
        "{screen}"
    );
    assert!(screen.contains("1 in"), "{screen}");
}

#[test]
fn what_somebody_did_is_told_with_their_name() {
    let mut world = World::new();
    world.event("participant.joined", &anna(&json!({})));
    let event = json!({"id": 9_000, "time": "2027-01-15T08:00:00Z", "type": "participant.muted",
        "by": {"id": "us_1", "name": "Olivia\u{1b}[2J"}, "data": anna(&json!({"muted": true}))});
    let event: NumberedEvent = serde_json::from_value(event).unwrap();
    world.tell(Input::Event(Box::new(event)));
    world.press("↓⏎");
    let screen = world.screen(120, 24);
    assert!(screen.contains("Anna is muted (by Olivia"), "{screen}");
    assert!(!screen.contains('\u{1b}'), "{screen}");
}

#[test]
fn events_told_twice_are_heard_once() {
    let mut world = World::new();
    world.event_numbered(7, "participant.joined", &anna(&json!({})));
    world.event_numbered(8, "participant.muted", &anna(&json!({"muted": true})));
    world.event_numbered(7, "participant.joined", &anna(&json!({})));
    world.press("↓⏎");
    let screen = world.screen(80, 24);
    assert_eq!(screen.matches("Anna came").count(), 1, "{screen}");
    assert!(screen.contains("muted"), "{screen}");
}

#[test]
fn everything_is_read_anew_after_a_gap_and_when_the_server_is_back() {
    let mut world = World::new();
    world.tell(Input::Link(Link::Live));
    assert_eq!(world.wished(), [Wish::Read]);
    world.tell(Input::Link(Link::Live));
    assert_eq!(world.wished(), []);
    world.event("gap", &json!({"after": 1, "oldest": 9}));
    assert_eq!(world.wished(), [Wish::Read]);
    world.tell(Input::Link(Link::Lost("gone".to_owned())));
    world.tell(Input::Link(Link::Live));
    assert_eq!(world.wished(), [Wish::Read]);
    // What no event tells is read every now and then, but not from a server that is lost.
    world.read(&[]);
    world.wait(29);
    assert_eq!(world.wished(), []);
    world.wait(1);
    assert_eq!(world.wished(), [Wish::Read]);
    // What is not in the reading has ended meanwhile.
    world.event("participant.joined", &anna(&json!({})));
    world.read(&[room(
        "812",
        "Support",
        &[person("kim", Some("Kim"), "240", &json!({}))],
    )]);
    let screen = world.screen(80, 24);
    assert!(
        screen.contains("Support") && !screen.contains("Standup"),
        "{screen}"
    );
}

#[test]
fn whoever_waits_is_shown_until_they_are_in_or_gone() {
    let mut world = World::new();
    let mut wait = place("801", "Standup");
    wait["waiting"] = caller("anna", "Anna", "214");
    world.event("participant.waiting", &wait);
    assert!(world.screen(80, 24).contains("1 at the door"));
    world.event("participant.joined", &anna(&json!({})));
    let screen = world.screen(80, 24);
    assert!(
        screen.contains("1 person") && !screen.contains("at the door"),
        "{screen}"
    );
    wait["waiting"] = caller("kern", "Fr. Kern", "+49");
    world.event("participant.waiting", &wait);
    wait["outcome"] = "gone".into();
    world.event("participant.waiting_ended", &wait);
    world.press("↓⏎");
    let screen = world.screen(80, 24);
    assert!(screen.contains("Fr. Kern did not come in"), "{screen}");
}

#[test]
fn a_recording_is_shown_while_it_runs_and_r_ends_it() {
    let mut world = World::busy();
    world.press("↓⏎R");
    let asks = |recording| {
        [Wish::Do(Deed::SetRoom {
            room: "rm_801".to_owned(),
            change: Change::Recording(recording),
        })]
    };
    assert_eq!(world.wished(), asks(true));
    assert!(
        !world.screen(80, 24).contains("REC"),
        "the event has not come"
    );
    let mut data = place("801", "Standup");
    data["recording"] = "rc_1".into();
    data["by"] = "ann".into();
    world.event("recording.started", &data);
    world.wait(65);
    assert!(
        world.screen(80, 24).contains("● REC 1:05"),
        "{}",
        world.screen(80, 24)
    );
    world.wished();
    world.press("R");
    assert_eq!(world.wished(), asks(false));
    world.event("recording.stopped", &data);
    assert!(!world.screen(80, 24).contains("REC"));
}

#[test]
fn a_room_that_is_deleted_is_left() {
    let mut world = World::busy();
    world.press("↓⏎↓n");
    world.event("room.deleted", &place("801", "Standup"));
    let screen = world.screen(80, 24);
    assert!(
        screen.contains("the room was deleted") && screen.contains("Support"),
        "{screen}"
    );
    world.press("m");
    assert_eq!(world.wished(), []);
}

#[test]
fn the_servers_clock_counts_and_not_ours() {
    let mut world = World::new();
    world.read(&[room(
        "801",
        "Standup",
        &[person("a", Some("A"), "1", &json!({}))],
    )]);
    assert!(world.screen(80, 24).contains("18:22"));
    world.status("normal");
    assert!(
        world.screen(80, 24).contains("18:22"),
        "no step for nothing"
    );
    // By the server's clock it is two hours later.
    world.status_after("normal", 11_525 + 7_200);
    assert!(
        world.screen(80, 24).contains("2:18:22"),
        "{}",
        world.screen(80, 24)
    );
}

#[test]
fn nothing_is_waited_for_where_nothing_changes() {
    let mut world = World::new();
    assert_eq!(world.top.poll_timeout(world.now), None);
    world.press("⏎");
    let (until, why) = world.top.poll_timeout(world.now).unwrap();
    assert_eq!(why, Why::Notice);
    world.now = until;
    world.top.handle_timeout(until, &mut Vec::new());
    assert_eq!(world.top.poll_timeout(until), None);
    world.event("participant.joined", &anna(&json!({})));
    assert_eq!(world.top.poll_timeout(until).unwrap().1, Why::Clocks);
}

#[test]
fn who_becomes_a_moderator_is_shown_and_told_as_one() {
    let mut world = World::new();
    world.read(&[room(
        "801",
        "Standup",
        &[person("a", Some("Anna"), "1", &json!({}))],
    )]);
    world.press("↓⏎");
    assert!(!world.screen(100, 20).contains("moderator"));
    for (change, shown) in [
        (json!({"role": "moderator"}), "moderator, no leader"),
        (json!({"leader": true}), "leader"),
        (json!({"role": "moderator", "leader": true}), "moderator"),
    ] {
        let anna = person("a", Some("Anna"), "1", &change);
        world.event("participant.role_changed", &talk("801", "Standup", &anna));
        let screen = world.screen(100, 20);
        let row = screen
            .lines()
            .find(|line| line.contains("Anna") && line.contains("G722"));
        assert!(row.unwrap().contains(shown), "{screen}");
    }
    let screen = world.screen(140, 20);
    assert!(screen.contains("Anna moderates and leads now"), "{screen}");
}
