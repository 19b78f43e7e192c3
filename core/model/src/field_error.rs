//! What was wrong with one value that a person or program gave us.

use std::fmt;

/// Names the field, the value and what would be accepted, so that the sender can mend it.
///
/// A secret value is never put in here: pass `""` and say in `accepted` what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    pub value: String,
    pub accepted: String,
}

impl FieldError {
    #[must_use]
    pub fn new(field: &'static str, value: &str, accepted: impl Into<String>) -> Self {
        let value = value.chars().take(VALUE_SHOWN_CHARS).collect();
        Self {
            field,
            value,
            accepted: accepted.into(),
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.value.is_empty() {
            write!(f, "{}: expected {}", self.field, self.accepted)
        } else {
            write!(
                f,
                "{}: {:?} is not accepted; expected {}",
                self.field, self.value, self.accepted
            )
        }
    }
}

impl std::error::Error for FieldError {}

/// Enough to recognise a typing error, too little to flood a log.
const VALUE_SHOWN_CHARS: usize = 80;
