//! The name that a telephone registers with.

use std::fmt;
use std::str::FromStr;

use crate::{FieldError, limits};

/// 1 to 64 small letters, digits and `. _ + -`: what every telephone can be told, and what stands
/// in a SIP URI as it is (RFC 3261 §25.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneUser(Box<str>);

impl PhoneUser {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneUser {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let fits = limits::PHONE_USER_CHARS.contains(&text.len());
        let known = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._+-".contains(&byte)
        };
        if fits && text.bytes().all(known) {
            Ok(Self(text.into()))
        } else {
            let accepted = "1 to 64 small letters, digits and any of . _ + -";
            Err(FieldError::new("user", text, accepted))
        }
    }
}

impl fmt::Display for PhoneUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_can_stand_in_a_uri() {
        for good in ["anna", "201", "desk-1.hall_2", "+4999129691201"] {
            assert!(good.parse::<PhoneUser>().is_ok(), "{good}");
        }
        for bad in ["", "Anna", "a b", "a@b", "ä", "a\"b", &"x".repeat(65)] {
            assert!(bad.parse::<PhoneUser>().is_err(), "{bad}");
        }
    }
}
