//! What somebody wrote to the others of a meeting; shows it to nobody.

use std::fmt;

/// A message as it goes from phone to phone, content untouched.
#[derive(Clone, PartialEq, Eq)]
pub struct TextMessage {
    /// With its parameters, as the sender wrote it.
    pub content_type: String,
    pub body: Vec<u8>,
    /// How many servers it may still pass (RFC 3261, Max-Forwards).
    pub hops_left: u8,
}

/// Where a message begins that nobody passed on yet (RFC 3261 §8.1.1.6).
pub const HOPS_AT_FIRST: u8 = 70;

impl TextMessage {
    /// Of ours.
    #[must_use]
    pub fn new(content_type: &str, body: Vec<u8>) -> Self {
        Self {
            content_type: content_type.to_owned(),
            body,
            hops_left: HOPS_AT_FIRST,
        }
    }

    /// `text/plain`, in lower case and without parameters.
    #[must_use]
    pub fn kind(&self) -> String {
        let kind = self.content_type.split(';').next().unwrap_or_default();
        let bare = kind.chars().filter(|letter| !letter.is_whitespace());
        bare.collect::<String>().to_ascii_lowercase()
    }
}

/// Without the text.
impl fmt::Debug for TextMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextMessage({} bytes)", self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_log_shows_what_was_written() {
        let text = TextMessage::new("Text/Plain; charset=utf-8", b"secret".to_vec());
        assert_eq!(format!("{text:?}"), "TextMessage(6 bytes)");
        assert_eq!(text.kind(), "text/plain");
    }
}
