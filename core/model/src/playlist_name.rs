//! The name of a playlist, which is also its folder's.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::FieldError;

/// 1 to 40 lower-case letters, digits, `-` and `_`: safe as a folder, in a URL and in a log.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaylistName(Arc<str>);

impl PlaylistName {
    /// The playlist that is built in; it always exists and cannot be removed.
    #[must_use]
    pub fn built_in() -> Self {
        Self("default".into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PlaylistName {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        if text.is_empty() || text.len() > 40 || !text.bytes().all(allowed) {
            let accepted = "1 to 40 lower-case letters, digits, - and _";
            return Err(FieldError::new("playlist", text, accepted));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for PlaylistName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PlaylistName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_cannot_name_a_folder_elsewhere() {
        for bad in ["", ".", "..", "a/b", "A", "a b", "ä", &"x".repeat(41)] {
            assert!(bad.parse::<PlaylistName>().is_err(), "{bad}");
        }
        assert_eq!(
            "jazz-2_late".parse::<PlaylistName>().unwrap().as_str(),
            "jazz-2_late"
        );
    }
}
