//! Profiles: made, named by rooms, changed under those who are in one, and kept while named.

use conclave_api::{
    Problem, ProfileKey, ProfileRequest, ProfileView, Request, Response, Rewording, RoomKey,
};
use conclave_model::RoomPatch;

use super::Town;
use super::town::Store;

fn key(name: &str) -> ProfileKey {
    ProfileKey::read("user", name).unwrap()
}

fn make(town: &mut Town, name: &str, text: &str) -> Result<ProfileView, Problem> {
    view(town.ask(Request::Profile(ProfileRequest::Create {
        key: key(name),
        text: text.to_owned(),
    })))
}

fn change(town: &mut Town, name: &str, text: &str, at: u64) -> Result<ProfileView, Problem> {
    view(town.ask(Request::Profile(ProfileRequest::Update {
        key: key(name),
        change: Rewording::text(text),
        if_version: Some(at),
    })))
}

fn delete(town: &mut Town, name: &str) -> Result<Response, Problem> {
    town.ask(Request::Profile(ProfileRequest::Delete {
        key: key(name),
        if_version: None,
    }))
}

fn view(answer: Result<Response, Problem>) -> Result<ProfileView, Problem> {
    answer.map(|answer| {
        let Response::Profile(view) = answer else {
            panic!("{answer:?}");
        };
        view
    })
}

fn type_options(town: &mut Town, user_options: &str) -> Result<Response, Problem> {
    town.ask(Request::UpdateRoom {
        key: RoomKey::new("801"),
        patch: RoomPatch {
            user_options: Some(user_options.to_owned()),
            ..RoomPatch::default()
        },
        if_version: None,
    })
}

fn is_muted(town: &mut Town, line: super::town::Line) -> bool {
    town.studio.leg(line.leg).muted
}

#[test]
fn a_room_does_what_its_profile_says_but_for_what_it_says_itself() {
    let mut town = Town::with_room();
    assert_eq!(
        make(&mut town, "audience", "startmuted=yes")
            .unwrap()
            .version,
        1
    );
    type_options(&mut town, "template=audience").unwrap();
    let first = town.enter("801", "627184");
    assert!(is_muted(&mut town, first));
    type_options(&mut town, "template=audience\nstartmuted=no").unwrap();
    let second = town.enter("801", "627184");
    assert!(!is_muted(&mut town, second));
}

#[test]
fn a_changed_profile_holds_for_the_next_who_comes_without_a_word_to_the_room() {
    let mut town = Town::with_room();
    make(&mut town, "audience", "quiet=yes").unwrap();
    type_options(&mut town, "template=audience").unwrap();
    let before = town.enter("801", "627184");
    assert!(!is_muted(&mut town, before));
    assert_eq!(
        change(&mut town, "audience", "startmuted=yes", 1)
            .unwrap()
            .version,
        2
    );
    let after = town.enter("801", "627184");
    assert!(is_muted(&mut town, after));
}

#[test]
fn a_profile_that_is_named_stays_and_one_that_is_not_there_cannot_be_named() {
    let mut town = Town::with_room();
    let refused = type_options(&mut town, "template=audience").unwrap_err();
    assert_eq!(refused.status, 422);
    assert_eq!(refused.errors[0].field, "user_options");
    make(&mut town, "base", "quiet=yes").unwrap();
    let view = make(&mut town, "audience", "template=base").unwrap();
    assert!(view.rooms.is_empty());
    type_options(&mut town, "template=audience").unwrap();
    assert_eq!(delete(&mut town, "audience").unwrap_err().status, 409);
    assert_eq!(delete(&mut town, "base").unwrap_err().status, 409);
    type_options(&mut town, "").unwrap();
    assert_eq!(delete(&mut town, "audience").unwrap(), Response::Done);
    assert_eq!(delete(&mut town, "base").unwrap(), Response::Done);
    assert_eq!(delete(&mut town, "base").unwrap_err().status, 404);
}

#[test]
fn a_profile_that_would_begin_with_itself_is_refused() {
    let mut town = Town::with_room();
    make(&mut town, "a", "quiet=yes").unwrap();
    make(&mut town, "b", "template=a").unwrap();
    assert_eq!(
        change(&mut town, "a", "template=b", 1).unwrap_err().status,
        422
    );
    assert_eq!(make(&mut town, "b", "").unwrap_err().status, 409);
    assert_eq!(change(&mut town, "a", "", 7).unwrap_err().status, 412);
}

#[test]
fn what_the_store_did_not_take_never_was() {
    let mut town = Town::with_room();
    town.store = Store::Fails;
    assert_eq!(make(&mut town, "a", "").unwrap_err().status, 503);
    town.store = Store::Keeps;
    assert_eq!(delete(&mut town, "a").unwrap_err().status, 404);
    make(&mut town, "a", "").unwrap();
}

#[test]
fn a_changed_profile_reaches_who_is_in_a_room_that_begins_with_it_over_another() {
    let mut town = Town::with_room();
    town.add_room("802", None);
    make(&mut town, "base", "").unwrap();
    make(&mut town, "audience", "template=base").unwrap();
    type_options(&mut town, "template=audience").unwrap();
    let reached = town.enter("801", "627184");
    let other = town.line("802");
    town.pass(std::time::Duration::from_secs(3));
    change(&mut town, "base", "wait_marked=yes", 1).unwrap();
    assert!(is_muted(&mut town, reached), "waits for a leader now");
    assert!(!is_muted(&mut town, other));
    // The other room knows the profile as it is now all the same.
    town.ask(Request::UpdateRoom {
        key: RoomKey::new("802"),
        patch: RoomPatch {
            user_options: Some("template=base".to_owned()),
            ..RoomPatch::default()
        },
        if_version: None,
    })
    .unwrap();
    assert!(is_muted(&mut town, other));
}
