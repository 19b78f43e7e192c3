//! Of a packet, what stays readable under SRTP; looks at no payload.

use conclave_model::limits;

use crate::transform::RTCP_CLEAR_BYTES;

/// What SRTP needs to know of an RTP packet (RFC 3550 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RtpHeader {
    pub(crate) sequence: u16,
    pub(crate) ssrc: u32,
    /// With CSRCs and extension.
    pub(crate) bytes: usize,
}

impl RtpHeader {
    /// `overhead_bytes` must be there besides.
    pub(crate) fn read(packet: &[u8], overhead_bytes: usize) -> Result<Self, Malformed> {
        let fixed = packet
            .first_chunk::<RTP_FIXED_BYTES>()
            .ok_or(Malformed::Short)?;
        check(packet, fixed[0])?;
        let mut bytes = RTP_FIXED_BYTES + usize::from(fixed[0] & 0x0f) * 4;
        if fixed[0] & EXTENSION_BIT != 0 {
            let head = packet.get(bytes..bytes + 4).ok_or(Malformed::Short)?;
            bytes += 4 + usize::from(u16::from_be_bytes([head[2], head[3]])) * 4;
        }
        if packet.len() < bytes + overhead_bytes {
            return Err(Malformed::Short);
        }
        Ok(Self {
            sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
            ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
            bytes,
        })
    }
}

/// The sender's SSRC of an RTCP packet with at least `overhead_bytes` behind its first words.
pub(crate) fn rtcp_ssrc(packet: &[u8], overhead_bytes: usize) -> Result<u32, Malformed> {
    let fixed = packet
        .first_chunk::<RTCP_CLEAR_BYTES>()
        .ok_or(Malformed::Short)?;
    check(packet, fixed[0])?;
    if packet.len() < RTCP_CLEAR_BYTES + overhead_bytes {
        return Err(Malformed::Short);
    }
    Ok(u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]))
}

fn check(packet: &[u8], first: u8) -> Result<(), Malformed> {
    if first >> 6 != VERSION {
        return Err(Malformed::Version);
    }
    if packet.len() > limits::SRTP_PACKET_BYTES {
        return Err(Malformed::Long);
    }
    Ok(())
}

/// Why bytes are no packet that SRTP could work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("shorter than its header and its tag")]
    Short,
    #[error("longer than a datagram can be")]
    Long,
    #[error("not RTP version 2")]
    Version,
}

const VERSION: u8 = 2;
const EXTENSION_BIT: u8 = 0x10;
const RTP_FIXED_BYTES: usize = 12;
