//! The number under which a room is dialled.

use std::fmt;
use std::str::FromStr;

use crate::{FieldError, limits};

/// 2 to 12 digits, not starting with 0, and no emergency number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Extension(Box<str>);

impl Extension {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Extension {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let long_enough = limits::EXTENSION_DIGITS.contains(&text.len());
        if !digits || !long_enough || text.starts_with('0') {
            return Err(FieldError::new(
                "extension",
                text,
                "2 to 12 digits, not starting with 0",
            ));
        }
        if EMERGENCY.contains(&text) {
            return Err(FieldError::new(
                "extension",
                text,
                "a number that is not an emergency number",
            ));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A call for help must never end in a conference room.
const EMERGENCY: [&str; 6] = ["110", "112", "911", "999", "118", "113"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_a_phone_can_dial_and_nobody_needs_for_help() {
        for good in ["10", "801", "123456789012"] {
            assert_eq!(good.parse::<Extension>().unwrap().as_str(), good);
        }
        for bad in ["", "8", "080", "112", "1234567890123", "8o1", "80 1", "٨٠١"] {
            let error = bad.parse::<Extension>().unwrap_err();
            assert_eq!(error.field, "extension", "{bad}");
        }
    }
}
