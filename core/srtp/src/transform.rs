//! What a cipher does to one packet whose index is known; remembers no packet.

use aes::{Aes128Enc, Aes192Enc, Aes256Enc};

use crate::counter_mode::CounterMode;
use crate::derivation::Label;
use crate::galois_mode::GaloisMode;
use conclave_model::{SrtpKey, SrtpSuite};

/// Keys of one direction of RTP, or of one of RTCP.
pub(crate) trait Transform: Send + Sync {
    /// Encrypts `buffer[..bytes]` behind its clear part and appends what authenticates it.
    /// The buffer has room for the overhead. Returns the length of the protected packet.
    fn seal(&self, place: Place, buffer: &mut [u8], bytes: usize) -> usize;

    /// Checks and decrypts a packet that is as long as its clear part and the overhead at least.
    /// Returns the length of what was protected. The packet is as it was if it is forged.
    fn open(&self, place: Place, packet: &mut [u8]) -> Result<usize, Forged>;
}

/// The tag is not that of the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forged;

/// Where a packet stands among all of its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Rtp {
        ssrc: u32,
        /// 48 bits: rollover counter and sequence number.
        index: u64,
        header_bytes: usize,
    },
    Rtcp {
        ssrc: u32,
        /// 31 bits.
        index: u32,
    },
}

impl Place {
    pub(crate) fn ssrc(self) -> u32 {
        match self {
            Self::Rtp { ssrc, .. } | Self::Rtcp { ssrc, .. } => ssrc,
        }
    }

    pub(crate) fn index(self) -> u64 {
        match self {
            Self::Rtp { index, .. } => index,
            Self::Rtcp { index, .. } => u64::from(index),
        }
    }

    /// What stays readable at the front: the RTP header, or that of the first RTCP packet.
    pub(crate) fn clear_bytes(self) -> usize {
        match self {
            Self::Rtp { header_bytes, .. } => header_bytes,
            Self::Rtcp { .. } => RTCP_CLEAR_BYTES,
        }
    }
}

pub(crate) fn rtp(master: &SrtpKey) -> Box<dyn Transform> {
    let labels = [Label::RtpCipher, Label::RtpTag, Label::RtpSalt];
    build(master, labels, master.suite().rtp_overhead_bytes())
}

pub(crate) fn rtcp(master: &SrtpKey) -> Box<dyn Transform> {
    let labels = [Label::RtcpCipher, Label::RtcpTag, Label::RtcpSalt];
    let tag_bytes = master.suite().rtcp_overhead_bytes() - INDEX_WORD_BYTES;
    build(master, labels, tag_bytes)
}

fn build(master: &SrtpKey, labels: [Label; 3], tag_bytes: usize) -> Box<dyn Transform> {
    match master.suite() {
        SrtpSuite::AesCm128HmacSha1Tag80 | SrtpSuite::AesCm128HmacSha1Tag32 => {
            Box::new(CounterMode::<Aes128Enc>::derive(master, labels, tag_bytes))
        }
        SrtpSuite::AesCm192HmacSha1Tag80 | SrtpSuite::AesCm192HmacSha1Tag32 => {
            Box::new(CounterMode::<Aes192Enc>::derive(master, labels, tag_bytes))
        }
        SrtpSuite::AesCm256HmacSha1Tag80 | SrtpSuite::AesCm256HmacSha1Tag32 => {
            Box::new(CounterMode::<Aes256Enc>::derive(master, labels, tag_bytes))
        }
        SrtpSuite::AeadAes128Gcm => Box::new(GaloisMode::<Aes128Enc>::derive(master, labels)),
        SrtpSuite::AeadAes256Gcm => Box::new(GaloisMode::<Aes256Enc>::derive(master, labels)),
    }
}

/// The word behind an SRTCP packet (RFC 3711 §3.4): its first bit says that it is encrypted.
pub(crate) fn index_word(index: u32) -> [u8; INDEX_WORD_BYTES] {
    (ENCRYPTED_BIT | index).to_be_bytes()
}

pub(crate) const ENCRYPTED_BIT: u32 = 1 << 31;
pub(crate) const INDEX_WORD_BYTES: usize = 4;
/// Version, type, length and the sender's SSRC.
pub(crate) const RTCP_CLEAR_BYTES: usize = 8;

#[cfg(test)]
mod tests {
    use aes_gcm::AesGcm;
    use aes_gcm::aead::consts::U12;
    use sha1::Sha1;
    use zeroize::ZeroizeOnDrop;

    use super::*;

    /// The salts are `Zeroizing`; these wipe what they hold, and HMAC is two of SHA-1.
    #[test]
    fn session_keys_are_wiped() {
        fn wiped<T: ZeroizeOnDrop>() {}
        wiped::<Aes128Enc>();
        wiped::<Aes192Enc>();
        wiped::<Aes256Enc>();
        wiped::<Sha1>();
        wiped::<AesGcm<Aes128Enc, U12>>();
        wiped::<AesGcm<Aes256Enc, U12>>();
    }
}
