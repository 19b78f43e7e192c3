//! One key of a telephone keypad.

use std::fmt;

/// A key press, counted once: 0-9, `*`, `#` and A-D, numbered as the events of RFC 4733 §3.2.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digit(u8);

impl Digit {
    pub const STAR: Digit = Digit(10);
    pub const POUND: Digit = Digit(11);

    /// The key for an RFC 4733 event code; `None` above 15, which are not keys.
    #[must_use]
    pub const fn from_event(code: u8) -> Option<Digit> {
        if code < 16 { Some(Digit(code)) } else { None }
    }

    #[must_use]
    pub const fn event(self) -> u8 {
        self.0
    }

    #[must_use]
    pub fn from_char(key: char) -> Option<Digit> {
        "0123456789*#ABCD"
            .find(key.to_ascii_uppercase())
            .and_then(|code| Digit::from_event(u8::try_from(code).ok()?))
    }

    #[must_use]
    pub fn to_char(self) -> char {
        char::from(b"0123456789*#ABCD"[usize::from(self.0)])
    }

    /// 0-9 as a number; `None` for the other keys.
    #[must_use]
    pub const fn value(self) -> Option<u8> {
        if self.0 < 10 { Some(self.0) } else { None }
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_char())
    }
}

/// Hidden, because a digit in a log may be one of a PIN.
impl fmt::Debug for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digit(•)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_one_code() {
        for (code, key) in "0123456789*#ABCD".chars().enumerate() {
            let digit = Digit::from_char(key).unwrap();
            assert_eq!(usize::from(digit.event()), code);
            assert_eq!(digit.to_char(), key);
        }
        assert_eq!(Digit::from_event(16), None);
        assert_eq!(Digit::from_char('x'), None);
        assert_eq!(Digit::from_char('d'), Digit::from_char('D'));
    }

    #[test]
    fn a_digit_is_not_shown_in_a_debug_line() {
        assert!(!format!("{:?}", Digit::from_char('7')).contains('7'));
    }
}
