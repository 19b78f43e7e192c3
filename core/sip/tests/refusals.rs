//! What a hand-written phone hears when it asks for something wrong, odd or too much.

#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use std::time::Duration;

use conclave_sip::{ConnId, UaConfig};
use phone::{Phone, request, status};

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
    for (name, text, expected) in malformed().into_iter().chain(not_served()) {
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

fn options(from: &str, to: &str) -> String {
    request("OPTIONS", "", 1, "", "").replace(from, to)
}

/// Name, request and the status it deserves.
type Wrong = (&'static str, String, u16);

fn malformed() -> Vec<Wrong> {
    vec![
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
    ]
}

fn not_served() -> Vec<Wrong> {
    let long = format!("sip:{}@x", "a".repeat(3_000));
    let invite = |headers: &str, body: &str| request("INVITE", "", 1, headers, body);
    let large = "x".repeat(40_000);
    vec![
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
    ]
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
