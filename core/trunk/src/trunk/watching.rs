//! Whether anybody is there: OPTIONS by the clock and on request; counts nothing itself.

use std::time::{Duration, Instant};

use conclave_model::limits;
use conclave_sip::{OutMethod, OutgoingRequest, RequestAnswer, RequestFailure};

use super::{Trunk, authority, host_of, under_way};
use crate::step::Step;
use crate::watch::View;
use crate::{Errand, Output, Probe, Trouble, Turn};

impl Trunk {
    pub(super) fn is_watched(&self) -> bool {
        self.record.options_s > 0
    }

    pub(super) fn interval(&self) -> Duration {
        Duration::from_secs(u64::from(self.record.options_s))
    }

    pub(super) fn send_options(&mut self, turn: &mut Turn<'_>) {
        let Some(path) = self.targets.current() else {
            self.options = Step::Off;
            return;
        };
        let own = if self.record.from_domain.is_empty() {
            host_of(path.local.ip())
        } else {
            self.record.from_domain.clone()
        };
        let request = OutgoingRequest {
            method: OutMethod::Options,
            from: format!("sip:{own}"),
            to: format!("sip:{}", authority(&self.record.host)),
            ..self.request(path)
        };
        self.push(turn, Errand::Options, request);
        let patience = if self.is_tested {
            TEST_PATIENCE
        } else {
            limits::TRUNK_ANSWER
        };
        self.options = under_way(turn.now, patience);
    }

    pub(crate) fn options_answered(&mut self, turn: &mut Turn<'_>, answer: &RequestAnswer) {
        let phrase: String = answer.phrase.chars().take(80).collect();
        let status = answer.status;
        if matches!(status, 408 | 503) {
            let trouble = Trouble::Refused { status, phrase };
            self.options_missed(turn, trouble);
            return;
        }
        let since = match self.options {
            Step::Under { since, .. } => since,
            Step::Off | Step::Due(_) => turn.now,
        };
        let took = turn.now.saturating_duration_since(since);
        self.latency = Some(took);
        self.learn(answer);
        self.watch.answered();
        self.wait_for_options(turn.now);
        let remote = answer.path.remote;
        self.tested(
            turn,
            Probe::Answered {
                remote,
                status,
                phrase,
                took,
            },
        );
        self.settle(turn);
    }

    pub(crate) fn options_unanswered(&mut self, turn: &mut Turn<'_>, why: RequestFailure) {
        let trouble = self.silence(why);
        self.options_missed(turn, trouble);
    }

    pub(super) fn options_missed(&mut self, turn: &mut Turn<'_>, trouble: Trouble) {
        self.note(turn, trouble.clone());
        self.tested(turn, Probe::Failed(trouble));
        if self.targets.advance() {
            self.options = Step::Due(turn.now);
        } else {
            self.watch.missed();
            self.look_up_again(turn);
            self.wait_for_options(turn.now);
        }
        if self.watch.view() == View::Down && self.registers() {
            // Whoever keeps our binding is not there to use it.
            self.forget_binding();
            self.options = Step::Off;
            if let Step::Due(_) = self.register {
                self.register = Step::Due(turn.now);
            }
        }
        self.settle(turn);
    }

    pub(super) fn wait_for_options(&mut self, now: Instant) {
        let unsettled = self.watch.is_unsettled();
        let wait = if unsettled {
            self.interval().min(limits::TRUNK_OPTIONS_SOON)
        } else {
            self.interval()
        };
        self.options = if self.is_watched() {
            Step::Due(now + wait)
        } else {
            Step::Off
        };
    }

    /// Somebody wants to know now; `Output::Tested` follows.
    pub(crate) fn test(&mut self, turn: &mut Turn<'_>) {
        self.is_tested = true;
        if self.targets.is_empty() {
            if !matches!(self.lookup, Step::Under { .. }) {
                self.lookup = Step::Due(turn.now);
            }
        } else if !matches!(self.options, Step::Under { .. }) {
            self.options = Step::Due(turn.now);
        }
        let is_late = self.registers() && self.registration.until.is_none();
        if is_late && matches!(self.register, Step::Due(_)) {
            self.register = Step::Due(turn.now);
        }
    }

    pub(super) fn tested(&mut self, turn: &mut Turn<'_>, probe: Probe) {
        if std::mem::take(&mut self.is_tested) {
            let trunk = self.record.id;
            turn.out.push(Output::Tested { trunk, probe });
        }
    }
}

/// Sent five times by then; whoever tests waits in front of a page.
const TEST_PATIENCE: Duration = Duration::from_secs(5);
