//! Points that are forgiven one after the other; knows not what they are for.

use std::time::{Duration, Instant};

/// How much is on somebody's account. One instant is all it keeps.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Points {
    /// When all will be forgiven.
    clean_at: Option<Instant>,
}

impl Points {
    /// At this moment, of those that are forgiven one in each `forgiven`.
    pub fn now(self, now: Instant, forgiven: Duration) -> u32 {
        let left = self
            .clean_at
            .map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        let points = left.as_nanos().div_ceil(forgiven.as_nanos().max(1));
        u32::try_from(points).unwrap_or(u32::MAX)
    }

    /// Adds some, up to `most` altogether.
    pub fn add(&mut self, now: Instant, points: u32, forgiven: Duration, most: u32) {
        let clean_at = self.clean_at.map_or(now, |at| at.max(now));
        self.clean_at = Some((clean_at + forgiven * points).min(now + forgiven * most));
    }
}
