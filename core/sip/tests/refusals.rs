//! What a hand-written phone hears when it asks for something wrong, odd or too much.

#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use std::time::Duration;

use conclave_sip::{ConnId, EndReason, Event, Refusal, UaConfig};
use phone::{Phone, request, status, to_tag};

const SDP: &str = "Content-Type: application/sdp\r\n";

fn udp() -> Phone {
    Phone::new(UaConfig::default())
}

#[test]
fn options_is_answered_with_what_we_can() {
    let mut phone = udp();
    let heard = phone.send(request("OPTIONS", "", 1, "", ""));
    let [answer] = &heard[..] else {
        panic!("{heard:?}")
    };
    assert_eq!(status(answer), 200);
    for header in [
        "Allow: INVITE, ACK, BYE",
        "Supported: timer, 100rel",
        "Accept: application/sdp",
    ] {
        assert!(answer.contains(header), "{answer}");
    }
    let again = phone.send(request("OPTIONS", "", 1, "", ""));
    assert_eq!(again, heard, "the same again, tag and all");
    assert_eq!(phone.ua.transactions(), 0);
}

#[test]
fn every_wrong_request_has_its_own_refusal() {
    let long = format!("sip:{}@x", "a".repeat(3_000));
    let options = |from: &str, to: &str| request("OPTIONS", "", 1, "", "").replace(from, to);
    let invite = |headers: &str, body: &str| request("INVITE", "", 1, headers, body);
    let large = "x".repeat(40_000);
    let cases: Vec<(&str, String, u16)> = vec![
        ("no From", options("From:", "Form:"), 400),
        ("no To", options("To:", "Two:"), 400),
        ("no Call-ID", options("Call-ID:", "Call:"), 400),
        (
            "CSeq of another method",
            options("CSeq: 1 OPTIONS", "CSeq: 1 INVITE"),
            400,
        ),
        (
            "CSeq too large",
            options("CSeq: 1 ", "CSeq: 2147483648 "),
            400,
        ),
        (
            "two Call-IDs",
            options("Call-ID: one", "Call-ID: x\r\nCall-ID: one"),
            400,
        ),
        (
            "headers in the URI",
            options("192.0.2.1 SIP", "192.0.2.1?a=b SIP"),
            400,
        ),
        (
            "hops no number",
            options("Forwards: 70", "Forwards: 256"),
            400,
        ),
        ("unknown method", request("DANCE", "", 1, "", ""), 501),
        (
            "known but not served",
            request("REGISTER", "", 1, "", ""),
            405,
        ),
        (
            "version",
            options("192.0.2.1 SIP/2.0", "192.0.2.1 SIP/3.0"),
            505,
        ),
        (
            "scheme",
            options("sip:801@192.0.2.1 SIP", "mailto:x@y SIP"),
            416,
        ),
        (
            "URI too long",
            options("sip:801@192.0.2.1 SIP", &format!("{long} SIP")),
            414,
        ),
        (
            "extension",
            request("OPTIONS", "", 1, "Require: 100rel, x-y\r\n", ""),
            420,
        ),
        (
            "no hops left",
            invite(SDP, "v=0").replace("Forwards: 70", "Forwards: 0"),
            483,
        ),
        (
            "body of another kind",
            invite("Content-Type: text/plain\r\n", "hi"),
            415,
        ),
        (
            "nothing acceptable",
            invite(&format!("Accept: text/plain\r\n{SDP}"), "v=0"),
            406,
        ),
        ("body too large", invite(SDP, &large), 413),
        (
            "interval too short",
            invite("Session-Expires: 30\r\n", ""),
            422,
        ),
        ("BYE of no dialog", request("BYE", "", 1, "", ""), 481),
        (
            "INFO of a foreign dialog",
            request("INFO", "foreign", 1, "", ""),
            481,
        ),
        (
            "INVITE of a foreign dialog",
            request("INVITE", "foreign", 1, "", ""),
            481,
        ),
        ("CANCEL of nothing", request("CANCEL", "", 1, "", ""), 481),
    ];
    for (name, text, expected) in cases {
        let mut phone = udp();
        assert_eq!(phone.statuses(&text), [expected], "{name}");
        assert_eq!(
            phone.ua.counters().refused.get(&expected),
            Some(&1),
            "{name}"
        );
        assert_eq!(phone.ua.transactions(), 0, "{name}");
        assert!(phone.events().is_empty(), "{name}");
    }
}

#[test]
fn refusals_say_what_would_be_taken() {
    let mut phone = udp();
    let heard = phone.send(request("REGISTER", "", 1, "", ""));
    assert!(heard[0].contains("Allow: INVITE"));
    let heard = phone.send(request("OPTIONS", "", 2, "Require: 100rel, x-y, z\r\n", ""));
    assert!(heard[0].contains("Unsupported: x-y, z\r\n"), "{heard:?}");
    let heard = phone.send(request(
        "INVITE",
        "",
        3,
        "Content-Type: text/plain\r\n",
        "hi",
    ));
    assert!(
        heard[0].contains("Accept: application/sdp\r\n"),
        "{heard:?}"
    );
    let heard = phone.send(request("INVITE", "", 4, "Session-Expires: 30\r\n", ""));
    assert!(heard[0].contains("Min-SE: 90\r\n"), "{heard:?}");
}

#[test]
fn an_options_without_hops_is_still_for_us() {
    let text = request("OPTIONS", "", 1, "", "").replace("Forwards: 70", "Forwards: 0");
    assert_eq!(udp().statuses(text), [200]);
}

#[test]
fn garbage_responses_and_acks_meet_silence() {
    let ok = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK0000000000000000\r\n\
              CSeq: 1 INVITE\r\n\r\n";
    let broken_ack = request("ACK", "x", 1, "", "").replace("Call-ID", "Call");
    let viales = request("OPTIONS", "", 1, "", "").replace("Via", "Fia");
    let silent = [
        b"".to_vec(),
        b"\r\n".to_vec(),
        vec![0; 100],
        vec![0xff; 60_000],
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        ok.into(),
        request("ACK", "x", 1, "", "").into(),
        broken_ack.into(),
        viales.into(),
    ];
    for bytes in silent {
        let mut phone = udp();
        assert_eq!(phone.send(&bytes), Vec::<String>::new(), "{bytes:?}");
        assert_eq!(phone.ua.poll_timeout(), None);
    }
}

#[test]
fn a_keep_alive_is_answered_with_half_of_it() {
    assert_eq!(udp().send("\r\n\r\n"), ["\r\n"]);
    let mut phone = Phone::over_stream(UaConfig::default());
    assert_eq!(phone.send("\r\n"), Vec::<String>::new());
    assert_eq!(phone.send("\r\n"), ["\r\n"]);
    phone.wait(Duration::from_secs(100));
    assert_eq!(phone.ua.poll_close(), None);
}

#[test]
fn a_bad_request_on_a_stream_leaves_the_stream_open() {
    let mut phone = Phone::over_stream(UaConfig::default());
    let bad = [
        request("OPTIONS", "", 1, "", "").replace("CSeq: 1 OPTIONS", "CSeq: x"),
        request("DANCE", "", 2, "", ""),
        request("OPTIONS", "", 3, ": no name\r\n", ""),
        request("OPTIONS", "", 4, "", &"x".repeat(100_000)),
        request("OPTIONS", "", 5, "", "").replace("Content-Length", "X-Length"),
    ];
    let statuses = bad.map(|text| phone.statuses(text));
    assert_eq!(statuses, [[400], [501], [400], [413], [200]]);
    assert_eq!(phone.statuses(request("OPTIONS", "", 6, "", "")), [200]);
    assert_eq!(phone.ua.poll_close(), None);
}

#[test]
fn a_stream_whose_framing_is_lost_is_closed_with_a_word() {
    let mut phone = Phone::over_stream(UaConfig::default());
    let text = request("OPTIONS", "", 1, "", "").replace("Length: 0", "Length: zero");
    assert_eq!(phone.statuses(text), [400]);
    assert_eq!(phone.ua.poll_close(), Some(ConnId(1)));
    assert_eq!(phone.ua.counters().streams_broken, 1);
}

#[test]
fn a_message_that_stops_in_the_middle_closes_its_stream() {
    let mut phone = Phone::over_stream(UaConfig::default());
    phone.send(&request("OPTIONS", "", 1, "", "")[..50]);
    phone.wait(Duration::from_secs(31));
    assert_eq!(phone.ua.poll_close(), None);
    phone.wait(Duration::from_secs(2));
    assert_eq!(phone.ua.poll_close(), Some(ConnId(1)));
}

#[test]
fn under_overload_new_callers_are_asked_to_come_back() {
    let mut phone = udp();
    let (_, tag) = phone.talk();
    phone.ua.overloaded(Some(Duration::from_secs(42)));
    let other = request("INVITE", "", 1, SDP, "v=0").replace("one-call", "another");
    let other = other.replace("z9hG4bK", "z9hG4bKother");
    let heard = phone.send(&other);
    assert_eq!(status(&heard[0]), 503);
    assert!(heard[0].contains("Retry-After: 42\r\n"));
    assert_eq!(phone.statuses(request("BYE", &tag, 2, "", "")), [200]);
    phone.ua.overloaded(None);
    assert_eq!(phone.statuses(other), [100]);
}

#[test]
fn no_more_sessions_than_allowed() {
    let mut phone = Phone::new(UaConfig {
        sessions_max: 10,
        ..UaConfig::default()
    });
    let mut refused = 0;
    for number in 0..50 {
        let text = request("INVITE", "", 1, SDP, "v=0");
        let text = text.replace("one-call", &format!("call-{number}"));
        let text = text.replace("z9hG4bK", &format!("z9hG4bK{number}"));
        refused += usize::from(phone.statuses(text) == [503]);
    }
    assert_eq!((phone.ua.sessions(), refused), (10, 40));
}

#[test]
fn a_request_that_came_two_ways_is_a_loop() {
    let mut phone = udp();
    let invite = request("INVITE", "", 1, SDP, "v=0");
    assert_eq!(phone.statuses(&invite), [100]);
    assert_eq!(
        phone.statuses(invite.replace("z9hG4bK", "z9hG4bKfork")),
        [482]
    );
    assert_eq!(phone.statuses(&invite), [100], "the first goes on");
    assert_eq!(phone.events().len(), 1);
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
    assert!(
        matches!(&phone.events()[..], [Event::Reoffered { offer: Some(offer), .. }] if offer.0 == b"hold")
    );
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
