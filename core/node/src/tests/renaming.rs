//! New names for menus and profiles: all that names them follows in one step, or nothing does.

use conclave_api::{
    NewPin, PinView, PinWish, Problem, ProfileKey, ProfileRequest, Request, Response, Rewording,
    RoomKey, RoomView,
};
use conclave_model::{PinOf, Prompt, RoomPatch};

use super::Town;
use super::town::Store;

const ANNAS_PIN: &str = "864209";

fn key(name: &str) -> ProfileKey {
    ProfileKey::read("user", name).unwrap()
}

fn make(town: &mut Town, name: &str, text: &str) {
    let (key, text) = (key(name), text.to_owned());
    let asked = Request::Profile(ProfileRequest::Create { key, text });
    town.ask(asked).unwrap();
}

fn to(name: &str, new: &str) -> Request {
    Request::Profile(ProfileRequest::Update {
        key: key(name),
        change: Rewording::name(new.parse().unwrap()),
        if_version: None,
    })
}

fn menu_to(name: &str, new: &str) -> Request {
    Request::UpdateMenu {
        name: name.parse().unwrap(),
        change: Rewording::name(new.parse().unwrap()),
        if_version: None,
    }
}

fn patch_room(patch: RoomPatch) -> Request {
    Request::UpdateRoom {
        key: RoomKey::new("801"),
        patch,
        if_version: None,
    }
}

fn room(town: &mut Town) -> RoomView {
    let shown = town.ask(Request::ShowRoom(RoomKey::new("801"))).unwrap();
    let Response::Room(view) = shown else {
        panic!("{shown:?}");
    };
    view
}

fn annas_profile(town: &mut Town) -> Option<String> {
    let shown = town.ask(Request::ShowPin(RoomKey::new("801"))).unwrap();
    let Response::Pin(PinView { personal_pins, .. }) = shown else {
        panic!("{shown:?}");
    };
    personal_pins[0].profile.clone()
}

fn text_of(town: &mut Town, name: &str) -> Result<String, Problem> {
    let shown = town.ask(Request::Profile(ProfileRequest::Show(key(name))));
    shown.map(|shown| {
        let Response::Profile(view) = shown else {
            panic!("{shown:?}");
        };
        view.text
    })
}

/// A room, Anna's PIN and another profile name `base`.
fn town() -> Town {
    let mut town = Town::with_room();
    make(&mut town, "base", "startmuted=yes");
    make(&mut town, "audience", "quiet=yes\ntemplate=base");
    town.ask(patch_room(RoomPatch {
        user_options: Some("; ours\ntemplate=base\nquiet=no".to_owned()),
        ..RoomPatch::default()
    }))
    .unwrap();
    town.ask(Request::NewPin {
        key: RoomKey::new("801"),
        new: NewPin {
            of: PinOf::Person("Anna".parse().unwrap()),
            role: None,
            profile: Some(Some("base".parse().unwrap())),
            pin: PinWish::These(ANNAS_PIN.parse().unwrap()),
        },
    })
    .unwrap();
    town
}

#[test]
fn everything_that_names_a_profile_follows_it_and_nobody_notices() {
    let mut town = town();
    let before = room(&mut town).version;
    let line = town.enter("801", ANNAS_PIN);
    assert!(town.studio.leg(line.leg).muted);
    town.news();
    town.ask(to("base", "quiet_start")).unwrap();
    assert_eq!(town.news(), ["room.updated"]);
    let after = room(&mut town);
    assert_eq!(after.user_options, "; ours\ntemplate=quiet_start\nquiet=no");
    assert_eq!(after.version, before + 1);
    assert_eq!(annas_profile(&mut town).as_deref(), Some("quiet_start"));
    let audience = text_of(&mut town, "audience").unwrap();
    assert_eq!(audience, "quiet=yes\ntemplate=quiet_start");
    assert_eq!(text_of(&mut town, "quiet_start").unwrap(), "startmuted=yes");
    assert_eq!(text_of(&mut town, "base").unwrap_err().status, 404);
    let late = town.enter("801", "627184");
    assert!(town.studio.leg(late.leg).muted);
}

#[test]
fn a_name_that_is_taken_is_refused_and_ones_own_is_no_new_one() {
    let mut town = town();
    let problem = town.ask(to("base", "audience")).unwrap_err();
    assert_eq!((problem.status, &*problem.errors[0].field), (409, "name"));
    town.ask(to("base", "BASE")).unwrap();
    assert_eq!(text_of(&mut town, "base").unwrap(), "startmuted=yes");
    assert_eq!(town.ask(to("gone", "here")).unwrap_err().status, 404);
}

#[test]
fn what_the_store_did_not_take_has_its_old_name_everywhere() {
    let mut town = town();
    town.store = Store::Fails;
    assert_eq!(town.ask(to("base", "other")).unwrap_err().status, 503);
    town.store = Store::Keeps;
    assert!(room(&mut town).user_options.contains("template=base"));
    assert_eq!(annas_profile(&mut town).as_deref(), Some("base"));
    town.ask(to("base", "other")).unwrap();
    assert_eq!(annas_profile(&mut town).as_deref(), Some("other"));
}

#[test]
fn whoever_would_name_the_old_name_meanwhile_waits_and_is_told() {
    let mut town = town();
    town.store = Store::Dawdles(Vec::new());
    let renamed = town.ask_later(to("base", "other"));
    let named = town.ask_later(patch_room(RoomPatch {
        user_options: Some("template=base".to_owned()),
        ..RoomPatch::default()
    }));
    assert!(town.replies.is_empty());
    town.store_catches_up();
    assert!(town.replies.remove(&renamed).unwrap().is_ok());
    let problem = town.replies.remove(&named).unwrap().unwrap_err();
    assert_eq!(problem.errors[0].field, "user_options");
    // And a new name waits for what is on its way to name the old one.
    town.store = Store::Dawdles(Vec::new());
    let named = town.ask_later(patch_room(RoomPatch {
        user_options: Some("template=audience".to_owned()),
        ..RoomPatch::default()
    }));
    let renamed = town.ask_later(to("audience", "crowd"));
    assert!(town.replies.is_empty());
    town.store_catches_up();
    town.store_catches_up();
    assert!(town.replies.remove(&named).unwrap().is_ok());
    assert!(town.replies.remove(&renamed).unwrap().is_ok());
    assert_eq!(room(&mut town).user_options, "template=crowd");
}

#[test]
fn rooms_follow_a_menu_to_its_new_name_and_keys_go_on() {
    let mut town = Town::with_room();
    town.ask(Request::CreateMenu {
        name: "short".parse().unwrap(),
        text: "7=raise_hand".to_owned(),
    })
    .unwrap();
    town.ask(patch_room(RoomPatch {
        keypad: Some("short".parse().unwrap()),
        ..RoomPatch::default()
    }))
    .unwrap();
    let line = town.enter("801", "627184");
    town.ask(menu_to("short", "desk")).unwrap();
    let view = room(&mut town);
    assert_eq!((&*view.keypad, &*view.moderator_keypad), ("desk", "modern"));
    town.press(line, "7");
    assert_eq!(town.heard(line).last(), Some(&Prompt::Beep));
    for taken in ["modern", "Modern"] {
        assert_eq!(town.ask(menu_to("desk", taken)).unwrap_err().status, 409);
    }
    assert_eq!(town.ask(menu_to("modern", "ours")).unwrap_err().status, 409);
    assert_eq!(town.ask(menu_to("short", "x")).unwrap_err().status, 404);
}
