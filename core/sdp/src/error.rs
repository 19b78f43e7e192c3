//! Why a description was not understood, or not accepted; blames nobody by address.

/// A description that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    #[error(
        "the session description is longer than {} bytes",
        conclave_model::limits::SDP_BYTES
    )]
    TooLong,
    #[error(
        "the session description has more than {} media lines",
        conclave_model::limits::SDP_MEDIA_LINES
    )]
    TooManyMedia,
    /// In the words of the parser.
    #[error("not a session description: {0}")]
    NotUnderstood(String),
    /// An answer that takes nothing of what we offered.
    #[error("the answer accepts no audio: {0}")]
    Rejected(#[from] Refused),
}

/// An offer that was understood, and that we cannot accept: SIP 488.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("no audio is offered")]
    NoAudio,
    #[error("only encrypted audio ({protocol}) is offered, and encryption is switched off here")]
    OnlyEncrypted { protocol: String },
    #[error("only unencrypted audio ({protocol}) is offered, and encryption is required here")]
    NotEncrypted { protocol: String },
    #[error("no encryption of {protocol} is spoken here (a=crypto has \"{suites}\")")]
    NoCommonSuite { protocol: String, suites: String },
    #[error(
        "no certificate of {protocol} is named that could be recognised (a=fingerprint with \
         sha-256, sha-384 or sha-512)"
    )]
    NoFingerprint { protocol: String },
    #[error("none of the codecs {offered} is spoken here")]
    NoCommonCodec { offered: String },
}

impl Refused {
    /// The SIP status it deserves.
    pub const STATUS: u16 = 488;

    /// The code for a SIP Warning header (RFC 3261 §20.43).
    #[must_use]
    pub const fn warning_code(&self) -> u16 {
        match self {
            Refused::NoAudio => 304,
            Refused::OnlyEncrypted { .. }
            | Refused::NotEncrypted { .. }
            | Refused::NoFingerprint { .. }
            | Refused::NoCommonSuite { .. } => 302,
            Refused::NoCommonCodec { .. } => 305,
        }
    }
}
