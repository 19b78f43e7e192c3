//! The words between an entry script and whoever runs it; contains no behaviour.

use std::fmt;

use conclave_contract::{Clip, PlayOutcome, RecordSpec, Recording, Segment};
use conclave_model::{CallEnd, Digit, Language, PlayId, RecordId};

use crate::Wording;

/// What is asked of one caller between the answer and the room.
#[derive(Clone, Debug)]
pub struct EntryPlan {
    pub language: Language,
    pub ask_pin: bool,
    pub ask_name: bool,
    /// The name is played back if they like, and may be said again.
    pub review_name: bool,
    pub wording: Wording,
}

impl EntryPlan {
    /// Nothing is asked, in our words.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self {
            language,
            ask_pin: false,
            ask_name: false,
            review_name: false,
            wording: Wording::default(),
        }
    }

    /// What is left to be asked after the door's answer to a PIN.
    pub fn follow(&mut self, verdict: PinVerdict) {
        if let PinVerdict::AcceptedAs(ask) = verdict {
            self.ask_name = ask != AskName::No;
            self.review_name = ask == AskName::WithReview;
        }
    }
}

/// Whether a caller is asked for their name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskName {
    No,
    Yes,
    /// It is played back if they like, and may be said again.
    WithReview,
}

/// Something happened to the caller.
#[derive(Clone, Debug)]
pub enum EntryInput {
    /// The call was answered and its leg is open: say the first word after a silence.
    Start,
    Digit(Digit),
    /// A `Play` of this script ended. Others' ids are ignored.
    Played(PlayId, PlayOutcome),
    /// A `Record` of this script ended. Others' ids are ignored.
    Recorded(RecordId, Recording),
    /// The answer to [`EntryOutput::TryPin`]; `Accepted` may also come unasked, when the
    /// administrator switches the PIN off.
    Pin(PinVerdict),
    /// The room does not take the caller after all, whatever was asked before.
    Turned(RefusedEntry),
}

/// What the door says to the digits typed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinVerdict {
    Accepted,
    /// The same, of one whom the PIN names: what holds for them is asked, whatever was planned.
    AcceptedAs(AskName),
    /// The digits may still become a PIN.
    NotYet,
    /// 0 left: the call ends.
    Wrong {
        tries_left: u8,
    },
}

impl PinVerdict {
    #[must_use]
    pub const fn opens(self) -> bool {
        match self {
            PinVerdict::Accepted | PinVerdict::AcceptedAs(_) => true,
            PinVerdict::NotYet | PinVerdict::Wrong { .. } => false,
        }
    }
}

/// Why a caller with a right PIN is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusedEntry {
    Full,
    Locked,
}

impl RefusedEntry {
    /// How the call will have ended.
    #[must_use]
    pub const fn end(self) -> CallEnd {
        match self {
            RefusedEntry::Full => CallEnd::RoomFull,
            RefusedEntry::Locked => CallEnd::RoomLocked,
        }
    }
}

/// What is to be done for the caller, in this order.
#[derive(Clone)]
pub enum EntryOutput {
    /// As `Command::Play` to the caller's leg; report its end as [`EntryInput::Played`].
    Play {
        play: PlayId,
        segments: Vec<Segment>,
        stop_on_digit: bool,
    },
    StopPlay,
    /// As `Command::Record`; report its end as [`EntryInput::Recorded`].
    Record {
        record: RecordId,
        spec: RecordSpec,
    },
    StopRecord,
    /// Show these digits to the door and answer with [`EntryInput::Pin`] before the next input.
    TryPin {
        digits: Vec<Digit>,
        /// `#` or a pause ended the entry: it will not grow.
        complete: bool,
    },
    /// The caller has done everything that was asked: admit. `name`: what was recorded of it.
    Ready {
        name: Option<Clip>,
    },
    /// The last word of the script: end the call.
    HangUp(CallEnd),
}

/// Without the digits, not even their number.
impl fmt::Debug for EntryOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EntryOutput::Play { play, segments, .. } => f
                .debug_struct("Play")
                .field("play", play)
                .field("segments", segments)
                .finish_non_exhaustive(),
            EntryOutput::StopPlay => f.write_str("StopPlay"),
            EntryOutput::Record { record, .. } => write!(f, "Record({record})"),
            EntryOutput::StopRecord => f.write_str("StopRecord"),
            EntryOutput::TryPin { .. } => f.write_str("TryPin(••••)"),
            EntryOutput::Ready { name } => write!(f, "Ready({name:?})"),
            EntryOutput::HangUp(end) => write!(f, "HangUp({end:?})"),
        }
    }
}
