//! Pictures and their packets.

use std::time::Duration;

/// Video lines of one call, and so people seen at once: with the sound 9 media lines of the 16 that
/// are read, and 3 by 3 pictures are as many as a telephone shows.
pub const VIDEO_LINES: usize = 8;
/// Formats agreed on one line: VP8, and H.264 of two profiles in both ways to make packets of it.
pub const VIDEO_FORMATS: usize = 5;
/// An Ethernet frame; phones send up to 1,400 bytes.
pub const VIDEO_PACKET_BYTES: usize = 1_500;
/// Without a packet for so long a camera is off: a still picture is refreshed more often.
pub const VIDEO_PAUSE: Duration = Duration::from_secs(5);
/// Whoever does not begin a whole picture in this time never does (gradual refresh): better with
/// faults than not at all.
pub const VIDEO_GATE: Duration = Duration::from_secs(5);
/// A request for a whole picture that nothing came of is made again after this long; an answer
/// takes a round trip and a frame.
pub const VIDEO_ASK_AGAIN: Duration = Duration::from_millis(500);
/// A jump in sequence beyond this is no loss but another stream: RFC 3550's `MAX_DROPOUT`.
pub const VIDEO_JUMP: u16 = 3_000;
/// What a receiver can take is forgotten when it is not said again for so long.
pub const REMB_LIFE: Duration = Duration::from_secs(10);
/// Whoever speaks for so long is seen: a cough or a yes is shorter.
pub const VIDEO_FOLLOW: Duration = Duration::from_millis(1_000);
/// Orders for the relay that wait on its ring: a whole office, each with every line.
pub const VIDEO_ORDERS: usize = 4_096;
/// Packets read from one socket before the next has its turn: a whole picture of 100 kB has 80.
pub const VIDEO_PACKETS_AT_ONCE: usize = 64;
