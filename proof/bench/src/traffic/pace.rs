//! When the next slot is due, and how late it was come to; sends nothing.

use std::time::{Duration, Instant};

use conclave_model::limits;

use super::histogram::Histogram;

/// Divides each 20 ms into slots of equal length.
pub(super) struct Pace {
    due: Instant,
    slot_length: Duration,
    slots_per_tick: u64,
    /// Slots that are done.
    done: u64,
    lateness: Histogram,
    late: u64,
}

/// A slot that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    /// Its place within the 20 ms.
    pub phase: usize,
    /// Which 20 ms since the start.
    pub tick: u64,
    pub due: Instant,
}

impl Pace {
    pub(super) fn start(now: Instant, slots_per_tick: u32) -> Self {
        let slots_per_tick = slots_per_tick.clamp(1, SLOTS_PER_TICK_MAX);
        Self {
            due: now,
            slot_length: Duration::from_millis(limits::FRAME_MS.into()) / slots_per_tick,
            slots_per_tick: slots_per_tick.into(),
            done: 0,
            lateness: Histogram::new(),
            late: 0,
        }
    }

    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// The slot that is due at `now`, if one is. What was missed is made up for, slot by slot.
    pub(super) fn take(&mut self, now: Instant) -> Option<Slot> {
        let late = now.checked_duration_since(self.due)?;
        self.lateness.add(late);
        self.late += u64::from(late > LATE);
        let slot = Slot {
            phase: (self.done % self.slots_per_tick) as usize,
            tick: self.done / self.slots_per_tick,
            due: self.due,
        };
        self.done += 1;
        self.due += self.slot_length;
        Some(slot)
    }

    pub(super) fn begin_measuring(&mut self) {
        self.lateness.clear();
        self.late = 0;
    }

    pub(super) fn lateness(&self) -> &Histogram {
        &self.lateness
    }

    pub(super) fn late(&self) -> u64 {
        self.late
    }
}

pub(super) const SLOTS_PER_TICK_MAX: u32 = 40;
/// A packet this late is one that a poor network delayed.
pub(super) const LATE: Duration = Duration::from_millis(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_come_in_order_and_missed_ones_are_made_up_for() {
        let start = Instant::now();
        let mut pace = Pace::start(start, 10);
        let first = pace.take(start).unwrap();
        assert_eq!((first.phase, first.tick, first.due), (0, 0, start));
        assert_eq!(pace.take(start), None);
        let later = start + Duration::from_millis(21);
        let taken = std::iter::from_fn(|| pace.take(later));
        let last = taken.last().unwrap();
        assert_eq!((last.phase, last.tick), (0, 1));
        // The slots of 2 ms to 14 ms were more than 5 ms late.
        assert_eq!(pace.late(), 7);
        assert_eq!(pace.due(), start + Duration::from_millis(22));
    }
}
