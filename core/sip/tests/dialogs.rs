//! A hand-written phone inside its dialog: order, routes, NAT, UPDATE, CANCEL, old dialects.

#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use std::time::Duration;

use conclave_sip::{EndReason, Event, Refusal, UaConfig};
use phone::{Phone, request, status, to_tag};

const SDP: &str = "Content-Type: application/sdp\r\n";

fn udp() -> Phone {
    Phone::new(UaConfig::default())
}

#[test]
fn a_cancel_takes_the_branch_of_its_invite() {
    let mut phone = udp();
    phone.send(request("INVITE", "", 1, SDP, "v=0"));
    let foreign = request("CANCEL", "", 1, "", "");
    assert_eq!(phone.statuses(&foreign), [481]);
    let cancel = foreign.replace("z9hG4bKCANCEL1", "z9hG4bKINVITE1");
    assert_eq!(phone.statuses(&cancel), [200, 487]);
    assert!(matches!(
        phone.events()[..],
        [Event::Incoming { .. }, Event::Cancelled { .. }]
    ));
    assert_eq!(phone.statuses(&cancel), [200], "it may come again");
}

#[test]
fn a_cancel_after_the_answer_stops_nothing() {
    let mut phone = udp();
    let (_, _) = phone.talk();
    let cancel = request("CANCEL", "", 1, "", "").replace("z9hG4bKCANCEL1", "z9hG4bKINVITE1");
    assert_eq!(phone.statuses(cancel), [200]);
    assert!(phone.events().is_empty());
    assert_eq!(phone.ua.sessions(), 1);
}

#[test]
fn a_call_before_rfc_3261_is_answered() {
    let mut phone = udp();
    let old = |method: &str, tag: &str, sequence| {
        let text = request(method, tag, sequence, "", "");
        text.replace(&format!(";branch=z9hG4bK{method}{sequence}"), "")
            .replace("Max-Forwards: 70\r\n", "")
            .replace(";tag=phone", "")
    };
    assert_eq!(phone.statuses(old("INVITE", "", 1)), [100]);
    assert_eq!(
        phone.statuses(old("INVITE", "", 1)),
        [100],
        "the same again"
    );
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!()
    };
    phone.ua.accept(phone.now, session, b"v=0".to_vec());
    let tag = to_tag(&phone.heard()[0]);
    phone.send(old("ACK", &tag, 1));
    assert!(matches!(phone.events()[..], [Event::Acknowledged { .. }]));
    assert_eq!(phone.statuses(old("BYE", &tag, 2)), [200]);
    assert!(matches!(phone.events()[..], [Event::Ended { .. }]));
}

#[test]
fn an_update_may_offer_or_only_refresh() {
    let mut phone = udp();
    let (session, tag) = phone.talk();
    let timer = "Supported: timer\r\nSession-Expires: 100;refresher=uac\r\n";
    let bare = request("UPDATE", &tag, 2, timer, "");
    let heard = phone.send(bare);
    assert_eq!(status(&heard[0]), 200);
    assert!(
        heard[0].contains("Session-Expires: 100;refresher=uac\r\n"),
        "{heard:?}"
    );
    assert!(heard[0].contains("Require: timer\r\n"));
    assert!(phone.events().is_empty());
    assert_eq!(
        phone.statuses(request("UPDATE", &tag, 3, &format!("{timer}{SDP}"), "hold")),
        Vec::<u16>::new()
    );
    let events = phone.events();
    let [
        Event::Reoffered {
            offer: Some(offer), ..
        },
    ] = &events[..]
    else {
        panic!("{events:?}");
    };
    assert_eq!(offer.0, b"hold");
    let second = phone.send(request("INVITE", &tag, 4, SDP, "too soon"));
    assert_eq!(status(&second[0]), 500);
    assert!(second[0].contains("Retry-After: "));
    phone.ua.accept_offer(phone.now, session, b"held".to_vec());
    let heard = phone.heard();
    assert!(heard[0].ends_with("\r\n\r\nheld"), "{heard:?}");
    phone.wait(Duration::from_secs(60));
    assert!(phone.events().is_empty());
    phone.wait(Duration::from_secs(10));
    assert!(matches!(
        phone.events()[..],
        [Event::Ended {
            why: EndReason::SessionExpired,
            ..
        }]
    ));
}

#[test]
fn a_request_out_of_order_is_refused() {
    let mut phone = udp();
    let (_, tag) = phone.talk();
    assert_eq!(phone.statuses(request("INFO", &tag, 5, "", "")), [200]);
    assert_eq!(phone.statuses(request("INFO", &tag, 4, "", "")), [500]);
    assert_eq!(
        phone.statuses(request("INFO", &tag, 5, "", "")),
        [200],
        "it came again"
    );
    assert_eq!(
        phone.statuses(request("PRACK", &tag, 6, "RAck: 1 1 INVITE\r\n", "")),
        [481]
    );
}

#[test]
fn a_reinvite_proves_that_the_answer_arrived() {
    let mut phone = udp();
    phone.send(request("INVITE", "", 1, SDP, "v=0"));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!()
    };
    phone.ua.accept(phone.now, session, b"v=0".to_vec());
    let tag = to_tag(&phone.heard()[0]);
    phone.send(request("INVITE", &tag, 2, SDP, "hold"));
    let events = phone.events();
    assert!(
        matches!(
            events[..],
            [Event::Acknowledged { .. }, Event::Reoffered { .. }]
        ),
        "{events:?}"
    );
}

#[test]
fn requests_follow_the_route_of_the_dialog() {
    let mut phone = udp();
    let routes = "Record-Route: <sip:192.0.2.50;lr>, <sip:edge.example.com;lr>\r\n";
    phone.send(request("INVITE", "", 1, routes, ""));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!()
    };
    phone.ua.accept(phone.now, session, b"v=0".to_vec());
    let ok = phone.heard().remove(0);
    assert!(ok.contains("Record-Route: <sip:192.0.2.50;lr>, <sip:edge.example.com;lr>\r\n"));
    phone.send(request("ACK", &to_tag(&ok), 1, "", ""));
    phone.ua.bye(phone.now, session, None);
    let bye = phone.transmits().remove(0);
    assert_eq!(bye.path.remote, "192.0.2.50:5060".parse().unwrap());
    let text = String::from_utf8(bye.bytes).unwrap();
    assert!(
        text.starts_with("BYE sip:phone@192.0.2.2 SIP/2.0\r\n"),
        "{text}"
    );
    let routes = "Route: <sip:192.0.2.50;lr>\r\nRoute: <sip:edge.example.com;lr>\r\n";
    assert!(text.contains(routes), "{text}");
}

#[test]
fn a_strict_router_gets_its_uri_in_front() {
    let mut phone = udp();
    phone.send(request(
        "INVITE",
        "",
        1,
        "Record-Route: <sip:192.0.2.50>\r\n",
        "",
    ));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!()
    };
    phone.ua.accept(phone.now, session, b"v=0".to_vec());
    let tag = to_tag(&phone.heard().remove(0));
    phone.send(request("ACK", &tag, 1, "", ""));
    phone.ua.bye(phone.now, session, None);
    let bye = phone.heard().remove(0);
    assert!(bye.starts_with("BYE sip:192.0.2.50 SIP/2.0\r\n"), "{bye}");
    assert!(bye.contains("Route: <sip:phone@192.0.2.2>\r\n"), "{bye}");
}

#[test]
fn a_phone_behind_a_nat_is_reached_where_it_calls_from() {
    let mut phone = udp();
    phone.path.remote = "198.51.100.9:40000".parse().unwrap();
    let natted = |text: String| {
        let text = text.replace("192.0.2.2;branch", "10.0.0.5;rport;branch");
        text.replace("phone@192.0.2.2>\r\nCon", "phone@10.0.0.5>\r\nCon")
    };
    phone.send(natted(request("INVITE", "", 1, "", "")));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!()
    };
    phone.ua.accept(phone.now, session, b"v=0".to_vec());
    let ok = phone.transmits().remove(0);
    assert_eq!(ok.path.remote, phone.path.remote);
    let ok = String::from_utf8(ok.bytes).unwrap();
    assert!(
        ok.contains(";rport=40000;received=198.51.100.9\r\n"),
        "{ok}"
    );
    phone.send(natted(request("ACK", &to_tag(&ok), 1, "", "")));
    phone.ua.bye(phone.now, session, None);
    assert_eq!(phone.transmits()[0].path.remote, phone.path.remote);
}

#[test]
fn ipv6_works_all_the_way() {
    let mut phone = udp();
    phone.path.local = "[2001:db8::1]:5060".parse().unwrap();
    phone.path.remote = "[2001:db8::2]:5060".parse().unwrap();
    let v6 = |text: String| {
        text.replace("192.0.2.1", "[2001:db8::1]")
            .replace("192.0.2.2", "[2001:db8::2]")
    };
    phone.send(v6(request("INVITE", "", 1, "", "")));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!()
    };
    phone.ua.accept(phone.now, session, b"v=0".to_vec());
    let ok = phone.heard().remove(0);
    assert!(
        ok.contains("Contact: <sip:801@[2001:db8::1]:5060>\r\n"),
        "{ok}"
    );
    assert!(!ok.contains("received"), "{ok}");
    phone.send(v6(request("ACK", &to_tag(&ok), 1, "", "")));
    phone.ua.bye(phone.now, session, None);
    assert_eq!(phone.transmits()[0].path.remote, phone.path.remote);
}

#[test]
fn an_invite_expires_by_its_own_wish() {
    let mut phone = udp();
    phone.send(request("INVITE", "", 1, "Expires: 20\r\n", ""));
    phone.wait(Duration::from_secs(21));
    assert_eq!(phone.heard().first().map(|text| status(text)), Some(487));
    assert!(matches!(phone.events()[..], [_, Event::Cancelled { .. }]));
}

#[test]
fn a_line_break_never_gets_into_a_header() {
    let mut phone = udp();
    let (session, _) = phone.talk();
    phone.ua.bye(phone.now, session, Some("SIP\r\nEvil: yes"));
    let bye = phone.heard().remove(0);
    assert!(bye.contains("Reason: SIP  Evil: yes\r\n"), "{bye}");
}

#[test]
fn a_refusal_stops_at_its_ack() {
    let mut phone = udp();
    phone.send(request("INVITE", "", 1, "", ""));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!()
    };
    phone.ua.refuse(phone.now, session, Refusal::new(404));
    let refusal = phone.heard().remove(0);
    phone.wait(Duration::from_secs(2));
    assert_eq!(phone.heard().len(), 2, "timer G after 0.5 and 1.5 s");
    let ack = request("ACK", &to_tag(&refusal), 1, "", "").replace("z9hG4bKACK1", "z9hG4bKINVITE1");
    phone.send(ack);
    phone.wait(Duration::from_secs(40));
    assert!(phone.heard().is_empty());
    assert_eq!(phone.ua.transactions(), 0);
}
#[test]
fn a_reinvite_may_be_cancelled_and_the_call_goes_on() {
    let mut phone = udp();
    let (session, tag) = phone.talk();
    phone.send(request("INVITE", &tag, 2, SDP, "hold"));
    let cancel = request("CANCEL", &tag, 2, "", "").replace("z9hG4bKCANCEL2", "z9hG4bKINVITE2");
    assert_eq!(phone.statuses(cancel), [200, 487]);
    phone
        .ua
        .accept_offer(phone.now, session, b"too late".to_vec());
    assert!(phone.heard().is_empty());
    let ack = request("ACK", &tag, 2, "", "").replace("z9hG4bKACK2", "z9hG4bKINVITE2");
    phone.send(ack);
    assert_eq!(phone.statuses(request("INFO", &tag, 3, "", "")), [200]);
    assert_eq!(phone.ua.sessions(), 1);
}

#[test]
fn a_phone_that_talks_too_fast_is_slowed_down_and_hurts_nobody_else() {
    let mut phone = udp();
    let (_, tag) = phone.talk();
    let slow_down = (2..2_000)
        .filter(|sequence| phone.statuses(request("INFO", &tag, *sequence, "", "")) == [503])
        .count();
    assert!(slow_down > 1_000, "{slow_down}");
    assert!(phone.ua.transactions() < 300);
    assert_eq!(phone.statuses(request("BYE", &tag, 3_000, "", "")), [200]);
    assert_eq!(phone.ua.sessions(), 0);
    phone.wait(Duration::from_secs(33));
    assert_eq!(phone.ua.transactions(), 0);
}

#[test]
fn a_caller_may_say_bye_before_the_answer() {
    let mut phone = udp();
    phone.send(request("INVITE", "", 1, SDP, "v=0"));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!()
    };
    phone.ua.ring(phone.now, session);
    let tag = to_tag(&phone.heard()[0]);
    assert_eq!(phone.statuses(request("BYE", &tag, 2, "", "")), [200, 487]);
    let ended = phone.events().pop();
    let by_peer = EndReason::ByPeer { reason: None };
    assert!(
        matches!(&ended, Some(Event::Ended { why, .. }) if *why == by_peer),
        "{ended:?}"
    );
    phone.ua.accept(phone.now, session, b"v=0".to_vec());
    assert!(phone.heard().is_empty());
}

#[test]
fn a_caller_that_knows_no_session_timers_is_refreshed_by_us() {
    let mut phone = udp();
    phone.send(request("INVITE", "", 1, SDP, "v=0"));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!("no call came in");
    };
    phone.ua.accept(phone.now, session, b"v=0".to_vec());
    let ok = phone.heard().pop().expect("200");
    assert!(
        ok.contains("Session-Expires: 1800;refresher=uas\r\n"),
        "{ok}"
    );
    assert!(!ok.contains("Require: timer"), "{ok}");
    phone.send(request("ACK", &to_tag(&ok), 1, "", ""));
    // Half the interval later we ask, nobody answers, and the session is over.
    phone.now += Duration::from_secs(901);
    phone.ua.handle_timeout(phone.now);
    let asked = phone.heard().pop().expect("a refresh");
    assert!(
        asked.starts_with("INVITE ") || asked.starts_with("UPDATE "),
        "{asked}"
    );
}
