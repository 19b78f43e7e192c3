//! Trunks in the simulated city: registered with a registrar that refuses, wants more time, dies
//! and comes back; watched; and whose calls reach which room.

mod scene;

use std::net::SocketAddr;

use conclave_api::{
    DoorName, LiveView, Request, Response, RoomKey, TrunkRequest, TrunkStateName, TrunkView,
    TrunkWish,
};
use conclave_model::Codec;
use conclave_world::{City, Line, PeerId};
use scene::{city, dial, seconds, silent};
use serde_json::{Value, json};

fn attach(city: &mut City, body: &Value) {
    let wish = TrunkWish::read(body).expect("a wish");
    let made = city.ask(Request::Trunk(TrunkRequest::Create(wish)));
    assert!(matches!(made, Ok(Response::Trunk(_))), "{made:?}");
    city.run(seconds(2));
}

fn change(city: &mut City, body: &Value) {
    let wish = TrunkWish::read(body).expect("a wish");
    let changed = city.ask(Request::Trunk(TrunkRequest::Update {
        key: "PBX".to_owned(),
        wish,
        if_version: None,
    }));
    assert!(matches!(changed, Ok(Response::Trunk(_))), "{changed:?}");
    city.run(seconds(2));
}

fn trunk(city: &mut City) -> TrunkView {
    match city.ask(Request::Trunk(TrunkRequest::Show("PBX".to_owned()))) {
        Ok(Response::Trunk(trunk)) => *trunk,
        other => panic!("{other:?}"),
    }
}

fn state(city: &mut City) -> TrunkStateName {
    trunk(city).status.state
}

fn live(city: &mut City) -> LiveView {
    match city.ask(Request::ShowLive(RoomKey::new("801"))) {
        Ok(Response::Live(live)) => live,
        other => panic!("{other:?}"),
    }
}

/// How often this was told.
fn told(city: &City, what: &str) -> usize {
    let all = city.published.iter();
    all.filter(|event| event.what.type_name() == what).count()
}

fn address(city: &mut City, peer: PeerId) -> SocketAddr {
    city.peer(peer).sip
}

/// A city with room 801 and two registrars that have one name, the first before the second.
fn two_registrars() -> (City, PeerId, PeerId) {
    let mut city = city(None, false, false);
    let (first, second) = (city.add_peer(), city.add_peer());
    let ways = vec![address(&mut city, first), address(&mut city, second)];
    city.set_name("pbx.example", ways);
    (city, first, second)
}

fn account() -> Value {
    json!({
        "name": "PBX", "host": "pbx.example", "kind": "registering", "user": "801",
        "secret": "open sesame", "options_s": 10, "expires_s": 120, "target": "801"
    })
}

#[test]
fn a_registration_is_proved_once_and_renewed_before_it_ends() {
    let (mut city, first, _) = two_registrars();
    attach(&mut city, &account());
    assert_eq!(state(&mut city), TrunkStateName::Up);
    assert_eq!(city.peer(first).answers, [401, 200]);
    let (_, granted_s) = city.peer(first).binding.clone().expect("a binding");
    assert_eq!(granted_s, 120);
    city.run(seconds(600));
    assert_eq!(state(&mut city), TrunkStateName::Up);
    assert!(
        city.peer(first).answers.len() >= 7,
        "{:?}",
        city.peer(first).answers
    );
    assert_eq!((told(&city, "trunk.up"), told(&city, "trunk.down")), (1, 0));
}

#[test]
fn a_wrong_password_is_said_in_plain_words_and_not_tried_again_and_again() {
    let (mut city, first, _) = two_registrars();
    city.peer(first).account.1 = "another".to_owned();
    attach(&mut city, &account());
    city.run(seconds(120));
    let view = trunk(&mut city);
    assert_eq!(view.status.state, TrunkStateName::Down);
    assert_eq!(
        view.status.last_problem.as_deref(),
        Some("it refused the password")
    );
    assert_eq!(city.peer(first).answers, [401, 401]);
    city.peer(first).account.1 = "open sesame".to_owned();
    change(&mut city, &json!({"secret": "open sesame"}));
    assert_eq!(state(&mut city), TrunkStateName::Up);
}

#[test]
fn a_registrar_that_wants_a_longer_registration_gets_it() {
    let (mut city, first, _) = two_registrars();
    city.peer(first).least_s = 900;
    attach(&mut city, &account());
    assert_eq!(state(&mut city), TrunkStateName::Up);
    assert!(city.peer(first).answers.contains(&423));
    let (_, granted_s) = city.peer(first).binding.clone().expect("a binding");
    assert_eq!(granted_s, 900);
}

#[test]
fn a_registrar_that_dies_is_left_for_the_second_and_the_trunk_stays_or_comes_up() {
    let (mut city, first, second) = two_registrars();
    attach(&mut city, &account());
    city.peer(first).is_dead = true;
    city.run(seconds(180));
    assert_eq!(state(&mut city), TrunkStateName::Up);
    assert!(city.peer(second).binding.is_some());
    let remote = address(&mut city, second).to_string();
    let view = trunk(&mut city);
    assert!(view.status.remote.is_some_and(|way| way.ends_with(&remote)));

    city.peer(second).is_dead = true;
    city.run(seconds(300));
    let view = trunk(&mut city);
    assert_eq!(view.status.state, TrunkStateName::Down);
    let problem = view.status.last_problem.expect("a problem");
    assert!(problem.starts_with("no answer from 10.200.0."), "{problem}");
    city.peer(first).is_dead = false;
    city.run(seconds(2_000));
    assert_eq!(state(&mut city), TrunkStateName::Up);
    assert!(told(&city, "trunk.down") >= 1 && told(&city, "trunk.up") >= 2);
}

#[test]
fn a_call_over_the_registration_reaches_the_target_and_is_the_trunks() {
    let (mut city, first, _) = two_registrars();
    attach(&mut city, &account());
    city.peer_calls(first, "801");
    city.run(seconds(3));
    assert!(city.peer(first).refused.is_empty());
    assert_eq!(city.peer(first).answered.len(), 1);
    let live = live(&mut city);
    assert_eq!(live.participants[0].door, DoorName::Trunk);
    assert_eq!(trunk(&mut city).status.calls, 1);
}

#[test]
fn one_lost_answer_is_no_outage_and_three_are() {
    let mut city = city(None, false, false);
    let peer = city.add_peer();
    let host = address(&mut city, peer).to_string();
    attach(
        &mut city,
        &json!({"name": "PBX", "host": host, "options_s": 30}),
    );
    assert_eq!(state(&mut city), TrunkStateName::Up);
    city.peer(peer).is_dead = true;
    city.run(seconds(40));
    assert_eq!(state(&mut city), TrunkStateName::Up);
    city.run(seconds(60));
    assert_eq!(state(&mut city), TrunkStateName::Down);
    city.peer(peer).is_dead = false;
    city.run(seconds(60));
    assert_eq!(state(&mut city), TrunkStateName::Up);
    assert_eq!((told(&city, "trunk.up"), told(&city, "trunk.down")), (2, 1));
}

#[test]
fn a_call_from_its_address_is_the_trunks_and_one_from_elsewhere_is_not() {
    let mut city = city(None, false, false);
    let (theirs, other) = (
        silent(&mut city, Codec::Pcma),
        silent(&mut city, Codec::Pcma),
    );
    let host = city.phone(theirs).sip.to_string();
    attach(
        &mut city,
        &json!({"name": "PBX", "host": host, "target": "801"}),
    );
    // A number that is no room's reaches the target over the trunk, and nothing else does.
    dial(&mut city, theirs, "4999129691");
    city.run(seconds(2));
    city.dial(other, "4999129691");
    city.run(seconds(10));
    assert_ne!(city.phone(other).line, Line::Up);
    let live = live(&mut city);
    let doors: Vec<DoorName> = live.participants.iter().map(|one| one.door).collect();
    assert_eq!(doors, [DoorName::Trunk]);
    city.hang_up(theirs);
    city.run(seconds(2));
    assert_eq!(trunk(&mut city).status.calls, 0);
}
