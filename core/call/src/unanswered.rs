//! A caller who is in the room while their telephone still rings; decides for nobody that they are.

use std::time::Instant;

use conclave_model::{CallEnd, limits};
use conclave_sip::Why;

use crate::state::CallState;
use crate::{Call, Turn, refusal_for};
use crate::{Output, SipAction};

/// Whether the caller's telephone is told that the call was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taking {
    Answers,
    /// It hears and is heard by early media alone. `until`: once it does.
    RingsOn {
        until: Option<Instant>,
    },
}

impl Call {
    /// The call is never answered: what is said and heard goes by early media (183), and it ends
    /// with a refusal. Said before its leg is open, of one that may enter. Without an offer of the
    /// caller's there is no early media, and the call is answered.
    pub fn ring_on(&mut self) {
        if self.purpose.foregone_end().is_none() {
            self.taking = Taking::RingsOn { until: None };
        }
    }

    /// The leg is open, and the caller is told where to hear us.
    pub(crate) fn begin_ringing_on(&mut self, turn: &mut Turn<'_>, sdp: Vec<u8>) {
        self.taking = Taking::RingsOn {
            until: Some(turn.now + limits::UNANSWERED),
        };
        self.heard_since = Some(turn.wall);
        turn.sip(SipAction::Progress { sdp });
        self.answered(turn, Vec::new());
    }

    pub(crate) fn rings_on(&self) -> bool {
        match self.taking {
            Taking::Answers => false,
            Taking::RingsOn { .. } => true,
        }
    }

    pub(crate) fn next_unanswered(&self) -> Option<(Instant, Why)> {
        let Taking::RingsOn { until: Some(until) } = self.taking else {
            return None;
        };
        match self.state {
            CallState::ShowingPin { .. }
            | CallState::Entering(_)
            | CallState::InRoom
            | CallState::Serving(_) => Some((
                until,
                "a call that is never answered has lasted long enough",
            )),
            CallState::Opening { .. }
            | CallState::Refusing { .. }
            | CallState::Answering { .. }
            | CallState::Leaving { .. }
            | CallState::Closing { .. }
            | CallState::Ended => None,
        }
    }

    pub(crate) fn unanswered_timeout(&mut self, turn: &mut Turn<'_>) {
        if self
            .next_unanswered()
            .is_some_and(|(until, _)| until <= turn.now)
        {
            let end = CallEnd::TimeUp;
            self.leave_room(turn, end);
            self.dismiss(turn, end, None);
        }
    }

    /// The last word of the session: a BYE, or of a call that was never answered a refusal.
    pub(crate) fn end_session(&mut self, turn: &mut Turn<'_>, end: CallEnd, reason: String) {
        if self.rings_on() {
            turn.sip(SipAction::Refuse(refusal_for(end)));
        } else {
            turn.out.push(Output::Sip(SipAction::Bye { reason }));
        }
    }
}
