//! `a=crypto` lines (RFC 4568): read and written; protects nothing and draws no key.

use std::fmt::Write;

use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, Engine as _};
use conclave_model::{KEY_AND_SALT_BYTES_MAX, SrtpKey, SrtpSuite, limits};
use zeroize::Zeroizing;

use crate::description::Attributes;

/// A suite, the key that whoever wrote it protects its packets with, and the number of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CryptoLine {
    pub tag: u32,
    pub key: SrtpKey,
}

/// What a peer's lines came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CryptoLines {
    /// Those that can be used, the best first.
    pub usable: Vec<CryptoLine>,
    /// The names of all, for an error that says what was offered.
    pub names: Vec<String>,
}

impl CryptoLines {
    pub(crate) fn read(attributes: &Attributes<'_>) -> Self {
        let mut read = Self::default();
        for value in attributes.values("crypto").take(limits::SDP_CRYPTO_LINES) {
            read.names.extend(
                (value.split_ascii_whitespace().nth(1)).map(|name| name.chars().take(64).collect()),
            );
            read.usable.extend(CryptoLine::read(value));
        }
        read
    }
}

impl CryptoLine {
    /// `None`: a suite that is not spoken here, several keys, a key of another length, a master key
    /// identifier, or a parameter that changes what is on the wire (RFC 4568 §6.3).
    fn read(value: &str) -> Option<Self> {
        let mut words = value.split_ascii_whitespace();
        let tag = words.next()?;
        let tag = Some(tag)
            .filter(|tag| tag.len() <= TAG_DIGITS)?
            .parse()
            .ok()?;
        let suite = SrtpSuite::from_name(words.next()?)?;
        let key = read_key(suite, words.next()?)?;
        words.all(is_harmless).then_some(Self { tag, key })
    }

    pub(crate) fn write(&self, text: &mut String) -> std::fmt::Result {
        let suite = self.key.suite();
        let coded = Zeroizing::new(BASE64.encode(self.key.key_and_salt()));
        write!(text, "a=crypto:{} {suite} inline:{}\r\n", self.tag, *coded)
    }
}

/// `inline:` key and salt, then maybe how many packets it is good for, which is the sender's to
/// know.
fn read_key(suite: SrtpSuite, text: &str) -> Option<SrtpKey> {
    let (method, info) = text.split_once(':')?;
    if !method.eq_ignore_ascii_case("inline") || info.contains(';') {
        return None;
    }
    let mut parts = info.split('|');
    let coded = parts.next()?;
    if !parts.next().is_none_or(is_lifetime) || parts.next().is_some() {
        return None;
    }
    let mut bytes = Zeroizing::new([0; KEY_AND_SALT_BYTES_MAX]);
    let length = BASE64.decode_slice(coded, &mut bytes[..]).ok()?;
    SrtpKey::new(suite, &bytes[..length]).ok()
}

/// `2^20`, or a plain number. What else stands there is a master key identifier, which would stand
/// in every packet too.
fn is_lifetime(text: &str) -> bool {
    let digits = text.strip_prefix("2^").unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|sign| sign.is_ascii_digit())
}

/// A hint of how late packets may come, or one of those that nobody has to know.
fn is_harmless(parameter: &str) -> bool {
    parameter.starts_with('-') || parameter.to_ascii_uppercase().starts_with("WSH=")
}

/// Phones forget the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
/// RFC 4568 §9.1.
const TAG_DIGITS: usize = 9;

#[cfg(test)]
mod tests {
    use super::*;

    fn is_read(value: &str) -> bool {
        CryptoLine::read(value).is_some()
    }

    #[test]
    fn lifetimes_and_hints_do_no_harm_and_everything_else_does() {
        let start = format!("1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}");
        for rest in ["", "|2^20", "|1048576", " WSH=128", "|2^31 -x=1 wsh=64"] {
            assert!(is_read(&format!("{start}{rest}")), "{rest}");
        }
        for rest in [
            "|2^20|1:4",
            "|1:4",
            "|",
            "|2^",
            "|x",
            ";inline:abc",
            " KDR=1",
            " UNENCRYPTED_SRTP",
            " UNENCRYPTED_SRTCP",
            " UNAUTHENTICATED_SRTP",
            " FEC_ORDER=FEC_SRTP",
            " NEW=1",
        ] {
            assert!(!is_read(&format!("{start}{rest}")), "{rest}");
        }
    }

    #[test]
    fn a_line_that_is_written_is_read_again() {
        let mut chance = conclave_model::Chance::from_seed([3; 32]);
        for suite in SrtpSuite::ALL {
            let key = SrtpKey::drawn(suite, &mut chance);
            let line = CryptoLine { tag: 7, key };
            let mut text = String::new();
            line.write(&mut text).unwrap();
            let value = text.strip_prefix("a=crypto:").unwrap();
            assert_eq!(CryptoLine::read(value).as_ref(), Some(&line));
            let bare = value.replace('=', "");
            assert_eq!(CryptoLine::read(&bare).as_ref(), Some(&line));
            let cut = value.replace("inline:", "inline:AAAA");
            assert!(!is_read(&cut), "too long a key");
        }
    }

    #[test]
    fn what_is_no_line_is_passed_over() {
        for value in [
            "",
            "1",
            "1 AES_CM_128_HMAC_SHA1_80",
            "x AES_CM_128_HMAC_SHA1_80 inline:AAAA",
            "1 F8_128_HMAC_SHA1_80 inline:AAAA",
            "1 AES_CM_128_HMAC_SHA1_80 uri:AAAA",
            "1 AES_CM_128_HMAC_SHA1_80 inline:!!!!",
            "1234567890 AES_CM_128_HMAC_SHA1_80 inline:AAAA",
        ] {
            assert!(!is_read(value), "{value}");
        }
    }

    /// 30 bytes.
    const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e";
}
