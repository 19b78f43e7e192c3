//! A STUN message, read without a copy (RFC 8489 §5); believes nothing that it says.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use conclave_model::limits;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::attribute::{
    COOKIE, ERROR_CODE, FINGERPRINT, FINGERPRINT_WHOLE_BYTES, FINGERPRINT_XOR, HEADER_BYTES,
    ICE_CONTROLLED, ICE_CONTROLLING, INTEGRITY_BYTES, INTEGRITY_WHOLE_BYTES, MESSAGE_INTEGRITY,
    PRIORITY, USE_CANDIDATE, USERNAME, XOR_MAPPED_ADDRESS, is_known, must_be_known,
};
use crate::crc::crc32;

/// By which an answer finds its request.
pub type TransactionId = [u8; 12];

/// What kind of message it is (RFC 8489 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    Request,
    Indication,
    Success,
    Error,
}

/// A binding message whose form is right.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    bytes: &'a [u8],
    class: Class,
    /// Where `MESSAGE-INTEGRITY` begins.
    integrity_at: Option<usize>,
    /// Attributes behind it are not covered by it and do not count.
    end: usize,
    has_fingerprint: bool,
}

/// What `MESSAGE-INTEGRITY` proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integrity {
    Missing,
    /// Of somebody who does not have the password, or it was changed on its way.
    Wrong,
    Right,
}

/// A datagram that is no binding message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a STUN binding message")]
pub struct NotStun;

impl<'a> Message<'a> {
    /// # Errors
    /// When it has another length than it says, no cookie, another method, an attribute that is
    /// cut, more attributes than [`limits::STUN_ATTRIBUTES`], or a wrong `FINGERPRINT`.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NotStun> {
        let header = bytes.first_chunk::<HEADER_BYTES>().ok_or(NotStun)?;
        let kind = u16::from_be_bytes([header[0], header[1]]);
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        let cookie = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        let is_whole = length + HEADER_BYTES == bytes.len() && length.is_multiple_of(4);
        if !is_whole || bytes.len() > limits::STUN_BYTES || cookie != COOKIE {
            return Err(NotStun);
        }
        let mut message = Self {
            bytes,
            class: class_of(kind).ok_or(NotStun)?,
            integrity_at: None,
            end: bytes.len(),
            has_fingerprint: false,
        };
        message.look_through()?;
        Ok(message)
    }

    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    #[must_use]
    pub fn transaction(&self) -> TransactionId {
        let mut id = [0; 12];
        id.copy_from_slice(&self.bytes[8..HEADER_BYTES]);
        id
    }

    /// Whether it has a `FINGERPRINT` (a wrong one is no message), as ICE asks for.
    #[must_use]
    pub const fn has_fingerprint(&self) -> bool {
        self.has_fingerprint
    }

    #[must_use]
    pub fn username(&self) -> Option<&'a str> {
        std::str::from_utf8(self.value(USERNAME)?).ok()
    }

    #[must_use]
    pub fn priority(&self) -> Option<u32> {
        let value = self.value(PRIORITY)?.try_into().ok()?;
        Some(u32::from_be_bytes(value))
    }

    /// The peer wants this path.
    #[must_use]
    pub fn uses_candidate(&self) -> bool {
        self.value(USE_CANDIDATE).is_some()
    }

    /// The peer believes that we decide.
    #[must_use]
    pub fn is_controlled(&self) -> bool {
        self.value(ICE_CONTROLLED).is_some()
    }

    #[must_use]
    pub fn is_controlling(&self) -> bool {
        self.value(ICE_CONTROLLING).is_some()
    }

    /// Where an answer says that its request came from.
    #[must_use]
    pub fn mapped_address(&self) -> Option<SocketAddr> {
        let [0, family, port @ ..] = self.value(XOR_MAPPED_ADDRESS)? else {
            return None;
        };
        let (port, address) = port.split_first_chunk::<2>()?;
        let port = u16::from_be_bytes(*port) ^ (COOKIE >> 16) as u16;
        let mask = &self.bytes[4..HEADER_BYTES];
        let ip = match family {
            1 => IpAddr::V4(Ipv4Addr::from(unmask::<4>(address, mask)?)),
            2 => IpAddr::V6(Ipv6Addr::from(unmask::<16>(address, mask)?)),
            _ => return None,
        };
        Some(SocketAddr::new(ip, port))
    }

    /// The number of an error answer: 300 to 699.
    #[must_use]
    pub fn error_code(&self) -> Option<u16> {
        let [_, _, class, number, ..] = self.value(ERROR_CODE)? else {
            return None;
        };
        Some(u16::from(class & 7) * 100 + u16::from(*number))
    }

    /// What a request wants to be understood and is not known here, in its order.
    #[must_use]
    pub fn unknown(&self) -> Vec<u16> {
        let kinds = self.attributes().map(|(kind, _)| kind);
        kinds
            .filter(|kind| must_be_known(*kind) && !is_known(*kind))
            .collect()
    }

    /// Whether its sender has this password (RFC 8489 §14.5); takes as long for every answer.
    #[must_use]
    pub fn integrity(&self, password: &str) -> Integrity {
        let Some(at) = self.integrity_at else {
            return Integrity::Missing;
        };
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(password.as_bytes()) else {
            return Integrity::Wrong;
        };
        // The length is that of a message which ends with it.
        let length = at - HEADER_BYTES + INTEGRITY_WHOLE_BYTES;
        let Ok(length) = u16::try_from(length) else {
            return Integrity::Wrong;
        };
        mac.update(&self.bytes[..2]);
        mac.update(&length.to_be_bytes());
        mac.update(&self.bytes[4..at]);
        match mac.verify_slice(&self.bytes[at + 4..at + INTEGRITY_WHOLE_BYTES]) {
            Ok(()) => Integrity::Right,
            Err(_) => Integrity::Wrong,
        }
    }

    /// Finds the two attributes that end a message.
    fn look_through(&mut self) -> Result<(), NotStun> {
        let mut at = HEADER_BYTES;
        let mut seen = 0;
        while at < self.bytes.len() {
            let (kind, value, next) = attribute(self.bytes, at).ok_or(NotStun)?;
            seen += 1;
            if seen > limits::STUN_ATTRIBUTES {
                return Err(NotStun);
            }
            match kind {
                MESSAGE_INTEGRITY if self.integrity_at.is_none() => {
                    if value.len() != INTEGRITY_BYTES {
                        return Err(NotStun);
                    }
                    self.integrity_at = Some(at);
                    self.end = next;
                }
                FINGERPRINT => {
                    let is_last = next == self.bytes.len();
                    if !is_last || !is_sum_of(value, &self.bytes[..at]) {
                        return Err(NotStun);
                    }
                    self.has_fingerprint = true;
                }
                _ => {}
            }
            at = next;
        }
        Ok(())
    }

    /// Of an attribute that is there several times the first counts (RFC 8489 §14).
    fn value(&self, kind: u16) -> Option<&'a [u8]> {
        let mut attributes = self.attributes();
        attributes.find_map(|(known, value)| (known == kind).then_some(value))
    }

    fn attributes(&self) -> impl Iterator<Item = (u16, &'a [u8])> + use<'a> {
        let (bytes, mut at) = (&self.bytes[..self.end], HEADER_BYTES);
        std::iter::from_fn(move || {
            let (kind, value, next) = attribute(bytes, at)?;
            at = next;
            Some((kind, value))
        })
    }
}

/// The attribute that begins there, and where the next one does.
fn attribute(bytes: &[u8], at: usize) -> Option<(u16, &[u8], usize)> {
    let (head, rest) = bytes.get(at..)?.split_first_chunk::<4>()?;
    let kind = u16::from_be_bytes([head[0], head[1]]);
    let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
    let value = rest.get(..length)?;
    let next = at + 4 + length.next_multiple_of(4);
    (next <= bytes.len()).then_some((kind, value, next))
}

/// The two bits of the class are among those of the method, which is 1: binding.
fn class_of(kind: u16) -> Option<Class> {
    match kind {
        0x0001 => Some(Class::Request),
        0x0011 => Some(Class::Indication),
        0x0101 => Some(Class::Success),
        0x0111 => Some(Class::Error),
        _ => None,
    }
}

/// What was written before has the length of the whole already: it is the last attribute.
fn is_sum_of(value: &[u8], before: &[u8]) -> bool {
    debug_assert!(before.len() >= HEADER_BYTES && FINGERPRINT_WHOLE_BYTES == 8);
    value == (crc32(&[before]) ^ FINGERPRINT_XOR).to_be_bytes()
}

fn unmask<const N: usize>(address: &[u8], mask: &[u8]) -> Option<[u8; N]> {
    let mut plain: [u8; N] = address.try_into().ok()?;
    for (byte, mask) in plain.iter_mut().zip(mask) {
        *byte ^= mask;
    }
    Some(plain)
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { class, bytes, .. } = self;
        write!(f, "Message({class:?}, {} bytes)", bytes.len())
    }
}
