//! The number under which a telephone's caller is shown; is dialled by nobody here.

use std::fmt;
use std::str::FromStr;

use crate::{FieldError, limits};

/// Digits, perhaps with `+` in front.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PhoneNumber(Box<str>);

impl PhoneNumber {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneNumber {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let fits = limits::PHONE_NUMBER_DIGITS.contains(&digits.len());
        if fits && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.into()))
        } else {
            let accepted = "1 to 20 digits, with + in front of a whole number";
            Err(FieldError::new("number", text, accepted))
        }
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_a_number_and_a_name_is_none() {
        for good in ["0", "201", "+4999129691201"] {
            assert!(good.parse::<PhoneNumber>().is_ok(), "{good}");
        }
        for bad in ["", "+", "20 1", "anna", "1+2", "123456789012345678901"] {
            assert!(bad.parse::<PhoneNumber>().is_err(), "{bad}");
        }
    }
}
