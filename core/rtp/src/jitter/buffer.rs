//! The buffer itself: takes packets, gives them back in order at their time; decodes nothing.

use std::time::Duration;

use conclave_model::{Codec, Moment, limits};

use super::arena::PAYLOAD_BYTES_MAX;
use super::clock::Arrived;
use super::delay::DelayEstimator;
use super::order::{Numbered, Order};
use super::queue::{Queue, Slot, Timing, WINDOW};
use super::stream::{Step, Stream};
use super::{CONCEAL_MAX, MS, TICK};
use super::{JitterStats, Nanos, Pace, Pull, Push, Stored};
use crate::{AudioLevel, RtpPacket, payload_ticks};

/// Keeps encoded packets of one stream until they are due.
///
/// `pull` is called whenever the decoder side has less than a tick of sound left, so at most a few
/// times a tick. The delay is measured against the fastest packets of the last seconds, so that a
/// clock that drifts is followed. Nothing is allocated after `new`, which takes 11 KiB, or 7 KiB
/// where there is no Opus.
///
/// In memory in this order, what is rarely touched last: buffers of many legs are worked on in
/// turn, and none of them is in the cache when its turn comes.
#[derive(Debug)]
#[repr(C)]
pub struct JitterBuffer {
    stream: Option<Stream>,
    target: Nanos,
    delay: Nanos,
    /// What was pulled before and has not been played yet.
    ahead: Nanos,
    pace: Pace,
    /// Pulls in a row that found more delay than is needed.
    roomy_pulls: u32,
    stats: JitterStats,
    queue: Queue,
    estimator: DelayEstimator,
}

impl JitterBuffer {
    /// A buffer for any codec.
    #[must_use]
    pub fn new() -> Self {
        Self::for_codecs([Codec::Opus])
    }

    /// A buffer with room for 400 ms and more of each of these, Opus at up to 160 kbit/s.
    #[must_use]
    pub fn for_codecs(codecs: impl IntoIterator<Item = Codec>) -> Self {
        let (mut blocks, mut kept) = (BLOCK_BYTES_PCM, 0);
        for codec in codecs {
            blocks = blocks.max(block_bytes(codec));
            kept = kept.max(Self::delivered_kept(codec));
        }
        Self {
            queue: Queue::new(blocks, kept),
            estimator: DelayEstimator::new(),
            stream: None,
            stats: JitterStats::default(),
            pace: Pace::Normal,
            roomy_pulls: 0,
            target: 0,
            delay: 0,
            ahead: 0,
        }
    }

    /// Takes a packet that arrived at `now`, with the codec that its payload type stands for.
    pub fn push(
        &mut self,
        now: Moment,
        packet: &RtpPacket<'_>,
        codec: Codec,
        level: Option<AudioLevel>,
    ) -> Push {
        self.stats.pushed += 1;
        let outcome = self.take(now, packet, codec, level);
        match outcome {
            Push::Stored => {}
            Push::Duplicate => self.stats.duplicate += 1,
            Push::Late => self.stats.late += 1,
            Push::Doubtful => self.stats.doubtful += 1,
            Push::Refused => self.stats.refused += 1,
        }
        outcome
    }

    /// A packet of the same stream that is no sound, a telephone event say: its number is not
    /// missing. One with an SSRC of its own changes nothing.
    pub fn pass(&mut self, now: Moment, packet: &RtpPacket<'_>) {
        let at = nanos(now);
        let Some(stream) = self.stream.as_mut() else {
            return;
        };
        if !stream.order.is_of(packet.ssrc) {
            return;
        }
        let Numbered::At(number) = stream.order.number(packet.ssrc, packet.sequence, at) else {
            return;
        };
        if number < stream.next || self.queue.get(number).is_some() {
            return;
        }
        self.make_room(number);
        let timing = Timing {
            number,
            media: 0,
            duration: 0,
        };
        // Without room it is taken for lost later, which does little harm.
        self.queue.insert(packet, None, None, &timing);
    }

    /// The next thing to play.
    pub fn pull(&mut self, now: Moment) -> Pull<'_> {
        let now = nanos(now);
        self.target = self.estimator.target(now);
        loop {
            let Some(stream) = &mut self.stream else {
                return Pull::Idle;
            };
            let Some(slot) = self.queue.first(stream.next, stream.order.highest()) else {
                return self.rest(now);
            };
            if !slot.is_sound() {
                self.stats.missing += u64::try_from(slot.number - stream.next).unwrap_or(0);
                stream.advance_to(slot.number + 1);
                self.queue.remove(&slot);
                continue;
            }
            let delay = now - slot.media - self.estimator.transit_min().unwrap_or(0);
            if delay > DELAY_MAX && self.queue.sounds() > 1 {
                self.stats.missing += u64::try_from(slot.number - stream.next).unwrap_or(0);
                stream.advance_to(slot.number + 1);
                self.queue.remove(&slot);
                self.stats.discarded += 1;
                continue;
            }
            match stream.step(now, &slot, delay >= self.target) {
                Step::Deliver => return self.deliver(&slot, delay),
                Step::Conceal(nanos) => return self.conceal(&slot, nanos),
                Step::Silence => return Pull::Silence,
            }
        }
    }

    /// How many packets a decoder must hear to be where it would be if it had heard them all.
    ///
    /// Predictor and step size of G.722 leak by 1/256 a sample: after 60 ms a voice still began
    /// 8 dB too low, after 140 ms it does not. The others need no more for their filters.
    #[must_use]
    pub const fn delivered_kept(codec: Codec) -> usize {
        match codec {
            Codec::Pcmu | Codec::Pcma | Codec::Opus => 3,
            Codec::G722 => 7,
        }
    }

    /// The payload pulled last (0), or so many packets before it, while it is remembered: the last
    /// [`JitterBuffer::delivered_kept`] before the present one, unless room was scarce.
    #[must_use]
    pub fn delivered(&self, before: usize) -> Option<&[u8]> {
        self.queue.delivered(before)
    }

    /// Takes the room of another, made for other codecs, and leaves its own; forgets as
    /// [`JitterBuffer::clear`] does.
    pub fn swap_room(&mut self, other: &mut JitterBuffer) {
        self.clear();
        other.clear();
        std::mem::swap(&mut self.queue, &mut other.queue);
    }

    /// The packet that comes next, whether due or not.
    #[must_use]
    pub fn peek(&self) -> Option<Stored<'_>> {
        let stream = self.stream.as_ref()?;
        self.queue.first_sound(stream.next, stream.order.highest())
    }

    /// Before each pull: how long the sound of earlier packets goes on. What is pulled waits for
    /// it, so it is delay like that in the buffer, and given back like that.
    pub fn set_ahead(&mut self, ahead: Duration) {
        self.ahead = i64::try_from(ahead.as_nanos()).unwrap_or(Nanos::MAX);
    }

    /// What the delay found by the last pull asks for.
    #[must_use]
    pub const fn pace(&self) -> Pace {
        self.pace
    }

    /// How long a packet should wait, beyond the fastest, as of the last pull.
    #[must_use]
    pub fn target(&self) -> Duration {
        as_duration(self.target)
    }

    /// How long the last packet pulled had waited, beyond the fastest.
    #[must_use]
    pub fn delay(&self) -> Duration {
        as_duration(self.delay)
    }

    #[must_use]
    pub const fn stats(&self) -> JitterStats {
        self.stats
    }

    /// Packets with sound inside.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.queue.sounds()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.queue.sounds() == 0
    }

    /// Forgets every packet and what was learned of the stream; counters stay.
    pub fn clear(&mut self) {
        self.stats.discarded += self.queue.clear();
        self.stream = None;
        self.estimator = DelayEstimator::new();
        self.pace = Pace::Normal;
    }

    fn take(
        &mut self,
        now: Moment,
        packet: &RtpPacket<'_>,
        codec: Codec,
        level: Option<AudioLevel>,
    ) -> Push {
        let ticks = payload_ticks(codec, packet.payload)
            .filter(|_| packet.payload.len() <= PAYLOAD_BYTES_MAX);
        let Some(ticks) = ticks else {
            return Push::Refused;
        };
        let at = nanos(now);
        let number = match self.number(at, packet) {
            Ok(number) => number,
            Err(refused) => return refused,
        };
        let stream = self.stream.as_mut().expect("numbering begins a stream");
        if stream.was_played(number) || self.queue.get(number).is_some() {
            return Push::Duplicate;
        }
        let duration = i64::from(ticks) * 1_000_000_000 / i64::from(codec.clock_rate_hz());
        let arrived = Arrived {
            number,
            timestamp: packet.timestamp,
            codec,
            duration,
            at,
        };
        let media = stream.clock.map(&arrived, self.estimator.transit_min());
        self.estimator.sample(at, at - media, duration);
        // Two packets a whole window apart would share a slot.
        if !stream.begun && stream.order.highest() - number < WINDOW as i64 {
            stream.next = stream.next.min(number);
        }
        if number < stream.next {
            return Push::Late;
        }
        self.make_room(number);
        let timing = Timing {
            number,
            media,
            duration,
        };
        while !self.queue.insert(packet, Some(codec), level, &timing) {
            if !self.discard_first() {
                return Push::Refused;
            }
            if self
                .stream
                .as_ref()
                .is_some_and(|stream| number < stream.next)
            {
                return Push::Late;
            }
        }
        Push::Stored
    }

    /// The extended number, in a new stream if need be.
    fn number(&mut self, at: Nanos, packet: &RtpPacket<'_>) -> Result<i64, Push> {
        let (ssrc, sequence) = (packet.ssrc, packet.sequence);
        let Some(stream) = &mut self.stream else {
            let order = Order::new(ssrc, sequence, at);
            self.stream = Some(Stream::new(order, at - CONCEAL_MAX));
            return Ok(i64::from(sequence));
        };
        match stream.order.number(ssrc, sequence, at) {
            Numbered::At(number) => Ok(number),
            Numbered::Doubtful => Err(Push::Doubtful),
            Numbered::Straggler => Err(Push::Late),
            Numbered::Anew => {
                let order = stream.order.followed_by(ssrc, sequence, at);
                let resting = stream.resting.unwrap_or(at);
                *stream = Stream::new(order, resting);
                self.stats.discarded += self.queue.clear();
                self.estimator.forget_axis();
                Ok(i64::from(sequence))
            }
        }
    }

    /// Moves the window on so that `number` lies in it.
    fn make_room(&mut self, number: i64) {
        let first = number - WINDOW as i64 + 1;
        while let Some(stream) = &mut self.stream
            && stream.next < first
        {
            match self.queue.first(stream.next, stream.order.highest()) {
                Some(slot) if slot.number < first => {
                    self.discard_first();
                }
                Some(_) | None => {
                    self.stats.missing += u64::try_from(first - stream.next).unwrap_or(0);
                    stream.advance_to(first);
                }
            }
        }
    }

    /// False when there is nothing to discard.
    fn discard_first(&mut self) -> bool {
        let Some(stream) = &mut self.stream else {
            return false;
        };
        let Some(slot) = self.queue.first(stream.next, stream.order.highest()) else {
            return false;
        };
        self.stats.missing += u64::try_from(slot.number - stream.next).unwrap_or(0);
        stream.advance_to(slot.number + 1);
        self.queue.remove(&slot);
        self.stats.discarded += u64::from(slot.is_sound());
        true
    }

    fn deliver(&mut self, slot: &Slot, delay: Nanos) -> Pull<'_> {
        if let Some(stream) = &mut self.stream {
            self.stats.missing += u64::try_from(slot.number - stream.next).unwrap_or(0);
            stream.delivered(slot);
        }
        self.queue.deliver(slot);
        self.stats.delivered += 1;
        self.delay = delay;
        self.set_pace();
        match self.queue.show(slot) {
            Some(stored) => Pull::Packet(stored),
            None => Pull::Silence,
        }
    }

    fn conceal(&mut self, slot: &Slot, nanos: Nanos) -> Pull<'_> {
        self.stats.missing += 1;
        let next_number = self.stream.as_ref().map(|stream| stream.next);
        Pull::Missing {
            duration: as_duration(nanos),
            next: self
                .queue
                .show(slot)
                .filter(|_| next_number == Some(slot.number)),
        }
    }

    fn rest(&mut self, now: Nanos) -> Pull<'_> {
        self.pace = Pace::Normal;
        let Some(stream) = &mut self.stream else {
            return Pull::Idle;
        };
        let since = match stream.resting {
            Some(since) => since,
            None => {
                self.stats.starved += 1;
                stream.resting = Some(now);
                now
            }
        };
        if now - since < CONCEAL_MAX {
            Pull::Starved
        } else {
            Pull::Idle
        }
    }

    fn set_pace(&mut self) {
        // A packet that comes too late for its tick is late whatever was to be played before it.
        let roomy = self.delay.saturating_add(self.ahead) > self.target + ROOMY;
        self.roomy_pulls = if roomy { self.roomy_pulls + 1 } else { 0 };
        self.pace = if self.delay + SLACK < self.target {
            Pace::Stretch
        } else if self.roomy_pulls >= ROOMY_PULLS {
            Pace::Compress
        } else {
            Pace::Normal
        };
    }
}

impl Default for JitterBuffer {
    fn default() -> Self {
        Self::new()
    }
}

fn nanos(now: Moment) -> Nanos {
    Nanos::try_from(now.nanos_since(Moment::EPOCH)).unwrap_or(Nanos::MAX / 4)
}

fn as_duration(nanos: Nanos) -> Duration {
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))
}

const fn block_bytes(codec: Codec) -> usize {
    match codec {
        Codec::Pcmu | Codec::Pcma | Codec::G722 => BLOCK_BYTES_PCM,
        Codec::Opus => BLOCK_BYTES_OPUS,
    }
}

/// 20 ms are five blocks.
const BLOCK_BYTES_PCM: usize = 32;
const BLOCK_BYTES_OPUS: usize = 64;
/// More delay than this is cut off at once, for no speeding up would end in time.
const DELAY_MAX: Nanos = limits::JITTER_MAX_MS as Nanos * MS + 2 * TICK;
/// Packets are asked for on the tick, so up to a tick of waiting is no excess; and a little more,
/// so that a packet on the edge of two ticks does not swing between them.
const ROOMY: Nanos = TICK + 4 * MS;
const ROOMY_PULLS: u32 = 5;
const SLACK: Nanos = MS;
