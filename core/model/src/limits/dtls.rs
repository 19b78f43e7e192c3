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
/// Datagrams of handshakes and checks that one leg hands up in a second: a handshake has five, and
/// a browser that tries all its addresses sends a check every 50 ms.
pub const HANDSHAKE_DATAGRAMS: u8 = 40;
/// Bytes of the longest that is handed up; a flight of a peer that knows no smaller packet.
pub const HANDSHAKE_DATAGRAM_BYTES: usize = 1_500;
/// Buffers for them that a worker holds until control brings new ones, one or two ticks later: six
/// handshakes that begin at once. One more is sent again by its peer.
pub const HANDSHAKE_BUFFERS: usize = 32;
/// Fingerprints that are read of one description: one for each hash, and of two certificates.
pub const SDP_FINGERPRINTS: usize = 6;
