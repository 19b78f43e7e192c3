//! The clocks of RFC 3261 §17 one by one: when something is sent again, and when it is forgotten.

#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use std::time::{Duration, Instant};

use conclave_sip::{EndReason, Event, OutgoingCall, Refusal, SessionId, UaConfig};
use phone::{Phone, request, to_tag};

/// Lets `seconds` pass and notes, in milliseconds from now, when something was sent.
fn sendings(phone: &mut Phone, seconds: u64) -> Vec<u128> {
    let start: Instant = phone.now;
    let end = start + Duration::from_secs(seconds);
    let mut sent = Vec::new();
    while let Some((at, why)) = phone.ua.poll_timeout().filter(|(at, _)| *at <= end) {
        assert!(!why.is_empty());
        phone.wait(at - phone.now);
        sent.extend(phone.heard().iter().map(|_| (at - start).as_millis()));
    }
    phone.wait(end - phone.now);
    sent
}

fn both() -> [Phone; 2] {
    [
        Phone::new(UaConfig::default()),
        Phone::over_stream(UaConfig::default()),
    ]
}

fn incoming(phone: &mut Phone) -> SessionId {
    phone.send(request("INVITE", "", 1, "", ""));
    match phone.events().pop() {
        Some(Event::Incoming { session, .. }) => session,
        other => panic!("{other:?}"),
    }
}

#[test]
fn timers_g_and_h_repeat_a_refusal_and_give_up() {
    let [mut udp, mut tcp] = both();
    let doubling = [
        500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ];
    for (phone, expected) in [(&mut udp, &doubling[..]), (&mut tcp, &[])] {
        let session = incoming(phone);
        phone.ua.refuse(phone.now, session, Refusal::new(486));
        assert_eq!(phone.heard().len(), 1);
        assert_eq!(
            sendings(phone, 31),
            expected
                .iter()
                .copied()
                .filter(|at| *at < 31_000)
                .collect::<Vec<_>>()
        );
        assert_eq!(phone.ua.transactions(), 1);
        phone.wait(Duration::from_secs(2));
        assert_eq!(phone.ua.transactions(), 0);
    }
}

#[test]
fn timer_i_absorbs_further_acks() {
    for (mut phone, wait) in both().into_iter().zip([5_000, 0]) {
        let session = incoming(&mut phone);
        phone.ua.refuse(phone.now, session, Refusal::new(486));
        let tag = to_tag(&phone.heard()[0]);
        let ack = request("ACK", &tag, 1, "", "").replace("z9hG4bKACK1", "z9hG4bKINVITE1");
        phone.send(&ack);
        let (at, why) = phone.ua.poll_timeout().expect("timer I");
        assert_eq!((at - phone.now).as_millis(), wait, "{why}");
        phone.send(&ack);
        phone.wait(at - phone.now);
        assert_eq!(
            (phone.ua.transactions(), phone.ua.poll_timeout()),
            (0, None)
        );
    }
}

#[test]
fn timer_j_answers_a_request_that_comes_again() {
    for (mut phone, wait) in both().into_iter().zip([32_000, 0]) {
        let (_, tag) = phone.talk();
        let bye = request("BYE", &tag, 2, "", "");
        let answer = phone.send(&bye);
        assert_eq!(phone.send(&bye), answer);
        let before = phone.ua.transactions();
        phone.wait(
            Duration::from_millis(wait) - Duration::from_millis(1).min(Duration::from_millis(wait)),
        );
        if wait > 0 {
            assert_eq!(phone.send(&bye), answer);
            assert_eq!(phone.ua.transactions(), before);
        }
        phone.wait(Duration::from_secs(33));
        assert_eq!(phone.ua.transactions(), 0);
        assert_eq!(phone.statuses(&bye), [481], "forgotten");
    }
}

#[test]
fn a_2xx_is_sent_again_over_streams_too_and_timer_l_absorbs_the_invite() {
    for mut phone in both() {
        let session = incoming(&mut phone);
        phone.ua.accept(phone.now, session, b"v=0".to_vec());
        assert_eq!(phone.heard().len(), 1);
        assert!(phone.send(request("INVITE", "", 1, "", "")).is_empty());
        let resent = sendings(&mut phone, 20);
        assert_eq!(resent, [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500]);
    }
}

#[test]
fn timers_a_and_b_repeat_an_invite_and_give_up() {
    let [udp, tcp] = both();
    let doubling = [500, 1_500, 3_500, 7_500, 15_500, 31_500];
    for (mut phone, expected) in [(udp, &doubling[..]), (tcp, &[])] {
        call(&mut phone);
        assert_eq!(sendings(&mut phone, 33), expected);
        assert!(matches!(
            phone.events()[..],
            [Event::Refused { status: 408, .. }]
        ));
        assert_eq!(phone.ua.transactions(), 0);
    }
}

#[test]
fn a_ringing_phone_may_ring_for_an_hour() {
    let mut phone = Phone::new(UaConfig::default());
    let invite = call(&mut phone);
    phone.send(response(&invite, "180 Ringing"));
    assert_eq!(sendings(&mut phone, 3_600), []);
    assert_eq!(phone.ua.sessions(), 1);
}

#[test]
fn timer_d_acknowledges_a_refusal_that_comes_again() {
    for (mut phone, expected) in both().into_iter().zip([1, 0]) {
        let invite = call(&mut phone);
        let busy = response(&invite, "486 Busy Here");
        assert_eq!(phone.send(&busy).len(), 1);
        phone.wait(Duration::from_secs(32));
        assert_eq!(phone.send(&busy).len(), expected);
        phone.wait(Duration::from_secs(2));
        assert!(phone.send(&busy).is_empty());
    }
}

#[test]
fn timers_e_f_and_k_repeat_a_bye_until_answered() {
    for (mut phone, wait) in both().into_iter().zip([5_000, 0]) {
        let (session, _) = phone.talk();
        phone.wait(Duration::from_secs(40));
        phone.ua.bye(phone.now, session, None);
        let bye = phone.heard().remove(0);
        phone.wait(Duration::from_secs(1));
        phone.send(response(&bye, "200 OK"));
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
        let (at, _) = phone.ua.poll_timeout().expect("timer K");
        assert_eq!((at - phone.now).as_millis(), wait);
        phone.wait(at - phone.now);
        assert_eq!(
            (phone.ua.transactions(), phone.ua.poll_timeout()),
            (0, None)
        );
    }
}

#[test]
fn a_ringing_session_reminds_its_proxies_every_minute() {
    let mut phone = Phone::new(UaConfig::default());
    let session = incoming(&mut phone);
    phone.ua.ring(phone.now, session);
    assert_eq!(phone.heard().len(), 1);
    assert_eq!(sendings(&mut phone, 185), [60_000, 120_000, 180_000]);
}

fn call(phone: &mut Phone) -> String {
    let call = OutgoingCall {
        further: Vec::new(),
        route: None,
        account: None,
        path: phone.path,
        target: "sip:ann@192.0.2.2".to_owned(),
        from: "sip:801@192.0.2.1".to_owned(),
        to: "sip:ann@192.0.2.2".to_owned(),
        sdp: Some(b"v=0".to_vec()),
        headers: Vec::new(),
    };
    phone.ua.invite(phone.now, call);
    phone.heard().pop().expect("an INVITE")
}

fn response(request: &str, line: &str) -> String {
    let copied = ["Via:", "From:", "Call-ID:", "CSeq:"];
    let copied = request
        .lines()
        .filter(|line| copied.iter().any(|name| line.starts_with(name)));
    let copied: String = copied.map(|line| format!("{line}\r\n")).collect();
    let to = "To: <sip:ann@192.0.2.2>;tag=x";
    format!("SIP/2.0 {line}\r\n{copied}{to}\r\nContent-Length: 0\r\n\r\n")
}
