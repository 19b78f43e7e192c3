//! The name of a sound that an operator uploaded, which is also its file's.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::FieldError;
use crate::confbridge::SoundChoice;

/// 1 to 40 lower-case letters, digits, `-` and `_`, and no name of a sound of ours or of
/// ConfBridge's: a line of options that names it can mean nothing else.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SoundFileName(Arc<str>);

impl SoundFileName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn to_shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl FromStr for SoundFileName {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let refused = |accepted| Err(FieldError::new("name", text, accepted));
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        if text.is_empty() || text.len() > 40 || !text.bytes().all(allowed) {
            return refused("1 to 40 lower-case letters, digits, - and _");
        }
        match SoundChoice::read(text) {
            Some(SoundChoice::File(_)) => Ok(Self(text.into())),
            Some(SoundChoice::Ours(_) | SoundChoice::Silence) | None => {
                refused("a name that no sound of ours has")
            }
        }
    }
}

impl fmt::Display for SoundFileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SoundFileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_cannot_be_a_file_elsewhere_or_hide_one_of_ours() {
        for bad in [
            "",
            "..",
            "a/b",
            "A",
            "a b",
            "a.wav",
            "silence",
            "join-tone",
            "conf-kicked",
        ] {
            assert!(bad.parse::<SoundFileName>().is_err(), "{bad}");
        }
        let good: SoundFileName = "acme_gong-2".parse().unwrap();
        assert_eq!(good.as_str(), "acme_gong-2");
    }
}
