//! The server's figures as it publishes them, and what two readings say of its load; asks for none.

use std::time::{Duration, Instant};

/// One reading of `/metrics`.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    at: Instant,
    cpu_seconds: f64,
    ticks: f64,
    ticks_late: f64,
    packets_in: f64,
    packets_out: f64,
    /// Upper bounds in seconds and how many ticks took at most so long.
    durations: Vec<(f64, f64)>,
}

/// What went on between two readings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Of one core, by the media workers; 200 is two cores.
    pub cpu_percent: f64,
    /// 99 of 100 ticks took at most so long; none when there were none.
    pub tick_p99_ms: Option<f64>,
    /// Ticks that began a whole tick late.
    pub ticks_late: u64,
    pub packets_in_per_second: f64,
    pub packets_out_per_second: f64,
}

impl Figures {
    /// Reads the text format of Prometheus; what it does not know it leaves out.
    #[must_use]
    pub fn read(page: &str, at: Instant) -> Self {
        let mut figures = Self {
            at,
            cpu_seconds: 0.0,
            ticks: 0.0,
            ticks_late: 0.0,
            packets_in: 0.0,
            packets_out: 0.0,
            durations: Vec::new(),
        };
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, value)) = line.rsplit_once(' ')
                && let Ok(value) = value.parse::<f64>()
                && value.is_finite()
            {
                figures.take(name, value);
            }
        }
        figures
    }

    fn take(&mut self, name: &str, value: f64) {
        match name {
            "conclave_media_cpu_seconds_total" => self.cpu_seconds = value,
            "conclave_mix_ticks_late_total" => self.ticks_late = value,
            "conclave_mix_tick_duration_seconds_count" => self.ticks = value,
            "conclave_rtp_packets_total{direction=\"in\"}" => self.packets_in = value,
            "conclave_rtp_packets_total{direction=\"out\"}" => self.packets_out = value,
            _ => {
                let bucket = name.strip_prefix("conclave_mix_tick_duration_seconds_bucket{le=\"");
                let bound = bucket.and_then(|rest| rest.strip_suffix("\"}"));
                if let Some(bound) = bound.and_then(|bound| bound.parse::<f64>().ok())
                    && bound.is_finite()
                    && self.durations.len() < BUCKETS_MAX
                {
                    self.durations.push((bound, value));
                }
            }
        }
    }

    /// `None` when no time passed or the server began anew in between.
    #[must_use]
    // Both are what `as` saturates.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn since(&self, before: &Figures) -> Option<Load> {
        let passed = self.at.saturating_duration_since(before.at);
        if passed < Duration::from_millis(100) || self.ticks < before.ticks {
            return None;
        }
        let seconds = passed.as_secs_f64();
        let per_second = |now: f64, then: f64| (now - then).max(0.0) / seconds;
        Some(Load {
            cpu_percent: per_second(self.cpu_seconds, before.cpu_seconds) * 100.0,
            tick_p99_ms: self.tick_p99_ms(before),
            ticks_late: (self.ticks_late - before.ticks_late).max(0.0) as u64,
            packets_in_per_second: per_second(self.packets_in, before.packets_in),
            packets_out_per_second: per_second(self.packets_out, before.packets_out),
        })
    }

    /// The bound of the bucket it is in; above the last, the last.
    fn tick_p99_ms(&self, before: &Figures) -> Option<f64> {
        let wanted = (self.ticks - before.ticks) * 0.99;
        if wanted <= 0.0 {
            return None;
        }
        let mut pairs = self.durations.iter().zip(&before.durations);
        let reached = pairs.find(|((_, now), (_, then))| now - then >= wanted);
        let bound = reached.map(|((bound, _), _)| *bound);
        let last = self.durations.last().map(|(bound, _)| *bound);
        Some(bound.or(last)? * 1_000.0)
    }
}

/// A histogram of ours has a dozen.
const BUCKETS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn page(cpu: f64, ticks: [u64; 3], late: u64) -> String {
        let [below_1_ms, below_5_ms, all] = ticks;
        format!(
            "# HELP conclave_media_cpu_seconds_total CPU.\n\
             conclave_media_cpu_seconds_total {cpu}\n\
             conclave_mix_tick_duration_seconds_bucket{{le=\"0.001\"}} {below_1_ms}\n\
             conclave_mix_tick_duration_seconds_bucket{{le=\"0.005\"}} {below_5_ms}\n\
             conclave_mix_tick_duration_seconds_bucket{{le=\"+Inf\"}} {all}\n\
             conclave_mix_tick_duration_seconds_count {all}\n\
             conclave_mix_ticks_late_total {late}\n\
             conclave_rtp_packets_total{{direction=\"in\"}} {all}\n\
             conclave_other_total NaN\nnonsense\n"
        )
    }

    #[test]
    fn two_readings_say_what_the_load_is() {
        let start = Instant::now();
        let later = start + Duration::from_secs(2);
        let before = Figures::read(&page(1.0, [100, 100, 100], 3), start);
        let after = Figures::read(&page(1.5, [150, 200, 200], 5), later);
        let load = after.since(&before).unwrap();
        assert_eq!(load.cpu_percent, 25.0);
        assert_eq!(load.tick_p99_ms, Some(5.0));
        assert_eq!(load.ticks_late, 2);
        assert_eq!(load.packets_in_per_second, 50.0);
        let slow = Figures::read(&page(1.5, [150, 150, 200], 5), later);
        assert_eq!(slow.since(&before).unwrap().tick_p99_ms, Some(5.0));
    }

    #[test]
    fn a_server_that_began_anew_says_nothing_yet() {
        let start = Instant::now();
        let before = Figures::read(&page(9.0, [1, 1, 1_000], 3), start);
        let after = Figures::read(&page(0.1, [1, 1, 20], 0), start + Duration::from_secs(2));
        assert_eq!(after.since(&before), None);
        assert_eq!(before.since(&before), None);
        assert_eq!(Figures::read("", start).durations, []);
    }
}
