//! A call while its keys and its way are agreed on where the sound goes; knows no secret.

use std::net::SocketAddr;
use std::time::Instant;

use conclave_contract::{Command, LegSpec};
use conclave_model::Encryption;
use conclave_sip::Why;

use crate::handshaking::Outcome;
use crate::state::CallState;
use crate::{Call, Turn};

impl Call {
    /// An offer and an answer were exchanged: what the leg is told of them.
    pub(crate) fn agree(&mut self, turn: &Turn<'_>, mut spec: LegSpec) -> LegSpec {
        self.handshaking.agree(turn.now, self.negotiation.agreed());
        self.handshaking.complete(&mut spec);
        self.history.encryption = self.encryption_now();
        spec
    }

    /// After [`Call::agree`], and after the leg was told: the first words of a handshake of ours.
    pub(crate) fn begin_handshake(&mut self, turn: &mut Turn<'_>) {
        let outcomes = self.handshaking.handle_timeout(turn.now);
        self.follow_handshake(turn, outcomes);
    }

    pub(crate) fn handshake_came(&mut self, turn: &mut Turn<'_>, from: SocketAddr, bytes: &[u8]) {
        if !self.is_over() {
            let outcomes = self.handshaking.handle(turn.now, from, bytes);
            self.follow_handshake(turn, outcomes);
        }
    }

    pub(crate) fn handshake_timeout(&mut self, turn: &mut Turn<'_>) {
        if self.next_handshake().is_some_and(|(at, _)| at <= turn.now) {
            self.begin_handshake(turn);
        }
    }

    pub(crate) fn next_handshake(&self) -> Option<(Instant, Why)> {
        if self.is_over() {
            return None;
        }
        let at = self.handshaking.poll_timeout()?;
        Some((
            at,
            "a handshake for keys goes on, or has lasted long enough",
        ))
    }

    fn follow_handshake(&mut self, turn: &mut Turn<'_>, outcomes: Vec<Outcome>) {
        let leg = self.ids.leg;
        for outcome in outcomes {
            match outcome {
                Outcome::Send { to, bytes } => {
                    turn.media(Command::SendDatagram { leg, to, bytes });
                }
                Outcome::Changed => self.renew_leg(turn),
                Outcome::Failed(end) => {
                    let end = self.end_by_peer(end);
                    self.abort(turn, end);
                    return;
                }
            }
        }
    }

    fn renew_leg(&mut self, turn: &mut Turn<'_>) {
        let Some(mut spec) = self.negotiation.spec() else {
            return;
        };
        self.handshaking.complete(&mut spec);
        self.history.encryption = self.encryption_now();
        turn.media(Command::UpdateLeg {
            leg: self.ids.leg,
            spec: Box::new(spec),
        });
        self.begin_if_ready(turn);
    }

    /// Whoever took the call hears nothing before there are keys, so nothing is said before.
    pub(crate) fn begin_if_ready(&mut self, turn: &mut Turn<'_>) {
        if let CallState::Answering { keys, is_taken } = &mut self.state
            && *is_taken
            && !self.handshaking.awaits_keys()
        {
            let keys = std::mem::take(keys);
            self.answered(turn, keys);
        }
    }

    fn encryption_now(&self) -> Option<Encryption> {
        let agreed = self.handshaking.encryption();
        agreed.or_else(|| self.negotiation.encryption())
    }
}
