//! The secret that two sides share for one direction of SRTP; agrees with nobody on it.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{Chance, SrtpSuite};

/// A master key and its salt. Wiped when it is dropped; `Debug` shows the suite only.
#[derive(Clone)]
pub struct SrtpKey {
    suite: SrtpSuite,
    key_and_salt: Zeroizing<[u8; KEY_AND_SALT_BYTES_MAX]>,
}

impl SrtpKey {
    /// Takes the key and the salt after it, as `a=crypto` has them (RFC 4568 §6.1).
    ///
    /// # Errors
    /// When there are more or fewer bytes than the suite has.
    pub fn new(suite: SrtpSuite, key_and_salt: &[u8]) -> Result<Self, WrongKeyLength> {
        let expected = suite.key_and_salt_bytes();
        if key_and_salt.len() != expected {
            let got = key_and_salt.len();
            return Err(WrongKeyLength { expected, got });
        }
        let mut held = Zeroizing::new([0; KEY_AND_SALT_BYTES_MAX]);
        held[..expected].copy_from_slice(key_and_salt);
        Ok(Self {
            suite,
            key_and_salt: held,
        })
    }

    /// A new one, which nobody had before.
    #[must_use]
    pub fn drawn(suite: SrtpSuite, chance: &mut Chance) -> Self {
        let mut held = Zeroizing::new([0; KEY_AND_SALT_BYTES_MAX]);
        chance.fill(&mut held[..suite.key_and_salt_bytes()]);
        Self {
            suite,
            key_and_salt: held,
        }
    }

    #[must_use]
    pub fn suite(&self) -> SrtpSuite {
        self.suite
    }

    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.key_and_salt[..self.suite.key_bytes()]
    }

    #[must_use]
    pub fn salt(&self) -> &[u8] {
        let from = self.suite.key_bytes();
        &self.key_and_salt[from..from + self.suite.salt_bytes()]
    }

    /// The key, and the salt after it.
    #[must_use]
    pub fn key_and_salt(&self) -> &[u8] {
        &self.key_and_salt[..self.suite.key_and_salt_bytes()]
    }
}

/// Takes as long for every key.
impl PartialEq for SrtpKey {
    fn eq(&self, other: &Self) -> bool {
        let is_same: bool = self.key_and_salt.ct_eq(&*other.key_and_salt).into();
        is_same && self.suite == other.suite
    }
}

impl Eq for SrtpKey {}

impl fmt::Debug for SrtpKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SrtpKey({}, ..)", self.suite)
    }
}

/// Key and salt do not have the length that the suite asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("key and salt have {got} bytes together, not {expected}")]
pub struct WrongKeyLength {
    pub expected: usize,
    pub got: usize,
}

/// AES-256 with the salt of counter mode.
pub const KEY_AND_SALT_BYTES_MAX: usize = 32 + 14;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_by_every_byte_and_shown_by_none() {
        let mut chance = Chance::from_seed([1; 32]);
        for suite in SrtpSuite::ALL {
            let key = SrtpKey::drawn(suite, &mut chance);
            assert_eq!(SrtpKey::new(suite, key.key_and_salt()).as_ref(), Ok(&key));
            for at in 0..suite.key_and_salt_bytes() {
                let mut other = key.key_and_salt().to_vec();
                other[at] ^= 1;
                assert_ne!(SrtpKey::new(suite, &other).unwrap(), key);
            }
            assert_eq!(format!("{key:?}"), format!("SrtpKey({}, ..)", suite.name()));
        }
    }
}
