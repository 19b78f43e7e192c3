//! When a datagram arrived, by the clock that ticks follow; asks the kernel for no datagram.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The same moment by the clock that ticks follow and the one that the kernel stamps packets with.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub now: Instant,
    wall: Duration,
}

impl Moment {
    pub fn at(now: Instant) -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH);
        let wall = wall.unwrap_or_default().saturating_sub(now.elapsed());
        Self { now, wall }
    }

    /// Never in the future, and never long ago: the wall clock may be set at any time.
    pub fn arrival(&self, stamp: Duration) -> Instant {
        let age = self.wall.saturating_sub(stamp).min(AGE_MAX);
        self.now.checked_sub(age).unwrap_or(self.now)
    }
}

/// Longer than any pause of a worker that is made up for.
const AGE_MAX: Duration = Duration::from_millis(200);
