//! Menus of one's own: made, chosen, changed under those who are in a room, and kept while chosen.

use std::time::Duration;

use conclave_api::{MenuView, Problem, Request, Response, Rewording, RoomKey};
use conclave_model::confbridge::MenuName;
use conclave_model::{Prompt, RoomPatch};

use super::Town;
use super::town::Store;

const SECOND: Duration = Duration::from_secs(1);

fn name(text: &str) -> MenuName {
    text.parse().unwrap()
}

fn make(town: &mut Town, menu: &str, text: &str) -> Result<MenuView, Problem> {
    view(town.ask(Request::CreateMenu {
        name: name(menu),
        text: text.to_owned(),
    }))
}

fn change(town: &mut Town, menu: &str, text: &str, version: u64) -> Result<MenuView, Problem> {
    view(town.ask(Request::UpdateMenu {
        name: name(menu),
        change: Rewording::text(text),
        if_version: Some(version),
    }))
}

fn view(answer: Result<Response, Problem>) -> Result<MenuView, Problem> {
    answer.map(|answer| {
        let Response::Menu(view) = answer else {
            panic!("{answer:?}");
        };
        view
    })
}

fn choose(town: &mut Town, menu: &str) -> Result<Response, Problem> {
    town.ask(Request::UpdateRoom {
        key: RoomKey::new("801"),
        patch: RoomPatch {
            keypad: Some(name(menu)),
            ..RoomPatch::default()
        },
        if_version: None,
    })
}

fn delete(town: &mut Town, menu: &str) -> Result<Response, Problem> {
    town.ask(Request::DeleteMenu {
        name: name(menu),
        if_version: None,
    })
}

#[test]
fn a_menu_that_is_chosen_or_changed_holds_at_once_for_who_is_in() {
    let mut town = Town::with_room();
    let line = town.enter("801", "627184");
    town.pass(20 * SECOND);
    make(&mut town, "short", "7=raise_hand\n").unwrap();
    town.press(line, "7");
    assert_ne!(town.heard(line).last(), Some(&Prompt::Beep));
    choose(&mut town, "short").unwrap();
    town.press(line, "7");
    assert_eq!(town.heard(line).last(), Some(&Prompt::Beep));
    let changed = change(&mut town, "short", "8=toggle_mute", 1).unwrap();
    assert_eq!((changed.version, changed.rooms.len()), (2, 1));
    town.press(line, "8");
    assert_eq!(town.heard(line).last(), Some(&Prompt::Muted));
    choose(&mut town, "asterisk").unwrap();
    town.press(line, "1");
    assert_eq!(town.heard(line).last(), Some(&Prompt::Unmuted));
}

#[test]
fn a_menu_is_kept_while_a_room_has_chosen_it() {
    let mut town = Town::with_room();
    make(&mut town, "short", "7=raise_hand").unwrap();
    choose(&mut town, "SHORT").unwrap();
    let problem = delete(&mut town, "short").unwrap_err();
    assert_eq!(problem.status, 409);
    assert!(problem.detail.contains("801"), "{}", problem.detail);
    choose(&mut town, "none").unwrap();
    assert_eq!(delete(&mut town, "short"), Ok(Response::Done));
    let problem = choose(&mut town, "short").unwrap_err();
    assert_eq!(problem.errors[0].field, "keypad");
    assert_eq!(
        problem.errors[0].accepted,
        "one of the menus modern, asterisk, none"
    );
}

#[test]
fn presets_stay_as_they_are_and_names_are_taken_once() {
    let mut town = Town::with_room();
    assert_eq!(make(&mut town, "modern", "").unwrap_err().status, 409);
    assert_eq!(change(&mut town, "none", "", 1).unwrap_err().status, 409);
    assert_eq!(delete(&mut town, "asterisk").unwrap_err().status, 409);
    make(&mut town, "short", "").unwrap();
    assert_eq!(make(&mut town, "Short", "").unwrap_err().status, 409);
    assert_eq!(change(&mut town, "other", "", 1).unwrap_err().status, 404);
    assert_eq!(change(&mut town, "short", "", 7).unwrap_err().status, 412);
    let bad = change(&mut town, "short", "1=no_op\n2=jump", 1).unwrap_err();
    assert_eq!(bad.errors[0].line, Some(2));
    let bad = change(&mut town, "short", "1=no_op\n\n2=playback(beep&beeep)", 1).unwrap_err();
    assert_eq!(bad.errors[0].line, Some(3));
    assert!(bad.errors[0].accepted.contains("did you mean beep?"));
    let Ok(Response::Menus(menus)) = town.ask(Request::ListMenus) else {
        panic!("no menus");
    };
    let names: Vec<&str> = menus.iter().map(|menu| menu.name.as_str()).collect();
    assert_eq!(names, ["modern", "asterisk", "none", "short"]);
    assert_eq!(menus[0].rooms.len(), 1);
}

#[test]
fn a_menu_that_was_not_stored_is_not_there() {
    let mut town = Town::with_room();
    town.store = Store::Fails;
    assert_eq!(make(&mut town, "short", "").unwrap_err().status, 503);
    town.store = Store::Keeps;
    make(&mut town, "short", "").unwrap();
    town.store = Store::Fails;
    assert_eq!(delete(&mut town, "short").unwrap_err().status, 503);
    town.store = Store::Keeps;
    assert!(choose(&mut town, "short").is_ok());
}

#[test]
fn nobody_chooses_a_menu_that_is_being_taken_away_nor_the_other_way_round() {
    let mut town = Town::with_room();
    make(&mut town, "short", "").unwrap();
    town.store = Store::Dawdles(Vec::new());
    town.ask_later(Request::DeleteMenu {
        name: name("short"),
        if_version: None,
    });
    assert!(choose(&mut town, "short").is_err());
    town.store_catches_up();
    town.store = Store::Keeps;
    make(&mut town, "other", "").unwrap();
    town.store = Store::Dawdles(Vec::new());
    town.ask_later(Request::UpdateRoom {
        key: RoomKey::new("801"),
        patch: RoomPatch {
            moderator_keypad: Some(name("other")),
            ..RoomPatch::default()
        },
        if_version: None,
    });
    assert_eq!(delete(&mut town, "other").unwrap_err().status, 409);
    town.store_catches_up();
}
