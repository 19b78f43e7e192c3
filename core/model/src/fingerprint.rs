//! What a certificate is recognised by (RFC 8122 §5); reads no certificate.

use std::fmt;

use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

/// The hash of a certificate as a whole.
#[derive(Clone)]
pub struct Fingerprint {
    hash: FingerprintHash,
    digest: Vec<u8>,
}

/// Those that can still be trusted: not SHA-1, which RFC 8122 §5.1 leaves to old peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FingerprintHash {
    Sha256,
    Sha384,
    Sha512,
}

impl FingerprintHash {
    pub const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    /// As `a=fingerprint` says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    const fn bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    fn of(self, certificate: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(certificate).to_vec(),
            Self::Sha384 => Sha384::digest(certificate).to_vec(),
            Self::Sha512 => Sha512::digest(certificate).to_vec(),
        }
    }
}

impl Fingerprint {
    /// Of a certificate in DER.
    #[must_use]
    pub fn of(hash: FingerprintHash, certificate: &[u8]) -> Self {
        let digest = hash.of(certificate);
        Self { hash, digest }
    }

    /// Reads `sha-256 AB:CD:..`, in any case. `None`: another hash, or not as long as it must be.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (name, digest) = text.trim().split_once(' ')?;
        let mut all = FingerprintHash::ALL.into_iter();
        let hash = all.find(|hash| hash.name().eq_ignore_ascii_case(name))?;
        let digest = digest.trim();
        if digest.len() != hash.bytes() * 3 - 1 {
            return None;
        }
        let bytes = digest.split(':').map(|pair| match pair.len() {
            2 if pair.bytes().all(|sign| sign.is_ascii_hexdigit()) => {
                u8::from_str_radix(pair, 16).ok()
            }
            _ => None,
        });
        let digest: Vec<u8> = bytes.collect::<Option<_>>()?;
        (digest.len() == hash.bytes()).then_some(Self { hash, digest })
    }

    #[must_use]
    pub const fn hash(&self) -> FingerprintHash {
        self.hash
    }

    /// Whether this certificate (in DER) has it; takes as long for every answer.
    #[must_use]
    pub fn is_of(&self, certificate: &[u8]) -> bool {
        self.hash.of(certificate).ct_eq(&self.digest).into()
    }
}

impl PartialEq for Fingerprint {
    fn eq(&self, other: &Self) -> bool {
        let is_same: bool = self.digest.ct_eq(&other.digest).into();
        is_same && self.hash == other.hash
    }
}

impl Eq for Fingerprint {}

/// `sha-256 AB:CD:..`, as `a=fingerprint` has it.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.hash.name())?;
        for (at, byte) in self.digest.iter().enumerate() {
            let before = if at == 0 { ' ' } else { ':' };
            write!(f, "{before}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_known_by_every_byte() {
        for hash in FingerprintHash::ALL {
            let print = Fingerprint::of(hash, b"a certificate");
            let text = print.to_string();
            assert_eq!(Fingerprint::read(&text).as_ref(), Some(&print));
            let small = text.to_ascii_lowercase();
            assert_eq!(Fingerprint::read(&small).as_ref(), Some(&print));
            assert!(print.is_of(b"a certificate"));
            assert!(!print.is_of(b"a certificatf"));
        }
        // FIPS 180-2, appendix B.1.
        let abc = "sha-256 BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:\
                   B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";
        assert!(Fingerprint::read(abc).is_some_and(|print| print.is_of(b"abc")));
    }

    #[test]
    fn what_is_no_fingerprint_is_none() {
        let good = Fingerprint::of(FingerprintHash::Sha256, b"x").to_string();
        for text in [
            "",
            "sha-256",
            "sha-256 ",
            "sha-256 AB",
            "sha-1 AB:CD",
            &good.replace("sha-256", "sha-512"),
            &good.replace("sha-256", "md5"),
            &good.replacen(':', "-", 1),
            &good[..good.len() - 3],
            &format!("{good}:00"),
            &good.replacen(':', "+", 2),
        ] {
            assert_eq!(Fingerprint::read(text), None, "{text}");
        }
    }
}
