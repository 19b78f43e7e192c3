//! What a call asks to be done for it; carries nothing out.

use std::fmt;

use conclave_contract::{Clip, Command, PlayOutcome, VideoCommand};
use conclave_model::{CallEnd, CallRecord, Digit, PlayId, TextMessage};
use conclave_sip::{Refusal, TextId};

/// To be done in this order.
#[derive(Clone)]
pub enum Output {
    /// For the call's own session.
    Sip(SipAction),
    /// For the call's own leg.
    Media(Command),
    /// For the call's own video lines.
    Video(VideoCommand),
    /// The 200 was acknowledged: the caller is at the door, or hears why not.
    Answered,
    /// Show these digits to the door; answer with `Call::pin` or `Call::turned` before anything
    /// else happens to this call.
    TryPin { digits: Vec<Digit>, complete: bool },
    /// Everything that was asked is done; answer with `Call::admitted` or `Call::turned`.
    Ready { name: Option<Clip> },
    /// The caller is in the room, and this concerns the room.
    ForRoom(Heard),
    /// The caller, who is in the room, wrote something: answer it through the user agent.
    Text { id: TextId, text: TextMessage },
    /// The caller put us on hold, or came back.
    Held(bool),
    /// The line got better or worse by a grade: see `Call::line`.
    LineChanged,
    /// The call no longer belongs to the room it came for, in or out of it, nor to that of its
    /// seat. Said once.
    Left(CallEnd),
    /// The other room does not take the caller in, or asks in vain: see `Call::come_home`.
    VisitOver(CallEnd),
    /// The last word: the leg is closed and the call can be dropped.
    Ended(Box<CallRecord>),
}

/// What the user agent is to do with the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SipAction {
    /// 183 with early media.
    Progress {
        sdp: Vec<u8>,
    },
    /// 200, with our answer, or our offer if the caller made none.
    Accept {
        sdp: Vec<u8>,
    },
    Refuse(Refusal),
    /// 200 to a re-INVITE or UPDATE.
    AcceptOffer {
        sdp: Vec<u8>,
    },
    /// A re-INVITE of ours.
    Offer {
        sdp: Vec<u8>,
    },
    /// The status that refuses a re-INVITE or UPDATE; the session goes on as it was.
    RefuseOffer {
        status: u16,
    },
    /// A MESSAGE is not taken.
    RefuseText {
        id: TextId,
        refusal: Refusal,
    },
    /// BYE with a Reason header (RFC 3326).
    Bye {
        reason: String,
    },
}

/// Something that a participant's leg reports while in the room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Heard {
    Key(Digit),
    Played { play: PlayId, outcome: PlayOutcome },
    Talking(bool),
}

/// Without digits and descriptions.
impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Output::Sip(action) => write!(f, "Sip({})", action.name()),
            Output::Media(command) => write!(f, "Media({command:?})"),
            Output::Video(command) => write!(f, "Video({command:?})"),
            Output::Answered => f.write_str("Answered"),
            Output::TryPin { .. } => f.write_str("TryPin(••••)"),
            Output::Ready { name } => write!(f, "Ready({name:?})"),
            Output::ForRoom(heard) => write!(f, "ForRoom({heard:?})"),
            Output::Text { text, .. } => write!(f, "Text({text:?})"),
            Output::Held(held) => write!(f, "Held({held})"),
            Output::LineChanged => f.write_str("LineChanged"),
            Output::Left(end) => write!(f, "Left({end:?})"),
            Output::VisitOver(end) => write!(f, "VisitOver({end:?})"),
            Output::Ended(record) => write!(f, "Ended({:?})", record.end),
        }
    }
}

impl SipAction {
    const fn name(&self) -> &'static str {
        match self {
            SipAction::Progress { .. } => "Progress",
            SipAction::Accept { .. } => "Accept",
            SipAction::Refuse(_) => "Refuse",
            SipAction::AcceptOffer { .. } => "AcceptOffer",
            SipAction::Offer { .. } => "Offer",
            SipAction::RefuseOffer { .. } => "RefuseOffer",
            SipAction::RefuseText { .. } => "RefuseText",
            SipAction::Bye { .. } => "Bye",
        }
    }
}
