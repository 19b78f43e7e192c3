//! The name and the password by which two ends of a media path know each other's checks (RFC 8445
//! §5.3); checks nothing.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::Chance;

/// `a=ice-ufrag` and `a=ice-pwd` of one side. Wiped when it is dropped; `Debug` shows no password.
#[derive(Clone)]
pub struct IceCredentials {
    ufrag: String,
    password: Zeroizing<String>,
}

impl IceCredentials {
    /// As a description has them; `None` where they are shorter or longer than they may be, or of
    /// other signs (RFC 8839 §5.4).
    #[must_use]
    pub fn read(ufrag: &str, password: &str) -> Option<Self> {
        let fits = |text: &str, least: usize| {
            (least..=ICE_SIGNS_MAX).contains(&text.len()) && text.bytes().all(is_ice_sign)
        };
        let is_good = fits(ufrag, UFRAG_SIGNS_MIN) && fits(password, PASSWORD_SIGNS_MIN);
        is_good.then(|| Self {
            ufrag: ufrag.to_owned(),
            password: Zeroizing::new(password.to_owned()),
        })
    }

    /// New ones, which nobody had before: 48 bits and 144.
    #[must_use]
    pub fn drawn(chance: &mut Chance) -> Self {
        Self {
            ufrag: signs(chance, 8),
            password: Zeroizing::new(signs(chance, 24)),
        }
    }

    #[must_use]
    pub fn ufrag(&self) -> &str {
        &self.ufrag
    }

    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }
}

fn signs(chance: &mut Chance, count: usize) -> String {
    let sign = || char::from(ICE_SIGNS[(chance.u32() >> 26) as usize]);
    std::iter::repeat_with(sign).take(count).collect()
}

fn is_ice_sign(sign: u8) -> bool {
    ICE_SIGNS.contains(&sign)
}

/// Takes as long for every password.
impl PartialEq for IceCredentials {
    fn eq(&self, other: &Self) -> bool {
        let ours = self.password.as_bytes();
        let is_same: bool = ours.ct_eq(other.password.as_bytes()).into();
        is_same && self.ufrag == other.ufrag
    }
}

impl Eq for IceCredentials {}

impl fmt::Debug for IceCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IceCredentials({}, ..)", self.ufrag)
    }
}

const ICE_SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// RFC 8839 §5.4, of both.
const ICE_SIGNS_MAX: usize = 256;
const UFRAG_SIGNS_MIN: usize = 4;
const PASSWORD_SIGNS_MIN: usize = 22;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_can_be_read_and_the_password_is_not_shown() {
        let mut chance = Chance::from_seed([1; 32]);
        let drawn = IceCredentials::drawn(&mut chance);
        let read = IceCredentials::read(drawn.ufrag(), drawn.password());
        assert_eq!(read.as_ref(), Some(&drawn));
        assert_ne!(IceCredentials::drawn(&mut chance), drawn);
        assert!(!format!("{drawn:?}").contains(drawn.password()));
    }

    #[test]
    fn too_short_too_long_and_strange_ones_are_none() {
        let long = "a".repeat(257);
        let password = "abcdefghijklmnopqrstuv";
        for (ufrag, password) in [
            ("abc", password),
            ("abcd", &password[1..]),
            (long.as_str(), password),
            ("abcd", long.as_str()),
            ("ab:d", password),
            ("abcd", "abcdefghijklmnopqrstu v"),
        ] {
            assert_eq!(IceCredentials::read(ufrag, password), None, "{ufrag}");
        }
        assert!(IceCredentials::read("abcd", password).is_some());
    }
}
