//! What telephones ask of a registrar, and what they may rely on.

mod common;

use std::time::Duration;

use common::{Bench, contact, flow, one, register};
use conclave_model::limits;
use conclave_registrar::{BindingEnd, News, Refusal, granted};
use conclave_sip::{ConnId, Contacts, Transport};

const HOME: &str = "sip:anna@192.0.2.7:5062";
const DESK: &str = "sip:anna@192.0.2.8:5060";

fn ends(news: &[News]) -> Vec<BindingEnd> {
    let end = |news: &News| match news {
        News::Ended { why, .. } => Some(*why),
        News::Began { .. } | News::Renewed { .. } => None,
    };
    news.iter().filter_map(end).collect()
}

#[test]
fn an_account_has_many_telephones_and_each_runs_out_by_itself() {
    let mut bench = Bench::new();
    bench.send(&one("a", 1, contact(HOME, Some(60)))).unwrap();
    bench.send(&one("b", 1, contact(DESK, Some(90)))).unwrap();
    assert_eq!(bench.contacts(), [HOME, DESK]);
    let first = bench.registrar.poll_timeout().map(|(at, _)| at);
    assert_eq!(first, Some(bench.start + Duration::from_secs(60)));
    assert!(bench.wait(59).is_empty());
    assert_eq!(ends(&bench.wait(1)), [BindingEnd::Expired]);
    assert_eq!(bench.contacts(), [DESK]);
    let again = bench.send(&one("b", 2, contact(DESK, Some(0)))).unwrap();
    assert_eq!(ends(&again), [BindingEnd::ByPhone]);
    assert_eq!(bench.registrar.registered(), 0);
    assert_eq!(bench.registrar.poll_timeout(), None);
}

#[test]
fn the_time_is_negotiated() {
    let mut bench = Bench::new();
    for (asked, granted) in [
        (None, limits::PHONE_EXPIRES_DEFAULT_S),
        (Some(60), 60),
        (Some(7_200), 7_200),
        (Some(u32::MAX), 7_200),
    ] {
        bench = Bench::new();
        bench.send(&one("a", 1, contact(HOME, asked))).unwrap();
        let left = bench.registrar.bindings(bench.phone)[0].left_s(bench.now);
        assert_eq!(left, u64::from(granted), "{asked:?}");
    }
    for brief in [1, 59] {
        let refusal = bench.send(&one("b", 1, contact(DESK, Some(brief))));
        assert_eq!(refusal, Err(Refusal::IntervalTooBrief));
    }
    let answer = Refusal::IntervalTooBrief.answer();
    assert_eq!(answer.status, 423);
    assert_eq!(answer.fields, [("Min-Expires", "60".to_owned())]);
    // Expires is for contacts that say nothing themselves.
    let mut sent = one("c", 1, contact(DESK, None));
    sent.register.expires_s = Some(61);
    bench.send(&sent).unwrap();
    assert_eq!(
        bench.registrar.bindings(bench.phone)[1].left_s(bench.now),
        61
    );
}

#[test]
fn a_request_that_was_overtaken_changes_nothing() {
    let mut bench = Bench::new();
    bench.send(&one("a", 5, contact(HOME, None))).unwrap();
    for late in [4, 5] {
        let both = vec![contact(DESK, None), contact(HOME, Some(0))];
        let sent = register("a", late, Contacts::These(both));
        assert_eq!(bench.send(&sent), Err(Refusal::OutOfOrder));
        let all = register("a", late, Contacts::All);
        assert_eq!(bench.send(&all), Err(Refusal::OutOfOrder));
    }
    assert_eq!(bench.contacts(), [HOME]);
    // Another Call-ID counts by itself: the telephone was restarted.
    bench.send(&one("b", 1, contact(HOME, None))).unwrap();
    let all = register("c", 1, Contacts::All);
    assert_eq!(ends(&bench.send(&all).unwrap()), [BindingEnd::ByPhone]);
}

#[test]
fn who_asks_for_nothing_is_told_what_is_there() {
    let mut bench = Bench::new();
    bench.send(&one("a", 1, contact(HOME, None))).unwrap();
    bench
        .send(&one("b", 1, flow(DESK, "<urn:x\"y>", 2)))
        .unwrap();
    bench.wait(10);
    let sent = register("c", 1, Contacts::None);
    assert_eq!(bench.send(&sent), Ok(Vec::new()));
    let bindings = bench.registrar.bindings(bench.phone);
    let answer = granted(bench.now, &sent.asked, &sent.register, bindings);
    assert_eq!(answer.status, 200);
    let home = format!("<{HOME}>;expires=3590");
    let desk = format!("<{DESK}>;expires=3590;+sip.instance=\"<urn:x\\\"y>\";reg-id=2");
    assert_eq!(answer.fields, [("Contact", home), ("Contact", desk)]);
}

#[test]
fn a_flow_is_replaced_when_it_comes_by_another_stream() {
    let mut bench = Bench::new();
    let first = one("a", 1, flow(HOME, "<urn:1>", 1)).over(Transport::Tcp, 1);
    bench.send(&first).unwrap();
    let bindings = bench.registrar.bindings(bench.phone);
    let answer = granted(bench.now, &first.asked, &first.register, bindings);
    let wanted = [("Require", "outbound"), ("Flow-Timer", "120")];
    for (name, value) in wanted {
        assert!(answer.fields.contains(&(name, value.to_owned())), "{name}");
    }
    let second = one("b", 1, flow(DESK, "<urn:1>", 1)).over(Transport::Tcp, 2);
    let news = bench.send(&second).unwrap();
    assert!(matches!(&news[..], [News::Renewed { .. }]), "{news:?}");
    let other = one("c", 1, flow(DESK, "<urn:1>", 2)).over(Transport::Tcp, 3);
    bench.send(&other).unwrap();
    assert_eq!(bench.registrar.bindings(bench.phone).len(), 2);
    assert!(bench.registrar.stream_closed(ConnId(1)).is_empty());
    let gone = bench.registrar.stream_closed(ConnId(2));
    assert_eq!(ends(&gone), [BindingEnd::StreamClosed]);
    let left = bench.registrar.bindings(bench.phone);
    assert_eq!(left[0].path.conn, Some(ConnId(3)));
}

#[test]
fn who_can_be_reached_again_outlives_the_stream_and_a_browser_does_not() {
    let mut bench = Bench::new();
    let tcp = one("a", 1, contact(HOME, None)).over(Transport::Tcp, 1);
    let ws = one("b", 1, contact("sip:x@y.invalid", None)).over(Transport::Ws, 2);
    bench.send(&tcp).unwrap();
    bench.send(&ws).unwrap();
    assert!(bench.registrar.stream_closed(ConnId(1)).is_empty());
    assert_eq!(bench.registrar.stream_closed(ConnId(2)).len(), 1);
    let left = bench.registrar.bindings(bench.phone);
    assert_eq!((left.len(), left[0].path.conn), (1, None));
}

#[test]
fn a_restart_finds_whom_it_can_reach() {
    let mut bench = Bench::new();
    let mut behind = one("a", 7, contact(HOME, Some(600)));
    behind.register.paths = vec!["<sip:edge@192.0.2.9;lr>".to_owned()];
    behind.asked.has_proxy = true;
    bench.send(&behind).unwrap();
    let browser = one("b", 1, contact(DESK, None)).over(Transport::Wss, 2);
    bench.send(&browser).unwrap();
    bench.wait(100);
    let before = bench.registrar.bindings(bench.phone)[0].clone();
    bench.restart();
    assert_eq!(bench.registrar.bindings(bench.phone), [before]);
    let late = one("a", 7, contact(HOME, None));
    assert_eq!(bench.send(&late), Err(Refusal::OutOfOrder));
    let kept = bench.registrar.kept(bench.now, bench.phone);
    assert_eq!(ends(&bench.wait(500)), [BindingEnd::Expired]);
    bench.registrar.restore(bench.now, kept);
    assert!(bench.contacts().is_empty(), "it ran out meanwhile");
}

#[test]
fn a_telephone_with_ever_new_ports_does_not_lock_itself_out() {
    let mut bench = Bench::new();
    let uri = |port: usize| format!("sip:anna@192.0.2.7:{port}");
    for port in 0..limits::PHONE_BINDINGS {
        bench.send(&one("a", 1, contact(&uri(port), None))).unwrap();
    }
    bench.send(&one("a", 2, contact(&uri(0), None))).unwrap();
    let news = bench.send(&one("a", 1, contact(&uri(99), None))).unwrap();
    assert_eq!(ends(&news), [BindingEnd::MadeRoom]);
    assert_eq!(bench.contacts().len(), limits::PHONE_BINDINGS);
    assert!(!bench.contacts().contains(&uri(1).as_str()), "the oldest");
    let many = (0..=limits::PHONE_BINDINGS).map(|port| contact(&uri(port), None));
    let sent = register("b", 1, Contacts::These(many.collect()));
    assert_eq!(bench.send(&sent), Err(Refusal::ManyContacts));
}

#[test]
fn what_cannot_be_given_back_is_not_taken() {
    let mut bench = Bench::new();
    let long = "x".repeat(limits::PHONE_INSTANCE_BYTES + 1);
    for bad in [
        contact("sip:a>b@192.0.2.7", None),
        contact("sip:a\u{1}@192.0.2.7", None),
        flow(HOME, &long, 1),
    ] {
        assert_eq!(bench.send(&one("a", 1, bad)), Err(Refusal::BadContact));
    }
    let flows = vec![flow(HOME, "i", 1), flow(DESK, "i", 2)];
    let sent = register("a", 1, Contacts::These(flows));
    assert_eq!(bench.send(&sent), Err(Refusal::ManyFlows));
    let mut sent = one("a", 1, contact(HOME, None));
    sent.register.paths = vec!["<sip:a@b>".to_owned(); limits::PHONE_PATHS + 1];
    assert_eq!(bench.send(&sent), Err(Refusal::BadPath));
    assert_eq!(bench.registrar.registered(), 0);
}

#[test]
fn a_flow_through_a_server_that_knows_none_is_refused() {
    let mut bench = Bench::new();
    let mut sent = one("a", 1, flow(HOME, "i", 1)).over(Transport::Tcp, 1);
    sent.asked.has_proxy = true;
    assert_eq!(bench.send(&sent), Err(Refusal::FirstHopLacksOutbound));
    sent.register.paths = vec!["<sip:edge@192.0.2.9;lr>".to_owned()];
    assert_eq!(bench.send(&sent), Err(Refusal::FirstHopLacksOutbound));
    sent.register.paths = vec!["<sip:edge@192.0.2.9;lr;ob>".to_owned()];
    sent.register.supports_path = true;
    bench.send(&sent).unwrap();
    let bindings = bench.registrar.bindings(bench.phone);
    let answer = granted(bench.now, &sent.asked, &sent.register, bindings);
    let path = ("Path", "<sip:edge@192.0.2.9;lr;ob>".to_owned());
    assert!(answer.fields.contains(&path));
    // The stream is the server's, and carries others too.
    assert!(bench.registrar.stream_closed(ConnId(1)).is_empty());
    assert_eq!(bench.contacts(), [HOME]);
}

#[test]
fn an_account_that_changed_has_no_telephone_left() {
    let mut bench = Bench::new();
    let sent = one("a", 1, contact(HOME, None)).over(Transport::Tcp, 4);
    bench.send(&sent).unwrap();
    let news = bench.registrar.forget(bench.phone);
    assert_eq!(ends(&news), [BindingEnd::AccountChanged]);
    assert!(bench.registrar.stream_closed(ConnId(4)).is_empty());
    assert_eq!(bench.registrar.poll_timeout(), None);
}
