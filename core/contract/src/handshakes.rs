//! What else than sound may come to a leg's port, and what it means for the sound; reads none.

/// Whether the two ends speak of keys (DTLS) and paths (STUN) on the port of the sound (RFC 7983).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Handshakes {
    /// Signalling has said all: such datagrams are refused.
    #[default]
    Refused,
    /// They are handed up, and until there are keys no sound goes either way.
    Awaited,
    /// They are handed up, and sound goes as the rest of the specification has it.
    Heard,
}
