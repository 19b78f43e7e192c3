//! What a run found out, in JSON and in words; measures nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use conclave_model::Codec;
use serde_json::{Value, json};

/// Everything about one run. Counts of packets are those of the measured time alone.
#[derive(Clone, Debug)]
pub struct Report {
    pub calls: u32,
    pub answered: u32,
    /// Answered calls that hear their room. Without talkers that cannot be known: then all that
    /// were answered and did not end.
    pub inside: u32,
    /// Calls that came to nothing, or ended early, by the reason.
    pub failures: BTreeMap<String, u32>,
    /// From the INVITE to its 200.
    pub setup: Spread,
    pub measured: Duration,
    pub packets_received: u64,
    pub packets_lost: u64,
    /// Answered legs that received nothing at all.
    pub silent_legs: u32,
    /// The longest time between two packets, leg by leg.
    pub gap: Spread,
    pub delay: Delay,
    pub server: Option<ServerCost>,
    /// Ticks that this tool came more than 10 ms late to: with many of them it measured itself.
    pub own_late_ticks: u64,
    pub legs: Vec<LegReport>,
}

/// Values of which the middle and the end matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    pub count: usize,
    pub p50: Duration,
    pub p95: Duration,
    pub max: Duration,
}

/// From the packet in which a marker begins, sent by a talker, to where it begins in what a
/// listener of that room gets. With Opus that includes the codec's own delay, twice 6.5 ms.
#[derive(Clone, Debug, Default)]
pub struct Delay {
    pub spread: Spread,
    /// Markers sent, times the listeners that should have heard each.
    pub expected: u64,
}

/// What the run cost the server's process.
#[derive(Clone, Copy, Debug)]
pub struct ServerCost {
    pub cpu_ms_per_second: f64,
    pub cpu_ms_per_second_per_call: f64,
    pub resident_bytes: u64,
    /// What came on top since before the first call, for each call; near nothing the second time,
    /// as a process keeps what it once had.
    pub resident_bytes_per_call: u64,
}

/// What one leg heard.
#[derive(Clone, Debug)]
pub struct LegReport {
    pub room: String,
    pub codec: Codec,
    pub talks: bool,
    /// `None`: not answered.
    pub setup: Option<Duration>,
    pub received: u64,
    pub lost: u64,
    pub gap_max: Duration,
    pub jitter: Duration,
    pub failure: Option<String>,
}

impl Spread {
    #[must_use]
    pub fn of(mut values: Vec<Duration>) -> Self {
        values.sort_unstable();
        let at = |percent: usize| {
            let index = (values.len() * percent).div_ceil(100).max(1) - 1;
            values.get(index).copied().unwrap_or_default()
        };
        Self {
            count: values.len(),
            p50: at(50),
            p95: at(95),
            max: at(100),
        }
    }

    fn json(&self) -> Value {
        json!({
            "count": self.count,
            "p50_ms": ms(self.p50),
            "p95_ms": ms(self.p95),
            "max_ms": ms(self.max),
        })
    }
}

impl Report {
    #[must_use]
    pub fn loss_percent(&self) -> f64 {
        let sent = self.packets_received + self.packets_lost;
        self.packets_lost as f64 * 100.0 / sent.max(1) as f64
    }

    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "calls": self.calls,
            "answered": self.answered,
            "inside": self.inside,
            "failures": self.failures,
            "setup": self.setup.json(),
            "measured_s": self.measured.as_secs_f64(),
            "packets_received": self.packets_received,
            "packets_lost": self.packets_lost,
            "loss_percent": self.loss_percent(),
            "silent_legs": self.silent_legs,
            "gap": self.gap.json(),
            "delay": self.delay.spread.json(),
            "markers_expected": self.delay.expected,
            "server": self.server.map(|cost| json!({
                "cpu_ms_per_second": cost.cpu_ms_per_second,
                "cpu_ms_per_second_per_call": cost.cpu_ms_per_second_per_call,
                "resident_bytes": cost.resident_bytes,
                "resident_bytes_per_call": cost.resident_bytes_per_call,
            })),
            "own_late_ticks": self.own_late_ticks,
            "legs": self.legs.iter().map(LegReport::to_json).collect::<Vec<_>>(),
        })
    }
}

impl LegReport {
    fn to_json(&self) -> Value {
        json!({
            "room": self.room,
            "codec": self.codec.name(),
            "talks": self.talks,
            "setup_ms": self.setup.map(ms),
            "received": self.received,
            "lost": self.lost,
            "gap_max_ms": ms(self.gap_max),
            "jitter_ms": ms(self.jitter),
            "failure": self.failure,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Calls     {} of {} answered, {} in their room",
            self.answered, self.calls, self.inside
        )?;
        for (reason, count) in &self.failures {
            writeln!(f, "          {count} x {reason}")?;
        }
        writeln!(f, "Set-up    {}", self.setup)?;
        writeln!(
            f,
            "Packets   {} received, {} lost ({:.3} %), in {:.0} s",
            self.packets_received,
            self.packets_lost,
            self.loss_percent(),
            self.measured.as_secs_f64()
        )?;
        if self.silent_legs > 0 {
            writeln!(f, "          {} legs received nothing", self.silent_legs)?;
        }
        writeln!(f, "Gaps      {}", self.gap)?;
        let Delay { spread, expected } = &self.delay;
        writeln!(
            f,
            "Delay     {spread} ({} of {expected} markers heard)",
            spread.count
        )?;
        if let Some(cost) = &self.server {
            writeln!(
                f,
                "Server    {:.0} ms CPU a second, {:.3} ms for each call",
                cost.cpu_ms_per_second, cost.cpu_ms_per_second_per_call,
            )?;
            writeln!(
                f,
                "          {:.1} MiB resident, {:.0} KiB more for each call",
                cost.resident_bytes as f64 / f64::from(1 << 20),
                cost.resident_bytes_per_call as f64 / 1_024.0
            )?;
        }
        if self.own_late_ticks > 0 {
            let late = self.own_late_ticks;
            writeln!(f, "Note      this tool itself was late {late} times")?;
        }
        Ok(())
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { p50, p95, max, .. } = *self;
        write!(
            f,
            "{:.1} ms half, {:.1} ms 95 %, {:.1} ms most",
            ms(p50),
            ms(p95),
            ms(max)
        )
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_taken_from_the_sorted_values() {
        let values = (1..=100).rev().map(Duration::from_millis).collect();
        let spread = Spread::of(values);
        assert_eq!(spread.p50.as_millis(), 50);
        assert_eq!(spread.p95.as_millis(), 95);
        assert_eq!(spread.max.as_millis(), 100);
        assert_eq!(Spread::of(Vec::new()), Spread::default());
        assert_eq!(
            Spread::of(vec![Duration::from_millis(3)]).p50.as_millis(),
            3
        );
    }
}
