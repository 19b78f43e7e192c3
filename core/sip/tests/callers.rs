//! Our own INVITE against a callee written by hand: forks, repetitions, timers, odd answers.

#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use std::time::Duration;

use conclave_sip::{ConnId, EndReason, Event, OutgoingCall, OwnAccount, Path, SessionId, UaConfig};
use phone::{Phone, request, status, to_tag};

fn call(phone: &mut Phone, sdp: Option<&str>) -> (SessionId, String) {
    let call = OutgoingCall {
        further: Vec::new(),
        route: None,
        account: None,
        path: phone.path,
        target: "sip:ann@192.0.2.2".to_owned(),
        from: "sip:801@192.0.2.1".to_owned(),
        to: "sip:ann@192.0.2.2".to_owned(),
        sdp: sdp.map(|sdp| sdp.as_bytes().to_vec()),
        headers: vec![("X-Room".to_owned(), "801\r\nEvil: yes".to_owned())],
    };
    let session = phone.ua.invite(phone.now, call);
    let invite = phone.heard().pop().expect("an INVITE");
    (session, invite)
}

/// The callee's answer to one of our requests.
fn answer(request: &str, line: &str, tag: &str, headers: &str, body: &str) -> String {
    let copied = ["Via:", "From:", "Call-ID:", "CSeq:"];
    let copied = request
        .lines()
        .filter(|line| copied.iter().any(|name| line.starts_with(name)));
    let copied: String = copied.map(|line| format!("{line}\r\n")).collect();
    format!(
        "SIP/2.0 {line}\r\n{copied}To: <sip:ann@192.0.2.2>;tag={tag}\r\n\
         Contact: <sip:ann@192.0.2.2>\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn an_owners_header_cannot_smuggle_another() {
    let mut phone = Phone::new(UaConfig::default());
    let (_, invite) = call(&mut phone, None);
    assert!(invite.contains("X-Room: 801  Evil: yes\r\n"), "{invite}");
    assert!(
        invite.contains("Supported: timer\r\n"),
        "no 100rel without an offer: {invite}"
    );
}

#[test]
fn a_second_phone_that_answers_is_hung_up() {
    let mut phone = Phone::new(UaConfig::default());
    let (session, invite) = call(&mut phone, Some("v=0"));
    let first = answer(&invite, "200 OK", "first", "", "");
    assert!(phone.send(&first)[0].starts_with("ACK "));
    assert!(
        phone.send(&first)[0].starts_with("ACK "),
        "the same 2xx wants its ACK again"
    );
    let heard = phone.send(answer(&invite, "200 OK", "second", "", ""));
    let [ack, bye] = &heard[..] else {
        panic!("{heard:?}")
    };
    assert!(
        ack.starts_with("ACK ") && bye.starts_with("BYE "),
        "{heard:?}"
    );
    assert!(
        ack.contains("tag=second") && bye.contains("tag=second"),
        "{heard:?}"
    );
    phone.send(answer(bye, "200 OK", "second", "", ""));
    let again = phone.send(answer(&invite, "200 OK", "second", "", ""));
    assert!(
        again.len() == 1 && again[0].starts_with("ACK "),
        "one BYE is enough: {again:?}"
    );
    assert!(matches!(phone.events()[..], [Event::Answered { .. }]));
    assert_eq!(phone.ua.sessions(), 1);
    phone.ua.bye(phone.now, session, None);
    assert!(phone.heard()[0].contains("tag=first"));
}

#[test]
fn a_refusal_is_acknowledged_each_time_and_reported_once() {
    let mut phone = Phone::new(UaConfig::default());
    let (_, invite) = call(&mut phone, Some("v=0"));
    let busy = answer(&invite, "486 Busy \u{fc}", "x", "", "");
    for _ in 0..3 {
        let heard = phone.send(&busy);
        assert!(
            heard[0].starts_with("ACK sip:ann@192.0.2.2 SIP/2.0\r\n"),
            "{heard:?}"
        );
    }
    let [Event::Refused { status, reason, .. }] = &phone.events()[..] else {
        panic!("one refusal");
    };
    assert_eq!((*status, reason.as_str()), (486, "Busy \u{fc}"));
    phone.wait(Duration::from_secs(34));
    assert_eq!(phone.ua.transactions(), 0);
}

#[test]
fn a_cancel_carries_its_reason() {
    let mut phone = Phone::new(UaConfig::default());
    let (session, invite) = call(&mut phone, Some("v=0"));
    phone.send(answer(&invite, "180 Ringing", "x", "", ""));
    phone
        .ua
        .bye(phone.now, session, Some("SIP;cause=200;text=\"Elsewhere\""));
    let cancel = phone.heard().remove(0);
    assert!(cancel.starts_with("CANCEL "), "{cancel}");
    assert!(
        cancel.contains("Reason: SIP;cause=200;text=\"Elsewhere\"\r\n"),
        "{cancel}"
    );
    phone.wait(Duration::from_secs(33));
    let ended = phone.events().pop();
    assert!(
        matches!(
            ended,
            Some(Event::Ended {
                why: EndReason::ByUs,
                ..
            })
        ),
        "{ended:?}"
    );
}

#[test]
fn a_bye_without_answer_is_repeated_eleven_times_and_ends() {
    let mut phone = Phone::new(UaConfig::default());
    let (session, _) = phone.talk();
    phone.ua.bye(phone.now, session, None);
    phone.wait(Duration::from_millis(31_900));
    // Timer E: 0, 0.5, 1.5, 3.5, then every 4 s.
    assert_eq!(phone.heard().len(), 11);
    assert!(phone.events().is_empty());
    phone.wait(Duration::from_secs(1));
    assert!(matches!(
        phone.events()[..],
        [Event::Ended {
            why: EndReason::ByUs,
            ..
        }]
    ));
    assert_eq!(phone.ua.counters().timeouts, 1);
}

#[test]
fn a_ringing_phone_gets_its_prack_and_may_ring_in_parallel() {
    let mut phone = Phone::new(UaConfig::default());
    let (_, invite) = call(&mut phone, Some("v=0"));
    let ring = |tag: &str, number: u32| {
        let headers = format!("Require: 100rel\r\nRSeq: {number}\r\n");
        answer(&invite, "180 Ringing", tag, &headers, "")
    };
    let prack = phone.send(ring("a", 7)).remove(0);
    assert!(
        prack.contains("RAck: 7 1 INVITE\r\n") && prack.contains("tag=a"),
        "{prack}"
    );
    assert!(phone.send(ring("b", 90))[0].contains("RAck: 90 1 INVITE\r\n"));
    assert!(phone.send(ring("a", 7)).is_empty(), "it came again");
    assert!(phone.send(ring("a", 9)).is_empty(), "8 is missing");
    assert!(phone.send(ring("a", 8))[0].contains("RAck: 8 1 INVITE\r\n"));
    assert_eq!(phone.events().len(), 3);
}

#[test]
fn an_answer_to_a_late_offer_may_come_in_a_prack() {
    let mut phone = Phone::new(UaConfig::default());
    phone.send(request("INVITE", "", 1, "Require: 100rel\r\n", ""));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!()
    };
    phone.ua.progress(phone.now, session, b"our offer".to_vec());
    phone.ua.accept(phone.now, session, b"our offer".to_vec());
    let progress = phone.heard().remove(0);
    let number = progress
        .lines()
        .find_map(|line| line.strip_prefix("RSeq: "))
        .expect("RSeq");
    let tag = to_tag(&progress);
    let headers = format!("RAck: {number} 1 INVITE\r\nContent-Type: application/sdp\r\n");
    let heard = phone.send(request("PRACK", &tag, 2, &headers, "their answer"));
    let statuses: Vec<u16> = heard.iter().map(|text| status(text)).collect();
    assert_eq!(statuses, [200, 200], "to PRACK and INVITE");
    assert!(heard[1].contains("Content-Length: 0\r\n"), "{heard:?}");
    phone.send(request("ACK", &tag, 1, "", ""));
    let Some(Event::Acknowledged {
        answer: Some(answer),
        ..
    }) = phone.events().pop()
    else {
        panic!("the answer comes with the ACK");
    };
    assert_eq!(answer.0, b"their answer");
}

#[test]
fn a_request_in_the_air_when_its_stream_closes_goes_out_once_more() {
    let mut phone = Phone::over_stream(UaConfig::default());
    let (session, _) = phone.talk();
    phone.ua.reinvite(phone.now, session, b"v=0".to_vec());
    assert_eq!(phone.transmits()[0].path.conn, Some(ConnId(1)));
    phone.ua.handle_stream_closed(phone.now, ConnId(1));
    let again = phone.transmits();
    assert_eq!((again.len(), again[0].path.conn), (1, None));
    phone.ua.handle_connect_failed(phone.now, again[0].path);
    let ended = phone.events().pop();
    assert!(
        matches!(
            ended,
            Some(Event::Ended {
                why: EndReason::TransportFailed,
                ..
            })
        ),
        "{ended:?}"
    );
}

/// A call through a trunk: by an outbound proxy, with an account, and a second way.
fn trunk_call(phone: &mut Phone) -> String {
    let further = Path {
        remote: ([192, 0, 2, 3], 5060).into(),
        ..phone.path
    };
    let call = OutgoingCall {
        path: phone.path,
        further: vec![further],
        route: Some("sip:proxy.example.com".to_owned()),
        account: Some(OwnAccount {
            user: "anna".to_owned(),
            password: "not for the wire".to_owned(),
        }),
        target: "sip:+4930123@carrier.example.com".to_owned(),
        from: "sip:801@carrier.example.com".to_owned(),
        to: "sip:+4930123@carrier.example.com".to_owned(),
        sdp: Some(b"v=0".to_vec()),
        headers: Vec::new(),
    };
    phone.ua.invite(phone.now, call);
    phone.heard().pop().expect("an INVITE")
}

fn field<'a>(message: &'a str, name: &str) -> Vec<&'a str> {
    let lines = message.lines();
    lines.filter_map(|line| line.strip_prefix(name)).collect()
}

const ASKED: &str = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"\r\n";

#[test]
fn a_challenge_is_answered_once_in_the_same_call_with_the_next_number() {
    for (line, challenge, proof) in [
        ("401 No", ASKED.to_owned(), "Authorization: "),
        (
            "407 No",
            ASKED.replace("WWW", "Proxy")
                + "Proxy-Authenticate: Digest realm=\"r\", \
             nonce=\"n2\", algorithm=SHA-256\r\n",
            "Proxy-Authorization: ",
        ),
    ] {
        let mut phone = Phone::new(UaConfig::default());
        let first = trunk_call(&mut phone);
        assert!(field(&first, proof).is_empty());
        assert_eq!(field(&first, "Route: "), ["<sip:proxy.example.com;lr>"]);
        let heard = phone.send(answer(&first, line, "x", &challenge, ""));
        let [ack, second] = &heard[..] else {
            panic!("an ACK and another INVITE: {heard:?}");
        };
        assert!(ack.starts_with("ACK "), "{ack}");
        assert_eq!(field(&first, "Call-ID: "), field(second, "Call-ID: "));
        assert_eq!(field(&first, "From: "), field(second, "From: "));
        assert_eq!(field(second, "CSeq: "), ["2 INVITE"]);
        let [given] = field(second, proof)[..] else {
            panic!("one proof: {second}");
        };
        assert!(
            given.contains("uri=\"sip:+4930123@carrier.example.com\""),
            "{given}"
        );
        assert!(!second.contains("not for the wire"));
        let again = phone.send(answer(second, line, "y", &challenge, ""));
        assert!(again.iter().all(|one| one.starts_with("ACK ")), "{again:?}");
        let events = phone.events();
        assert!(
            matches!(
                events[..],
                [Event::Refused {
                    status: 401 | 407,
                    ..
                }]
            ),
            "a password that was wrong is not tried again: {events:?}"
        );
    }
}

#[test]
fn a_nonce_that_grew_old_is_replaced_and_counted_anew() {
    let mut phone = Phone::new(UaConfig::default());
    let first = trunk_call(&mut phone);
    let second = phone
        .send(answer(&first, "401 No", "x", ASKED, ""))
        .remove(1);
    assert!(second.contains("nc=00000001"), "{second}");
    let stale = ASKED.replace("\"n1\"", "\"n2\", stale=true");
    let third = phone
        .send(answer(&second, "401 No", "x", &stale, ""))
        .remove(1);
    assert!(
        third.contains("nonce=\"n2\"") && third.contains("nc=00000001"),
        "{third}"
    );
    let ack = phone
        .send(answer(&third, "200 OK", "x", "", "v=0"))
        .remove(0);
    assert_eq!(
        field(&ack, "Authorization: "),
        field(&third, "Authorization: "),
        "an ACK proves what its INVITE proved (RFC 3261 §22.1)"
    );
    let Some(Event::Answered { session, .. }) = phone.events().pop() else {
        panic!("answered");
    };
    phone.ua.bye(phone.now, session, None);
    let bye = phone.heard().remove(0);
    assert!(
        bye.contains("nonce=\"n2\"") && bye.contains("nc=00000002"),
        "{bye}"
    );
}

#[test]
fn proxy_and_callee_may_both_ask() {
    let mut phone = Phone::new(UaConfig::default());
    let first = trunk_call(&mut phone);
    let by_proxy = ASKED.replace("WWW", "Proxy");
    let second = phone
        .send(answer(&first, "407 No", "x", &by_proxy, ""))
        .remove(1);
    let third = phone
        .send(answer(&second, "401 No", "x", ASKED, ""))
        .remove(1);
    assert_eq!(field(&third, "Authorization: ").len(), 1, "{third}");
    let proxy = field(&third, "Proxy-Authorization: ");
    assert!(
        proxy.len() == 1 && proxy[0].contains("nc=00000002"),
        "{third}"
    );
}

#[test]
fn a_call_goes_the_next_way_when_one_is_silent_or_out_of_service() {
    for is_silent in [true, false] {
        let mut phone = Phone::new(UaConfig::default());
        let first = trunk_call(&mut phone);
        let second = if is_silent {
            phone.wait(Duration::from_secs(33));
            phone.transmits().pop().expect("another INVITE")
        } else {
            let busy = answer(&first, "503 Down", "x", "", "");
            let path = phone.path;
            phone.ua.handle_datagram(phone.now, path, busy.as_bytes());
            phone.transmits().pop().expect("another INVITE")
        };
        assert_eq!(second.path.remote, ([192, 0, 2, 3], 5060).into());
        let text = String::from_utf8_lossy(&second.bytes).into_owned();
        assert!(
            text.starts_with("INVITE ") && text.contains("CSeq: 2 INVITE"),
            "{text}"
        );
        assert!(phone.events().is_empty());
        phone.send(answer(&text, "503 Down", "x", "", ""));
        assert!(matches!(
            phone.events()[..],
            [Event::Refused { status: 503, .. }]
        ));
    }
}

#[test]
fn no_proof_and_no_other_way_is_tried_of_a_call_that_was_given_up() {
    let mut phone = Phone::new(UaConfig::default());
    let first = trunk_call(&mut phone);
    phone.send(answer(&first, "180 Ringing", "x", "", ""));
    let Some(Event::Progress { session, .. }) = phone.events().pop() else {
        panic!("it rings");
    };
    phone.ua.bye(phone.now, session, None);
    phone.heard();
    for refusal in [("503 Down", ""), ("401 No", ASKED)] {
        let heard = phone.send(answer(&first, refusal.0, "x", refusal.1, ""));
        assert!(heard.iter().all(|one| one.starts_with("ACK ")), "{heard:?}");
    }
    assert!(matches!(phone.events()[..], [Event::Ended { .. }]));
}
