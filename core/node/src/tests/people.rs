//! Who somebody is in a room by the PIN they came with: their role, and what is told of it.

use conclave_api::{
    LiveView, NewPin, ParticipantView, PinRoleName, PinView, PinWish, Problem, ProfileKey,
    ProfileRequest, Request, Response, Rewording, RoomKey,
};
use conclave_model::{PinOf, RoomPatch};

use super::Town;

const MODERATOR_PIN: &str = "539182";

fn set_pin(town: &mut Town, of: PinOf, pin: &str) -> Result<Response, Problem> {
    town.ask(Request::NewPin {
        key: RoomKey::new("801"),
        new: NewPin {
            of,
            role: None,
            profile: None,
            pin: PinWish::These(pin.parse().unwrap()),
        },
    })
}

fn type_options(town: &mut Town, user_options: &str) {
    town.ask(Request::UpdateRoom {
        key: RoomKey::new("801"),
        patch: RoomPatch {
            user_options: Some(user_options.to_owned()),
            ..RoomPatch::default()
        },
        if_version: None,
    })
    .unwrap();
}

fn people(town: &mut Town) -> Vec<ParticipantView> {
    let shown = town.ask(Request::ShowLive(RoomKey::new("801"))).unwrap();
    let Response::Live(LiveView { participants, .. }) = shown else {
        panic!("{shown:?}");
    };
    participants
}

fn roles(town: &mut Town) -> Vec<(PinRoleName, bool)> {
    let all = people(town).into_iter();
    all.map(|one| (one.role, one.leader)).collect()
}

#[test]
fn the_pin_says_who_is_a_moderator() {
    let mut town = Town::with_room();
    set_pin(&mut town, PinOf::Moderator, MODERATOR_PIN).unwrap();
    town.enter("801", "627184");
    town.enter("801", MODERATOR_PIN);
    let (member, moderator) = (PinRoleName::Member, PinRoleName::Moderator);
    assert_eq!(roles(&mut town), [(member, false), (moderator, true)]);
}

#[test]
fn a_role_that_the_options_change_is_news_and_one_that_they_do_not_is_none() {
    let mut town = Town::with_room();
    set_pin(&mut town, PinOf::Moderator, MODERATOR_PIN).unwrap();
    town.enter("801", "627184");
    town.enter("801", MODERATOR_PIN);
    town.news();
    type_options(&mut town, "marked=yes");
    assert_eq!(town.news(), ["room.updated", "participant.role_changed"]);
    let (member, moderator) = (PinRoleName::Member, PinRoleName::Moderator);
    assert_eq!(roles(&mut town), [(member, true), (moderator, true)]);
    type_options(&mut town, "marked=yes\nadmin=yes");
    assert_eq!(town.news(), ["room.updated", "participant.role_changed"]);
    assert_eq!(roles(&mut town), [(moderator, true), (moderator, true)]);
    type_options(&mut town, "marked=yes\nadmin=yes\nquiet=yes");
    assert_eq!(town.news(), ["room.updated"]);
}

// A profile of one's own -----------------------------------------------------------------------

const ANNAS_PIN: &str = "864209";

fn anna() -> PinOf {
    PinOf::Person("Anna".parse().unwrap())
}

/// `None`: the one she has stays.
fn give(town: &mut Town, profile: Option<Option<&str>>, pin: PinWish) -> Result<PinView, Problem> {
    let profile = profile.map(|name| name.map(|name| name.parse().unwrap()));
    let answer = town.ask(Request::NewPin {
        key: RoomKey::new("801"),
        new: NewPin {
            of: anna(),
            role: None,
            profile,
            pin,
        },
    });
    answer.map(|answer| {
        let Response::Pin(view) = answer else {
            panic!("{answer:?}");
        };
        view
    })
}

fn profile(town: &mut Town, name: &str, text: &str, if_version: Option<u64>) {
    let key = ProfileKey::read("user", name).unwrap();
    let request = match if_version {
        None => ProfileRequest::Create {
            key,
            text: text.to_owned(),
        },
        Some(_) => ProfileRequest::Update {
            key,
            change: Rewording::text(text),
            if_version,
        },
    };
    town.ask(Request::Profile(request)).unwrap();
}

fn delete_profile(town: &mut Town, name: &str) -> Result<Response, Problem> {
    town.ask(Request::Profile(ProfileRequest::Delete {
        key: ProfileKey::read("user", name).unwrap(),
        if_version: None,
    }))
}

fn with_annas_profile(text: &str) -> Town {
    let mut town = Town::with_room();
    profile(&mut town, "hers", text, None);
    let pin = PinWish::These(ANNAS_PIN.parse().unwrap());
    let view = give(&mut town, Some(Some("hers")), pin).unwrap();
    assert_eq!(view.personal_pins[0].profile.as_deref(), Some("hers"));
    town
}

#[test]
fn a_person_comes_with_the_options_of_their_profile_and_a_change_reaches_them() {
    let mut town = with_annas_profile("marked=yes\nstartmuted=yes");
    let line = town.enter("801", ANNAS_PIN);
    assert!(town.studio.leg(line.leg).muted);
    assert_eq!(roles(&mut town), [(PinRoleName::Member, true)]);
    town.news();
    profile(&mut town, "hers", "admin=yes", Some(1));
    assert_eq!(town.news(), ["participant.role_changed"]);
    assert_eq!(roles(&mut town), [(PinRoleName::Moderator, false)]);
    give(&mut town, Some(None), PinWish::Kept).unwrap();
    assert_eq!(roles(&mut town), [(PinRoleName::Member, false)]);
}

#[test]
fn a_pin_stays_when_only_its_profile_changes_and_a_profile_when_only_its_pin_does() {
    let mut town = with_annas_profile("marked=yes");
    profile(&mut town, "other", "quiet=yes", None);
    let view = give(&mut town, Some(Some("other")), PinWish::Kept).unwrap();
    assert_eq!(view.personal_pins[0].pin, ANNAS_PIN);
    let view = give(&mut town, None, PinWish::Generated).unwrap();
    assert_ne!(view.personal_pins[0].pin, ANNAS_PIN);
    assert_eq!(view.personal_pins[0].profile.as_deref(), Some("other"));
}

#[test]
fn a_profile_that_is_not_there_is_refused_with_the_nearest() {
    let mut town = with_annas_profile("marked=yes");
    let problem = give(&mut town, Some(Some("her")), PinWish::Kept).unwrap_err();
    assert_eq!(
        (problem.status, &*problem.errors[0].field),
        (422, "profile")
    );
    assert_eq!(
        problem.errors[0].accepted,
        "did you mean hers? There are: hers"
    );
    // A bridge profile is no user profile.
    let key = ProfileKey::read("bridge", "big").unwrap();
    let text = "max_members=9".to_owned();
    let big = ProfileRequest::Create { key, text };
    town.ask(Request::Profile(big)).unwrap();
    let problem = give(&mut town, Some(Some("big")), PinWish::Kept).unwrap_err();
    assert_eq!(problem.errors[0].accepted, "one of the profiles hers");
}

#[test]
fn a_profile_that_a_pin_names_stays_as_long_as_it_does() {
    let mut town = with_annas_profile("marked=yes");
    let shown = town.ask(Request::Profile(ProfileRequest::List)).unwrap();
    let Response::Profiles(profiles) = shown else {
        panic!("{shown:?}");
    };
    assert_eq!(profiles[0].rooms[0].extension, "801");
    let problem = delete_profile(&mut town, "hers").unwrap_err();
    assert_eq!(problem.status, 409);
    assert!(
        problem.detail.contains("personal PIN of room 801"),
        "{problem:?}"
    );
    town.ask(Request::ClearPin {
        key: RoomKey::new("801"),
        of: anna(),
    })
    .unwrap();
    delete_profile(&mut town, "hers").unwrap();
}
