//! What a caller writes, and when it goes no further than here; reads none of it.

use conclave_model::TextMessage;
use conclave_sip::{Refusal, TextId};

use crate::state::CallState;
use crate::{Call, Output, SipAction, Turn};

impl Call {
    /// Before a caller is in the room, at the PIN or the name, nobody is written to; nor is who
    /// goes. Of one who is gone, whoever owns the call answers: see [`Call::is_gone`].
    pub(crate) fn text_came(&mut self, turn: &mut Turn<'_>, id: TextId, text: TextMessage) {
        match self.state {
            CallState::InRoom => turn.out.push(Output::Text { id, text }),
            CallState::Opening { .. }
            | CallState::Refusing { .. }
            | CallState::Answering { .. }
            | CallState::ShowingPin { .. }
            | CallState::Entering(_)
            | CallState::Serving(_)
            | CallState::Leaving { .. } => {
                let refusal = not_inside();
                turn.sip(SipAction::RefuseText { id, refusal });
            }
            CallState::Closing { .. } | CallState::Ended => {}
        }
    }
}

impl Call {
    /// The session is over or being ended, and nothing more is said about it.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self.state, CallState::Closing { .. } | CallState::Ended)
    }
}

/// How a message is refused whose writer is not, or not yet, in a room.
#[must_use]
pub fn not_inside() -> Refusal {
    Refusal {
        phrase: Some("Not In The Room"),
        ..Refusal::new(480)
    }
}
