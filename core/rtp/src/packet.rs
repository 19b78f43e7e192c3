//! One RTP packet as it lies in a datagram (RFC 3550 §5.1); knows nothing of the one before it.

/// A packet of version 2 whose lengths add up; borrows the datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RtpPacket<'a> {
    pub payload_type: u8,
    pub marker: bool,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    /// Without padding; may be empty.
    pub payload: &'a [u8],
    extension: Option<Extension<'a>>,
}

impl<'a> RtpPacket<'a> {
    /// Reads the header, steps over CSRCs and extension, cuts the padding off.
    ///
    /// # Errors
    /// Says what does not fit; such a datagram is dropped and counted.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, Malformed> {
        let fixed = datagram
            .first_chunk::<HEADER_BYTES>()
            .ok_or(Malformed::Short)?;
        if fixed[0] >> 6 != VERSION {
            return Err(Malformed::Version);
        }
        let csrc_bytes = usize::from(fixed[0] & 0x0f) * 4;
        let mut rest = datagram
            .get(HEADER_BYTES + csrc_bytes..)
            .ok_or(Malformed::Short)?;
        let mut extension = None;
        if fixed[0] & EXTENSION_BIT != 0 {
            let (found, after) = Extension::split_off(rest).ok_or(Malformed::Extension)?;
            extension = Some(found);
            rest = after;
        }
        if fixed[0] & PADDING_BIT != 0 {
            let padding = usize::from(*rest.last().ok_or(Malformed::Padding)?);
            if padding == 0 || padding > rest.len() {
                return Err(Malformed::Padding);
            }
            rest = &rest[..rest.len() - padding];
        }
        Ok(Self {
            payload_type: fixed[1] & 0x7f,
            marker: fixed[1] & MARKER_BIT != 0,
            sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
            timestamp: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
            ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
            payload: rest,
            extension,
        })
    }

    /// The RFC 6464 level in the header extension numbered `id`, in either form (RFC 8285 §4.2 and
    /// §4.3); `None` as well when it is malformed: the payload is as good as ever.
    #[must_use]
    pub fn audio_level(&self, id: u8) -> Option<AudioLevel> {
        let value = self.extension?.element(id)?;
        let first = *value.first()?;
        Some(AudioLevel {
            voice: first & 0x80 != 0,
            below_overload_db: first & 0x7f,
        })
    }
}

/// What the sender says of its own loudness (RFC 6464 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioLevel {
    /// The sender's own voice detector said yes.
    pub voice: bool,
    /// 0 is as loud as can be, 127 is digital silence.
    pub below_overload_db: u8,
}

/// Why a datagram is no RTP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("shorter than its header says")]
    Short,
    #[error("not RTP version 2")]
    Version,
    #[error("the header extension is longer than the packet")]
    Extension,
    #[error("the padding is longer than the packet")]
    Padding,
}

/// The fixed header of a packet that we send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// 0 to 127.
    pub payload_type: u8,
    pub marker: bool,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
}

/// Writes the twelve bytes of `header` to the front of `datagram`.
pub fn write_header(datagram: &mut [u8; HEADER_BYTES], header: &Header) {
    datagram[0] = VERSION << 6;
    datagram[1] = header.payload_type & 0x7f | if header.marker { MARKER_BIT } else { 0 };
    datagram[2..4].copy_from_slice(&header.sequence.to_be_bytes());
    datagram[4..8].copy_from_slice(&header.timestamp.to_be_bytes());
    datagram[8..12].copy_from_slice(&header.ssrc.to_be_bytes());
}

/// What a datagram on a media port claims to be (RFC 7983 §7, RFC 5761 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Datagram {
    Rtp,
    Rtcp,
    Stun,
    Dtls,
    /// ZRTP, TURN channels, a keep-alive of some other make, or noise.
    Other,
}

/// Judges by the first two bytes alone.
#[must_use]
pub fn classify(datagram: &[u8]) -> Datagram {
    let [first, second, ..] = *datagram else {
        return Datagram::Other;
    };
    match first {
        0..=3 => Datagram::Stun,
        20..=63 => Datagram::Dtls,
        128..=191 if RTCP_TYPES.contains(&second) => Datagram::Rtcp,
        128..=191 => Datagram::Rtp,
        _ => Datagram::Other,
    }
}

/// A header extension (RFC 3550 §5.3.1): 16 bits of profile, then whole words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Extension<'a> {
    profile: u16,
    body: &'a [u8],
}

impl<'a> Extension<'a> {
    fn split_off(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (head, rest) = bytes.split_first_chunk::<4>()?;
        let words = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let (body, rest) = rest.split_at_checked(words * 4)?;
        let profile = u16::from_be_bytes([head[0], head[1]]);
        Some((Self { profile, body }, rest))
    }

    fn element(&self, id: u8) -> Option<&'a [u8]> {
        let next = match self.profile {
            ONE_BYTE_PROFILE => next_of_one_byte,
            // The lower four bits mean nothing to us (§4.3).
            profile if profile & 0xfff0 == TWO_BYTE_PROFILE => next_of_two_bytes,
            _ => return None,
        };
        let mut rest = self.body;
        while let Some(&head) = rest.first() {
            if head == PADDING_ELEMENT {
                rest = &rest[1..];
                continue;
            }
            let (found, value, after) = next(rest)?;
            if found == id {
                return Some(value);
            }
            rest = after;
        }
        None
    }
}

/// Number, value, and what comes behind; `None` ends the list.
type Element<'a> = (u8, &'a [u8], &'a [u8]);

/// RFC 8285 §4.2: four bits of number, four of length less one. 0 with a length and 15 end it.
fn next_of_one_byte(bytes: &[u8]) -> Option<Element<'_>> {
    let (&head, rest) = bytes.split_first()?;
    let (value, rest) = rest.split_at_checked(usize::from(head & 0x0f) + 1)?;
    match head >> 4 {
        0 | 15 => None,
        id => Some((id, value, rest)),
    }
}

/// RFC 8285 §4.3: a byte of number, a byte of length.
fn next_of_two_bytes(bytes: &[u8]) -> Option<Element<'_>> {
    let ([id, length], rest) = bytes.split_first_chunk::<2>()?;
    let (value, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((*id, value, rest))
}

/// The fixed header without CSRCs.
pub const HEADER_BYTES: usize = 12;
const VERSION: u8 = 2;
const PADDING_BIT: u8 = 0x20;
const EXTENSION_BIT: u8 = 0x10;
const MARKER_BIT: u8 = 0x80;
const ONE_BYTE_PROFILE: u16 = 0xBEDE;
const TWO_BYTE_PROFILE: u16 = 0x1000;
const PADDING_ELEMENT: u8 = 0;
/// RFC 5761 §4: 64 to 95 with the marker bit are the RTCP types, and no RTP payload type.
const RTCP_TYPES: std::ops::RangeInclusive<u8> = 192..=223;

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(payload: &[u8]) -> Vec<u8> {
        let mut bytes = [0; HEADER_BYTES];
        let header = Header {
            payload_type: 9,
            marker: true,
            sequence: 65_535,
            timestamp: 0xdead_beef,
            ssrc: 7,
        };
        write_header(&mut bytes, &header);
        [&bytes, payload].concat()
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = plain(b"abc");
        let packet = RtpPacket::parse(&bytes).unwrap();
        assert_eq!(packet.payload_type, 9);
        assert!(packet.marker);
        assert_eq!(packet.sequence, 65_535);
        assert_eq!(packet.timestamp, 0xdead_beef);
        assert_eq!(packet.ssrc, 7);
        assert_eq!(packet.payload, b"abc");
        assert_eq!(packet.audio_level(1), None);
    }

    #[test]
    fn contributors_extension_and_padding_are_no_payload() {
        let mut bytes = plain(&[]);
        bytes[0] |= PADDING_BIT | EXTENSION_BIT | 2;
        bytes.extend([0; 8]);
        // Element 3 of two bytes, a padding byte, element 1 (the level) of one byte, padding.
        bytes.extend([0xBE, 0xDE, 0, 2, 0x31, 9, 9, 0, 0x10, 0x80 | 42, 0, 0]);
        bytes.extend(b"xyz");
        bytes.extend([0, 0, 3]);
        let packet = RtpPacket::parse(&bytes).unwrap();
        assert_eq!(packet.payload, b"xyz");
        let level = packet.audio_level(1).unwrap();
        assert_eq!(
            level,
            AudioLevel {
                voice: true,
                below_overload_db: 42
            }
        );
        assert_eq!(packet.audio_level(2), None);
    }

    fn with_extension(profile: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = plain(&[]);
        bytes[0] |= EXTENSION_BIT;
        bytes.extend(profile.to_be_bytes());
        bytes.extend((body.len().div_ceil(4) as u16).to_be_bytes());
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes.extend(b"sound");
        bytes
    }

    fn level(profile: u16, body: &[u8], id: u8) -> Option<u8> {
        let bytes = with_extension(profile, body);
        let packet = RtpPacket::parse(&bytes).unwrap();
        assert_eq!(packet.payload, b"sound", "it is heard in any case");
        packet.audio_level(id).map(|level| level.below_overload_db)
    }

    #[test]
    fn the_level_is_read_in_the_form_of_two_bytes() {
        for profile in [0x1000, 0x100f] {
            let body = [9, 0, 0, 200, 1, 66, 3, 2, 5, 6];
            assert_eq!(level(profile, &body, 200), Some(66));
            assert_eq!(level(profile, &body, 3), Some(5));
            assert_eq!(level(profile, &body, 9), None, "it has no value");
        }
        assert_eq!(level(0x1010, &[1, 1, 66, 0], 1), None);
    }

    #[test]
    fn an_extension_that_is_broken_costs_the_level_alone() {
        let end = 0xf0;
        assert_eq!(
            level(0xBEDE, &[end, 7, 0x10, 66], 1),
            None,
            "15 ends the list"
        );
        assert_eq!(
            level(0xBEDE, &[0x02, 7, 0x10, 66], 1),
            None,
            "so does 0 of a length"
        );
        assert_eq!(level(0xBEDE, &[0x1f, 66, 0, 0], 1), None, "longer than all");
        assert_eq!(level(0x1000, &[1, 255, 66, 0], 1), None, "longer than all");
        assert_eq!(
            level(0x1000, &[7, 1, 66, 1], 1),
            None,
            "a number and nothing else"
        );
        assert_eq!(level(0xBEDE, &[], 1), None);
        assert_eq!(level(0x1234, &[0x10, 66, 0, 0], 1), None);
        for id in [0, 15, 255] {
            assert_eq!(level(0xBEDE, &[0x10, 66, 0, 0], id), None);
        }
    }

    #[test]
    fn lengths_that_lie_are_refused() {
        assert_eq!(RtpPacket::parse(&[0x80; 11]), Err(Malformed::Short));
        let mut bytes = plain(b"a");
        bytes[0] = 0x40;
        assert_eq!(RtpPacket::parse(&bytes), Err(Malformed::Version));
        bytes[0] = 0x8f;
        assert_eq!(RtpPacket::parse(&bytes), Err(Malformed::Short));
        bytes[0] = 0x90;
        assert_eq!(RtpPacket::parse(&bytes), Err(Malformed::Extension));
        bytes[0] = 0xa0;
        assert_eq!(RtpPacket::parse(&bytes), Err(Malformed::Padding));
        bytes[12] = 0;
        assert_eq!(RtpPacket::parse(&bytes), Err(Malformed::Padding));
    }

    #[test]
    fn two_bytes_tell_what_it_is() {
        assert_eq!(classify(&[0x80, 0]), Datagram::Rtp);
        assert_eq!(classify(&[0x80, 0x80 | 96]), Datagram::Rtp);
        assert_eq!(classify(&[0x81, 200]), Datagram::Rtcp);
        assert_eq!(classify(&[0, 1]), Datagram::Stun);
        assert_eq!(classify(&[22, 254]), Datagram::Dtls);
        assert_eq!(classify(&[64, 0]), Datagram::Other);
        assert_eq!(classify(&[0x80]), Datagram::Other);
        assert_eq!(classify(b""), Datagram::Other);
    }
}
