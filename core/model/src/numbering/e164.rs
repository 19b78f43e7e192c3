//! A telephone number as the whole world writes it; knows no country.

use std::fmt;
use std::str::FromStr;

use crate::{FieldError, limits};

/// `+` and 5 to 15 digits, the first not 0 (ITU-T E.164).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct E164(Box<str>);

impl E164 {
    /// Of digits without the plus.
    #[must_use]
    pub fn of_digits(digits: &str) -> Option<Self> {
        let fits = limits::E164_DIGITS.contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        fits.then(|| Self(digits.into()))
    }

    /// Without the plus.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl FromStr for E164 {
    type Err = FieldError;

    /// Reads `+49 (991) 29691-801`: the plus must be there, separators may.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let wrong = || {
            let (least, most) = limits::E164_DIGITS.into_inner();
            let accepted = format!("a number as +49 991 29691801: + and {least} to {most} digits");
            FieldError::new("number", text, accepted)
        };
        let digits = text.trim().strip_prefix('+').ok_or_else(wrong)?;
        let digits: String = digits.chars().filter(|c| !is_separator(*c)).collect();
        Self::of_digits(&digits).ok_or_else(wrong)
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What people put between digits (RFC 3966 §5.1.1), with the blank and the slash.
pub(crate) const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_and_without_separators() {
        for text in [
            "+4999129691801",
            "+49 (991) 29691-801",
            " +49.991/29691 801",
        ] {
            assert_eq!(text.parse::<E164>().unwrap().to_string(), "+4999129691801");
        }
        for bad in [
            "",
            "+",
            "4999129691",
            "+0991296",
            "+1234",
            "+1234567890123456",
            "+49x991",
        ] {
            assert_eq!(bad.parse::<E164>().unwrap_err().field, "number", "{bad}");
        }
    }
}
