//! What happens to a call's session, and what the call makes of it; parses no message.

use conclave_contract::{Command, VideoCommand};
use conclave_model::{CallEnd, CallMoment};
use conclave_sip::{EndReason, Event, Offer};

use crate::digits::KeySource;
use crate::state::CallState;
use crate::{Call, Output, SipAction, Turn, key_in_info, refusal_for, wants_picture};

impl Call {
    /// An event of this call's session. Those of a call that we place are none of ours.
    pub fn sip(&mut self, turn: &mut Turn<'_>, event: Event) {
        match event {
            Event::Cancelled { .. } => self.over(turn, CallEnd::Cancelled),
            Event::Acknowledged { answer, .. } => self.acknowledged(turn, answer.as_ref()),
            Event::Reoffered { offer, .. } => self.reoffered(turn, offer.as_ref()),
            Event::OfferAnswered { answer, .. } => self.offer_answered(turn, answer),
            Event::Info {
                content_type, body, ..
            } => {
                if let Some(key) = key_in_info(&content_type, &body) {
                    self.key(turn, key, KeySource::Info);
                } else if wants_picture(&content_type, &body) {
                    let leg = self.ids.leg;
                    turn.video(VideoCommand::WholePicture { leg });
                }
            }
            Event::Text { id, text, .. } => self.text_came(turn, id, *text),
            Event::Ended { why, .. } => match why {
                EndReason::ByPeer { .. } => self.over(turn, CallEnd::HungUp),
                EndReason::NoAck
                | EndReason::SessionExpired
                | EndReason::DialogLost
                | EndReason::TransportFailed => self.over(turn, CallEnd::SignallingLost),
                EndReason::ByUs => self.over(turn, CallEnd::Failed),
            },
            Event::Incoming { .. }
            | Event::Asked { .. }
            | Event::Subscribing { .. }
            | Event::Resubscribed { .. }
            | Event::Notified { .. }
            | Event::SubscriptionEnded { .. }
            | Event::Progress { .. }
            | Event::Answered { .. }
            | Event::Refused { .. }
            | Event::RequestAnswered { .. }
            | Event::RequestFailed { .. } => {}
        }
    }

    /// The session is over without our doing. After our own BYE this is expected and nothing.
    fn over(&mut self, turn: &mut Turn<'_>, end: CallEnd) {
        match self.state {
            CallState::Closing { .. } | CallState::Ended => {}
            CallState::Opening { .. }
            | CallState::Refusing { .. }
            | CallState::Answering { .. }
            | CallState::ShowingPin { .. }
            | CallState::Entering(_)
            | CallState::InRoom
            | CallState::Serving(_)
            | CallState::Leaving { .. } => {
                let end = self.end_by_peer(end);
                self.close(turn, end);
            }
        }
    }

    fn acknowledged(&mut self, turn: &mut Turn<'_>, answer: Option<&Offer>) {
        if matches!(self.state, CallState::Closing { .. } | CallState::Ended) {
            return;
        }
        if self.negotiation.awaits_answer() && !self.take_answer(turn, answer) {
            return;
        }
        if let CallState::Answering { is_taken, .. } = &mut self.state {
            *is_taken = true;
        }
        self.begin_if_ready(turn);
    }

    /// The answer to our offer, in an ACK. False: it cannot be used; a call that is not yet begun
    /// ends, a later one goes on as it was.
    fn take_answer(&mut self, turn: &mut Turn<'_>, answer: Option<&Offer>) -> bool {
        let answer = answer.map(|answer| answer.0.as_slice());
        let lines_before = self.negotiation.video_lines();
        match self.negotiation.answered(answer) {
            Ok(spec) => {
                self.note_own_lines(lines_before);
                self.follow(turn, spec);
                true
            }
            Err(unusable) => {
                if let CallState::Answering { .. } = self.state {
                    self.hang_up(turn, unusable.end());
                }
                false
            }
        }
    }

    /// Hold, resume, another codec, another address: or a peer that wants our offer.
    fn reoffered(&mut self, turn: &mut Turn<'_>, offer: Option<&Offer>) {
        if matches!(self.state, CallState::Closing { .. } | CallState::Ended) {
            return;
        }
        let Some(offer) = offer else {
            match self.negotiation.offer_again() {
                Some(sdp) => turn.sip(SipAction::AcceptOffer { sdp }),
                None => turn.sip(SipAction::RefuseOffer { status: 488 }),
            }
            return;
        };
        if self.has_ports_for(turn, offer) {
            self.answer_offer(turn, offer);
        }
    }

    pub(crate) fn answer_offer(&mut self, turn: &mut Turn<'_>, offer: &Offer) {
        let lines_before = self.negotiation.video_lines();
        match self.negotiation.reoffered(&offer.0) {
            Ok((spec, sdp)) => {
                turn.sip(SipAction::AcceptOffer { sdp });
                self.note_own_lines(lines_before);
                self.follow(turn, spec);
                self.offer_pictures(turn);
            }
            Err(refused) => turn.sip(SipAction::RefuseOffer {
                status: refusal_for(refused.end()).status,
            }),
        }
    }

    /// What was agreed now holds for the leg.
    pub(crate) fn follow(&mut self, turn: &mut Turn<'_>, spec: conclave_contract::LegSpec) {
        let spec = self.agree(turn, spec);
        self.history.codec = Some(spec.send.codec);
        let held = !spec.direction.hears_peer();
        turn.media(Command::UpdateLeg {
            leg: self.ids.leg,
            spec: Box::new(spec),
        });
        if held != self.held {
            self.held = held;
            let moment = if held {
                CallMoment::Held
            } else {
                CallMoment::Resumed
            };
            self.history.timeline.note(turn.wall, moment);
            turn.out.push(Output::Held(held));
        }
        self.follow_pictures(turn);
        self.begin_handshake(turn);
    }
}
