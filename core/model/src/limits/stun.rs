//! Limits of checks of the media path.

use std::time::Duration;

/// Bytes of a message: a check has about 100, and what is longer than a small datagram is none
/// (RFC 8489 §6.1).
pub const STUN_BYTES: usize = 548;
/// Attributes of one message; a browser's check has eight.
pub const STUN_ATTRIBUTES: usize = 24;
/// Ways from which good checks came that are remembered of one peer: WLAN, cable and mobile network
/// in both families.
pub const ICE_WAYS: usize = 6;
/// So long after the last check of a path it is left for a worse one: browsers check every
/// 2.5 seconds, and give a path up after 15 (RFC 7675 §5.1).
pub const ICE_PATH_SILENT: Duration = Duration::from_secs(6);
