//! Nonces that say themselves when and by whom they were made; remembers none.

use conclave_model::{Chance, UnixMillis};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::hash::{hex, unhex};

/// Seconds since 1970 and a number that nobody can guess: in this order nonces were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nonce {
    pub(super) made_s: u32,
    salt: u64,
}

/// 12 bytes of content, and of the seal as many: forging one takes 2^96 tries.
const CONTENT_BYTES: usize = 12;
const SEAL_BYTES: usize = 12;

/// What seals the nonces of this start of the server; those of another start are not ours.
pub(super) struct NonceKey(Hmac<Sha256>);

impl NonceKey {
    pub(super) fn new(chance: &mut Chance) -> Self {
        let mut key = [0; 32];
        chance.fill(&mut key);
        Self(Hmac::new_from_slice(&key).expect("any length is a key"))
    }

    pub(super) fn make(&self, at: UnixMillis, chance: &mut Chance) -> String {
        let nonce = Nonce {
            made_s: seconds(at),
            salt: chance.u64(),
        };
        let content = nonce.content();
        let mut text = hex(&content);
        text.push_str(&hex(
            &self.sealed(&content).finalize().into_bytes()[..SEAL_BYTES]
        ));
        text
    }

    /// `None` for one that we did not make since we started.
    pub(super) fn open(&self, text: &str) -> Option<Nonce> {
        let bytes = unhex(text).filter(|bytes| bytes.len() == CONTENT_BYTES + SEAL_BYTES)?;
        let (content, seal) = bytes.split_at(CONTENT_BYTES);
        self.sealed(content).verify_truncated_left(seal).ok()?;
        let (made, salt) = content.split_first_chunk::<4>()?;
        Some(Nonce {
            made_s: u32::from_be_bytes(*made),
            salt: u64::from_be_bytes(salt.try_into().ok()?),
        })
    }

    fn sealed(&self, content: &[u8]) -> Hmac<Sha256> {
        self.0.clone().chain_update(content)
    }
}

impl Nonce {
    fn content(self) -> [u8; CONTENT_BYTES] {
        let mut content = [0; CONTENT_BYTES];
        content[..4].copy_from_slice(&self.made_s.to_be_bytes());
        content[4..].copy_from_slice(&self.salt.to_be_bytes());
        content
    }
}

/// Until 2106.
pub(super) fn seconds(at: UnixMillis) -> u32 {
    u32::try_from(at.0 / 1000).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_nonces_open() {
        let mut chance = Chance::from_seed([3; 32]);
        let key = NonceKey::new(&mut chance);
        let text = key.make(UnixMillis(1_700_000_000_999), &mut chance);
        assert_eq!(key.open(&text).unwrap().made_s, 1_700_000_000);
        assert_ne!(text, key.make(UnixMillis(1_700_000_000_999), &mut chance));
        assert_eq!(NonceKey::new(&mut chance).open(&text), None);
        for at in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[at] = if forged[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(key.open(&String::from_utf8(forged).unwrap()), None, "{at}");
        }
        for bad in ["", "x", &text[2..], &format!("{text}00")] {
            assert_eq!(key.open(bad), None, "{bad}");
        }
    }
}
