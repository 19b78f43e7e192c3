//! New offers, session timers and reliable provisional answers between two user agents.

mod common;

use std::time::Duration;

use common::{ANSWER, OFFER, Pair, Side, ends, lose_first};
use conclave_sip::{EndReason, Event, Offer, SessionId, Transport, UaConfig};

const SECOND: Duration = Duration::from_secs(1);

fn offer(text: &str) -> Option<Offer> {
    Some(Offer(text.as_bytes().to_vec()))
}

fn reoffered(events: &[Event]) -> Option<(SessionId, Option<Offer>)> {
    events.iter().rev().find_map(|event| {
        if let Event::Reoffered { session, offer } = event {
            Some((*session, offer.clone()))
        } else {
            None
        }
    })
}

fn offer_answers(events: &[Event]) -> Vec<Result<Option<Offer>, u16>> {
    let answer = |event: &Event| {
        if let Event::OfferAnswered { answer, .. } = event {
            Some(answer.clone())
        } else {
            None
        }
    };
    events.iter().filter_map(answer).collect()
}

#[test]
fn a_reinvite_is_offered_and_answered_from_either_side() {
    let mut pair = Pair::new();
    let (left, right) = pair.talk();
    pair.left.reinvite(pair.now, left, b"hold".to_vec());
    pair.run(SECOND);
    assert_eq!(reoffered(&pair.right_events), Some((right, offer("hold"))));
    pair.right.accept_offer(pair.now, right, b"held".to_vec());
    pair.run(SECOND);
    assert_eq!(offer_answers(&pair.left_events), [Ok(offer("held"))]);
    pair.right.reinvite(pair.now, right, b"again".to_vec());
    pair.run(SECOND);
    assert_eq!(reoffered(&pair.left_events), Some((left, offer("again"))));
    pair.left.refuse_offer(pair.now, left, 488);
    pair.run(SECOND);
    assert_eq!(offer_answers(&pair.right_events), [Err(488)]);
    pair.left.bye(pair.now, left, None);
    pair.assert_clean();
}

#[test]
fn an_answer_to_a_reinvite_is_sent_until_acknowledged() {
    let mut pair = Pair::new();
    let (left, right) = pair.talk();
    pair.left.reinvite(pair.now, left, b"hold".to_vec());
    pair.run(SECOND);
    pair.lose = lose_first(Side::Left, "ACK", 2);
    pair.right.accept_offer(pair.now, right, b"held".to_vec());
    pair.run(5 * SECOND);
    assert_eq!(pair.sent(Side::Left, "ACK"), 3);
    assert_eq!(offer_answers(&pair.left_events).len(), 1);
    assert_eq!(ends(&pair.right_events), []);
}

#[test]
fn glare_is_resolved_by_waiting() {
    for seed_shift in 0..5 {
        let mut pair = Pair::new();
        let (left, right) = pair.talk();
        pair.run(seed_shift * SECOND);
        pair.left.reinvite(pair.now, left, b"from left".to_vec());
        pair.right.reinvite(pair.now, right, b"from right".to_vec());
        for _ in 0..80 {
            pair.run(Duration::from_millis(100));
            for (session, side) in [(left, Side::Left), (right, Side::Right)] {
                let now = pair.now;
                pair.ua(side).accept_offer(now, session, b"yes".to_vec());
            }
        }
        assert_eq!(pair.sent(Side::Left, "SIP/2.0 491"), 1);
        assert_eq!(pair.sent(Side::Right, "SIP/2.0 491"), 1);
        assert_eq!(offer_answers(&pair.left_events), [Ok(offer("yes"))]);
        assert_eq!(offer_answers(&pair.right_events), [Ok(offer("yes"))]);
    }
}

#[test]
fn an_offer_waits_until_the_one_before_is_settled() {
    let mut pair = Pair::new();
    let (_, right) = pair.ring();
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.right.reinvite(pair.now, right, b"first".to_vec());
    pair.right.reinvite(pair.now, right, b"second".to_vec());
    pair.run(SECOND);
    assert_eq!(pair.sent(Side::Right, "INVITE"), 1);
    let (left, offered) = reoffered(&pair.left_events).expect("an offer");
    assert_eq!(offered, offer("second"));
    pair.left.accept_offer(pair.now, left, b"yes".to_vec());
    pair.run(SECOND);
    assert_eq!(offer_answers(&pair.right_events), [Ok(offer("yes"))]);
}

#[test]
fn a_bye_ends_an_offer_that_is_open() {
    let mut pair = Pair::new();
    let (left, right) = pair.talk();
    pair.left.reinvite(pair.now, left, b"hold".to_vec());
    pair.run(SECOND);
    pair.left.bye(pair.now, left, None);
    pair.run(SECOND);
    assert_eq!(pair.sent(Side::Right, "SIP/2.0 487"), 1);
    pair.right
        .accept_offer(pair.now, right, b"too late".to_vec());
    pair.assert_clean();
}

#[test]
fn a_peer_that_forgot_the_dialog_ends_it() {
    let mut pair = Pair::new();
    let (left, _) = pair.talk();
    pair.right = conclave_sip::Ua::new(
        UaConfig::default(),
        conclave_model::Chance::from_seed([9; 32]),
    );
    pair.left
        .info(pair.now, left, "application/dtmf-relay", b"Signal=5");
    pair.run(SECOND);
    assert_eq!(pair.sent(Side::Right, "SIP/2.0 481"), 1);
    assert_eq!(ends(&pair.left_events), [EndReason::DialogLost]);
    pair.assert_clean();
}

#[test]
fn a_digit_in_an_info_arrives_once() {
    let mut pair = Pair::new();
    let (left, _) = pair.talk();
    pair.lose = lose_first(Side::Right, "SIP/2.0 200", 2);
    pair.left
        .info(pair.now, left, "application/dtmf-relay", b"Signal=5\r\n");
    pair.run(10 * SECOND);
    let [
        Event::Info {
            content_type, body, ..
        },
    ] = &pair.right_events[..]
    else {
        panic!("{:?}", pair.right_events);
    };
    assert_eq!(
        (content_type.as_str(), body.as_slice()),
        ("application/dtmf-relay", &b"Signal=5\r\n"[..])
    );
    pair.left.info(pair.now, left, "text/plain", b"hello");
    pair.run(SECOND);
    assert!(
        pair.last_sent(Side::Right, "SIP/2.0 415")
            .contains("Accept: application/dtmf-relay")
    );
    assert_eq!(pair.right_events.len(), 1);
}

// Session timers ---------------------------------------------------------------------------------

fn short_sessions() -> UaConfig {
    UaConfig {
        session_expires: 90 * SECOND,
        ..UaConfig::default()
    }
}

#[test]
fn the_callee_refreshes_the_session_with_update() {
    let mut pair = Pair::with(short_sessions(), UaConfig::default(), Transport::Udp);
    let (left, _) = pair.ring();
    let right = SessionId(1);
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.run(SECOND);
    let ok = pair.last_sent(Side::Right, "SIP/2.0 200");
    assert!(ok.contains("Session-Expires: 90;refresher=uas\r\n"), "{ok}");
    pair.run(600 * SECOND);
    assert_eq!(pair.sent(Side::Right, "UPDATE"), 13);
    assert_eq!(ends(&pair.left_events), []);
    assert_eq!(ends(&pair.right_events), []);
    pair.left.bye(pair.now, left, None);
    pair.assert_clean();
}

#[test]
fn a_session_that_nobody_refreshes_expires() {
    let mut pair = Pair::with(short_sessions(), UaConfig::default(), Transport::Udp);
    let (_, right) = pair.ring();
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.run(SECOND);
    pair.lose = Box::new(|side, _| side == Side::Right);
    pair.run(58 * SECOND);
    assert_eq!(ends(&pair.left_events), []);
    // A third of 90 s before its end.
    pair.run(3 * SECOND);
    assert_eq!(ends(&pair.left_events), [EndReason::SessionExpired]);
    assert!(
        pair.last_sent(Side::Left, "BYE")
            .contains("Session expired")
    );
    pair.assert_clean();
}

#[test]
fn a_refresher_that_meets_silence_ends_the_session() {
    let mut pair = Pair::with(short_sessions(), UaConfig::default(), Transport::Udp);
    let (_, right) = pair.ring();
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.run(SECOND);
    pair.lose = Box::new(|side, _| side == Side::Left);
    pair.run(80 * SECOND);
    assert_eq!(ends(&pair.right_events).len(), 1);
    pair.assert_clean();
}

#[test]
fn an_interval_too_short_is_raised_and_the_call_goes_on() {
    let caller = UaConfig {
        session_expires: 90 * SECOND,
        ..UaConfig::default()
    };
    let callee = UaConfig {
        session_expires_min: 300 * SECOND,
        ..UaConfig::default()
    };
    let mut pair = Pair::with(caller, callee, Transport::Udp);
    let (_, right) = pair.ring();
    assert!(
        pair.last_sent(Side::Right, "SIP/2.0 422")
            .contains("Min-SE: 300\r\n")
    );
    assert!(
        pair.last_sent(Side::Left, "INVITE")
            .contains("Session-Expires: 300\r\n")
    );
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.run(SECOND);
    assert!(matches!(pair.left_events[..], [Event::Answered { .. }]));
}

// Reliable provisional answers -------------------------------------------------------------------

fn ring_reliably(pair: &mut Pair) -> (SessionId, SessionId) {
    let mut call = pair.outgoing(Some(OFFER));
    call.headers
        .push(("Require".to_owned(), "100rel".to_owned()));
    let left = pair.left.invite(pair.now, call);
    pair.run(SECOND);
    let Some(Event::Incoming { session, call }) = pair.right_events.first() else {
        panic!("{:?}", pair.right_events);
    };
    assert!(call.supports_prack);
    (left, *session)
}

#[test]
fn early_media_is_sent_until_its_prack_and_holds_back_the_answer() {
    let mut pair = Pair::new();
    let (left, right) = ring_reliably(&mut pair);
    pair.lose = lose_first(Side::Right, "SIP/2.0 183", 2);
    pair.right.progress(pair.now, right, ANSWER.into());
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.run(Duration::from_millis(400));
    assert_eq!(pair.sent(Side::Right, "SIP/2.0 200"), 0);
    pair.run(5 * SECOND);
    assert_eq!(pair.sent(Side::Right, "SIP/2.0 183"), 3);
    assert_eq!(pair.sent(Side::Left, "PRACK"), 1);
    let [
        Event::Progress {
            status: 183,
            answer: early,
            ..
        },
        Event::Answered { answer, .. },
    ] = &pair.left_events[..]
    else {
        panic!("{:?}", pair.left_events);
    };
    assert_eq!((early, answer), (&offer(ANSWER), &None));
    pair.left.bye(pair.now, left, None);
    pair.assert_clean();
}

#[test]
fn provisional_answers_come_in_order_one_at_a_time() {
    let mut pair = Pair::new();
    let (_, right) = ring_reliably(&mut pair);
    pair.right.ring(pair.now, right);
    pair.right.progress(pair.now, right, ANSWER.into());
    pair.run(SECOND);
    let statuses: Vec<u16> = pair
        .left_events
        .iter()
        .filter_map(|event| {
            if let Event::Progress { status, .. } = event {
                Some(*status)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(statuses, [180, 183]);
    assert_eq!(pair.sent(Side::Left, "PRACK"), 2);
    assert_eq!(pair.sent(Side::Right, "SIP/2.0 18"), 2);
}

#[test]
fn a_provisional_answer_without_prack_ends_the_call() {
    let mut pair = Pair::new();
    let (_, right) = ring_reliably(&mut pair);
    pair.lose = lose_first(Side::Left, "PRACK", usize::MAX);
    pair.right.progress(pair.now, right, ANSWER.into());
    pair.run(40 * SECOND);
    assert_eq!(ends(&pair.right_events), [EndReason::DialogLost]);
    assert!(matches!(
        pair.left_events.last(),
        Some(Event::Refused { status: 504, .. })
    ));
    pair.assert_clean();
}

#[test]
fn a_callers_cancel_ends_what_waits_for_a_prack() {
    let mut pair = Pair::new();
    let (left, right) = ring_reliably(&mut pair);
    pair.right.progress(pair.now, right, ANSWER.into());
    pair.left.bye(pair.now, left, None);
    pair.run(2 * SECOND);
    assert!(matches!(
        pair.right_events.last(),
        Some(Event::Cancelled { .. })
    ));
    assert_eq!(ends(&pair.left_events), [EndReason::ByUs]);
    pair.assert_clean();
}
