//! A password on its way to being hashed; never shown, never kept.

use std::fmt;

use crate::{FieldError, UserName, limits};

/// 12 to 256 characters that are hard to guess.
///
/// Length is what counts (NIST SP 800-63B §5.1.1.2): no rule asks for kinds of characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Box<str>);

impl Password {
    /// A password for this user.
    ///
    /// # Errors
    /// When it is too short or too long, has few different characters, or holds the user's name;
    /// the error does not hold the password.
    pub fn new(text: &str, name: &UserName) -> Result<Self, FieldError> {
        let refused = |accepted| Err(FieldError::new("password", "", accepted));
        if !limits::PASSWORD_CHARS.contains(&text.chars().count()) {
            return refused("12 to 256 characters");
        }
        let mut different: Vec<char> = text.to_lowercase().chars().collect();
        different.sort_unstable();
        different.dedup();
        if different.len() < DIFFERENT_MIN {
            return refused("at least 5 different characters");
        }
        let name = name.as_str().to_lowercase();
        let rest = text.to_lowercase().replace(&name, "");
        if rest.chars().count() < REST_MIN && rest.len() < text.len() {
            return refused("more than your name");
        }
        Ok(Self(text.into()))
    }

    /// For the one who hashes it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(••••)")
    }
}

/// "aaaaaaaaaaaa" and "121212121212" are long and worth nothing.
const DIFFERENT_MIN: usize = 5;
/// What must be left when the name is taken out.
const REST_MIN: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Result<Password, FieldError> {
        Password::new(text, &"anna".parse().expect("a name"))
    }

    #[test]
    fn a_sentence_is_good_and_a_pattern_is_not() {
        assert!(password("seven trains to Passau").is_ok());
        for weak in [
            "short",
            "aaaaaaaaaaaaaaa",
            "121212121212",
            "AnnaAnnaAnna1 23",
        ] {
            assert!(password(weak).is_err(), "{weak}");
        }
    }

    #[test]
    fn nothing_shows_it() {
        let good = password("seven trains to Passau").expect("good");
        assert!(!format!("{good:?}").contains("Passau"));
        let error = password("Passau").expect_err("short");
        assert!(!format!("{error:?}").contains("Passau"));
    }
}
