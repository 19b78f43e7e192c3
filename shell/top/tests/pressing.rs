//! What keys ask for, and what becomes of it.

#![allow(clippy::unwrap_used)] // A test may fail.

mod world;

use conclave_top::{Change, Deed, Input, Wish};
use serde_json::json;
use world::{World, person, talk};

fn person_deed(who: &str, change: Change) -> Wish {
    Wish::Do(Deed::SetPerson {
        room: "rm_801".to_owned(),
        who: who.to_owned(),
        change,
    })
}

fn room_deed(change: Change) -> Wish {
    Wish::Do(Deed::SetRoom {
        room: "rm_801".to_owned(),
        change,
    })
}

#[test]
fn each_key_asks_for_what_the_console_does() {
    let mut world = World::busy();
    world.press("mkL");
    assert_eq!(world.wished(), [], "no room is open");
    world.press("↓⏎m");
    assert_eq!(world.wished(), [], "nobody is chosen");
    world.press("↓m");
    assert_eq!(world.wished(), [person_deed("anna", Change::Muted(true))]);
    world.press("↓mh");
    let jens = [Change::Muted(false), Change::Speaks];
    assert_eq!(
        world.wished(),
        jens.map(|change| person_deed("jens", change))
    );
    world.press("ML");
    assert_eq!(
        world.wished(),
        [Change::MutedAll(true), Change::Locked(true)].map(room_deed)
    );
    world.press("A");
    assert_eq!(world.wished(), [], "nobody is at this door");
    world.press("q");
    assert_eq!(world.wished(), [Wish::Quit]);
}

#[test]
fn removing_takes_two_presses_on_the_same_one_within_a_while() {
    let mut world = World::busy();
    world.press("↓⏎↓k");
    assert!(
        world
            .screen(80, 24)
            .contains("press k again to remove Anna Roth")
    );
    world.press("↓k");
    world.press("↑k");
    world.wait(6);
    world.press("k");
    assert_eq!(world.wished(), []);
    world.press("k");
    let anna = Deed::Remove {
        room: "rm_801".to_owned(),
        who: "anna".to_owned(),
    };
    assert_eq!(world.wished(), [Wish::Do(anna)]);
}

#[test]
fn who_leaves_is_no_longer_chosen_and_nobody_is_in_their_place() {
    let mut world = World::busy();
    world.press("↓⏎↓");
    let anna = person("anna", Some("Anna Roth"), "214", &json!({}));
    world.event("participant.left", &talk("801", "Standup", &anna));
    world.press("m");
    assert_eq!(world.wished(), []);
    world.press("↓m");
    assert_eq!(world.wished(), [person_deed("jens", Change::Muted(false))]);
}

#[test]
fn those_at_the_door_are_let_in_or_turned_away() {
    let mut world = World::busy();
    world.press("↓↓⏎A");
    let (room, who) = ("rm_812".to_owned(), "kern".to_owned());
    let admit = Deed::Admit {
        room: room.clone(),
        who: who.clone(),
    };
    assert_eq!(world.wished(), [Wish::Do(admit)]);
    world.press("↓↓mkk");
    assert_eq!(world.wished(), [Wish::Do(Deed::TurnAway { room, who })]);
}

#[test]
fn a_name_stays_typed_until_the_server_has_it() {
    let mut world = World::busy();
    world.press("↓⏎↓n⌫⌫⌫⌫Q.⏎⏎");
    let named = Change::Name("Anna Q.".to_owned());
    assert_eq!(
        world.wished(),
        [person_deed("anna", named.clone())],
        "sent once"
    );
    let Wish::Do(deed) = person_deed("anna", named) else {
        return;
    };
    world.tell(Input::Done(deed.clone(), Err("too long".to_owned())));
    let screen = world.screen(80, 24);
    assert!(
        screen.contains("too long") && screen.contains("Anna Q."),
        "{screen}"
    );
    world.press("⏎");
    world.tell(Input::Done(deed, Ok(())));
    let screen = world.screen(80, 24);
    assert!(
        screen.contains("renamed") && !screen.contains("Rename"),
        "{screen}"
    );
    assert!(screen.contains("Anna Roth"), "the event has not come");
}

#[test]
fn volume_goes_in_steps_within_its_limits() {
    let mut world = World::busy();
    world.press("↓⏎↓v→→←0");
    let steps = [2, 4, 2, 0].map(|db| person_deed("anna", Change::VolumeDb(db)));
    assert_eq!(world.wished(), steps);
    world.press(&"←".repeat(30));
    let last = world.wished();
    assert_eq!(
        (last.len(), last.last()),
        (10, Some(&person_deed("anna", Change::VolumeDb(-20))))
    );
    world.press("xm");
    assert_eq!(world.wished(), [person_deed("anna", Change::Muted(true))]);
}

#[test]
fn a_refusal_is_said_and_nothing_is_shown_as_done() {
    let mut world = World::busy();
    world.press("↓⏎↓m");
    let Some(Wish::Do(deed)) = world.wished().pop() else {
        panic!("nothing was asked");
    };
    world.tell(Input::Done(
        deed,
        Err("you may not: live:write is missing".to_owned()),
    ));
    let screen = world.screen(80, 24);
    assert!(
        screen.contains("! you may not: live:write is missing"),
        "{screen}"
    );
    assert!(!screen.contains("214             muted"), "{screen}");
    world.wait(7);
    assert!(!world.screen(80, 24).contains("you may not"));
}
