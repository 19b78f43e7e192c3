//! A trunk that registers: renews in time, hears a no, and does not hammer.

mod common;

use common::{Bench, Script, address, call, way};
use conclave_model::limits;
use conclave_sip::{ConnId, OutMethod};
use conclave_trunk::{Errand, TrunkState};

const PHONE: [(&str, &str); 3] = [
    ("kind", "registering"),
    ("user", "801"),
    ("secret", "open sesame"),
];

fn bench(script: Script) -> (Bench, conclave_model::TrunkId) {
    let mut bench = Bench::new();
    bench.answers = vec![(address(1), script)];
    let id = bench.put(&PHONE);
    (bench, id)
}

#[test]
fn it_registers_and_renews_before_the_end() {
    let (mut bench, id) = bench(Script::Grants(300));
    assert_eq!(bench.state(id), TrunkState::Up);
    let (_, _, first) = &bench.sent[0];
    assert_eq!(first.method, OutMethod::Register);
    assert_eq!(
        (first.expires_s, first.target.as_str()),
        (Some(600), "sip:pbx.example")
    );
    assert_eq!(first.from, "sip:801@pbx.example");
    assert_eq!(first.contact_user, bench.trunk(id).record().line);
    let account = first.account.as_ref().expect("a password");
    assert_eq!(
        (account.user.as_str(), account.password.as_str()),
        ("801", "open sesame")
    );
    bench.wait_s(3_600);
    assert_eq!(bench.turned, [TrunkState::Up], "it never ran out");
    let times = bench.count(Errand::Register);
    assert!((15..=20).contains(&times), "{times}");
    let calls: Vec<_> = bench
        .sent
        .iter()
        .filter(|(_, errand, _)| *errand == Errand::Register)
        .collect();
    assert!(
        calls
            .windows(2)
            .all(|two| two[0].2.call_id == two[1].2.call_id)
    );
    assert!(
        calls
            .windows(2)
            .all(|two| two[0].2.sequence < two[1].2.sequence)
    );
}

#[test]
fn a_registrar_that_wants_longer_gets_it() {
    let (mut bench, id) = bench(Script::Wants(1_800));
    assert_eq!(bench.state(id), TrunkState::Up);
    assert_eq!(bench.count(Errand::Register), 2);
    bench.wait_s(3_000);
    assert!(bench.count(Errand::Register) <= 5);
    // One that never has enough is left alone.
    let (mut bench, id) = self::bench(Script::Wants(1_000_000));
    assert_eq!(bench.problem(id), "it takes no registration of this length");
    bench.wait_s(300);
    assert_eq!(bench.count(Errand::Register), 1);
}

#[test]
fn who_is_refused_does_not_hammer() {
    for (status, words) in [
        (403, "it refuses us: 403 Because"),
        (404, "it does not know the user"),
        (401, "it asks for a proof that is no digest"),
        (302, "it answered 302 Because"),
        (603, "it answered 603 Because"),
    ] {
        let (mut bench, id) = bench(Script::Status(status));
        assert_eq!(bench.state(id), TrunkState::Down);
        assert_eq!(bench.problem(id), words);
        bench.wait_s(limits::TRUNK_REFUSED_RETRY.as_secs() * 3 / 4 - 1);
        assert_eq!(bench.count(Errand::Register), 1, "{status}");
        bench.wait_s(24 * 3_600);
        let times = bench.count(Errand::Register);
        assert!((48..130).contains(&times), "{times} in a day");
        // Whoever mended it does not wait: a change begins anew.
        bench.answers = vec![(address(1), Script::Grants(600))];
        bench.put(&PHONE);
        assert_eq!(bench.state(id), TrunkState::Up);
    }
}

#[test]
fn without_a_password_it_says_that_one_is_wanted() {
    let mut bench = Bench::new();
    bench.answers = vec![(address(1), Script::Status(401))];
    let id = bench.put(&PHONE[..2]);
    assert_eq!(bench.problem(id), "it wants a password, and none is set");
}

#[test]
fn a_binding_that_is_not_kept_is_no_registration() {
    let (bench, id) = bench(Script::Grants(0));
    assert_eq!(bench.state(id), TrunkState::Down);
    assert_eq!(
        bench.problem(id),
        "it accepted the registration but did not keep it"
    );
}

#[test]
fn a_registrar_that_dies_is_seen_and_found_again() {
    let (mut bench, id) = bench(Script::Grants(300));
    bench.answers.clear();
    bench.wait_s(400);
    assert_eq!(bench.state(id), TrunkState::Down);
    assert_eq!(bench.problem(id), "no answer from 198.51.100.1:5060");
    assert_eq!(bench.trunk(id).status().registered_until, None);
    let before = bench.count(Errand::Register);
    bench.wait_s(24 * 3_600);
    let tries = bench.count(Errand::Register) - before;
    assert!((45..150).contains(&tries), "{tries} in a day");
    bench.answers = vec![(address(1), Script::Grants(300))];
    bench.wait_s(limits::TRUNK_RETRY_MAX.as_secs());
    assert_eq!(bench.state(id), TrunkState::Up);
    use TrunkState::{Down, Up};
    assert_eq!(bench.turned, [Up, Down, Up]);
}

#[test]
fn the_second_registrar_is_tried_at_once() {
    let mut bench = Bench::new();
    bench.ways = Ok(vec![way(1, 1), way(2, 2)]);
    bench.answers = vec![
        (address(1), Script::Status(503)),
        (address(2), Script::Grants(600)),
    ];
    let id = bench.put(&PHONE);
    assert_eq!(bench.asked(Errand::Register), ["1", "2"]);
    assert_eq!(bench.state(id), TrunkState::Up);
}

#[test]
fn a_stream_that_closes_is_registered_over_anew() {
    let mut bench = Bench::new();
    let mut found = way(1, 1);
    found.path.conn = Some(ConnId(5));
    bench.ways = Ok(vec![found]);
    bench.answers = vec![(address(1), Script::Grants(600))];
    let id = bench.put(&PHONE);
    assert_eq!(bench.count(Errand::Register), 1);
    bench.step(|trunks, turn| trunks.stream_closed(turn, ConnId(6)));
    bench.wait_s(4);
    assert_eq!(bench.count(Errand::Register), 1, "not ours");
    bench.step(|trunks, turn| trunks.stream_closed(turn, ConnId(5)));
    bench.wait_s(4);
    assert_eq!(bench.count(Errand::Register), 2);
    assert_eq!(bench.state(id), TrunkState::Up);
}

#[test]
fn one_that_goes_says_farewell() {
    let (mut bench, id) = bench(Script::Grants(600));
    bench.step(|trunks, turn| trunks.remove(turn, id));
    let (_, errand, last) = bench.sent.last().expect("sent");
    assert_eq!((*errand, last.expires_s), (Errand::Farewell, Some(0)));
    let (mut bench, _) = self::bench(Script::Status(403));
    bench.step(|trunks, turn| trunks.shut_down(turn));
    assert_eq!(bench.count(Errand::Farewell), 0, "it was never there");
}

#[test]
fn its_calls_name_its_line_wherever_they_come_from() {
    let (bench, id) = bench(Script::Grants(600));
    let line = bench.trunk(id).record().line.clone();
    let found = bench.trunks.of_incoming(&call("203.0.113.99:5060", &line));
    assert_eq!(found.map(|trunk| trunk.record().id), Some(id));
    assert!(
        bench
            .trunks
            .of_incoming(&call("203.0.113.99:5060", "801"))
            .is_none()
    );
}

#[test]
fn of_two_accounts_at_one_address_the_dialled_one_is_meant() {
    let (mut bench, first) = bench(Script::Grants(600));
    let settings = [PHONE[0], ("user", "802"), PHONE[2], ("name", "Second")];
    let second = bench.put(&settings);
    for (dialled, meant) in [("801", first), ("802", second), ("900", first)] {
        let found = bench
            .trunks
            .of_incoming(&call("198.51.100.1:5060", dialled));
        assert_eq!(
            found.map(|trunk| trunk.record().id),
            Some(meant),
            "{dialled}"
        );
    }
}
