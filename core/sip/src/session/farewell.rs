//! How a session ends: BYE from either side, loss of the dialog; always one `Ended`, never two.

use super::{Loss, Session, Stage};
use crate::desk::Desk;
use crate::message::{Fields, Message, Method, Name, Reply, text};
use crate::transaction::{Outcome, Purpose, ServerId};
use crate::{EndReason, Event};

impl Session {
    /// The owner ends the session.
    pub(crate) fn bye(&mut self, desk: &mut Desk<'_>, reason: Option<&str>) {
        match &self.stage {
            Stage::Incoming(_) => self.leave_unanswered(desk, reason),
            Stage::Calling(_) => self.cancel_call(desk, reason),
            // RFC 3261 §15: the callee may not say BYE before the ACK.
            Stage::Talking if self.unacked.is_some() => {
                self.bye_waiting = Some(reason.map(str::to_owned));
            }
            Stage::Talking => {
                self.acknowledge_without(desk);
                self.stop_all(desk);
                self.send_bye(desk, reason);
                self.stage = Stage::Leaving(EndReason::ByUs);
            }
            Stage::Leaving(_) | Stage::Over => {}
        }
    }

    pub(super) fn send_bye(&mut self, desk: &mut Desk<'_>, reason: Option<&str>) {
        let mut fields = Fields::new();
        if let Some(reason) = reason {
            fields.add("Reason", reason);
        }
        self.send(desk, Method::Bye, fields, None, Purpose::Bye);
    }

    pub(super) fn bye_outcome(&mut self, desk: &mut Desk<'_>, outcome: Outcome<'_>) {
        let is_provisional = match outcome {
            Outcome::Response(response) => response.status().is_some_and(|status| status < 200),
            Outcome::Timeout | Outcome::TransportFailed => false,
        };
        if let Stage::Leaving(why) = &self.stage
            && !is_provisional
        {
            let why = why.clone();
            self.end(desk, why);
        }
    }

    pub(super) fn bye_came(&mut self, desk: &mut Desk<'_>, server: ServerId, bye: &Message) {
        desk.respond(server, &Reply::new(200));
        let reason = bye.field(Name::Reason).map(text);
        let why = match &self.stage {
            Stage::Leaving(why) => why.clone(),
            Stage::Incoming(_) | Stage::Calling(_) | Stage::Talking | Stage::Over => {
                EndReason::ByPeer { reason }
            }
        };
        self.end(desk, why);
    }

    /// The dialog is lost without a BYE of the peer.
    pub(super) fn lose(&mut self, desk: &mut Desk<'_>, loss: Loss) {
        match loss {
            Loss::Forgotten => self.end(desk, EndReason::DialogLost),
            Loss::Silent => {
                self.send_bye(desk, None);
                self.end(desk, EndReason::DialogLost);
            }
            Loss::Unreachable => self.end(desk, EndReason::TransportFailed),
        }
    }

    /// The session is over and the owner hears why.
    pub(super) fn end(&mut self, desk: &mut Desk<'_>, why: EndReason) {
        if self.is_over() {
            return;
        }
        self.close(desk);
        desk.tell(Event::Ended {
            session: self.id,
            why,
        });
    }

    /// The session is over; the owner hears of it in other words, or has said so itself.
    pub(super) fn close(&mut self, desk: &mut Desk<'_>) {
        self.stop_all(desk);
        self.stage = Stage::Over;
    }

    /// No clock of the session runs on, and no request of the peer stays without an answer
    /// (RFC 3261 §15.1.2).
    fn stop_all(&mut self, desk: &mut Desk<'_>) {
        self.drop_incoming(desk, &Reply::new(487));
        self.drop_calling(desk);
        self.stop_answer(desk);
        self.drop_offers(desk);
        self.drop_texts();
        self.stop_refreshing(desk);
    }
}
