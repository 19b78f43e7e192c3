//! An absolute clock of 20 ms: a late tick never makes the next one late; knows no work.

use std::time::{Duration, Instant};

use conclave_model::limits;
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, ClockNanosleepFlags, clock_gettime, clock_nanosleep};

pub(crate) const TICK: Duration = Duration::from_millis(limits::FRAME_MS as u64);
/// Ticks that are made up for when a worker was held up; beyond that the streams are simply later.
const CATCH_UP_TICKS: u32 = 5;

pub(crate) struct TickClock {
    /// `Instant` is CLOCK_MONOTONIC on Linux, but does not show its number: both at one moment.
    origin: Instant,
    origin_monotonic: Duration,
    due: Instant,
}

/// How a tick began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TickStart {
    pub now: Instant,
    pub late: Duration,
    /// Ticks that will never be made up for.
    pub skipped: u32,
}

impl TickClock {
    /// The first tick is due one [`TICK`] after `begin`: workers that begin at the same moment
    /// tick together, and what one heard is there when another needs it.
    pub fn start(begin: Instant) -> Self {
        let origin = Instant::now();
        let monotonic = clock_gettime(ClockId::CLOCK_MONOTONIC);
        let monotonic = monotonic.expect("every kernel since 2.6 has a monotonic clock");
        Self {
            origin,
            origin_monotonic: Duration::from(monotonic),
            due: begin + TICK,
        }
    }

    /// Sleeps until the next tick is due, not at all if it was.
    pub fn wait(&mut self) -> TickStart {
        let mut now = Instant::now();
        while now < self.due {
            let until = self.origin_monotonic + self.due.saturating_duration_since(self.origin);
            // Interrupted by a signal or not: the loop looks at the clock again.
            let _ = clock_nanosleep(
                ClockId::CLOCK_MONOTONIC,
                ClockNanosleepFlags::TIMER_ABSTIME,
                &TimeSpec::from(until),
            );
            now = Instant::now();
        }
        self.begin(now)
    }

    fn begin(&mut self, now: Instant) -> TickStart {
        let late = now.saturating_duration_since(self.due);
        let behind = u32::try_from(late.as_millis() / TICK.as_millis()).unwrap_or(u32::MAX);
        let skipped = if behind > CATCH_UP_TICKS { behind } else { 0 };
        self.due += TICK * (skipped + 1);
        TickStart { now, late, skipped }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_tick_does_not_move_the_ones_after_it() {
        let mut clock = TickClock::start(Instant::now());
        let first = clock.due;
        let late = clock.begin(first + Duration::from_millis(30));
        assert_eq!((late.late.as_millis(), late.skipped), (30, 0));
        assert_eq!(clock.due, first + TICK, "is due already, and made up for");
    }

    #[test]
    fn a_long_stop_is_not_made_up_for() {
        let mut clock = TickClock::start(Instant::now());
        let first = clock.due;
        let start = clock.begin(first + Duration::from_secs(2));
        assert_eq!(start.skipped, 100);
        assert_eq!(clock.due, first + TICK * 101);
    }

    #[test]
    fn it_wakes_when_due() {
        let mut clock = TickClock::start(Instant::now());
        let due = clock.due;
        let start = clock.wait();
        assert!(start.now >= due);
    }
}
