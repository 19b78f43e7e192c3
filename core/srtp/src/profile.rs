//! Which cipher and which tag a stream has; holds no key.

/// The names are those of SDP (RFC 4568 §6.2, RFC 6188 §5.1, RFC 7714 §14.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// AES-128 in counter mode, HMAC-SHA1 cut to 80 bits; every implementation has it.
    AesCm128HmacSha1Tag80,
    /// The same with 32 bits for RTP; SRTCP keeps 80 (RFC 4568 §6.2.2).
    AesCm128HmacSha1Tag32,
    AesCm256HmacSha1Tag80,
    AesCm256HmacSha1Tag32,
    AeadAes128Gcm,
    AeadAes256Gcm,
}

impl Profile {
    pub const ALL: [Self; 6] = [
        Self::AesCm128HmacSha1Tag80,
        Self::AesCm128HmacSha1Tag32,
        Self::AesCm256HmacSha1Tag80,
        Self::AesCm256HmacSha1Tag32,
        Self::AeadAes128Gcm,
        Self::AeadAes256Gcm,
    ];

    /// As an SDP says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AesCm128HmacSha1Tag80 => "AES_CM_128_HMAC_SHA1_80",
            Self::AesCm128HmacSha1Tag32 => "AES_CM_128_HMAC_SHA1_32",
            Self::AesCm256HmacSha1Tag80 => "AES_256_CM_HMAC_SHA1_80",
            Self::AesCm256HmacSha1Tag32 => "AES_256_CM_HMAC_SHA1_32",
            Self::AeadAes128Gcm => "AEAD_AES_128_GCM",
            Self::AeadAes256Gcm => "AEAD_AES_256_GCM",
        }
    }

    /// Of the master key, and of the session keys of the cipher.
    #[must_use]
    pub const fn key_bytes(self) -> usize {
        match self {
            Self::AesCm128HmacSha1Tag80 | Self::AesCm128HmacSha1Tag32 | Self::AeadAes128Gcm => 16,
            Self::AesCm256HmacSha1Tag80 | Self::AesCm256HmacSha1Tag32 | Self::AeadAes256Gcm => 32,
        }
    }

    /// Of the master salt, and of the session salts.
    #[must_use]
    pub const fn salt_bytes(self) -> usize {
        match self {
            Self::AesCm128HmacSha1Tag80
            | Self::AesCm128HmacSha1Tag32
            | Self::AesCm256HmacSha1Tag80
            | Self::AesCm256HmacSha1Tag32 => 14,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 12,
        }
    }

    /// By so many bytes an RTP packet grows: the tag.
    #[must_use]
    pub const fn rtp_overhead_bytes(self) -> usize {
        match self {
            Self::AesCm128HmacSha1Tag32 | Self::AesCm256HmacSha1Tag32 => 4,
            Self::AesCm128HmacSha1Tag80 | Self::AesCm256HmacSha1Tag80 => 10,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 16,
        }
    }

    /// By so many bytes an RTCP packet grows: the tag, and the word with the index.
    #[must_use]
    pub const fn rtcp_overhead_bytes(self) -> usize {
        match self {
            Self::AesCm128HmacSha1Tag80
            | Self::AesCm128HmacSha1Tag32
            | Self::AesCm256HmacSha1Tag80
            | Self::AesCm256HmacSha1Tag32 => 10 + 4,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 16 + 4,
        }
    }
}
