//! What honest sources rarely do, and how much each counts; remembers nobody.

use std::time::Duration;

use conclave_model::{BlockCause, limits};

/// One thing that a source did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Offence {
    /// It calls itself by the name of a scanner, or asks as only one does.
    Scanner,
    /// It sent what is no SIP.
    Garbage,
    /// It dialled a number that nobody has.
    UnknownNumber,
    /// It answered a challenge wrongly, or named an account that does not exist.
    FailedDigest,
    /// It typed a wrong PIN.
    WrongPin,
}

impl Offence {
    /// Points of [`limits::OFFENCE_MOST`].
    #[must_use]
    pub const fn points(self) -> u32 {
        match self {
            // Nobody is called so by mistake.
            Self::Scanner => limits::OFFENCE_MOST,
            // 50 before a block: a lost port scan, a browser at the wrong port.
            Self::Garbage | Self::FailedDigest => 2,
            // 25 before a block: an office that was given an old number.
            Self::UnknownNumber | Self::WrongPin => 4,
        }
    }

    /// The longest block it may lead to.
    ///
    /// A wrong answer to a challenge has a nonce of ours in it, and a key comes after an answered
    /// call: who did that hears us. The rest may have been sent under somebody else's address.
    #[must_use]
    pub const fn block_most(self) -> Duration {
        match self {
            Self::Scanner | Self::Garbage | Self::UnknownNumber => limits::BLOCK_UNPROVEN,
            Self::FailedDigest | Self::WrongPin => limits::BLOCK_LONGEST,
        }
    }

    #[must_use]
    pub const fn cause(self) -> BlockCause {
        match self {
            Self::Scanner => BlockCause::Scanner,
            Self::Garbage => BlockCause::Garbage,
            Self::UnknownNumber => BlockCause::UnknownNumbers,
            Self::FailedDigest => BlockCause::WrongPasswords,
            Self::WrongPin => BlockCause::WrongPins,
        }
    }
}
