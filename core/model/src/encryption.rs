//! How the sound of a call is protected on the wire; holds no key.

use std::fmt;

use crate::SrtpSuite;

/// Where the keys came from, and what they are used with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encryption {
    /// Keys in the session description (RFC 4568): as secret as the signalling is.
    Sdes(SrtpSuite),
    /// Keys agreed between the two ends of the media path (RFC 5764).
    Dtls(SrtpSuite),
}

impl Encryption {
    /// The same as a `Display` writes.
    #[must_use]
    pub fn from_words(words: &str) -> Option<Self> {
        let (way, suite) = words.split_once(' ')?;
        let suite = SrtpSuite::from_name(suite)?;
        match way {
            SDES => Some(Encryption::Sdes(suite)),
            DTLS => Some(Encryption::Dtls(suite)),
            _ => None,
        }
    }
}

/// `SDES AES_CM_128_HMAC_SHA1_80`.
impl fmt::Display for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Encryption::Sdes(suite) => write!(f, "{SDES} {suite}"),
            Encryption::Dtls(suite) => write!(f, "{DTLS} {suite}"),
        }
    }
}

const SDES: &str = "SDES";
const DTLS: &str = "DTLS-SRTP";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for suite in SrtpSuite::ALL {
            for encryption in [Encryption::Sdes(suite), Encryption::Dtls(suite)] {
                let words = encryption.to_string();
                assert_eq!(Encryption::from_words(&words), Some(encryption));
            }
        }
        assert_eq!(Encryption::from_words("SDES ROT13"), None);
    }
}
