//! Wall-clock time as a value: core asks what time it is for the log, never the system.

use std::time::{Duration, Instant};

/// Milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(pub u64);

/// Ties the monotonic clock to the wall clock at one moment.
///
/// Deadlines use [`Instant`] alone; only what a person reads is translated, so a step of the system
/// clock never moves a deadline.
#[derive(Clone, Copy, Debug)]
pub struct WallClock {
    pub mono: Instant,
    pub wall: UnixMillis,
}

impl WallClock {
    /// The wall-clock time at `now`; a `now` before the anchor gives the anchor's.
    #[must_use]
    pub fn at(&self, now: Instant) -> UnixMillis {
        let passed = now
            .checked_duration_since(self.mono)
            .unwrap_or(Duration::ZERO);
        UnixMillis(self.wall.0 + u64::try_from(passed.as_millis()).unwrap_or(u64::MAX))
    }
}
