//! What a caller came for, as found before the first answer; opens no door.

use conclave_contract::Segment;
use conclave_ivr::{EntryPlan, RefusedEntry, ServicePlan, Wording, farewell};
use conclave_model::{CallEnd, Language, Prompt, RoomId};

/// What is to become of a new call.
#[derive(Clone, Debug)]
pub enum Purpose {
    /// The room exists and its door is asked.
    Enter { room: RoomName, plan: EntryPlan },
    /// The room takes nobody at the moment: answer, say so, hang up.
    TurnAway {
        room: RoomName,
        why: RefusedEntry,
        language: Language,
        wording: Wording,
    },
    /// The number is no room's: the echo test, or a sound.
    Serve { plan: ServicePlan },
    /// Nobody has such a room: say so unanswered where `early_media`, then 404.
    NoSuchRoom {
        language: Language,
        early_media: bool,
    },
    /// The server takes nobody new: say so unanswered where `early_media`, then 503.
    Busy {
        room: Option<RoomName>,
        language: Language,
        early_media: bool,
    },
}

/// A room as the call log names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomName {
    pub id: RoomId,
    pub title: String,
}

impl Purpose {
    #[must_use]
    pub fn room(&self) -> Option<&RoomName> {
        match self {
            Purpose::Enter { room, .. } | Purpose::TurnAway { room, .. } => Some(room),
            Purpose::Busy { room, .. } => room.as_ref(),
            Purpose::Serve { .. } | Purpose::NoSuchRoom { .. } => None,
        }
    }

    #[must_use]
    pub fn language(&self) -> Language {
        match self {
            Purpose::Enter { plan, .. } => plan.language,
            Purpose::Serve { plan } => plan.language,
            Purpose::TurnAway { language, .. }
            | Purpose::NoSuchRoom { language, .. }
            | Purpose::Busy { language, .. } => *language,
        }
    }

    /// What is said before the call is ended for this reason.
    #[must_use]
    pub fn farewell(&self, end: CallEnd) -> Vec<Segment> {
        let ours = Wording::default();
        let wording = match self {
            Purpose::Enter { plan, .. } => &plan.wording,
            Purpose::TurnAway { wording, .. } => wording,
            Purpose::Serve { .. } | Purpose::NoSuchRoom { .. } | Purpose::Busy { .. } => &ours,
        };
        let words = match (self, end) {
            // There was no conference.
            (Purpose::Serve { .. }, CallEnd::TimeUp) => &[Prompt::Goodbye],
            (_, end) => farewell(end),
        };
        wording.say(words, self.language())
    }

    /// How the call ends if nobody else ends it first; `None` for one that may enter.
    #[must_use]
    pub fn foregone_end(&self) -> Option<CallEnd> {
        match self {
            Purpose::Enter { .. } | Purpose::Serve { .. } => None,
            Purpose::TurnAway { why, .. } => Some(why.end()),
            Purpose::NoSuchRoom { .. } => Some(CallEnd::NoSuchRoom),
            Purpose::Busy { .. } => Some(CallEnd::ServerBusy),
        }
    }

    /// How a call ends that is never to be answered.
    #[must_use]
    pub fn unanswered_end(&self) -> Option<CallEnd> {
        match self {
            Purpose::Enter { .. } | Purpose::TurnAway { .. } | Purpose::Serve { .. } => None,
            Purpose::NoSuchRoom { .. } | Purpose::Busy { .. } => self.foregone_end(),
        }
    }

    /// Whether the caller can be told why before any answer.
    #[must_use]
    pub fn early_media(&self) -> bool {
        match self {
            Purpose::Enter { .. } | Purpose::TurnAway { .. } | Purpose::Serve { .. } => false,
            Purpose::NoSuchRoom { early_media, .. } | Purpose::Busy { early_media, .. } => {
                *early_media
            }
        }
    }
}
