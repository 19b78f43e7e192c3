//! The secret that two sides share for one direction; agrees with nobody on it.

use std::fmt;

use zeroize::Zeroizing;

use crate::profile::Profile;

/// Wiped when it is dropped; `Debug` shows the profile only.
#[derive(Clone)]
pub struct MasterKey {
    profile: Profile,
    key_and_salt: Zeroizing<[u8; KEY_AND_SALT_BYTES_MAX]>,
}

impl MasterKey {
    /// Takes the key and the salt after it, as `a=crypto` has them (RFC 4568 §6.1).
    ///
    /// # Errors
    /// When there are more or fewer bytes than the profile has.
    pub fn new(profile: Profile, key_and_salt: &[u8]) -> Result<Self, WrongKeyLength> {
        let expected = profile.key_bytes() + profile.salt_bytes();
        if key_and_salt.len() != expected {
            let got = key_and_salt.len();
            return Err(WrongKeyLength { expected, got });
        }
        let mut held = Zeroizing::new([0; KEY_AND_SALT_BYTES_MAX]);
        held[..expected].copy_from_slice(key_and_salt);
        Ok(Self {
            profile,
            key_and_salt: held,
        })
    }

    #[must_use]
    pub fn profile(&self) -> Profile {
        self.profile
    }

    pub(crate) fn key(&self) -> &[u8] {
        &self.key_and_salt[..self.profile.key_bytes()]
    }

    pub(crate) fn salt(&self) -> &[u8] {
        let from = self.profile.key_bytes();
        &self.key_and_salt[from..from + self.profile.salt_bytes()]
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MasterKey({}, ..)", self.profile.name())
    }
}

/// Key and salt do not have the length that the profile asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("key and salt have {got} bytes together, not {expected}")]
pub struct WrongKeyLength {
    pub expected: usize,
    pub got: usize,
}

/// AES-256 with the salt of counter mode.
const KEY_AND_SALT_BYTES_MAX: usize = 32 + 14;
