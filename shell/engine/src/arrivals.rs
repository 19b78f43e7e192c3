//! When a datagram arrived, in the time of the deck; asks the kernel for no datagram.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use conclave_model::Moment;

/// The beginning of a tick, in the time of the deck and by the clock that the kernel stamps
/// packets with.
#[derive(Clone, Copy)]
pub(crate) struct Arrivals {
    pub now: Moment,
    wall: Duration,
}

impl Arrivals {
    /// Of the tick that began at `now`; all workers share one `epoch`.
    pub fn of_tick(now: Instant, epoch: Instant) -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH);
        let wall = wall.unwrap_or_default().saturating_sub(now.elapsed());
        let now = Moment::of(now, epoch);
        Self { now, wall }
    }

    /// Never in the future, and never long ago: the wall clock may be set at any time.
    pub fn arrival(&self, stamp: Duration) -> Moment {
        let age = self.wall.saturating_sub(stamp).min(AGE_MAX);
        self.now - age
    }
}

/// Longer than any pause of a worker that is made up for.
const AGE_MAX: Duration = Duration::from_millis(200);
