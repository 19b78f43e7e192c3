//! The password that another side gave us; shown to nobody.

use std::fmt;

use crate::{FieldError, limits};

/// Kept as it is, because challenges must be answered with it (RFC 3261 §22).
#[derive(Clone, PartialEq, Eq)]
pub struct TrunkSecret(Box<str>);

impl TrunkSecret {
    /// # Errors
    /// When it is empty, too long, or holds control characters; the error does not hold it.
    pub fn new(text: &str) -> Result<Self, FieldError> {
        let fits = limits::TRUNK_SECRET_BYTES.contains(&text.len());
        if fits && !text.chars().any(char::is_control) {
            Ok(Self(text.into()))
        } else {
            let accepted = "1 to 256 characters without control characters";
            Err(FieldError::new("secret", "", accepted))
        }
    }

    /// For the one who answers a challenge, and for the store.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TrunkSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TrunkSecret(••••)")
    }
}
