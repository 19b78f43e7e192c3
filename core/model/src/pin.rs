//! A PIN: made from good randomness, compared in constant time, never shown by accident.

use std::fmt;
use std::str::FromStr;

use subtle::ConstantTimeEq;

use crate::{Chance, Digit, Extension, FieldError, limits};

/// 4 to 12 digits. `Debug` hides them; only [`Pin::reveal`] shows them.
#[derive(Clone)]
pub struct Pin(Box<str>);

impl Pin {
    /// Makes a PIN of [`limits::GENERATED_PIN_DIGITS`] digits that no PIN in `taken` begins with
    /// and that begins with none of them, so that the last digit typed always decides.
    ///
    /// It has no leading 0 and no doubled neighbour (some carriers swallow both), is not a run
    /// such as 123456 and does not contain `extension`.
    #[must_use]
    pub fn generate(chance: &mut Chance, extension: &Extension, taken: &[&Pin]) -> Pin {
        loop {
            let digits: String = (0..limits::GENERATED_PIN_DIGITS)
                .map(|_| char::from(b'0' + u8::try_from(chance.below(10)).unwrap_or(0)))
                .collect();
            let pin = Pin(digits.into());
            if pin.is_easy_to_type_and_hard_to_guess(extension)
                && !taken.iter().any(|other| pin.collides_with(other))
            {
                return pin;
            }
        }
    }

    /// The digits, for the one place that may show them.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never: a PIN has at least four digits. Here because `len` is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares in a time that depends on the lengths alone.
    #[must_use]
    pub fn matches(&self, typed: &[Digit]) -> bool {
        let typed: Vec<u8> = typed.iter().map(|digit| digit.to_char() as u8).collect();
        bool::from(self.0.as_bytes().ct_eq(&typed))
    }

    /// True when one of the two begins with the other, so that typing one might stop at the other.
    #[must_use]
    pub fn collides_with(&self, other: &Pin) -> bool {
        self.0.starts_with(&*other.0) || other.0.starts_with(&*self.0)
    }

    fn is_easy_to_type_and_hard_to_guess(&self, extension: &Extension) -> bool {
        let digits = self.0.as_bytes();
        let steps: Vec<i16> = digits
            .windows(2)
            .map(|two| i16::from(two[1]) - i16::from(two[0]))
            .collect();
        let is_run = steps.iter().all(|step| *step == steps[0]);
        digits[0] != b'0'
            && !steps.contains(&0)
            && !is_run
            && !self.0.contains(extension.as_str())
            && !extension.as_str().contains(&*self.0)
    }
}

impl FromStr for Pin {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !limits::PIN_DIGITS.contains(&text.len()) {
            return Err(FieldError::new("pin", "", "4 to 12 digits"));
        }
        Ok(Pin(text.into()))
    }
}

impl PartialEq for Pin {
    fn eq(&self, other: &Self) -> bool {
        bool::from(self.0.as_bytes().ct_eq(other.0.as_bytes()))
    }
}

impl Eq for Pin {}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(••••)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> Vec<Digit> {
        keys.chars().filter_map(Digit::from_char).collect()
    }

    #[test]
    fn a_generated_pin_keeps_every_rule() {
        let mut chance = Chance::from_seed([1; 32]);
        let extension: Extension = "801".parse().unwrap();
        let old: Pin = "6271".parse().unwrap();
        for _ in 0..20_000 {
            let pin = Pin::generate(&mut chance, &extension, &[&old]);
            let digits = pin.reveal();
            assert_eq!(digits.len(), 6);
            assert!(!digits.starts_with('0'), "{digits}");
            assert!(
                digits.as_bytes().windows(2).all(|two| two[0] != two[1]),
                "{digits}"
            );
            assert!(!digits.contains("801"), "{digits}");
            assert!(!digits.starts_with("6271"), "{digits}");
            assert_ne!(digits, "123456");
            assert_ne!(digits, "987654");
        }
    }

    #[test]
    fn only_the_whole_pin_matches() {
        let pin: Pin = "627184".parse().unwrap();
        assert!(pin.matches(&typed("627184")));
        assert!(!pin.matches(&typed("62718")));
        assert!(!pin.matches(&typed("6271840")));
        assert!(!pin.matches(&typed("627185")));
        assert!(!pin.matches(&[]));
    }

    #[test]
    fn neither_debug_nor_an_error_shows_a_pin() {
        let pin: Pin = "627184".parse().unwrap();
        assert!(!format!("{pin:?}").contains("627"));
        let error = "62x184".parse::<Pin>().unwrap_err();
        assert!(!error.to_string().contains("62x"));
    }
}
