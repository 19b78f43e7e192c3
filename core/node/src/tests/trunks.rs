//! Calls over trunks: whose they are, which room they reach, and how many there may be.

use std::time::Duration;

use conclave_model::{
    Chance, Origin, TrunkHost, TrunkId, TrunkRecord, TrunkSetting, UnixMillis, Way,
};
use conclave_trunk::TrunkState;

use super::Town;

const SECOND: Duration = Duration::from_secs(1);

/// One whose other side is where the phone is, which answers OPTIONS.
fn record(settings: &[(&str, &str)]) -> TrunkRecord {
    let mut chance = Chance::from_seed([6; 32]);
    let host = TrunkHost::read("host", "192.0.2.7").unwrap();
    let mut record = TrunkRecord::new("PBX".parse().unwrap(), host, UnixMillis(7), &mut chance);
    for (name, text) in [&[("callers", "inside")], settings].concat() {
        let setting = TrunkSetting::from_name(name).expect("a setting");
        setting.set(&mut record, text).unwrap();
    }
    record.check().unwrap();
    record
}

fn town(settings: &[(&str, &str)]) -> (Town, TrunkId) {
    let record = record(settings);
    let id = record.id;
    let mut town = Town::with(|config| config.trunks = vec![record]);
    town.add_room("801", None);
    town.pass(SECOND);
    (town, id)
}

fn state(town: &Town, id: TrunkId) -> TrunkState {
    town.node.trunks.get(id).unwrap().status().state
}

fn calls(town: &Town, id: TrunkId) -> usize {
    town.node.trunks.get(id).unwrap().status().calls
}

fn says(town: &Town, words: &str) -> bool {
    town.logs.iter().any(|line| line.contains(words))
}

#[test]
fn a_call_from_the_other_sides_address_is_the_trunks_and_is_counted_until_it_ends() {
    let (mut town, id) = town(&[]);
    assert_eq!(state(&town, id), TrunkState::Up);
    let line = town.line("801");
    let caller = town.node.calls.iter().next().unwrap().1.caller().clone();
    assert_eq!(caller.origin, Origin::Trunk(id));
    assert_eq!(caller.way, Way::Trunk);
    assert_eq!(caller.number, "0891234567");
    assert_eq!(caller.name.as_deref(), Some("Anna"));
    assert_eq!(calls(&town, id), 1);
    town.hang_up(line);
    town.pass(60 * SECOND);
    assert_eq!(calls(&town, id), 0);
}

#[test]
fn a_call_from_elsewhere_is_not_the_trunks() {
    let (mut town, id) = town(&[("host", "192.0.2.77")]);
    let line = town.line("801");
    let caller = town.node.calls.iter().next().unwrap().1.caller().clone();
    assert_eq!((caller.origin, caller.way), (Origin::Stranger, Way::Phone));
    assert_eq!(calls(&town, id), 0);
    town.hang_up(line);
}

#[test]
fn one_call_more_than_the_trunk_may_have_is_refused_as_busy() {
    let (mut town, id) = town(&[("max_calls", "1")]);
    let first = town.line("801");
    let second = town.dial("801");
    assert_eq!(town.refusal(second), Some(486));
    assert!(says(&town, "was refused with 486: it has 1 already"));
    town.hang_up(first);
    town.pass(SECOND);
    let third = town.line("801");
    assert_eq!(calls(&town, id), 1);
    town.hang_up(third);
}

#[test]
fn a_number_that_names_no_room_reaches_the_target_and_one_that_does_its_own() {
    let (mut town, _) = town(&[("target", "801")]);
    town.add_room("802", None);
    for (dialled, room) in [("4999129691", "801"), ("802", "802")] {
        let line = town.line(dialled);
        let live = town.node.live.iter().next().unwrap();
        assert_eq!(live.room.record().extension.as_str(), room, "{dialled}");
        town.hang_up(line);
        town.pass(60 * SECOND);
    }
}

#[test]
fn a_disabled_trunk_is_as_if_it_were_not_there() {
    let (mut town, id) = town(&[("enabled", "no")]);
    assert_eq!(state(&town, id), TrunkState::Disabled);
    let line = town.line("801");
    let caller = town.node.calls.iter().next().unwrap().1.caller().clone();
    assert_eq!(caller.origin, Origin::Stranger);
    town.hang_up(line);
}

#[test]
fn a_trunk_goes_down_when_nobody_answers_and_up_when_somebody_does() {
    let (mut town, id) = town(&[("options_s", "10")]);
    town.phone_is_silent = true;
    town.pass(180 * SECOND);
    assert_eq!(state(&town, id), TrunkState::Down);
    assert!(says(
        &town,
        "Trunk \"PBX\" is down: no answer from 192.0.2.7:5060"
    ));
    town.phone_is_silent = false;
    town.pass(60 * SECOND);
    assert_eq!(state(&town, id), TrunkState::Up);
    assert!(says(&town, "Trunk \"PBX\" is up"));
}

#[test]
fn a_server_that_ends_asks_nobody_any_more() {
    let (mut town, _) = town(&[("options_s", "10")]);
    town.input(crate::Input::Shutdown);
    town.wire.clear();
    town.pass(600 * SECOND);
    assert!(!town.wire.contains("OPTIONS"), "{}", town.wire);
    assert!(town.shutdown_complete);
}
