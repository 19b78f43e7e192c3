//! How long packets should wait, learned from how unevenly they came; holds none.

use conclave_model::limits::JITTER_MAX_MS;

use super::{MS, Nanos};

/// Watches transit times (arrival minus media time, up to a constant).
///
/// The fastest of the last 5 to 10 s is the measure, which follows a drift of 200 ppm to within
/// 2 ms. What exceeds it is kept in a histogram that forgets within some 20 s.
#[derive(Debug)]
#[repr(C)]
pub(super) struct DelayEstimator {
    fastest: Fastest,
    quantile: Nanos,
    peak: Nanos,
    peak_at: Nanos,
    last: Option<Sample>,
    total: f32,
    /// Weight of the next sample: it grows, so that the old ones shrink beside it.
    weight: f32,
    /// No bin above this one holds anything.
    bin_max: usize,
    /// Samples until the quantile is sought again.
    samples_to_search: u8,
    /// Of an even stream the first bin is all that is touched.
    histogram: [f32; BINS],
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Nanos,
    excess: Nanos,
}

impl DelayEstimator {
    pub(super) fn new() -> Self {
        Self {
            fastest: Fastest::default(),
            histogram: [0.0; BINS],
            bin_max: 0,
            total: 0.0,
            weight: 1.0,
            quantile: 0,
            samples_to_search: 0,
            peak: 0,
            peak_at: 0,
            last: None,
        }
    }

    pub(super) const fn transit_min(&self) -> Option<Nanos> {
        self.fastest.min()
    }

    /// A packet, late ones too, but no doubles; `duration` is its length.
    pub(super) fn sample(&mut self, at: Nanos, transit: Nanos, duration: Nanos) {
        let excess = (transit - self.fastest.sample(at, transit)).max(0);
        // A stall lets packets through together: only the first, slowest one tells how long it was.
        let drains = self
            .last
            .is_some_and(|last| at - last.at < DRAIN_GAP && excess < last.excess);
        self.last = Some(Sample { at, excess });
        if drains {
            return;
        }
        if excess > self.target(at) && excess >= BIN {
            self.peak = excess.min(TARGET_MAX);
            self.peak_at = at;
        }
        let bin = usize::try_from(excess / BIN).unwrap_or(BINS).min(BINS - 1);
        self.histogram[bin] += self.weight;
        self.bin_max = self.bin_max.max(bin);
        self.total += self.weight;
        self.weight *= 1.0 + duration as f32 * GROWTH;
        if self.weight > WEIGHT_MAX {
            self.renormalise();
        }
        // A packet slower than all is answered by the peak at once; the rest may take its time.
        if self.samples_to_search == 0 {
            self.samples_to_search = SEARCH_EVERY;
            self.quantile = self.find_quantile();
        }
        self.samples_to_search -= 1;
    }

    /// How long a packet should wait beyond the fastest.
    pub(super) fn target(&self, now: Nanos) -> Nanos {
        self.quantile.max(self.peak_now(now)).min(TARGET_MAX)
    }

    /// The stream begins anew: the axis is another one, the network is the same.
    pub(super) fn forget_axis(&mut self) {
        self.fastest = Fastest::default();
        self.last = None;
    }

    fn peak_now(&self, now: Nanos) -> Nanos {
        let past_hold = (now - self.peak_at - PEAK_HOLD).max(0);
        (self.peak - past_hold / PEAK_DECAY_DIVISOR).max(0)
    }

    /// The upper edge of the bin below which all but the slowest 3 % lie; 0 for the lowest bin.
    fn find_quantile(&self) -> Nanos {
        let mut above = self.total * SLOWEST_SHARE;
        let filled = &self.histogram[..=self.bin_max];
        for (bin, weight) in filled.iter().enumerate().rev() {
            above -= weight;
            if above < 0.0 {
                let edge = if bin == 0 { 0 } else { bin + 1 };
                return i64::try_from(edge).unwrap_or(0) * BIN;
            }
        }
        0
    }

    fn renormalise(&mut self) {
        for bin in &mut self.histogram {
            *bin /= self.weight;
        }
        self.total = self.histogram.iter().sum();
        self.weight = 1.0;
    }
}

/// The minimum over the present and the last window.
#[derive(Debug, Default)]
struct Fastest {
    present: Option<Nanos>,
    before: Option<Nanos>,
    window_ends: Nanos,
}

impl Fastest {
    fn sample(&mut self, at: Nanos, transit: Nanos) -> Nanos {
        if at >= self.window_ends {
            let recent = at < self.window_ends + WINDOW;
            self.before = self.present.filter(|_| recent);
            self.present = None;
            self.window_ends = at + WINDOW;
        }
        let present = self.present.map_or(transit, |min| min.min(transit));
        self.present = Some(present);
        self.before.map_or(present, |before| before.min(present))
    }

    const fn min(&self) -> Option<Nanos> {
        match (self.present, self.before) {
            (Some(present), Some(before)) if before < present => Some(before),
            (Some(present), _) => Some(present),
            (None, before) => before,
        }
    }
}

const WINDOW: Nanos = 5_000 * MS;
/// Unevenness below this is the sender's own, and asks for no delay.
const BIN: Nanos = 4 * MS;
const BINS: usize = 128;
const TARGET_MAX: Nanos = JITTER_MAX_MS as Nanos * MS;
/// Per nanosecond of sound: 5 s weigh more than all before them.
const GROWTH: f32 = 0.2e-9;
const WEIGHT_MAX: f32 = 1e6;
/// The search looks at all bins that hold anything, up to 128: half the cost of a packet.
const SEARCH_EVERY: u8 = 8;
const SLOWEST_SHARE: f32 = 0.03;
/// A single slow packet is provided for this long, and then less by 50 ms each second.
const PEAK_HOLD: Nanos = 1_000 * MS;
const PEAK_DECAY_DIVISOR: Nanos = 20;
/// Packets closer than this came through a gate that had been shut.
const DRAIN_GAP: Nanos = 5 * MS;

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(estimator: &mut DelayEstimator, from_packet: i64, excesses_ms: &[i64]) -> Nanos {
        let mut at = 0;
        for (index, excess) in excesses_ms.iter().enumerate() {
            let sent = (from_packet + i64::try_from(index).unwrap()) * 20 * MS;
            at = sent + 100 * MS + excess * MS;
            estimator.sample(at, at - sent, 20 * MS);
        }
        at
    }

    #[test]
    fn an_even_stream_need_not_wait() {
        let mut estimator = DelayEstimator::new();
        let at = feed(&mut estimator, 0, &[0, 1, 2, 3].repeat(100));
        assert_eq!(estimator.target(at), 0);
    }

    #[test]
    fn uneven_ones_wait_for_nearly_all_of_them() {
        let mut estimator = DelayEstimator::new();
        let at = feed(&mut estimator, 0, &[0, 13, 37, 60, 5].repeat(100));
        let target = estimator.target(at) / MS;
        assert!((60..=68).contains(&target), "{target}");
    }

    #[test]
    fn one_slow_packet_is_provided_for_at_once_and_forgotten_soon() {
        let mut estimator = DelayEstimator::new();
        feed(&mut estimator, 0, &[0; 500]);
        let at = feed(&mut estimator, 500, &[150]);
        assert_eq!(estimator.target(at), 150 * MS);
        let at = feed(&mut estimator, 501, &[0; 300]);
        assert_eq!(estimator.target(at), 0);
    }

    #[test]
    fn a_long_burst_is_forgotten_within_half_a_minute() {
        let mut estimator = DelayEstimator::new();
        feed(&mut estimator, 0, &[0, 80, 40, 120].repeat(250));
        let at = feed(&mut estimator, 1_000, &[0; 1_500]);
        assert_eq!(estimator.target(at), 0);
    }
}
