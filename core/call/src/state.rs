//! Where a call stands between INVITE and BYE; what may follow what is in the methods of `Call`.

use std::time::Instant;

use conclave_ivr::{Entry, EntryPlan, Farewell, Service};
use conclave_model::{CallEnd, Digit};
use conclave_sip::Why;

use crate::history::Ending;

#[derive(Debug)]
pub(crate) enum CallState {
    /// The offer was understood and a leg asked for.
    Opening {
        until: Instant,
    },
    /// Hears why not, before any answer; then the refusal.
    Refusing {
        farewell: Farewell,
        end: CallEnd,
    },
    /// 200 was sent; its ACK is awaited, and after it (`is_taken`) the keys of the sound. Keys
    /// pressed early are kept for the script.
    Answering {
        keys: Vec<Digit>,
        is_taken: bool,
    },
    /// The PIN from the dialled number is being shown to the door.
    ShowingPin {
        plan: EntryPlan,
        keys: Vec<Digit>,
    },
    /// Between the answer and the room.
    Entering(Entry),
    InRoom,
    /// Under a number that is no room.
    Serving(Service),
    /// Hears why we hang up.
    Leaving {
        farewell: Farewell,
        end: CallEnd,
    },
    /// The session is over or being ended; the leg is closing.
    Closing {
        ending: Ending,
        until: Instant,
    },
    /// Nothing is left but to drop it.
    Ended,
}

impl CallState {
    /// The next deadline of the state, with its reason.
    pub fn poll_timeout(&self) -> Option<(Instant, Why)> {
        match self {
            CallState::Opening { until } => Some((*until, "the leg was never opened")),
            CallState::Closing { until, .. } => Some((*until, "the leg was never closed")),
            CallState::Refusing { farewell, .. } | CallState::Leaving { farewell, .. } => {
                farewell.poll_timeout()
            }
            CallState::Entering(entry) => entry.poll_timeout(),
            CallState::Serving(service) => service.poll_timeout(),
            CallState::Answering { .. }
            | CallState::ShowingPin { .. }
            | CallState::InRoom
            | CallState::Ended => None,
        }
    }

    /// A word for a log line.
    pub const fn name(&self) -> &'static str {
        match self {
            CallState::Opening { .. } => "opening",
            CallState::Refusing { .. } => "refusing",
            CallState::Answering { .. } => "answering",
            CallState::ShowingPin { .. } => "showing a PIN",
            CallState::Entering(_) => "entering",
            CallState::InRoom => "in the room",
            CallState::Serving(_) => "at a service",
            CallState::Leaving { .. } => "leaving",
            CallState::Closing { .. } => "closing",
            CallState::Ended => "ended",
        }
    }
}
