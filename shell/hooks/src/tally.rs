//! How deliveries went, counted since the start; knows no webhook.

use std::sync::atomic::{AtomicU64, Ordering};

/// Read at any time, by anybody.
#[derive(Debug, Default)]
pub struct Tally {
    delivered: AtomicU64,
    failed: AtomicU64,
    given_up: AtomicU64,
    dropped: AtomicU64,
}

/// How something on its way to a webhook ended, or did not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Delivered,
    /// An attempt failed; another follows.
    Failed,
    /// The last attempt failed.
    GivenUp,
    /// It was not kept, because too many waited.
    Dropped,
}

impl Outcome {
    pub const ALL: [Outcome; 4] = [
        Outcome::Delivered,
        Outcome::Failed,
        Outcome::GivenUp,
        Outcome::Dropped,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Delivered => "delivered",
            Outcome::Failed => "failed",
            Outcome::GivenUp => "given_up",
            Outcome::Dropped => "dropped",
        }
    }
}

impl Tally {
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.counter(outcome).load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, outcome: Outcome, count: u64) {
        self.counter(outcome).fetch_add(count, Ordering::Relaxed);
    }

    const fn counter(&self, outcome: Outcome) -> &AtomicU64 {
        match outcome {
            Outcome::Delivered => &self.delivered,
            Outcome::Failed => &self.failed,
            Outcome::GivenUp => &self.given_up,
            Outcome::Dropped => &self.dropped,
        }
    }
}
