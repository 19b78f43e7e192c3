//! The middle and the ends of many durations; knows not what took so long.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use crate::traffic::Histogram;

/// Values of which the middle and the end matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    pub count: usize,
    pub p50: Duration,
    pub p95: Duration,
    pub p99: Duration,
    /// What one in a thousand exceeds.
    pub p999: Duration,
    pub max: Duration,
}

impl Spread {
    #[must_use]
    pub fn of(mut values: Vec<Duration>) -> Self {
        values.sort_unstable();
        let at = |of_thousand: usize| {
            let index = (values.len() * of_thousand).div_ceil(1_000).max(1) - 1;
            values.get(index).copied().unwrap_or_default()
        };
        Self {
            count: values.len(),
            p50: at(500),
            p95: at(950),
            p99: at(990),
            p999: at(999),
            max: at(1_000),
        }
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "count": self.count,
            "p50_ms": ms(self.p50),
            "p95_ms": ms(self.p95),
            "p99_ms": ms(self.p99),
            "p999_ms": ms(self.p999),
            "max_ms": ms(self.max),
        })
    }
}

impl From<&Histogram> for Spread {
    fn from(histogram: &Histogram) -> Self {
        Self {
            count: usize::try_from(histogram.count()).unwrap_or(usize::MAX),
            p50: histogram.quantile(0.5),
            p95: histogram.quantile(0.95),
            p99: histogram.quantile(0.99),
            p999: histogram.quantile(0.999),
            max: histogram.max(),
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            p50,
            p95,
            p99,
            p999,
            max,
            count,
        } = *self;
        if count == 0 {
            return f.write_str("none");
        }
        let [p50, p95, p99, p999, max] = [p50, p95, p99, p999, max].map(ms);
        write!(
            f,
            "{p50:.1} ms half, {p95:.1} ms 95 %, {p99:.1} ms 99 %, {p999:.1} ms 99.9 %, \
             {max:.1} ms most"
        )
    }
}

pub(crate) fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_taken_from_the_sorted_values() {
        let values = (1..=1_000).rev().map(Duration::from_millis).collect();
        let spread = Spread::of(values);
        let found = [spread.p50, spread.p95, spread.p99, spread.p999, spread.max];
        assert_eq!(
            found.map(|value| value.as_millis()),
            [500, 950, 990, 999, 1_000]
        );
        assert_eq!(Spread::of(Vec::new()), Spread::default());
        let one = Spread::of(vec![Duration::from_millis(3)]);
        assert_eq!(one.p50.as_millis(), 3);
        assert_eq!(Spread::from(&Histogram::new()), Spread::default());
    }
}
