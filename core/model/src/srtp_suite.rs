//! Which cipher and which tag an SRTP stream has; holds no key.

/// The names are those of SDP (RFC 4568 §6.2, RFC 6188 §5.1, RFC 7714 §14.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SrtpSuite {
    /// AES-128 in counter mode, HMAC-SHA1 cut to 80 bits; every implementation has it.
    AesCm128HmacSha1Tag80,
    /// The same with 32 bits for RTP; SRTCP keeps 80 (RFC 4568 §6.2.2).
    AesCm128HmacSha1Tag32,
    AesCm192HmacSha1Tag80,
    AesCm192HmacSha1Tag32,
    AesCm256HmacSha1Tag80,
    AesCm256HmacSha1Tag32,
    AeadAes128Gcm,
    AeadAes256Gcm,
}

impl SrtpSuite {
    pub const ALL: [Self; 8] = [
        Self::AesCm128HmacSha1Tag80,
        Self::AesCm128HmacSha1Tag32,
        Self::AesCm192HmacSha1Tag80,
        Self::AesCm192HmacSha1Tag32,
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
            Self::AesCm192HmacSha1Tag80 => "AES_192_CM_HMAC_SHA1_80",
            Self::AesCm192HmacSha1Tag32 => "AES_192_CM_HMAC_SHA1_32",
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
            Self::AesCm192HmacSha1Tag80 | Self::AesCm192HmacSha1Tag32 => 24,
            Self::AesCm256HmacSha1Tag80 | Self::AesCm256HmacSha1Tag32 | Self::AeadAes256Gcm => 32,
        }
    }

    /// Of the master salt, and of the session salts.
    #[must_use]
    pub const fn salt_bytes(self) -> usize {
        match self {
            Self::AesCm128HmacSha1Tag80
            | Self::AesCm128HmacSha1Tag32
            | Self::AesCm192HmacSha1Tag80
            | Self::AesCm192HmacSha1Tag32
            | Self::AesCm256HmacSha1Tag80
            | Self::AesCm256HmacSha1Tag32 => 14,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 12,
        }
    }

    /// Of both.
    #[must_use]
    pub const fn key_and_salt_bytes(self) -> usize {
        self.key_bytes() + self.salt_bytes()
    }

    /// By so many bytes an RTP packet grows: the tag.
    #[must_use]
    pub const fn rtp_overhead_bytes(self) -> usize {
        match self {
            Self::AesCm128HmacSha1Tag32
            | Self::AesCm192HmacSha1Tag32
            | Self::AesCm256HmacSha1Tag32 => 4,
            Self::AesCm128HmacSha1Tag80
            | Self::AesCm192HmacSha1Tag80
            | Self::AesCm256HmacSha1Tag80 => 10,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 16,
        }
    }

    /// By so many bytes an RTCP packet grows: the tag, and the word with the index.
    #[must_use]
    pub const fn rtcp_overhead_bytes(self) -> usize {
        match self {
            Self::AesCm128HmacSha1Tag80
            | Self::AesCm128HmacSha1Tag32
            | Self::AesCm192HmacSha1Tag80
            | Self::AesCm192HmacSha1Tag32
            | Self::AesCm256HmacSha1Tag80
            | Self::AesCm256HmacSha1Tag32 => 10 + 4,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 16 + 4,
        }
    }

    /// By so many bytes the longest packet of any suite grows.
    pub const OVERHEAD_BYTES_MAX: usize = 20;

    /// The suite with this [`SrtpSuite::name`], which is told apart by case (RFC 4568 §9.1), but
    /// phones write it as they like.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|suite| suite.name().eq_ignore_ascii_case(name))
    }
}

impl std::fmt::Display for SrtpSuite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
