//! Protects what one side sends; never opens anything.

use std::fmt;

use crate::header::{Malformed, RtpHeader, rtcp_ssrc};
use crate::history::Unusable;
use crate::sources::{Full, Sources};
use crate::transform::{self, Place, Transform};
use conclave_model::{SrtpKey, SrtpSuite};

/// The keys of one direction, and what was sent under them.
pub struct Outbound {
    suite: SrtpSuite,
    rtp: Box<dyn Transform>,
    rtcp: Box<dyn Transform>,
    sources: Sources,
}

impl Outbound {
    /// Derives the session keys. `master` is not needed afterwards, and no other [`Outbound`] may
    /// ever be made of it: two packets with the same index would give both away.
    #[must_use]
    pub fn new(master: &SrtpKey) -> Self {
        Self {
            suite: master.suite(),
            rtp: transform::rtp(master),
            rtcp: transform::rtcp(master),
            sources: Sources::new(),
        }
    }

    /// Turns the RTP packet in `buffer[..bytes]` into an SRTP packet, which it returns.
    /// The buffer must be longer by [`SrtpSuite::rtp_overhead_bytes`].
    ///
    /// A stream's first sequence number is best below 32,768: a receiver that loses the packets
    /// before the first wrap does not know that there was one (RFC 3711 §3.3.1).
    ///
    /// # Errors
    /// Says why; neither the packet nor the stream's state has changed then.
    pub fn protect_rtp<'b>(
        &mut self,
        buffer: &'b mut [u8],
        bytes: usize,
    ) -> Result<&'b mut [u8], ProtectError> {
        let overhead_bytes = self.suite.rtp_overhead_bytes();
        let room = buffer.get_mut(..bytes.saturating_add(overhead_bytes));
        let room = room.ok_or(ProtectError::NoRoom)?;
        let header = RtpHeader::read(room, overhead_bytes)?;
        let slot = self.sources.slot(header.ssrc)?;
        let history = self.sources.rtp(slot);
        let index = history.index_of(header.sequence)?;
        history.check(index)?;
        let place = Place::Rtp {
            ssrc: header.ssrc,
            index,
            header_bytes: header.bytes,
        };
        self.sources.at(slot, header.ssrc).rtp.note(index);
        self.rtp.seal(place, room, bytes);
        Ok(room)
    }

    /// Turns the compound RTCP packet in `buffer[..bytes]` into an SRTCP packet, which it returns.
    /// The buffer must be longer by [`SrtpSuite::rtcp_overhead_bytes`].
    ///
    /// # Errors
    /// Says why; neither the packet nor the stream's state has changed then.
    pub fn protect_rtcp<'b>(
        &mut self,
        buffer: &'b mut [u8],
        bytes: usize,
    ) -> Result<&'b mut [u8], ProtectError> {
        let overhead_bytes = self.suite.rtcp_overhead_bytes();
        let room = buffer.get_mut(..bytes.saturating_add(overhead_bytes));
        let room = room.ok_or(ProtectError::NoRoom)?;
        let ssrc = rtcp_ssrc(room, overhead_bytes)?;
        let slot = self.sources.slot(ssrc)?;
        let index = self.sources.rtcp(slot).next_rtcp_index()?;
        self.sources.at(slot, ssrc).rtcp.note(u64::from(index));
        self.rtcp.seal(Place::Rtcp { ssrc, index }, room, bytes);
        Ok(room)
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, streams) = (self.suite.name(), self.sources.len());
        write!(formatter, "Outbound({name}, {streams} streams, ..)")
    }
}

/// Why a packet was not protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtectError {
    #[error(transparent)]
    Malformed(#[from] Malformed),
    #[error("the buffer has no room for the tag")]
    NoRoom,
    /// Sending another packet with the same index would give both away.
    #[error("a packet with this sequence number was sent, or is too long ago to know")]
    Reused,
    #[error("no packet index is left under this key")]
    Exhausted,
    #[error("too many streams under one key")]
    TooManySources,
}

impl From<Unusable> for ProtectError {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Seen | Unusable::TooOld => Self::Reused,
            Unusable::Exhausted => Self::Exhausted,
        }
    }
}

impl From<Full> for ProtectError {
    fn from(_: Full) -> Self {
        Self::TooManySources
    }
}
