//! What an association wants done; does nothing.

use conclave_model::SrtpKey;

use crate::Failure;

#[derive(Debug)]
pub enum Output {
    /// A datagram for the peer.
    Send(Vec<u8>),
    /// The peer is who it should be: sound may flow. Said once.
    Keys(SrtpKeys),
    /// The last word.
    Failed(Failure),
}

/// One key for each direction, of the same suite (RFC 5764 §4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrtpKeys {
    /// For what we send.
    pub send: SrtpKey,
    /// For what the peer sends.
    pub receive: SrtpKey,
}
