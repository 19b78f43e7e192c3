//! Durations counted in steps of a tenth of a millisecond; knows nothing of packets.

use std::time::Duration;

/// Counts durations; its size does not depend on how many.
#[derive(Clone, Debug)]
pub struct Histogram {
    steps: Box<[u64]>,
    count: u64,
    max: Duration,
}

impl Histogram {
    #[must_use]
    pub fn new() -> Self {
        Self {
            steps: vec![0; STEPS].into_boxed_slice(),
            count: 0,
            max: Duration::ZERO,
        }
    }

    pub fn add(&mut self, duration: Duration) {
        let step = (duration.as_micros() / STEP_US).min(STEPS as u128 - 1) as usize;
        self.steps[step] += 1;
        self.count += 1;
        self.max = self.max.max(duration);
    }

    pub fn clear(&mut self) {
        self.steps.fill(0);
        self.count = 0;
        self.max = Duration::ZERO;
    }

    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    #[must_use]
    pub fn max(&self) -> Duration {
        self.max
    }

    /// What `share` (0 to 1) of the durations do not exceed, to a tenth of a millisecond upwards.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Duration {
        let wanted = (self.count as f64 * share).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (step, count) in self.steps.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                let upper = Duration::from_micros((step as u64 + 1) * STEP_US as u64);
                return upper.min(self.max);
            }
        }
        self.max
    }
}

impl Default for Histogram {
    fn default() -> Self {
        Self::new()
    }
}

const STEP_US: u128 = 100;
/// Up to two seconds; what is longer counts there, and its length is kept by `max`.
const STEPS: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_exact_to_a_step() {
        let mut histogram = Histogram::new();
        assert_eq!(histogram.quantile(0.5), Duration::ZERO);
        for ms in 1..=1_000 {
            histogram.add(Duration::from_millis(ms));
        }
        let off = |share, ms| {
            let found = histogram.quantile(share);
            found.abs_diff(Duration::from_millis(ms)) <= Duration::from_micros(100)
        };
        assert!(off(0.5, 500) && off(0.99, 990) && off(0.999, 999));
        assert_eq!(histogram.quantile(1.0), Duration::from_secs(1));
        histogram.add(Duration::from_secs(60));
        assert_eq!(histogram.max(), Duration::from_secs(60));
        assert_eq!(histogram.count(), 1_001);
        histogram.clear();
        assert_eq!((histogram.count(), histogram.max()), (0, Duration::ZERO));
    }
}
