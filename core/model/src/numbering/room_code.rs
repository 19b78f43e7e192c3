//! The digits that choose a room under a shared number; opens no door.

use std::fmt;
use std::str::FromStr;

use crate::{Chance, FieldError, limits};

/// Nine digits, the first not 0. Whoever knows it has found a room, and still needs its PIN.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomCode(Box<str>);

impl RoomCode {
    #[must_use]
    pub fn mint(chance: &mut Chance) -> Self {
        Self((FIRST + chance.below(CODES)).to_string().into())
    }

    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoomCode {
    type Err = FieldError;

    /// Blanks and hyphens between the groups do not count.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let plain = |c: &char| !matches!(c, ' ' | '-');
        let digits: String = text.chars().filter(plain).collect();
        let fits = digits.len() == limits::ROOM_CODE_DIGITS
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if !fits {
            let accepted = "nine digits, the first not 0";
            return Err(FieldError::new("code", "", accepted));
        }
        Ok(Self(digits.into()))
    }
}

/// In groups of three, as it is told.
impl fmt::Display for RoomCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, rest) = self.0.split_at(3);
        let (b, c) = rest.split_at(3);
        write!(f, "{a} {b} {c}")
    }
}

impl fmt::Debug for RoomCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••••••••")
    }
}

const FIRST: u32 = 100_000_000;
const CODES: u32 = 900_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_is_made_is_one_and_is_told_in_groups() {
        let mut chance = Chance::from_seed([7; 32]);
        for _ in 0..1_000 {
            let code = RoomCode::mint(&mut chance);
            assert_eq!(code.to_string().parse::<RoomCode>().unwrap(), code);
        }
        let code: RoomCode = "123-456 789".parse().unwrap();
        assert_eq!(code.to_string(), "123 456 789");
        assert!(!format!("{code:?}").contains('1'));
        for bad in ["", "12345678", "012345678", "1234567890", "12345678x"] {
            assert!(bad.parse::<RoomCode>().is_err(), "{bad}");
        }
    }
}
