//! The jitter buffer: packets in as they come, out in order when due; decodes nothing.

use std::time::{Duration, Instant};

use conclave_model::Codec;

use crate::{AudioLevel, RtpPacket};

/// Keeps encoded packets of one stream until they are due.
///
/// `pull` is called whenever the decoder side needs more sound, at most a few times a tick.
/// The delay is measured against the fastest packets of the last seconds, so that a clock that
/// drifts is followed. Nothing is allocated after `new`.
#[derive(Debug)]
pub struct JitterBuffer {
    stats: JitterStats,
}

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

/// Every packet pushed is counted in one of these or still inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JitterStats {
    pub pushed: u64,
    pub delivered: u64,
    pub late: u64,
    pub duplicate: u64,
    pub refused: u64,
    pub doubtful: u64,
    /// Thrown away unplayed: the buffer was full or the delay beyond all measure.
    pub discarded: u64,
    /// Packets that never came, as far as playing was concerned.
    pub missing: u64,
    /// Pulls that found nothing though sound was going on.
    pub starved: u64,
}

impl JitterBuffer {
    #[must_use]
    pub fn new() -> Self {
        Self {
            stats: JitterStats::default(),
        }
    }

    /// Takes a packet that arrived at `now`.
    pub fn push(
        &mut self,
        _now: Instant,
        _packet: &RtpPacket<'_>,
        _codec: Codec,
        _level: Option<AudioLevel>,
    ) -> Push {
        self.stats.pushed += 1;
        Push::Stored
    }

    /// The next thing to play.
    pub fn pull(&mut self, _now: Instant) -> Pull<'_> {
        Pull::Idle
    }

    /// The packet that comes next, whether due or not.
    #[must_use]
    pub fn peek(&self) -> Option<Stored<'_>> {
        None
    }

    /// Valid after a pull.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace::Normal
    }

    /// How long a packet should wait, beyond the fastest.
    #[must_use]
    pub fn target(&self) -> Duration {
        Duration::ZERO
    }

    /// How long the last packet pulled has waited, beyond the fastest.
    #[must_use]
    pub fn delay(&self) -> Duration {
        Duration::ZERO
    }

    #[must_use]
    pub fn stats(&self) -> JitterStats {
        self.stats
    }

    /// Packets inside.
    #[must_use]
    pub fn len(&self) -> usize {
        0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        true
    }

    /// Forgets every packet and what was learned of the stream; counters stay.
    pub fn clear(&mut self) {}
}

impl Default for JitterBuffer {
    fn default() -> Self {
        Self::new()
    }
}
