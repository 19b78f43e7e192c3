//! A trunk beside a telephone system: watched by OPTIONS, found by name, known by its address.

mod common;

use common::{Bench, Script, address, call, way};
use conclave_sip::{LookupFailure, Transport};
use conclave_trunk::{Errand, Probe, TrunkState};

#[test]
fn it_is_up_with_the_first_answer_and_asked_every_minute() {
    let (mut bench, id) = Bench::with(&[]);
    assert_eq!(bench.state(id), TrunkState::Up);
    bench.wait_s(300);
    assert_eq!(bench.count(Errand::Options), 6);
    assert_eq!(bench.turned, [TrunkState::Up]);
    let status = bench.trunk(id).status();
    assert_eq!(status.server.as_deref(), Some("scripted"));
    assert_eq!(status.remote.map(|(_, remote)| remote), Some(address(1)));
    let (_, _, request) = &bench.sent[0];
    assert_eq!(request.target, "sip:pbx.example");
    assert_eq!(request.from, "sip:192.0.2.1");
}

#[test]
fn any_answer_shows_that_somebody_is_there() {
    for status in [200, 404, 405, 403, 483, 500] {
        let mut bench = Bench::new();
        bench.answers = vec![(address(1), Script::Status(status))];
        let id = bench.put(&[]);
        assert_eq!(bench.state(id), TrunkState::Up, "{status}");
    }
}

#[test]
fn down_after_three_missed_and_up_after_two_answered() {
    let (mut bench, id) = Bench::with(&[]);
    bench.answers.clear();
    // The next is due after a minute, and given up after ten seconds.
    bench.wait_s(60 + 10);
    assert_eq!(bench.problem(id), "no answer from 198.51.100.1:5060");
    assert_eq!(bench.state(id), TrunkState::Up, "one may be lost");
    bench.wait_s(20);
    assert_eq!(bench.state(id), TrunkState::Up);
    bench.wait_s(20);
    assert_eq!(bench.state(id), TrunkState::Down);
    bench.answers = vec![(address(1), Script::Status(200))];
    bench.wait_s(60);
    assert_eq!(bench.state(id), TrunkState::Down, "one answer is no proof");
    bench.wait_s(10);
    assert_eq!(bench.state(id), TrunkState::Up);
    use TrunkState::{Down, Up};
    assert_eq!(bench.turned, [Up, Down, Up]);
}

#[test]
fn a_second_server_takes_over_without_an_outage() {
    let mut bench = Bench::new();
    bench.ways = Ok(vec![way(1, 1), way(2, 2)]);
    bench.answers.push((address(2), Script::Status(200)));
    let id = bench.put(&[]);
    bench.answers.remove(0);
    bench.wait_s(75);
    assert_eq!(bench.state(id), TrunkState::Up);
    assert_eq!(bench.asked(Errand::Options), ["1", "1", "2"]);
    assert_eq!(bench.turned, [TrunkState::Up]);
    // It stays there while that serves, whatever the name says anew.
    bench.answers.push((address(1), Script::Status(200)));
    bench.wait_s(1_000);
    assert_eq!(
        bench.asked(Errand::Options).last().map(String::as_str),
        Some("2")
    );
    assert!(bench.looked_up.len() >= 4, "{}", bench.looked_up.len());
}

#[test]
fn a_name_that_leads_nowhere_is_said_so_and_asked_again() {
    let mut bench = Bench::new();
    bench.ways = Err(LookupFailure::NoAddress);
    let id = bench.put(&[]);
    assert_eq!(bench.problem(id), "the name pbx.example has no address");
    bench.wait_s(65);
    assert_eq!(bench.state(id), TrunkState::Down);
    bench.ways = Ok(vec![way(1, 1)]);
    bench.wait_s(60);
    assert_eq!(bench.state(id), TrunkState::Up);
}

#[test]
fn one_that_nobody_asks_is_unwatched_and_still_known() {
    let (mut bench, id) = Bench::with(&[("options_s", "0")]);
    bench.wait_s(600);
    assert_eq!(bench.count(Errand::Options), 0);
    assert_eq!(bench.state(id), TrunkState::Unwatched);
    let found = bench.trunks.of_incoming(&call("198.51.100.1:5062", "801"));
    assert_eq!(found.map(|trunk| trunk.record().id), Some(id));
}

#[test]
fn a_disabled_one_does_nothing_and_knows_nobody() {
    let (mut bench, id) = Bench::with(&[("enabled", "no"), ("allowed", "198.51.100.0/24")]);
    bench.wait_s(600);
    assert!(bench.sent.is_empty() && bench.looked_up.is_empty());
    assert_eq!(bench.state(id), TrunkState::Disabled);
    assert!(
        bench
            .trunks
            .of_incoming(&call("198.51.100.1:5060", "801"))
            .is_none()
    );
    bench.step(|trunks, turn| assert!(!trunks.test(turn, id)));
}

#[test]
fn its_calls_are_known_by_their_address_and_a_strangers_are_not() {
    let (mut bench, id) = Bench::with(&[("allowed", "203.0.113.0/28")]);
    for (source, known) in [
        ("198.51.100.1:5060", true),
        ("198.51.100.1:40000", true),
        ("[::ffff:198.51.100.1]:5060", true),
        ("203.0.113.15:5060", true),
        ("203.0.113.16:5060", false),
        ("198.51.100.2:5060", false),
        ("[2001:db8::1]:5060", false),
    ] {
        let found = bench.trunks.of_incoming(&call(source, "801"));
        assert_eq!(
            found.map(|trunk| trunk.record().id),
            known.then_some(id),
            "{source}"
        );
    }
    // The nearer of two.
    let near = bench.put(&[
        ("name", "Near"),
        ("allowed", "203.0.113.7"),
        ("host", "other.example"),
    ]);
    bench.wait_s(1);
    let found = bench.trunks.of_incoming(&call("203.0.113.7:5060", "801"));
    assert_eq!(found.map(|trunk| trunk.record().id), Some(near));
    bench.step(|trunks, turn| trunks.remove(turn, id));
    assert!(
        bench
            .trunks
            .of_incoming(&call("203.0.113.9:5060", "801"))
            .is_none()
    );
}

#[test]
fn a_test_says_at_once_what_came() {
    let (mut bench, id) = Bench::with(&[("options_s", "0")]);
    bench.step(|trunks, turn| assert!(trunks.test(turn, id)));
    let [
        Probe::Answered {
            status: 200,
            remote,
            ..
        },
    ] = &bench.tested[..]
    else {
        panic!("{:?}", bench.tested)
    };
    assert_eq!(*remote, address(1));
    bench.wait_s(300);
    assert_eq!(bench.count(Errand::Options), 1, "and none by the clock");
    bench.answers.clear();
    bench.step(|trunks, turn| assert!(trunks.test(turn, id)));
    bench.wait_s(5);
    let Some(Probe::Failed(trouble)) = bench.tested.get(1) else {
        panic!("{:?}", bench.tested)
    };
    assert_eq!(trouble.sentence(), "no answer from 198.51.100.1:5060");
    bench.answers = vec![(address(1), Script::NoConnection)];
    bench.step(|trunks, turn| assert!(trunks.test(turn, id)));
    let Some(Probe::Failed(trouble)) = bench.tested.get(2) else {
        panic!("{:?}", bench.tested)
    };
    assert_eq!(trouble.sentence(), "no connection to 198.51.100.1:5060");
}

#[test]
fn over_tls_it_says_who_should_have_been_proved_to_be_there() {
    let (mut bench, _) = Bench::with(&[]);
    let mut way = way(1, 1);
    way.path.transport = Transport::Tls;
    bench.ways = Ok(vec![way]);
    let id = bench.put(&[("transport", "tls"), ("options_s", "0")]);
    bench.answers = vec![(address(1), Script::NoConnection)];
    bench.step(|trunks, turn| assert!(trunks.test(turn, id)));
    let [Probe::Failed(trouble)] = &bench.tested[..] else {
        panic!("{:?}", bench.tested)
    };
    let host = bench.looked_up[0].1.host.clone();
    let sentence = format!("the certificate is not one for {host}");
    assert!(trouble.sentence().contains(&sentence), "{trouble:?}");
}

#[test]
fn a_change_begins_anew_and_calls_stay_counted() {
    use conclave_model::{CallId, Chance, UnixMillis};
    let (mut bench, id) = Bench::with(&[("max_calls", "2")]);
    let mut chance = Chance::from_seed([4; 32]);
    let calls = [1, 2].map(|at| CallId::mint(UnixMillis(at), &mut chance));
    for call in calls {
        assert!(bench.trunk(id).has_room());
        bench.trunks.begin_call(id, call);
    }
    assert!(!bench.trunk(id).has_room());
    bench.put(&[("max_calls", "2")]);
    assert_eq!(bench.trunk(id).status().calls, 2);
    bench.trunks.end_call(calls[0]);
    assert!(bench.trunk(id).has_room());
    bench.trunks.end_call(calls[0]);
    assert_eq!(bench.trunk(id).status().calls, 1);
}
