//! RTP timestamps as times on our own axis, across every jump; measures no jitter.

use conclave_model::Codec;

use super::Nanos;

/// Maps the timestamps of one stream. Where they jump without reason the axis is tied anew to the
/// arrival, so that what follows sees no jump.
#[derive(Debug)]
pub(super) struct MediaClock {
    last: Option<Last>,
}

/// A packet as the clock sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrived {
    /// Extended sequence number.
    pub number: i64,
    pub timestamp: u32,
    pub codec: Codec,
    pub duration: Nanos,
    pub at: Nanos,
}

#[derive(Clone, Copy, Debug)]
struct Last {
    number: i64,
    timestamp: u32,
    clock_rate_hz: u32,
    media: Nanos,
    duration: Nanos,
}

impl MediaClock {
    pub(super) const fn new() -> Self {
        Self { last: None }
    }

    /// When the packet would have arrived with no delay, up to a constant. `transit_min` is the
    /// smallest difference to the arrival seen of late.
    pub(super) fn map(&mut self, packet: &Arrived, transit_min: Option<Nanos>) -> Nanos {
        let anchored = packet.at - transit_min.unwrap_or(0);
        let media = self
            .last
            .as_ref()
            .and_then(|last| last.continued(packet, transit_min?))
            .unwrap_or(anchored);
        if self.last.is_none_or(|last| packet.number > last.number) {
            self.last = Some(Last {
                number: packet.number,
                timestamp: packet.timestamp,
                clock_rate_hz: packet.codec.clock_rate_hz(),
                media,
                duration: packet.duration,
            });
        }
        media
    }
}

impl Last {
    /// `None`: the timestamp cannot be believed.
    fn continued(&self, packet: &Arrived, transit_min: Nanos) -> Option<Nanos> {
        if packet.codec.clock_rate_hz() != self.clock_rate_hz {
            return None;
        }
        let ticks = packet.timestamp.wrapping_sub(self.timestamp).cast_signed();
        let step = i64::from(ticks) * 1_000_000_000 / i64::from(self.clock_rate_hz);
        let media = self.media + step;
        let ahead = transit_min - (packet.at - media);
        let plausible = match packet.number - self.number {
            // A pause (DTX) moves the timestamp as far as time itself; nothing comes before its
            // time, and the next packet is never older.
            1 => step > 0 && (step <= self.duration || ahead <= AHEAD_MAX),
            _ => ahead <= AHEAD_MAX_AFTER_LOSS,
        };
        (plausible && -ahead < BEHIND_MAX).then_some(media)
    }
}

/// More than a sender's own unevenness.
const AHEAD_MAX: Nanos = 60_000_000;
const AHEAD_MAX_AFTER_LOSS: Nanos = 500_000_000;
/// A stall of the network this long is over when it is over.
const BEHIND_MAX: Nanos = 3_000_000_000;
