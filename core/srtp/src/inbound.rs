//! Opens what one side gets, or says why not; never protects anything.

use std::fmt;

use crate::header::{Malformed, RtpHeader, rtcp_ssrc};
use crate::history::Unusable;
use crate::sources::{Full, Sources};
use crate::transform::{self, ENCRYPTED_BIT, Forged, Place, Transform};
use conclave_model::{SrtpKey, SrtpSuite};

/// The keys of one direction, and what came under them.
pub struct Inbound {
    suite: SrtpSuite,
    rtp: Box<dyn Transform>,
    rtcp: Box<dyn Transform>,
    sources: Sources,
}

impl Inbound {
    /// Derives the session keys. `master` is not needed afterwards.
    #[must_use]
    pub fn new(master: &SrtpKey) -> Self {
        Self {
            suite: master.suite(),
            rtp: transform::rtp(master),
            rtcp: transform::rtcp(master),
            sources: Sources::new(),
        }
    }

    /// Turns an SRTP packet back into the RTP packet that it was, which it returns.
    ///
    /// # Errors
    /// Says why the packet is to be dropped; nothing has changed then, in it or here.
    pub fn unprotect_rtp<'p>(
        &mut self,
        packet: &'p mut [u8],
    ) -> Result<&'p mut [u8], UnprotectError> {
        let header = RtpHeader::read(packet, self.suite.rtp_overhead_bytes())?;
        let slot = self.sources.slot(header.ssrc)?;
        let history = self.sources.rtp(slot);
        let index = history.index_of(header.sequence)?;
        history.check(index)?;
        let place = Place::Rtp {
            ssrc: header.ssrc,
            index,
            header_bytes: header.bytes,
        };
        let bytes = self.rtp.open(place, packet)?;
        self.sources.at(slot, header.ssrc).rtp.note(index);
        Ok(&mut packet[..bytes])
    }

    /// Turns an SRTCP packet back into the compound RTCP packet that it was, which it returns.
    ///
    /// # Errors
    /// Says why the packet is to be dropped; nothing has changed then, in it or here.
    pub fn unprotect_rtcp<'p>(
        &mut self,
        packet: &'p mut [u8],
    ) -> Result<&'p mut [u8], UnprotectError> {
        let ssrc = rtcp_ssrc(packet, self.suite.rtcp_overhead_bytes())?;
        let word = self.index_word(packet);
        if word & ENCRYPTED_BIT == 0 {
            return Err(UnprotectError::Unencrypted);
        }
        let index = word & !ENCRYPTED_BIT;
        let slot = self.sources.slot(ssrc)?;
        self.sources.rtcp(slot).check(u64::from(index))?;
        let bytes = self.rtcp.open(Place::Rtcp { ssrc, index }, packet)?;
        self.sources.at(slot, ssrc).rtcp.note(u64::from(index));
        Ok(&mut packet[..bytes])
    }

    /// It stands before the tag in counter mode (RFC 3711 §3.4), behind it in Galois mode
    /// (RFC 7714 §9.2). The packet is as long as the overhead at least.
    fn index_word(&self, packet: &[u8]) -> u32 {
        let behind = match self.suite {
            SrtpSuite::AesCm128HmacSha1Tag80
            | SrtpSuite::AesCm128HmacSha1Tag32
            | SrtpSuite::AesCm192HmacSha1Tag80
            | SrtpSuite::AesCm192HmacSha1Tag32
            | SrtpSuite::AesCm256HmacSha1Tag80
            | SrtpSuite::AesCm256HmacSha1Tag32 => self.suite.rtcp_overhead_bytes(),
            SrtpSuite::AeadAes128Gcm | SrtpSuite::AeadAes256Gcm => 4,
        };
        let word = packet[packet.len() - behind..].first_chunk();
        u32::from_be_bytes(*word.expect("the overhead has four bytes and more"))
    }
}

impl fmt::Debug for Inbound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, streams) = (self.suite.name(), self.sources.len());
        write!(formatter, "Inbound({name}, {streams} streams, ..)")
    }
}

/// Why a packet was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnprotectError {
    #[error(transparent)]
    Malformed(#[from] Malformed),
    #[error("not from the one who has the key, or changed on its way")]
    Forged,
    #[error("was here before")]
    Replayed,
    #[error("too old to know whether it was here before")]
    TooOld,
    #[error("an SRTCP packet that says it is not encrypted")]
    Unencrypted,
    #[error("no packet index is left under this key")]
    Exhausted,
    #[error("too many streams under one key")]
    TooManySources,
}

impl From<Unusable> for UnprotectError {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Seen => Self::Replayed,
            Unusable::TooOld => Self::TooOld,
            Unusable::Exhausted => Self::Exhausted,
        }
    }
}

impl From<Forged> for UnprotectError {
    fn from(_: Forged) -> Self {
        Self::Forged
    }
}

impl From<Full> for UnprotectError {
    fn from(_: Full) -> Self {
        Self::TooManySources
    }
}
