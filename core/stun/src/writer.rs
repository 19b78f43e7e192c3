//! STUN messages, written; decides nothing.

use std::net::{IpAddr, SocketAddr};

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::attribute::{
    COOKIE, ERROR_CODE, FINGERPRINT, FINGERPRINT_WHOLE_BYTES, FINGERPRINT_XOR, HEADER_BYTES,
    ICE_CONTROLLED, ICE_CONTROLLING, INTEGRITY_WHOLE_BYTES, MESSAGE_INTEGRITY, PRIORITY,
    UNKNOWN_ATTRIBUTES, USE_CANDIDATE, USERNAME, XOR_MAPPED_ADDRESS,
};
use crate::crc::crc32;
use crate::{Class, TransactionId};

/// Writes one binding message, attribute by attribute; the last two end it.
pub struct Writer(Vec<u8>);

impl Writer {
    #[must_use]
    pub fn new(class: Class, transaction: TransactionId) -> Self {
        let kind: u16 = match class {
            Class::Request => 0x0001,
            Class::Indication => 0x0011,
            Class::Success => 0x0101,
            Class::Error => 0x0111,
        };
        let mut bytes = Vec::with_capacity(128);
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(COOKIE.to_be_bytes());
        bytes.extend(transaction);
        Self(bytes)
    }

    /// Padded to whole words.
    #[must_use]
    pub fn attribute(mut self, kind: u16, value: &[u8]) -> Self {
        let length = u16::try_from(value.len()).expect("our attributes are short");
        self.0.extend(kind.to_be_bytes());
        self.0.extend(length.to_be_bytes());
        self.0.extend(value);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self.say_length(0);
        self
    }

    #[must_use]
    pub fn xor_mapped_address(self, address: SocketAddr) -> Self {
        let mask: [u8; 16] = self.0[4..HEADER_BYTES].try_into().expect("16 bytes");
        let port = address.port() ^ (COOKIE >> 16) as u16;
        let masked = |bytes: &[u8]| -> Vec<u8> {
            let bytes = bytes.iter().zip(mask);
            bytes.map(|(byte, mask)| byte ^ mask).collect()
        };
        let (family, bytes) = match address.ip().to_canonical() {
            IpAddr::V4(ip) => (1, masked(&ip.octets())),
            IpAddr::V6(ip) => (2, masked(&ip.octets())),
        };
        let [high, low] = port.to_be_bytes();
        let value = [&[0, family, high, low][..], &bytes].concat();
        self.attribute(XOR_MAPPED_ADDRESS, &value)
    }

    /// Proves that we have the password; only the sum may follow.
    #[must_use]
    pub fn integrity(mut self, password: &str) -> Self {
        self.say_length(INTEGRITY_WHOLE_BYTES);
        let mac = Hmac::<Sha1>::new_from_slice(password.as_bytes());
        let mut mac = mac.expect("HMAC takes keys of any length");
        mac.update(&self.0);
        let code = mac.finalize().into_bytes();
        self.attribute(MESSAGE_INTEGRITY, &code)
    }

    /// Ends it with its sum.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.say_length(FINGERPRINT_WHOLE_BYTES);
        let sum = crc32(&[&self.0]) ^ FINGERPRINT_XOR;
        self.attribute(FINGERPRINT, &sum.to_be_bytes()).0
    }

    /// With so many bytes more than there are.
    fn say_length(&mut self, more: usize) {
        let length = self.0.len() - HEADER_BYTES + more;
        let length = u16::try_from(length).expect("our messages are short");
        self.0[2..4].copy_from_slice(&length.to_be_bytes());
    }
}

/// The answer to a check that was good (RFC 8445 §7.3.1.2).
#[must_use]
pub fn binding_success(transaction: TransactionId, from: SocketAddr, password: &str) -> Vec<u8> {
    Writer::new(Class::Success, transaction)
        .xor_mapped_address(from)
        .integrity(password)
        .finish()
}

/// An answer with this number, without words: it must not be longer than what it answers.
/// `unknown`: with 420, the attributes that are not known.
#[must_use]
pub fn binding_error(
    transaction: TransactionId,
    code: u16,
    unknown: &[u16],
    password: Option<&str>,
) -> Vec<u8> {
    let (class, number) = (code / 100, code % 100);
    let value = [0, 0, class as u8, number as u8];
    let mut writer = Writer::new(Class::Error, transaction).attribute(ERROR_CODE, &value);
    if !unknown.is_empty() {
        let kinds: Vec<u8> = unknown.iter().flat_map(|kind| kind.to_be_bytes()).collect();
        writer = writer.attribute(UNKNOWN_ATTRIBUTES, &kinds);
    }
    match password {
        Some(password) => writer.integrity(password).finish(),
        None => writer.finish(),
    }
}

/// A check, as the full side sends it: what a simulated phone needs. `nominates`: the priority of
/// a path that it wants.
#[must_use]
pub fn binding_request(
    transaction: TransactionId,
    username: &str,
    password: &str,
    priority: u32,
    nominates: bool,
    is_controlling: bool,
) -> Vec<u8> {
    let role = match is_controlling {
        true => ICE_CONTROLLING,
        false => ICE_CONTROLLED,
    };
    let writer = Writer::new(Class::Request, transaction)
        .attribute(USERNAME, username.as_bytes())
        .attribute(PRIORITY, &priority.to_be_bytes())
        .attribute(role, &transaction[..8]);
    let writer = match nominates {
        true => writer.attribute(USE_CANDIDATE, &[]),
        false => writer,
    };
    writer.integrity(password).finish()
}
