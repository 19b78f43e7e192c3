//! What a call's leg reports, and what the call makes of it; sees no packet.

use std::net::SocketAddr;

use conclave_contract::{Event, LegFailure};
use conclave_ivr::{EntryInput, ServiceInput};
use conclave_model::{CallEnd, CallMoment, Digit, LineGrade, LineQuality, limits};

use crate::digits::KeySource;
use crate::state::CallState;
use crate::unanswered::Taking;
use crate::{Call, Heard, Output, SipAction, Turn, refusal_for};

impl Call {
    /// An event of this call's leg.
    pub fn media(&mut self, turn: &mut Turn<'_>, event: Event) {
        match event {
            Event::LegOpened { local, .. } => self.leg_opened(turn, local),
            Event::LegFailed { why, .. } => self.leg_failed(turn, why),
            Event::LegClosed { stats, .. } => {
                self.lose_leg(turn);
                self.finish(turn, &stats);
            }
            Event::Digit { digit, source, .. } => self.key(turn, digit, source.into()),
            Event::PlayDone { play, outcome, .. } => self.played(turn, play, outcome),
            Event::Recorded {
                record, recording, ..
            } => self.feed_entry(turn, EntryInput::Recorded(record, recording)),
            Event::Talking { talking, .. } => {
                if let CallState::InRoom = self.state {
                    turn.out.push(Output::ForRoom(Heard::Talking(talking)));
                }
            }
            Event::Quality { quality, .. } => self.line_measured(turn, quality),
            Event::MediaLost { .. } => self.abort(turn, CallEnd::MediaLost),
            Event::Datagram { from, bytes, .. } => self.handshake_came(turn, from, &bytes),
            Event::MediaStarted { .. } | Event::AnnounceDone { .. } | Event::StageFailed { .. } => {
            }
        }
    }

    /// A key, however it came.
    pub(crate) fn key(&mut self, turn: &mut Turn<'_>, digit: Digit, source: KeySource) {
        if !self.digits.counts(turn.now, digit, source) {
            return;
        }
        match &mut self.state {
            CallState::Entering(_) => self.feed_entry(turn, EntryInput::Digit(digit)),
            CallState::Serving(_) => self.feed_service(turn, ServiceInput::Digit(digit)),
            CallState::InRoom => turn.out.push(Output::ForRoom(Heard::Key(digit))),
            CallState::Answering { keys, .. } | CallState::ShowingPin { keys, .. } => {
                if keys.len() < limits::EARLY_KEYS {
                    keys.push(digit);
                }
            }
            CallState::Opening { .. }
            | CallState::Refusing { .. }
            | CallState::Leaving { .. }
            | CallState::Closing { .. }
            | CallState::Ended => {}
        }
    }

    fn line_measured(&mut self, turn: &mut Turn<'_>, quality: LineQuality) {
        let before = self.line.map(|(_, grade)| grade);
        let grade = quality.grade_after(before);
        self.line = Some((quality, grade));
        let is_news = match before {
            Some(before) => before != grade,
            None => grade != LineGrade::Good,
        };
        if is_news {
            turn.out.push(Output::LineChanged);
        }
    }

    fn leg_opened(&mut self, turn: &mut Turn<'_>, local: SocketAddr) {
        let CallState::Opening { .. } = self.state else {
            return;
        };
        let sdp = self.negotiation.describe(local);
        if let Some(end) = self.purpose.unanswered_end() {
            turn.sip(SipAction::Progress { sdp });
            self.say_refusal(turn, end);
        } else if self.rings_on() && !self.negotiation.awaits_answer() {
            self.begin_ringing_on(turn, sdp);
        } else {
            turn.sip(SipAction::Accept { sdp });
            self.taking = Taking::Answers;
            self.heard_since = Some(turn.wall);
            self.history.answered_at = Some(turn.wall);
            self.history.timeline.note(turn.wall, CallMoment::Answered);
            self.state = CallState::Answering {
                keys: Vec::new(),
                is_taken: false,
            };
        }
        self.note_own_lines(0);
        self.follow_pictures(turn);
        self.begin_handshake(turn);
    }

    /// The leg that was asked for does not exist, so there is none to close.
    fn leg_failed(&mut self, turn: &mut Turn<'_>, why: LegFailure) {
        let end = match why {
            LegFailure::NoPort | LegFailure::Full => CallEnd::ServerBusy,
        };
        if let CallState::Opening { .. } = self.state {
            turn.sip(SipAction::Refuse(refusal_for(end)));
            self.leave_room(turn, end);
            self.state = CallState::closing(turn, end);
        }
        self.finish(turn, &Default::default());
    }

    /// A leg that closes unasked takes the call with it.
    fn lose_leg(&mut self, turn: &mut Turn<'_>) {
        if !matches!(self.state, CallState::Closing { .. } | CallState::Ended) {
            self.abort(turn, CallEnd::Failed);
        }
    }
}
