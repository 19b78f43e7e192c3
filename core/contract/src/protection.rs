//! The keys of one leg (RFC 3711); protects nothing.

use conclave_model::SrtpKey;

/// Each direction has a key of its own, of the same suite. A key that is as it was goes on where it
/// is; a new one begins anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protection {
    /// For what we send.
    pub send: SrtpKey,
    /// For what the peer sends.
    pub receive: SrtpKey,
}
