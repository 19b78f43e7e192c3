//! What is kept of a telephone's password: one hash per algorithm; computes none of them.

use std::fmt;

use subtle::ConstantTimeEq;

/// A hash of digest authentication (RFC 7616, RFC 8760).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DigestAlgorithm {
    Md5,
    Sha256,
    /// SHA-512 cut to 256 bits.
    Sha512_256,
}

impl DigestAlgorithm {
    /// The one we like best first: in this order a challenge offers them.
    pub const ALL: [Self; 3] = [Self::Sha256, Self::Sha512_256, Self::Md5];

    /// The token in `algorithm=`.
    #[must_use]
    pub fn token(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
            Self::Sha512_256 => "SHA-512-256",
        }
    }

    /// The token in any case; `None` for one that we do not speak, such as `MD5-sess`.
    #[must_use]
    pub fn from_token(token: &str) -> Option<Self> {
        let is_it = |one: &Self| one.token().eq_ignore_ascii_case(token);
        Self::ALL.into_iter().find(is_it)
    }

    /// How long its hash is.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha256 | Self::Sha512_256 => 32,
        }
    }
}

/// The hash of user, realm and password: enough to prove the password, so it is as secret.
#[derive(Clone, Copy)]
pub struct Ha1 {
    algorithm: DigestAlgorithm,
    hash: [u8; 32],
}

impl Ha1 {
    /// `None` when `hash` has not the length of the algorithm's.
    #[must_use]
    pub fn from_bytes(algorithm: DigestAlgorithm, hash: &[u8]) -> Option<Self> {
        let mut held = [0; 32];
        (hash.len() == algorithm.bytes()).then(|| {
            held[..hash.len()].copy_from_slice(hash);
            Self {
                algorithm,
                hash: held,
            }
        })
    }

    #[must_use]
    pub fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// For the hash of an answer, and for the store.
    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        &self.hash[..self.algorithm.bytes()]
    }
}

impl PartialEq for Ha1 {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && bool::from(self.hash.ct_eq(&other.hash))
    }
}

impl Eq for Ha1 {}

impl fmt::Debug for Ha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ha1({}, ••••)", self.algorithm.token())
    }
}

/// One [`Ha1`] for every algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ha1Set {
    pub md5: Ha1,
    pub sha256: Ha1,
    pub sha512_256: Ha1,
}

impl Ha1Set {
    #[must_use]
    pub fn of(&self, algorithm: DigestAlgorithm) -> &Ha1 {
        match algorithm {
            DigestAlgorithm::Md5 => &self.md5,
            DigestAlgorithm::Sha256 => &self.sha256,
            DigestAlgorithm::Sha512_256 => &self.sha512_256,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_hidden_and_has_its_length() {
        let ha1 = Ha1::from_bytes(DigestAlgorithm::Md5, &[0xab; 16]).unwrap();
        assert_eq!(format!("{ha1:?}"), "Ha1(MD5, ••••)");
        assert_eq!(ha1.reveal(), [0xab; 16]);
        assert_eq!(Ha1::from_bytes(DigestAlgorithm::Sha256, &[0; 16]), None);
        assert_ne!(
            Ha1::from_bytes(DigestAlgorithm::Sha256, &[1; 32]),
            Ha1::from_bytes(DigestAlgorithm::Sha512_256, &[1; 32])
        );
    }

    #[test]
    fn tokens_are_known_in_any_case() {
        for algorithm in DigestAlgorithm::ALL {
            let token = algorithm.token().to_lowercase();
            assert_eq!(DigestAlgorithm::from_token(&token), Some(algorithm));
        }
        assert_eq!(DigestAlgorithm::from_token("MD5-sess"), None);
    }
}
