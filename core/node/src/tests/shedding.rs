//! What callers notice of a server whose ticks run late, and that it passes.

use std::time::Duration;

use conclave_contract::Effort;
use conclave_model::{CallEnd, LoadLevel, Prompt, limits};
use conclave_sip::Event as SipEvent;

use super::Town;
use crate::{Input, WorkerTicks};

const SECOND: Duration = Duration::from_secs(1);

/// A town whose one worker a test makes late.
struct Late {
    town: Town,
    worker: WorkerTicks,
}

impl Late {
    fn new() -> Self {
        let mut late = Self {
            town: Town::with_room(),
            worker: WorkerTicks::default(),
        };
        late.seconds(1, 0);
        late
    }

    /// Of 25 ticks in every half second, so many are late.
    fn seconds(&mut self, seconds: u64, late: u64) -> LoadLevel {
        for _ in 0..seconds * 2 {
            self.town.pass(limits::LOAD_READING);
            self.worker.ticks += 25;
            self.worker.late += late;
            self.town.input(Input::Load(vec![self.worker]));
        }
        self.town.node.load_level()
    }
}

#[test]
fn a_new_caller_hears_that_the_server_is_busy_and_is_asked_to_try_again() {
    let mut late = Late::new();
    let inside = late.town.enter("801", "627184");
    assert_eq!(late.seconds(2, 8), LoadLevel::RefusingJoins);

    let session = late.town.dial("801");
    let early = |event: &SipEvent| {
        matches!(
            event,
            SipEvent::Progress {
                answer: Some(_),
                ..
            }
        )
    };
    assert!(late.town.phone_events.iter().any(early));
    let leg = *late.town.studio.opened.last().unwrap();
    let heard = late.town.studio.leg(leg).heard.clone();
    assert_eq!(heard.first(), Some(&Prompt::ServerBusy));
    assert_eq!(late.town.refusal(session), None, "not before it is said");
    late.seconds(10, 4);
    assert_eq!(late.town.refusal(session), Some(503));
    assert!(late.town.wire.contains("Retry-After: 10"));

    let record = &late.town.records[0];
    assert_eq!(record.end, CallEnd::ServerBusy);
    assert_eq!(record.room_title.as_deref(), Some("Standup"));
    assert_eq!(record.answered_at, None);
    assert!(!late.town.has_ended(inside.session));
    assert!(late.town.studio.leg(inside.leg).stage.is_some());
}

#[test]
fn who_is_at_the_door_already_is_let_in() {
    let mut late = Late::new();
    let line = late.town.line("801");
    late.town.pass(3 * SECOND);
    late.town.press(line, "627");
    assert_eq!(late.seconds(2, 8), LoadLevel::RefusingJoins);
    late.town.press(line, "184");
    assert!(late.town.studio.leg(line.leg).stage.is_some());
}

#[test]
fn only_so_many_are_told_at_once_and_the_others_are_refused_without_a_word() {
    let mut late = Late::new();
    late.seconds(2, 8);
    let lines: Vec<_> = (0..limits::REFUSALS_SPOKEN + 5)
        .map(|_| late.town.dial("801"))
        .collect();
    let refused = |late: &Late| {
        let is_refused = |line: &&_| late.town.refusal(**line) == Some(503);
        lines.iter().filter(is_refused).count()
    };
    assert_eq!(refused(&late), 5);
    late.seconds(10, 4);
    assert_eq!(refused(&late), lines.len());
    assert_eq!(late.town.records.len(), lines.len());
    late.town.pass(40 * SECOND);
    late.town.assert_empty();
}

#[test]
fn a_room_that_does_not_exist_is_not_busy() {
    let mut late = Late::new();
    late.seconds(2, 8);
    let session = late.town.dial("999999");
    late.town.pass(10 * SECOND);
    assert_eq!(late.town.refusal(session), Some(404));
}

#[test]
fn what_is_shed_comes_back_in_the_opposite_order_and_each_step_is_said_once() {
    let mut late = Late::new();
    assert_eq!(late.seconds(6, 25), LoadLevel::LowerComplexity);
    let least = late.town.studio.effort;
    assert_eq!(least.talkers_max, limits::TALKERS_LEAST);
    assert_ne!(least.opus, Effort::FULL.opus);

    assert_eq!(late.seconds(60, 0), LoadLevel::Normal);
    assert_eq!(late.town.studio.effort, Effort::FULL);
    let said: Vec<_> = late
        .town
        .logs
        .iter()
        .filter(|line| line.starts_with("Sound "))
        .collect();
    assert_eq!(said.len(), 6, "{said:?}");
    let line = late.town.line("801");
    assert!(late.town.is_answered(line.session));
}
