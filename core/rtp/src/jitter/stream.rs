//! One stream on its way through the buffer: what comes next, and whether to wait; holds no packet.

use super::clock::MediaClock;
use super::order::Order;
use super::queue::Slot;
use super::{CONCEAL_MAX, MS, Nanos, TICK};

/// Where we are in the stream that is coming in.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Stream {
    pub order: Order,
    /// The number that is to be played next.
    pub next: i64,
    /// Bit n: packet `next - 1 - n` was delivered.
    played: u64,
    /// Where on the media axis the last sound ended.
    end: Nanos,
    last_duration: Nanos,
    /// Since when there is nothing to play.
    pub resting: Option<Nanos>,
    pub begun: bool,
    pub clock: MediaClock,
}

/// What to do about the first packet in the queue.
pub(super) enum Step {
    Deliver,
    /// A packet before it is lost.
    Conceal(Nanos),
    /// It is not due.
    Silence,
}

impl Stream {
    pub(super) fn new(order: Order, resting_since: Nanos) -> Self {
        Self {
            next: order.highest(),
            order,
            clock: MediaClock::new(),
            played: 0,
            end: 0,
            last_duration: TICK,
            resting: Some(resting_since),
            begun: false,
        }
    }

    pub(super) fn step(&mut self, now: Nanos, slot: &Slot, due: bool) -> Step {
        if let Some(since) = self.resting {
            // After a short starvation play on at once: what is missing was concealed, and a
            // delay that is too small is mended by stretching. After a pause, silence is free.
            return if due || now - since < CONCEAL_MAX {
                Step::Deliver
            } else {
                Step::Silence
            };
        }
        let gap = slot.media - self.end;
        if slot.number > self.next && gap > GAP_LEAST {
            let missing = slot.number - self.next;
            let each = (gap / missing).min(self.last_duration);
            self.advance_to(self.next + 1);
            self.end += each;
            return Step::Conceal(each);
        }
        if gap > PAUSE_LEAST && !due {
            return Step::Silence;
        }
        Step::Deliver
    }

    pub(super) fn delivered(&mut self, slot: &Slot) {
        self.advance_to(slot.number);
        self.played = self.played << 1 | 1;
        self.next = slot.number + 1;
        self.end = slot.media + slot.duration;
        self.last_duration = slot.duration;
        self.resting = None;
        self.begun = true;
    }

    /// Moves on without playing.
    pub(super) fn advance_to(&mut self, number: i64) {
        let steps = u32::try_from(number - self.next).unwrap_or(0);
        self.played = self.played.checked_shl(steps).unwrap_or(0);
        self.next = self.next.max(number);
        self.begun = true;
    }

    pub(super) fn was_played(&self, number: i64) -> bool {
        let back = self.next - 1 - number;
        (0..64).contains(&back) && self.played >> back & 1 == 1
    }
}

/// Shorter than any packet.
const GAP_LEAST: Nanos = 2 * MS;
/// A pause is at least half a packet of the shortest kind.
const PAUSE_LEAST: Nanos = 5 * MS;
