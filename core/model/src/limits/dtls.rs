//! Limits of handshakes on the media path.

use std::time::Duration;

/// Bytes of a datagram of ours: what passes every tunnel, as browsers have it (1200), less what
/// TURN would add.
pub const DTLS_DATAGRAM_BYTES: usize = 1_150;
/// How often each part of a handshake is sent again; with doubled waits from a quarter of a second
/// that is 8 s, while the caller hears nothing.
pub const DTLS_RETRIES: usize = 4;
/// How long a handshake may take from when it could begin: phones begin it when they have our
/// answer, and some when somebody there picks up.
pub const DTLS_HANDSHAKE: Duration = Duration::from_secs(20);
/// Fingerprints that are read of one description: one for each hash, and of two certificates.
pub const SDP_FINGERPRINTS: usize = 6;
