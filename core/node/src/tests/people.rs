//! Who somebody is in a room by the PIN they came with: their role, and what is told of it.

use conclave_api::{
    LiveView, NewPin, ParticipantView, PinRoleName, Problem, Request, Response, RoomKey,
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
            pin: Some(pin.parse().unwrap()),
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
