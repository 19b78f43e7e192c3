//! Why two ends have no keys; ends no call.

/// An association that failed once is done: nothing follows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Somebody is at the other end, but not the one who signalled.
    #[error("the certificate is not the one whose fingerprint was signalled")]
    WrongFingerprint,
    /// Too old, or of a kind that is not spoken; in the library's words.
    #[error("the handshake failed: {0}")]
    Broken(String),
    /// Its handshake was good, and it knows no SRTP (RFC 5764 §4.1).
    #[error("the handshake agreed on no protection for sound")]
    NoProfile,
    #[error("the handshake was not finished in time")]
    TimedOut,
}
