//! TLS and WebSocket as the wire shows them: names, contacts, frames, and what goes back where.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;
#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use std::time::Duration;

use common::{ANSWER, Pair, Side};
use conclave_sip::{ConnId, EndReason, Event, Transport, UaConfig};
use phone::{Phone, request, status};

fn line<'a>(message: &'a str, name: &str) -> &'a str {
    let mut lines = message.lines();
    lines.find(|line| line.starts_with(name)).unwrap_or("")
}

#[test]
fn each_way_is_named_in_via_and_contact() {
    for (transport, via, contact) in [
        (Transport::Tcp, "SIP/2.0/TCP", ":5060;transport=tcp>"),
        (Transport::Tls, "SIP/2.0/TLS", ":5060;transport=tls>"),
        (Transport::Ws, "SIP/2.0/WS ", ":5060;transport=ws>"),
        (Transport::Wss, "SIP/2.0/WSS", ":5060;transport=ws>"),
    ] {
        let mut pair = Pair::with(UaConfig::default(), UaConfig::default(), transport);
        let (left, _) = pair.ring();
        let invite = pair.last_sent(Side::Left, "INVITE").to_owned();
        assert!(line(&invite, "Via").contains(via), "{invite}");
        assert!(line(&invite, "Contact").ends_with(contact), "{invite}");
        pair.left.bye(pair.now, left, None);
        pair.assert_clean();
    }
}

#[test]
fn a_call_lives_and_ends_over_every_stream() {
    for transport in [Transport::Tls, Transport::Ws, Transport::Wss] {
        let mut pair = Pair::with(UaConfig::default(), UaConfig::default(), transport);
        let (_, right) = pair.talk();
        pair.right.reinvite(pair.now, right, ANSWER.into());
        pair.run(Duration::from_secs(1));
        assert_eq!(pair.sent(Side::Right, "INVITE"), 1);
        pair.right.bye(pair.now, right, None);
        pair.run(Duration::from_secs(1));
        assert_eq!(
            pair.sent(Side::Right, "BYE"),
            1,
            "no repetition on a stream"
        );
        assert_eq!(common::ends(&pair.right_events), [EndReason::ByUs]);
        pair.assert_clean();
    }
}

#[test]
fn who_dialled_sips_gets_a_sips_contact_and_only_over_tls() {
    let sips = |path: &str| request("INVITE", "", 1, "", "").replacen("sip:801@192.0.2.1", path, 1);
    for (transport, contact) in [
        (Transport::Tls, "<sips:801@192.0.2.1:5060>"),
        (Transport::Wss, "<sips:801@192.0.2.1:5060;transport=ws>"),
    ] {
        let mut phone = Phone::over(UaConfig::default(), transport);
        phone.send(sips("sips:801@192.0.2.1"));
        let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
            panic!("no call over {transport}");
        };
        phone.ua.accept(phone.now, session, ANSWER.into());
        let answer = phone.heard().pop().unwrap();
        assert_eq!(line(&answer, "Contact"), format!("Contact: {contact}"));
    }
    for transport in [Transport::Udp, Transport::Tcp, Transport::Ws] {
        let mut phone = Phone::new(UaConfig::default());
        if transport.is_stream() {
            phone = Phone::over(UaConfig::default(), transport);
        }
        let answer = phone.send(sips("sips:801@192.0.2.1")).pop().unwrap();
        assert_eq!(status(&answer), 480, "{transport}");
        assert!(line(&answer, "Warning").contains("380"), "{answer}");
    }
}

#[test]
fn a_frame_is_a_message_with_or_without_its_length() {
    let mut phone = Phone::over(UaConfig::default(), Transport::Ws);
    let whole = request("OPTIONS", "", 1, "", "");
    let bare = request("OPTIONS", "", 2, "", "").replace("Content-Length: 0\r\n", "");
    assert!(!bare.contains("Content-Length"));
    assert_eq!(phone.statuses(&whole), [200]);
    assert_eq!(phone.statuses(&bare), [200]);
    // Two in one frame: what follows the body is no message (RFC 7118 §5).
    let two = whole.replace("OPTIONS1", "OPTIONS3") + &bare.replace("OPTIONS2", "OPTIONS4");
    assert_eq!(phone.statuses(&two), [200]);
    assert_eq!(phone.send("\r\n\r\n"), ["\r\n"]);
    assert_eq!(phone.send(""), [""; 0]);
    // A frame that is half a message is one with a fault, and does not wait for the other half.
    let half = request("OPTIONS", "", 5, "X: y\r\n", "body");
    assert_eq!(phone.statuses(&half[..half.len() - 2]), [400]);
    assert_eq!(phone.ua.poll_timeout(), None);
}

#[test]
fn a_frame_too_large_ends_the_stream() {
    let mut phone = Phone::over(UaConfig::default(), Transport::Wss);
    let body = "x".repeat(70_000);
    assert_eq!(phone.statuses(request("OPTIONS", "", 1, "", &body)), [0; 0]);
    assert_eq!(phone.ua.poll_close(), Some(ConnId(1)));
    assert_eq!(phone.ua.counters().streams_broken, 1);
}

#[test]
fn what_is_to_be_secret_does_not_go_over_a_stream_that_is_not() {
    let mut phone = Phone::over(UaConfig::default(), Transport::Tls);
    let (session, _) = phone.talk();
    let mut plain = phone.path;
    plain.transport = Transport::Tcp;
    phone.ua.handle_stream_opened(phone.now, ConnId(2), plain);
    phone.ua.handle_stream_closed(phone.now, ConnId(1));
    phone.ua.bye(phone.now, session, None);
    let bye = phone.transmits().pop().expect("BYE");
    assert_eq!(bye.path.transport, Transport::Tls);
    assert_eq!(bye.path.conn, None, "the open TCP stream is not used");
}
