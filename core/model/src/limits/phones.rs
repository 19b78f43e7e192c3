//! Accounts of telephones, and where those are to be found.

use std::ops::RangeInclusive;

/// As many as the largest house has desks; each costs a kilobyte and a request every few minutes.
pub const PHONES: usize = 10_000;
/// Like the name of a mail box (RFC 5321 §4.5.3.1.1).
pub const PHONE_USER_CHARS: RangeInclusive<usize> = 1..=64;
/// E.164 has 15 digits, and some put a prefix before it.
pub const PHONE_NUMBER_DIGITS: RangeInclusive<usize> = 1..=20;
/// 20 of 31 letters and digits are 99 bits: nobody guesses them, and they can still be typed.
pub const PHONE_PASSWORD_CHARS: usize = 20;
/// What an administrator may choose instead; less is found by who hears one answer to a challenge.
pub const PHONE_PASSWORD_CHOSEN_CHARS: RangeInclusive<usize> = 12..=128;
/// Devices of one account: a desk telephone, a mobile one, a browser, each once more after a
/// restart that nobody announced.
pub const PHONE_BINDINGS: usize = 10;
/// Below a minute a house of telephones does nothing but register; beyond two hours one that was
/// unplugged is believed to be there for too long.
pub const PHONE_EXPIRES_S: RangeInclusive<u32> = 60..=7_200;
/// For who says nothing (RFC 3261 §10.2.1.1).
pub const PHONE_EXPIRES_DEFAULT_S: u32 = 3_600;
/// How often a flow over a stream is to be tried (RFC 5626 §4.4.1 takes about this for TCP).
pub const PHONE_FLOW_TIMER_S: u32 = 120;
/// Servers between a telephone and us that want to be passed again (RFC 3327).
pub const PHONE_PATHS: usize = 8;
/// `urn:uuid:` and 36 characters, and longer ones of other kinds.
pub const PHONE_INSTANCE_BYTES: usize = 128;
/// What is kept of a telephone's own name.
pub const PHONE_AGENT_CHARS: usize = 120;
/// Networks whose callers are ours: as many as an address plan has sites.
pub const GUEST_NETWORKS: usize = 256;
