//! The jitter buffer: packets in as they come, out in order when due; decodes nothing.

mod arena;
mod buffer;
mod clock;
mod delay;
mod order;
mod queue;
mod stream;

use std::time::Duration;

use conclave_model::{Codec, limits};

pub use buffer::JitterBuffer;

use crate::AudioLevel;

/// What `push` did with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Push {
    Stored,
    Duplicate,
    /// Its moment has passed.
    Late,
    /// Too far from the others to believe; the next packet tells whether the sender began anew.
    Doubtful,
    /// Of unknown length (no such packet of that codec), or longer than any we keep.
    Refused,
}

/// What there is to play now.
#[derive(Debug, PartialEq, Eq)]
pub enum Pull<'a> {
    /// Decode and play it.
    Packet(Stored<'a>),
    /// One packet is lost: conceal `duration`. `next` is the packet right behind it if it is
    /// already here; its in-band FEC describes the lost one. It will be pulled in its turn.
    Missing {
        duration: Duration,
        next: Option<Stored<'a>>,
    },
    /// The sender paused (DTX), and the next packet is here but not due: play silence or comfort
    /// noise to the end of this tick.
    Silence,
    /// Nothing is here, for less than 100 ms so far: conceal to the end of this tick.
    Starved,
    /// Nothing is here, and for so long that nothing is to be concealed.
    Idle,
}

/// A packet in the buffer. Its bytes are valid until the next push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored<'a> {
    pub codec: Codec,
    pub payload_type: u8,
    pub marker: bool,
    pub sequence: u16,
    pub timestamp: u32,
    /// How long it lasts.
    pub duration: Duration,
    /// RFC 6464, when `push` was told.
    pub level: Option<AudioLevel>,
    pub payload: &'a [u8],
}

/// What the decoder side should do with the next frames so that the delay becomes what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Pace {
    #[default]
    Normal,
    /// Play faster: more waits here than jitter asks for.
    Compress,
    /// Play slower: less waits here than jitter asks for.
    Stretch,
}

/// Every packet pushed is counted in one of `delivered`, `late`, `duplicate`, `refused`,
/// `doubtful`, `discarded`, or is still inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JitterStats {
    pub pushed: u64,
    pub delivered: u64,
    /// Packets that never came, as far as playing was concerned.
    pub missing: u64,
    pub late: u64,
    pub duplicate: u64,
    pub refused: u64,
    pub doubtful: u64,
    /// Thrown away unplayed: the buffer was full or the delay beyond all measure.
    pub discarded: u64,
    /// Times that sound was going on and nothing was here.
    pub starved: u64,
}

/// Nanoseconds after [`conclave_model::Moment::EPOCH`], or between two moments.
type Nanos = i64;
const MS: Nanos = 1_000_000;
const TICK: Nanos = limits::FRAME_MS as Nanos * MS;
/// Longer than this nothing is concealed: a steady drone is worse than silence.
const CONCEAL_MAX: Nanos = 100 * MS;
