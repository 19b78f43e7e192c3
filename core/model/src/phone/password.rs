//! A telephone's password on its way to being hashed; never shown twice, never kept.

use std::fmt;

use crate::{Chance, FieldError, limits};

/// What is typed into the telephone.
#[derive(Clone, PartialEq, Eq)]
pub struct PhonePassword(Box<str>);

impl PhonePassword {
    /// A new one, of letters and digits that are not mistaken for each other.
    #[must_use]
    pub fn invent(chance: &mut Chance) -> Self {
        let letters = u32::try_from(LETTERS.len()).expect("an alphabet is short");
        let mut letter = || char::from(LETTERS[chance.below(letters) as usize]);
        let text: String = (0..limits::PHONE_PASSWORD_CHARS)
            .map(|_| letter())
            .collect();
        Self(text.into())
    }

    /// One that an administrator chose.
    ///
    /// # Errors
    /// When it is too short, too long, or holds what a telephone cannot send; the error does not
    /// hold it.
    pub fn new(text: &str) -> Result<Self, FieldError> {
        let fits = limits::PHONE_PASSWORD_CHOSEN_CHARS.contains(&text.len());
        // Telephones disagree about the bytes of other letters, and the hash is of bytes.
        if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.into()))
        } else {
            let accepted = "12 to 128 letters, digits and signs of ASCII, without spaces";
            Err(FieldError::new("password", "", accepted))
        }
    }

    /// For the one who hashes it, and once for who asked for it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PhonePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhonePassword(••••)")
    }
}

/// Without 0, 1, i, l and o.
const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_one_is_new_each_time_and_would_be_taken() {
        let mut chance = Chance::from_seed([4; 32]);
        let [one, other] = [(); 2].map(|()| PhonePassword::invent(&mut chance));
        assert_ne!(one, other);
        assert_eq!(PhonePassword::new(one.reveal()), Ok(one.clone()));
        assert!(!format!("{one:?}").contains(one.reveal()));
    }

    #[test]
    fn what_is_weak_or_cannot_be_sent_is_refused_unsaid() {
        for bad in ["short", "seven trains to Passau", "überlangesKennwort"] {
            let error = PhonePassword::new(bad).unwrap_err();
            assert!(!format!("{error:?}").contains(bad), "{bad}");
        }
    }
}
