//! The name that somebody signs in with.

use std::fmt;
use std::str::FromStr;

use crate::{FieldError, limits};

/// 1 to 64 visible characters, with single spaces inside; compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserName(Box<str>);

impl UserName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let name = words.join(" ");
        let fits = limits::USER_NAME_CHARS.contains(&name.chars().count());
        if fits && !name.chars().any(char::is_control) {
            Ok(Self(name.into()))
        } else {
            let accepted = "1 to 64 characters without control characters";
            Err(FieldError::new("name", text, accepted))
        }
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
