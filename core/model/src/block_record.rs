//! A network that is not heard, and why; decides nothing.

use crate::{Network, UnixMillis};

/// One block as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockRecord {
    pub network: Network,
    pub cause: BlockCause,
    pub since: UnixMillis,
    /// `None`: until somebody lifts it.
    pub until: Option<UnixMillis>,
    /// How many blocks this network has had in a row, this one included.
    pub times: u32,
}

/// What brought a block about: somebody's wish, or the offence that was the last straw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlockCause {
    /// An administrator wished it.
    ByHand,
    /// It looks for telephone systems to break into.
    Scanner,
    /// What it sends is no SIP.
    Garbage,
    /// It dialled numbers that nobody has.
    UnknownNumbers,
    /// It tried passwords.
    WrongPasswords,
    /// It tried PINs.
    WrongPins,
}

impl BlockCause {
    pub const ALL: [BlockCause; 6] = [
        Self::ByHand,
        Self::Scanner,
        Self::Garbage,
        Self::UnknownNumbers,
        Self::WrongPasswords,
        Self::WrongPins,
    ];

    /// For the store and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ByHand => "by-hand",
            Self::Scanner => "scanner",
            Self::Garbage => "garbage",
            Self::UnknownNumbers => "unknown-numbers",
            Self::WrongPasswords => "wrong-passwords",
            Self::WrongPins => "wrong-pins",
        }
    }

    /// What the source did, as part of a sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::ByHand => "an administrator wished it",
            Self::Scanner => "it looks for telephone systems to break into",
            Self::Garbage => "it sends what is no SIP",
            Self::UnknownNumbers => "it dials numbers that nobody has",
            Self::WrongPasswords => "it tries passwords",
            Self::WrongPins => "it tries PINs",
        }
    }

    /// As [`BlockCause::name`] gives it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_found_by_its_name() {
        for cause in BlockCause::ALL {
            assert_eq!(BlockCause::from_name(cause.name()), Some(cause));
        }
        assert_eq!(BlockCause::from_name("sunspots"), None);
    }
}
