//! A caller whose telephone rings on while they are in the room.

mod common;

use std::time::Duration;

use common::{Bench, SESSION, commands, offer, sip_actions};
use conclave_call::{Output, Purpose, SipAction};
use conclave_contract::Command;
use conclave_ivr::EntryPlan;
use conclave_model::{CallEnd, Language, limits};
use conclave_sip::Event as SipEvent;

/// In a room that asks for nothing, and never answered.
fn in_the_room() -> Bench {
    let purpose = Purpose::Enter {
        room: common::room(),
        plan: EntryPlan::new(Language::English),
    };
    let mut bench = Bench::with("801", Some(offer()), purpose, 1);
    bench.turn(|call, _| call.ring_on());
    let out = bench.open_leg();
    assert!(matches!(
        sip_actions(&out)[..],
        [SipAction::Progress { .. }]
    ));
    bench.pass(Duration::from_secs(1));
    let ready = |output: &Output| matches!(output, Output::Ready { .. });
    assert!(bench.said.iter().any(ready));
    bench.turn(|call, turn| call.admitted(turn));
    bench
}

/// Upstream's test 8.
#[test]
fn scenario_08_the_call_is_never_answered_and_ends_with_a_refusal() {
    let mut bench = in_the_room();
    assert!(bench.call.heard_since().is_some() && bench.call.answered_at().is_none());
    bench.turn(|call, turn| call.dismiss(turn, CallEnd::Removed, None));
    let out = bench.pass(limits::PLAY_PATIENCE);
    let [SipAction::Refuse(refusal)] = sip_actions(&out)[..] else {
        panic!("{out:?}");
    };
    assert_eq!(refusal.status, 403);
    bench.close_leg();
    let record = bench.record().expect("a line in the call log");
    assert_eq!((record.end, record.answered_at), (CallEnd::Removed, None));
    assert!(record.joined_at.is_some());
    let bye =
        |action: &&SipAction| matches!(action, SipAction::Bye { .. } | SipAction::Accept { .. });
    assert!(!sip_actions(&bench.said).iter().any(bye));
}

#[test]
fn who_gives_up_ringing_has_hung_up() {
    let mut bench = in_the_room();
    let out = bench.sip(SipEvent::Cancelled { session: SESSION });
    assert!(matches!(out[0], Output::Left(CallEnd::HungUp)));
    bench.close_leg();
    assert_eq!(bench.record().expect("ended").end, CallEnd::HungUp);
}

#[test]
fn a_call_that_is_never_answered_does_not_last_for_ever() {
    let mut bench = in_the_room();
    let out = bench.pass(limits::UNANSWERED);
    let left = |output: &Output| matches!(output, Output::Left(CallEnd::TimeUp));
    assert!(out.iter().any(left));
    assert!(
        commands(&out)
            .iter()
            .any(|command| matches!(command, Command::Play { .. }))
    );
    bench.pass(limits::PLAY_PATIENCE);
    bench.close_leg();
    assert_eq!(bench.record().expect("ended").end, CallEnd::TimeUp);
}

#[test]
fn without_an_offer_of_the_callers_there_is_nothing_to_hear_and_the_call_is_answered() {
    let purpose = Purpose::Enter {
        room: common::room(),
        plan: EntryPlan::new(Language::English),
    };
    let mut bench = Bench::with("801", None, purpose, 1);
    bench.turn(|call, _| call.ring_on());
    let out = bench.open_leg();
    assert!(matches!(sip_actions(&out)[..], [SipAction::Accept { .. }]));
}
