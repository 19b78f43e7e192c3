//! What the machine carries.

use std::time::Duration;

/// A tick that begins later than this is late: a whole frame. Whatever is less, the other end's
/// jitter buffer smooths: on two cores that eighteen compilers fought for, every third tick began
/// 10 ms late, and no gap in what callers heard was longer than 35 ms. A worker that has too much
/// to do falls behind by more with every tick.
pub const TICK_LATE: Duration = Duration::from_millis(20);
/// How often the workers' figures are looked at: 25 ticks say something, and it is soon enough.
pub const LOAD_READING: Duration = Duration::from_millis(500);
/// This share of late ticks, or of one core, is no longer calm. Well below [`LOAD_STRAINED`], so
/// that the load of those who come back does not shed again at once.
pub const LOAD_FAIR: Strain = Strain {
    late_percent: 10,
    cpu_percent: 70,
};
/// More must not be taken on: every third tick late, or no time left for a moment's peak.
pub const LOAD_STRAINED: Strain = Strain {
    late_percent: 30,
    cpu_percent: 85,
};
/// What is there already is too much: every second frame is missing when it should be played.
pub const LOAD_OVERRUN: Strain = Strain {
    late_percent: 50,
    cpu_percent: 95,
};
/// Strain without a break for this long sheds one thing: three readings in a row. A virtual
/// machine is stopped for 100 ms now and then, which makes five ticks late.
pub const SHED_AFTER: Duration = Duration::from_millis(1_500);
/// Calm without a break for this long brings one thing back.
pub const SHED_PATIENCE: Duration = Duration::from_secs(5);
/// And at most for this long, after it did not last several times.
pub const SHED_PATIENCE_MAX: Duration = Duration::from_secs(60);

/// How much is how bad, of one worker between two readings: either is enough.
#[derive(Clone, Copy, Debug)]
pub struct Strain {
    /// Of the ticks, those later than [`TICK_LATE`] or never made up for.
    pub late_percent: u64,
    /// Of one core.
    pub cpu_percent: u32,
}
