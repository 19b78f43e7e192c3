//! The signalling of one call as it was said, for people to read; secrets were left out before.

use std::net::SocketAddr;

use crate::{CallId, UnixMillis};

/// What was said about one call, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallLadder {
    pub call: CallId,
    pub messages: Vec<LadderMessage>,
    /// Between the first and the last of [`crate::limits::LADDER_MESSAGES`], how many are missing.
    pub skipped: u32,
}

/// One message. Its text is the peer's: show, never trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderMessage {
    pub at: UnixMillis,
    pub way: LadderWay,
    /// `udp` or `tcp`.
    pub transport: &'static str,
    pub local: SocketAddr,
    pub remote: SocketAddr,
    /// Without PINs, passwords, credentials and bodies other than session descriptions.
    pub text: String,
    /// Of the message as it was on the wire, not in `text` because it was too long.
    pub bytes_left_out: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LadderWay {
    /// From the caller to us.
    In,
    Out,
}

impl LadderWay {
    /// A word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            LadderWay::In => "in",
            LadderWay::Out => "out",
        }
    }
}
