//! A call from INVITE to BYE, with everything that may cross or get lost on the way.

mod common;

use std::time::Duration;

use common::{ANSWER, OFFER, Pair, Side, ends, lose_first};
use conclave_sip::{EndReason, Event, Offer, Refusal, Transport, UaConfig, Warning};

const SECOND: Duration = Duration::from_secs(1);

fn offer(text: &str) -> Option<Offer> {
    Some(Offer(text.as_bytes().to_vec()))
}

#[test]
fn a_call_is_set_up_and_torn_down() {
    let mut pair = Pair::new();
    let (left, right) = pair.ring();
    let Some(Event::Incoming { call, .. }) = pair.right_events.first() else {
        panic!("{:?}", pair.right_events);
    };
    assert_eq!(call.dialled, "801");
    assert_eq!(call.from_user, "ann");
    assert_eq!(call.from_name.as_deref(), Some("Ann"));
    assert_eq!(call.offer, offer(OFFER));
    pair.right.ring(pair.now, right);
    pair.run(SECOND);
    assert!(matches!(
        pair.left_events[..],
        [Event::Progress { status: 180, .. }]
    ));
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.run(SECOND);
    let Some(Event::Answered { answer, .. }) = pair.left_events.last() else {
        panic!("{:?}", pair.left_events);
    };
    assert_eq!(*answer, offer(ANSWER));
    assert!(matches!(
        pair.right_events.last(),
        Some(Event::Acknowledged { answer: None, .. })
    ));
    assert_eq!(pair.sent(Side::Right, "SIP/2.0 200"), 1);
    pair.left.bye(pair.now, left, Some("Q.850;cause=16"));
    pair.run(SECOND);
    let reason = Some("Q.850;cause=16".to_owned());
    assert_eq!(ends(&pair.right_events), [EndReason::ByPeer { reason }]);
    assert_eq!(ends(&pair.left_events), [EndReason::ByUs]);
    pair.assert_clean();
}

#[test]
fn the_callee_may_hang_up() {
    let mut pair = Pair::new();
    let (_, right) = pair.talk();
    pair.right.bye(pair.now, right, None);
    pair.run(SECOND);
    assert_eq!(
        ends(&pair.left_events),
        [EndReason::ByPeer { reason: None }]
    );
    assert_eq!(ends(&pair.right_events), [EndReason::ByUs]);
    pair.assert_clean();
}

#[test]
fn both_may_hang_up_at_once() {
    let mut pair = Pair::new();
    let (left, right) = pair.talk();
    pair.right.bye(pair.now, right, None);
    pair.left.bye(pair.now, left, None);
    pair.run(SECOND);
    assert_eq!(ends(&pair.left_events), [EndReason::ByUs]);
    assert_eq!(ends(&pair.right_events), [EndReason::ByUs]);
    pair.assert_clean();
}

#[test]
fn a_refusal_reaches_the_caller_even_when_messages_are_lost() {
    let mut pair = Pair::new();
    let (_, right) = pair.ring();
    pair.lose = lose_first(Side::Right, "SIP/2.0 486", 2);
    let refusal = Refusal {
        phrase: Some("All Seats Taken"),
        retry_after: Some(Duration::from_secs(60)),
        warning: Some(Warning(399, "no seat")),
        ..Refusal::new(486)
    };
    pair.right.refuse(pair.now, right, refusal);
    pair.run(10 * SECOND);
    let [Event::Refused { status, reason, .. }] = &pair.left_events[..] else {
        panic!("{:?}", pair.left_events);
    };
    assert_eq!((*status, reason.as_str()), (486, "All Seats Taken"));
    assert!(
        pair.last_sent(Side::Right, "SIP/2.0 486")
            .contains("Retry-After: 60\r\nWarning: 399 conclave \"no seat\"\r\n")
    );
    assert_eq!(pair.right.counters().refused.get(&486), Some(&1));
    pair.assert_clean();
}

#[test]
fn a_lost_answer_comes_again_until_acknowledged() {
    let mut pair = Pair::new();
    let (_, right) = pair.ring();
    pair.lose = lose_first(Side::Right, "SIP/2.0 200", 3);
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.run(10 * SECOND);
    assert_eq!(pair.sent(Side::Right, "SIP/2.0 200"), 4);
    assert!(matches!(
        pair.left_events.last(),
        Some(Event::Answered { .. })
    ));
}

#[test]
fn a_lost_ack_comes_again_with_the_answer() {
    let mut pair = Pair::new();
    let (_, right) = pair.ring();
    pair.lose = lose_first(Side::Left, "ACK", 2);
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.run(10 * SECOND);
    assert_eq!(pair.sent(Side::Left, "ACK"), 3);
    let acknowledged = |event: &&Event| matches!(event, Event::Acknowledged { .. });
    assert_eq!(pair.right_events.iter().filter(acknowledged).count(), 1);
    let answered = |event: &&Event| matches!(event, Event::Answered { .. });
    assert_eq!(pair.left_events.iter().filter(answered).count(), 1);
}

#[test]
fn an_answer_without_ack_ends_the_session() {
    let mut pair = Pair::new();
    let (_, right) = pair.ring();
    pair.lose = lose_first(Side::Left, "ACK", usize::MAX);
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.run(31 * SECOND);
    assert_eq!(ends(&pair.right_events), []);
    pair.run(2 * SECOND);
    assert_eq!(ends(&pair.right_events), [EndReason::NoAck]);
    assert_eq!(pair.sent(Side::Right, "BYE"), 1);
    assert_eq!(
        ends(&pair.left_events),
        [EndReason::ByPeer { reason: None }]
    );
    pair.assert_clean();
}

#[test]
fn the_callee_waits_for_the_ack_before_its_bye() {
    let mut pair = Pair::new();
    let (_, right) = pair.ring();
    pair.lose = lose_first(Side::Left, "ACK", 1);
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.right.bye(pair.now, right, None);
    pair.run(Duration::from_millis(400));
    assert_eq!(pair.sent(Side::Right, "BYE"), 0);
    pair.run(SECOND);
    assert_eq!(pair.sent(Side::Right, "BYE"), 1);
    assert_eq!(ends(&pair.right_events), [EndReason::ByUs]);
    pair.assert_clean();
}

#[test]
fn a_caller_may_give_up() {
    let mut pair = Pair::new();
    let (left, right) = pair.ring();
    pair.right.ring(pair.now, right);
    pair.run(SECOND);
    pair.left.bye(pair.now, left, None);
    pair.run(SECOND);
    assert!(matches!(
        pair.right_events.last(),
        Some(Event::Cancelled { .. })
    ));
    assert_eq!(ends(&pair.left_events), [EndReason::ByUs]);
    assert_eq!(pair.sent(Side::Right, "SIP/2.0 487"), 1);
    pair.assert_clean();
}

#[test]
fn a_cancel_waits_for_a_first_sign_of_the_callee() {
    let mut pair = Pair::new();
    pair.lose = lose_first(Side::Right, "SIP/2.0 100", 1);
    let call = pair.outgoing(Some(OFFER));
    let left = pair.left.invite(pair.now, call);
    pair.left.bye(pair.now, left, None);
    pair.run(Duration::from_millis(100));
    assert_eq!(pair.sent(Side::Left, "CANCEL"), 0);
    pair.run(2 * SECOND);
    assert_eq!(pair.sent(Side::Left, "CANCEL"), 1);
    assert_eq!(ends(&pair.left_events), [EndReason::ByUs]);
    pair.assert_clean();
}

#[test]
fn a_cancel_that_crosses_the_answer_becomes_a_bye() {
    let mut pair = Pair::new();
    let (left, right) = pair.ring();
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.left.bye(pair.now, left, None);
    pair.run(2 * SECOND);
    assert_eq!(pair.sent(Side::Left, "CANCEL"), 1);
    assert_eq!(pair.sent(Side::Left, "ACK"), 1);
    assert_eq!(pair.sent(Side::Left, "BYE"), 1);
    assert_eq!(ends(&pair.left_events), [EndReason::ByUs]);
    assert_eq!(
        ends(&pair.right_events),
        [EndReason::ByPeer { reason: None }]
    );
    pair.assert_clean();
}

#[test]
fn the_callee_may_leave_before_it_answers() {
    let mut pair = Pair::new();
    let (_, right) = pair.ring();
    pair.right.bye(pair.now, right, Some("SIP;cause=480"));
    pair.run(SECOND);
    assert!(matches!(
        pair.left_events.last(),
        Some(Event::Refused { status: 480, .. })
    ));
    assert_eq!(ends(&pair.right_events), [EndReason::ByUs]);
    pair.assert_clean();
}

#[test]
fn nobody_at_home_is_a_refusal() {
    let mut pair = Pair::new();
    pair.lose = Box::new(|_, _| true);
    let call = pair.outgoing(Some(OFFER));
    pair.left.invite(pair.now, call);
    pair.run(33 * SECOND);
    assert!(matches!(
        pair.left_events[..],
        [Event::Refused { status: 408, .. }]
    ));
    // Timer A: 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s.
    assert_eq!(pair.sent(Side::Left, "INVITE"), 7);
    pair.assert_clean();
}

#[test]
fn a_late_offer_is_made_in_the_answer() {
    let mut pair = Pair::new();
    let (left, right) = pair.ring_with(None);
    pair.right.accept(pair.now, right, ANSWER.into());
    pair.run(SECOND);
    let Some(Event::Answered { answer, .. }) = pair.left_events.last() else {
        panic!("{:?}", pair.left_events);
    };
    assert_eq!(*answer, offer(ANSWER));
    assert_eq!(pair.sent(Side::Left, "ACK"), 0);
    pair.left.acknowledge_with(pair.now, left, OFFER.into());
    pair.run(SECOND);
    let Some(Event::Acknowledged { answer, .. }) = pair.right_events.last() else {
        panic!("{:?}", pair.right_events);
    };
    assert_eq!(*answer, offer(OFFER));
}

#[test]
fn calls_stand_over_a_stream_that_comes_byte_by_byte() {
    let mut pair = Pair::with(UaConfig::default(), UaConfig::default(), Transport::Tcp);
    pair.segment = 1;
    let calls: Vec<_> = (0..5).map(|_| pair.talk()).collect();
    for (left, _) in calls {
        pair.left.bye(pair.now, left, None);
    }
    pair.run(SECOND);
    assert_eq!(ends(&pair.right_events).len(), 5);
    pair.assert_clean();
}

#[test]
fn a_call_outlives_its_stream() {
    let mut pair = Pair::with(UaConfig::default(), UaConfig::default(), Transport::Tcp);
    let (_, right) = pair.talk();
    pair.close_stream();
    pair.run(SECOND);
    assert_eq!(ends(&pair.right_events), []);
    pair.right.bye(pair.now, right, None);
    pair.run(SECOND);
    assert_eq!(
        ends(&pair.left_events),
        [EndReason::ByPeer { reason: None }]
    );
    assert_eq!(ends(&pair.right_events), [EndReason::ByUs]);
    pair.assert_clean();
}

#[test]
fn a_stream_that_cannot_be_opened_again_ends_its_sessions() {
    let mut pair = Pair::with(UaConfig::default(), UaConfig::default(), Transport::Tcp);
    let (_, right) = pair.talk();
    pair.close_stream();
    pair.lose = Box::new(|_, _| true);
    pair.right.reinvite(pair.now, right, ANSWER.into());
    pair.run(SECOND);
    let path = pair.path(Side::Right);
    pair.right.handle_connect_failed(pair.now, path);
    pair.run(SECOND);
    assert_eq!(ends(&pair.right_events), [EndReason::TransportFailed]);
}

#[test]
fn messages_may_be_lost_at_random_and_every_call_still_ends() {
    for seed in 0..200_u8 {
        let mut pair = Pair::new();
        let mut chance = conclave_model::Chance::from_seed([seed; 32]);
        pair.lose = Box::new(move |_, _| chance.below(4) == 0);
        let call = pair.outgoing(Some(OFFER));
        let left = pair.left.invite(pair.now, call);
        pair.run(20 * SECOND);
        let incoming = pair.right_events.iter().find_map(|event| {
            if let Event::Incoming { session, .. } = event {
                Some(*session)
            } else {
                None
            }
        });
        if let Some(right) = incoming {
            pair.right.accept(pair.now, right, ANSWER.into());
        }
        pair.run(40 * SECOND);
        pair.left.bye(pair.now, left, None);
        pair.assert_clean();
        let over = |event: &&Event| {
            matches!(
                event,
                Event::Ended { .. } | Event::Refused { .. } | Event::Cancelled { .. }
            )
        };
        assert_eq!(
            pair.left_events.iter().filter(over).count(),
            1,
            "seed {seed}"
        );
    }
}
