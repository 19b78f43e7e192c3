//! Something done again and again: when it is due, or since when it is under way; does none of it.

use std::time::Instant;

/// One recurring errand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Step<I> {
    #[default]
    Off,
    Due(Instant),
    /// Asked at `since`; who has not answered by `until` does not.
    Under {
        id: I,
        since: Instant,
        until: Instant,
    },
}

impl<I: Copy + PartialEq> Step<I> {
    pub fn deadline(&self) -> Option<Instant> {
        match self {
            Step::Off => None,
            Step::Due(at) => Some(*at),
            Step::Under { until, .. } => Some(*until),
        }
    }

    pub fn is_due(&self, now: Instant) -> bool {
        matches!(self, Step::Due(at) if *at <= now)
    }

    pub fn is_off(&self) -> bool {
        matches!(self, Step::Off)
    }

    /// What it waits for, once that is too late.
    pub fn overdue(&self, now: Instant) -> Option<I> {
        match self {
            Step::Under { id, until, .. } if *until <= now => Some(*id),
            Step::Under { .. } | Step::Off | Step::Due(_) => None,
        }
    }

    /// Since when it waits for this one.
    pub fn since(&self, wanted: I) -> Option<Instant> {
        match self {
            Step::Under { id, since, .. } if *id == wanted => Some(*since),
            Step::Under { .. } | Step::Off | Step::Due(_) => None,
        }
    }
}
