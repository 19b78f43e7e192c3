//! How often something may happen: a burst, then a steady pace; does nothing itself.

use std::time::{Duration, Instant};

/// A bucket of tokens that fills at a steady pace (GCRA: one instant is all it keeps).
#[derive(Clone, Debug)]
pub struct Allowance {
    /// How long one takes to grow back.
    interval: Duration,
    burst: u32,
    /// When everything that was taken has grown back; `None`: nothing is missing.
    whole_at: Option<Instant>,
}

impl Allowance {
    /// `burst` at once, `per_second` in the long run; both at least 1.
    #[must_use]
    pub const fn new(burst: u32, per_second: u32) -> Self {
        assert!(burst > 0 && per_second > 0, "an allowance allows something");
        Self {
            interval: Duration::from_nanos(1_000_000_000 / per_second as u64),
            burst,
            whole_at: None,
        }
    }

    /// Takes `count` at once, of more than a burst a burst.
    ///
    /// # Errors
    /// So many are not there; how long until they are. Nothing is taken.
    pub fn take(&mut self, now: Instant, count: u32) -> Result<(), Duration> {
        let whole_at = self.whole_at.map_or(now, |at| at.max(now));
        let missing = whole_at.saturating_duration_since(now);
        let after = missing + self.interval * count.min(self.burst);
        let most = self.interval * self.burst;
        if after > most {
            return Err(after - most);
        }
        self.whole_at = Some(now + after);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a test starts at some moment")]
    fn start() -> Instant {
        Instant::now()
    }

    #[test]
    fn a_burst_passes_then_the_pace_holds() {
        let (mut allowance, start) = (Allowance::new(3, 2), start());
        for _ in 0..3 {
            assert_eq!(allowance.take(start, 1), Ok(()));
        }
        assert_eq!(allowance.take(start, 1), Err(Duration::from_millis(500)));
        let later = start + Duration::from_millis(500);
        assert_eq!(allowance.take(later, 1), Ok(()));
        assert!(allowance.take(later, 1).is_err());
    }

    #[test]
    fn of_a_thousand_in_a_second_the_burst_and_the_pace_pass() {
        let (mut allowance, start) = (Allowance::new(10, 5), start());
        let passed = (0..1_000).filter(|at| {
            let now = start + Duration::from_millis(*at);
            allowance.take(now, 1).is_ok()
        });
        assert_eq!(passed.count(), 14);
    }

    #[test]
    fn more_than_a_burst_costs_a_burst() {
        let (mut allowance, start) = (Allowance::new(3, 1), start());
        assert_eq!(allowance.take(start, 1_000), Ok(()));
        assert_eq!(allowance.take(start, 1), Err(Duration::from_secs(1)));
        assert_eq!(allowance.take(start + Duration::from_secs(3), 9), Ok(()));
    }
}
