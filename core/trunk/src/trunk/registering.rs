//! The registration of a trunk: asked for, renewed, tried elsewhere; judges no answer.

use std::time::Duration;

use conclave_model::{TrunkKind, UnixMillis, limits};
use conclave_sip::{ConnId, OutMethod, OutgoingRequest, Path, RequestAnswer, RequestFailure};

use super::{Trunk, under_way};
use crate::registration::Next;
use crate::step::Step;
use crate::watch::{View, Watch};
use crate::{Errand, Trouble, Turn};

impl Trunk {
    pub(super) fn registers(&self) -> bool {
        self.record.kind == TrunkKind::Registering
    }

    pub(super) fn send_register(&mut self, turn: &mut Turn<'_>) {
        let Some(path) = self.targets.current() else {
            self.register = Step::Off;
            return;
        };
        let request = self.register_request(path, self.registration.expires_s);
        self.push(turn, Errand::Register, request);
        self.register = under_way(turn.now, limits::TRUNK_ANSWER);
    }

    pub(super) fn register_request(&self, path: Path, expires_s: u32) -> OutgoingRequest {
        let address = format!("sip:{}@{}", self.record.user, self.record.domain());
        OutgoingRequest {
            method: OutMethod::Register,
            call_id: self.registration.call_id.clone(),
            sequence: self.registration.sequence,
            from: address.clone(),
            to: address,
            contact_user: self.record.line.clone(),
            expires_s: Some(expires_s),
            login: self.registration.login.clone(),
            ..self.request(path)
        }
    }

    pub(crate) fn register_answered(&mut self, turn: &mut Turn<'_>, answer: &RequestAnswer) {
        let (now, has_password) = (turn.now, self.record.secret.is_some());
        let next = self
            .registration
            .answered(now, answer, has_password, turn.chance);
        self.learn(answer);
        match next {
            Next::Refresh(wait) => {
                self.register = Step::Due(now + wait);
                let granted_ms = u64::from(answer.granted_s.unwrap_or(0)) * 1_000;
                self.registered_until = Some(UnixMillis(turn.at.0 + granted_ms));
                self.stream = answer.path.conn;
                if self.watch.view() == View::Down {
                    self.watch = Watch::default();
                }
                if self.is_watched() && self.options.is_off() {
                    self.options = Step::Due(now + self.interval());
                }
            }
            Next::Again => self.register = Step::Due(now),
            Next::Elsewhere(trouble, retry_after) => self.try_elsewhere(turn, trouble, retry_after),
            Next::Later(trouble, wait) => {
                self.note(turn, trouble);
                self.forget_binding();
                self.register = Step::Due(now + wait);
            }
        }
        self.settle(turn);
    }

    pub(crate) fn register_unanswered(&mut self, turn: &mut Turn<'_>, why: RequestFailure) {
        self.registration.sequence += 2;
        let trouble = self.silence(why);
        self.try_elsewhere(turn, trouble, None);
        self.settle(turn);
    }

    pub(super) fn try_elsewhere(
        &mut self,
        turn: &mut Turn<'_>,
        trouble: Trouble,
        wait: Option<Duration>,
    ) {
        self.note(turn, trouble);
        self.register = if self.targets.advance() {
            Step::Due(turn.now)
        } else {
            self.look_up_again(turn);
            let wait = self.registration.all_failed(wait, turn.chance);
            Step::Due(turn.now + wait)
        };
    }

    pub(super) fn forget_binding(&mut self) {
        self.registration.until = None;
        self.registered_until = None;
        self.stream = None;
    }

    /// The stream that the registrar would call us over is gone: it needs another.
    pub(crate) fn stream_closed(&mut self, turn: &mut Turn<'_>, conn: ConnId) {
        if self.stream == Some(conn) {
            self.stream = None;
            if let Step::Due(_) = self.register {
                let wait = Duration::from_millis(u64::from(turn.chance.below(RECONNECT_MS)));
                self.register = Step::Due(turn.now + wait);
            }
        }
    }

    /// It will not be used any more: the registrar shall know.
    pub(crate) fn say_farewell(&mut self, turn: &mut Turn<'_>) {
        let Some(path) = self
            .targets
            .current()
            .filter(|_| self.registration.until.is_some())
        else {
            return;
        };
        let request = self.register_request(path, 0);
        self.push(turn, Errand::Farewell, request);
        self.forget_binding();
    }
}

/// A registrar that restarts closes all its streams at once.
const RECONNECT_MS: u32 = 3_000;
