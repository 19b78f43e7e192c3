//! The life of one call where it is not the usual one.

mod common;

use std::time::Duration;

use common::{Bench, LEG, SESSION, commands, offer, sip_actions};
use conclave_call::{Output, Purpose, SipAction};
use conclave_contract::{Command, Event as MediaEvent, LegFailure};
use conclave_ivr::PinVerdict;
use conclave_model::{CallEnd, Language, limits};
use conclave_sip::{EndReason, Event as SipEvent};

#[test]
fn keys_pressed_before_the_ack_are_not_lost() {
    let mut bench = Bench::new();
    bench.open_leg();
    bench.press("627");
    bench.acknowledge();
    let mut out = bench.pass(Duration::from_secs(1));
    out.extend(bench.press("184"));
    let mut longest = 0;
    while let Some(Output::TryPin { digits, .. }) = out.pop() {
        longest = longest.max(digits.len());
        out.extend(bench.turn(|call, turn| call.pin(turn, PinVerdict::NotYet)));
    }
    assert_eq!(longest, 6);
}

#[test]
fn nothing_is_said_before_the_ack() {
    let mut bench = Bench::new();
    let out = bench.open_leg();
    assert!(matches!(sip_actions(&out)[..], [SipAction::Accept { .. }]));
    assert!(commands(&out).is_empty());
    bench.acknowledge();
    let out = bench.pass(limits::ANSWER_SILENCE);
    assert!(matches!(commands(&out)[..], [Command::Play { .. }]));
}

#[test]
fn the_answer_names_our_address_as_the_caller_reaches_it() {
    let mut bench = Bench::new();
    let out = bench.open_leg();
    let [SipAction::Accept { sdp }] = sip_actions(&out)[..] else {
        panic!("{out:?}");
    };
    let sdp = String::from_utf8_lossy(sdp);
    assert!(sdp.contains("c=IN IP4 192.0.2.1\r\n"), "{sdp}");
    assert!(sdp.contains("m=audio 20000 RTP/AVP 8"), "{sdp}");
}

#[test]
fn a_leg_that_is_never_opened_ends_the_call_in_time() {
    let mut bench = Bench::new();
    let out = bench.pass(limits::LEG_PATIENCE);
    let [SipAction::Refuse(refusal)] = sip_actions(&out)[..] else {
        panic!("{out:?}");
    };
    assert_eq!(refusal.status, 503);
    assert!(refusal.retry_after.is_some());
    bench.pass(limits::LEG_PATIENCE);
    assert_eq!(bench.record().unwrap().end, CallEnd::ServerBusy);
    assert!(bench.call.has_ended());
}

#[test]
fn a_leg_that_fails_after_a_cancel_still_ends_the_call() {
    let mut bench = Bench::new();
    bench.sip(SipEvent::Cancelled { session: SESSION });
    bench.media(MediaEvent::LegFailed {
        leg: LEG,
        why: LegFailure::NoPort,
    });
    assert_eq!(bench.record().unwrap().end, CallEnd::Cancelled);
}

#[test]
fn a_leg_that_closes_unasked_takes_the_call_with_it() {
    let mut bench = Bench::new();
    bench.open_leg();
    bench.acknowledge();
    let out = bench.close_leg();
    assert!(matches!(sip_actions(&out)[..], [SipAction::Bye { .. }]));
    assert_eq!(bench.record().unwrap().end, CallEnd::Failed);
}

#[test]
fn a_leg_whose_end_is_never_reported_does_not_hold_the_record_back() {
    let mut bench = Bench::new();
    bench.open_leg();
    bench.acknowledge();
    let reason = None;
    bench.sip(SipEvent::Ended {
        session: SESSION,
        why: EndReason::ByPeer { reason },
    });
    assert!(bench.record().is_none());
    bench.pass(limits::LEG_PATIENCE);
    assert_eq!(bench.record().unwrap().end, CallEnd::HungUp);
}

#[test]
fn the_caller_is_shown_without_control_characters() {
    let bench = Bench::new();
    assert_eq!(bench.call.caller().name.as_deref(), Some("Anna"));
    assert_eq!(bench.call.caller().number_for_log(), "…67");
}

#[test]
fn a_right_pin_in_the_dialled_number_is_shown_to_the_door_and_not_asked_for() {
    let purpose = Bench::new();
    let purpose = Purpose::Enter {
        room: purpose.call.room().cloned().unwrap(),
        plan: conclave_ivr::EntryPlan {
            ask_pin: true,
            ..conclave_ivr::EntryPlan::new(Language::German)
        },
    };
    let mut bench = Bench::with("801*627184", Some(offer()), purpose, 2);
    bench.open_leg();
    let out = bench.acknowledge();
    assert!(matches!(
        out[..],
        [Output::Answered, Output::TryPin { complete: true, .. }]
    ));
    bench.turn(|call, turn| call.pin(turn, PinVerdict::Accepted));
    let out = bench.pass(Duration::from_secs(2));
    let ready = |output: &Output| matches!(output, Output::Ready { .. });
    assert!(bench.said.iter().any(ready), "{out:?}");
}

#[test]
fn no_debug_line_shows_a_key() {
    let mut bench = Bench::new();
    bench.open_leg();
    bench.acknowledge();
    bench.press("739251");
    let text = format!("{:?} {:?}", bench.call, bench.said);
    assert!(!text.contains("739251") && !text.contains("Digit('7')"));
}

#[test]
fn a_peer_that_asks_for_our_offer_gets_it_and_its_answer_is_followed() {
    let mut bench = Bench::new();
    bench.open_leg();
    bench.acknowledge();
    let session = SESSION;
    let offer = None;
    let out = bench.sip(SipEvent::Reoffered { session, offer });
    let [SipAction::AcceptOffer { sdp }] = sip_actions(&out)[..] else {
        panic!("{out:?}");
    };
    assert!(String::from_utf8_lossy(sdp).contains("m=audio 20000"));
    let answer = Some(common::offer());
    let out = bench.sip(SipEvent::Acknowledged { session, answer });
    assert!(matches!(commands(&out)[..], [Command::UpdateLeg { .. }]));
}

#[test]
fn an_answer_that_never_comes_leaves_a_running_call_as_it_was() {
    let mut bench = Bench::new();
    bench.open_leg();
    bench.acknowledge();
    let session = SESSION;
    let offer = None;
    bench.sip(SipEvent::Reoffered { session, offer });
    let out = bench.acknowledge();
    assert!(out.is_empty(), "{out:?}");
}

#[test]
fn a_late_offer_without_an_answer_ends_the_call() {
    let language = Language::English;
    let plan = conclave_ivr::EntryPlan::new(language);
    let room = common::room();
    let mut bench = Bench::with("801", None, Purpose::Enter { room, plan }, 3);
    bench.open_leg();
    let out = bench.acknowledge();
    assert!(matches!(sip_actions(&out)[..], [SipAction::Bye { .. }]));
    bench.close_leg();
    assert_eq!(bench.record().unwrap().end, CallEnd::BadOffer);
}

#[test]
fn who_is_at_the_door_or_goes_writes_to_nobody() {
    let mut bench = Bench::new();
    let refused = |out: &[Output]| {
        let actions = sip_actions(out);
        let [SipAction::RefuseText { id, refusal }] = actions[..] else {
            panic!("{out:?}")
        };
        (id.0, refusal.status)
    };
    assert_eq!(refused(&bench.writes()), (7, 480), "not answered yet");
    bench.open_leg();
    bench.acknowledge();
    assert_eq!(refused(&bench.writes()), (7, 480), "at the PIN");
    bench.press("627184");
    bench.turn(|call, turn| call.pin(turn, PinVerdict::Accepted));
    bench.pass(Duration::from_secs(60));
    bench.turn(conclave_call::Call::admitted);
    let out = bench.writes();
    assert!(matches!(out[..], [Output::Text { .. }]), "{out:?}");
    assert_eq!(format!("{out:?}"), "[Text(TextMessage(5 bytes))]");
    bench.turn(|call, turn| call.dismiss(turn, CallEnd::Removed, None));
    assert_eq!(refused(&bench.writes()), (7, 480), "hears why it has to go");
}
