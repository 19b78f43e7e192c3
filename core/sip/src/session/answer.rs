//! A 2xx and its ACK: ours is sent until acknowledged, the peer's is acknowledged each time.

use std::time::Duration;

use super::{Session, Stage};
use crate::desk::Desk;
use crate::message::{Description, Fields, Message, Method, session_description};
use crate::timers::{SessionAlarm, TimerId};
use crate::transaction::{GIVE_UP, T1, T2};
use crate::{EndReason, Event, Offer, Path};

/// Our 2xx in the air.
pub(super) struct Unacked {
    path: Path,
    bytes: Vec<u8>,
    sequence: u32,
    acknowledged: Acknowledged,
    interval: Duration,
    resend: Option<TimerId>,
    give_up: Option<TimerId>,
}

/// What the ACK means to the owner.
pub(super) enum Acknowledged {
    /// The session is confirmed.
    First {
        /// The ACK brings the answer to our offer.
        is_late: bool,
        /// A PRACK brought it before.
        early_answer: Option<Offer>,
    },
    /// A re-INVITE of the peer.
    Again { is_late: bool },
}

impl Acknowledged {
    fn is_late(&self) -> bool {
        match self {
            Acknowledged::First { is_late, .. } | Acknowledged::Again { is_late } => *is_late,
        }
    }
}

/// Our ACK, for a 2xx that comes again.
pub(super) struct LastAck {
    sequence: u32,
    path: Path,
    bytes: Vec<u8>,
}

impl Session {
    /// Sends a 2xx again until its ACK comes, over streams too: proxies may lie between
    /// (RFC 3261 §13.3.1.4).
    pub(super) fn await_ack(
        &mut self,
        desk: &mut Desk<'_>,
        path: Path,
        bytes: Vec<u8>,
        sequence: u32,
        acknowledged: Acknowledged,
    ) {
        let (why, end_why) = ("a 2xx is sent again until its ACK", "the ACK of a 2xx");
        self.unacked = Some(Unacked {
            path,
            bytes,
            sequence,
            acknowledged,
            interval: T1,
            resend: desk.alarm(self.id, T1, SessionAlarm::ResendAnswer, why),
            give_up: desk.alarm(self.id, GIVE_UP, SessionAlarm::NoAck, end_why),
        });
    }

    pub(super) fn resend_answer(&mut self, desk: &mut Desk<'_>) {
        if let Some(unacked) = &mut self.unacked {
            desk.hands.send_again(unacked.path, unacked.bytes.clone());
            unacked.interval = (unacked.interval * 2).min(T2);
            let why = "a 2xx is sent again until its ACK";
            unacked.resend = desk.alarm(self.id, unacked.interval, SessionAlarm::ResendAnswer, why);
        }
    }

    pub(super) fn give_up_on_ack(&mut self, desk: &mut Desk<'_>) {
        let left_by_us = self.bye_waiting.take();
        let why = if left_by_us.is_some() {
            EndReason::ByUs
        } else {
            EndReason::NoAck
        };
        self.send_bye(desk, left_by_us.flatten().as_deref());
        self.end(desk, why);
    }

    /// An ACK in the dialog.
    pub(crate) fn ack_came(&mut self, desk: &mut Desk<'_>, ack: &Message) {
        let sequence = ack.cseq().map(|(sequence, _)| sequence);
        let waited_for = self.unacked.as_ref().map(|unacked| unacked.sequence);
        if waited_for.is_none() || waited_for != sequence {
            // It came again, or acknowledges what we have forgotten.
            desk.hands.counters.retransmissions_in += 1;
            return;
        }
        let description = match session_description(ack) {
            Description::Sdp(sdp) => Some(Offer(sdp.to_vec())),
            Description::Absent | Description::Foreign => None,
        };
        self.settle_ack(desk, description);
        self.offer_if_waiting(desk);
    }

    /// The peer goes on without our having seen its ACK, which proves that it had the 2xx
    /// (RFC 5407 §3.1.4). False when the ACK is still needed, for it brings the answer.
    pub(super) fn settle_implied_ack(&mut self, desk: &mut Desk<'_>) -> bool {
        match &self.unacked {
            None => true,
            Some(unacked) if unacked.acknowledged.is_late() => false,
            Some(_) => {
                self.settle_ack(desk, None);
                true
            }
        }
    }

    fn settle_ack(&mut self, desk: &mut Desk<'_>, description: Option<Offer>) {
        let Some(acknowledged) = self.stop_answer(desk) else {
            return;
        };
        let session = self.id;
        match acknowledged {
            Acknowledged::First {
                is_late,
                early_answer,
            } => {
                let answer = early_answer.or(description.filter(|_| is_late));
                desk.tell(Event::Acknowledged { session, answer });
            }
            Acknowledged::Again { is_late: true } => desk.tell(Event::Acknowledged {
                session,
                answer: description,
            }),
            Acknowledged::Again { is_late: false } => {}
        }
        if let Some(reason) = self.bye_waiting.take() {
            self.bye(desk, reason.as_deref());
        }
    }

    /// Stops sending our 2xx again.
    pub(super) fn stop_answer(&mut self, desk: &mut Desk<'_>) -> Option<Acknowledged> {
        let mut unacked = self.unacked.take()?;
        desk.cancel(&mut unacked.resend);
        desk.cancel(&mut unacked.give_up);
        Some(unacked.acknowledged)
    }

    /// Acknowledges a 2xx of the peer to our INVITE with this number.
    pub(super) fn send_ack(&mut self, desk: &mut Desk<'_>, sequence: u32, sdp: Option<&[u8]>) {
        let body = sdp.map(|sdp| ("application/sdp", sdp));
        let ack = self
            .dialog
            .request(desk.hands, Method::Ack, sequence, Fields::new(), body);
        desk.hands.send_request(ack.path, ack.bytes.clone());
        self.last_ack = Some(LastAck {
            sequence,
            path: ack.path,
            bytes: ack.bytes,
        });
    }

    /// A 2xx came again: so does its ACK. False when it has none yet.
    pub(super) fn ack_again(&mut self, desk: &mut Desk<'_>, response: &Message) -> bool {
        let sequence = response.cseq().map(|(sequence, _)| sequence);
        match &self.last_ack {
            Some(last) if Some(last.sequence) == sequence => {
                desk.hands.send_again(last.path, last.bytes.clone());
                true
            }
            Some(_) | None => false,
        }
    }

    /// Whether re-INVITEs may be sent: the first INVITE is settled.
    pub(super) fn is_settled(&self) -> bool {
        matches!(self.stage, Stage::Talking) && self.unacked.is_none() && self.ack_due.is_none()
    }
}
