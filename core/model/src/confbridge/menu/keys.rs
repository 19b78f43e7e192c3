//! A sequence of keys that means something in a menu; it is configuration, never what was pressed.

use std::fmt;
use std::str::FromStr;

use crate::{Digit, limits};

/// 1 to [`limits::MENU_DIGITS`] of `0`-`9`, `A`-`D`, `*` and `#`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MenuKeys(Box<[Digit]>);

/// Not such a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoKeys;

impl MenuKeys {
    #[must_use]
    pub fn digits(&self) -> &[Digit] {
        &self.0
    }

    #[must_use]
    pub fn begins_with(&self, digits: &[Digit]) -> bool {
        self.0.starts_with(digits)
    }

    /// As ConfBridge's file has it: a `#` in front would begin a directive there.
    #[must_use]
    pub fn as_key(&self) -> String {
        let keys = self.to_string();
        if keys.starts_with('#') {
            format!("\\{keys}")
        } else {
            keys
        }
    }
}

/// With or without a backslash before a leading `#`; letters in any case.
impl FromStr for MenuKeys {
    type Err = NoKeys;

    fn from_str(text: &str) -> Result<Self, NoKeys> {
        let keys = match text.strip_prefix('\\') {
            Some(rest) if rest.starts_with('#') => rest,
            Some(_) => return Err(NoKeys),
            None => text,
        };
        if keys.is_empty() || keys.len() > limits::MENU_DIGITS {
            return Err(NoKeys);
        }
        let digits: Option<Box<[Digit]>> = keys.chars().map(Digit::from_char).collect();
        digits.map(MenuKeys).ok_or(NoKeys)
    }
}

impl fmt::Display for MenuKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

impl fmt::Debug for MenuKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_a_telephone_is_one_and_nothing_else() {
        for keys in ["1", "*6", "#", "*#", "ABCD", "01234567890"] {
            assert_eq!(keys.parse::<MenuKeys>().unwrap().to_string(), keys);
        }
        assert_eq!("\\#1".parse::<MenuKeys>().unwrap().to_string(), "#1");
        assert_eq!("#1".parse::<MenuKeys>().unwrap().as_key(), "\\#1");
        assert_eq!("*b".parse::<MenuKeys>().unwrap().as_key(), "*B");
        for bad in ["", "E", "1 2", "012345678901", "\\1", "\\", "ä", "+"] {
            assert!(bad.parse::<MenuKeys>().is_err(), "{bad}");
        }
    }
}
