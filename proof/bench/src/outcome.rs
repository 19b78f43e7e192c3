//! The report of a run, put together from what its legs and calls know; serves nothing.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::leg::Role;
use crate::report::{Delay, LegReport, Report, ServerCost, Spread};
use crate::run::{Measurement, Run};
use crate::server_cost::Usage;

impl Run<'_> {
    pub(crate) fn report(&self) -> Report {
        let now = Instant::now();
        let (began, ended, usage) = match self.measurement {
            Some(Measurement {
                began,
                ended,
                usage,
            }) => (began, ended, usage),
            None => (now, now, None),
        };
        let legs: Vec<LegReport> = (0..self.legs.len())
            .map(|leg| self.leg(leg, ended))
            .collect();
        let mut failures = BTreeMap::new();
        for leg in legs.iter().filter_map(|leg| leg.failure.as_ref()) {
            *failures.entry(leg.clone()).or_insert(0) += 1;
        }
        let answered = legs.iter().filter(|leg| leg.setup.is_some());
        let open = || {
            legs.iter()
                .filter(|leg| leg.setup.is_some() && leg.failure.is_none())
        };
        let measured = ended - began;
        Report {
            calls: self.plan.calls,
            inside: u32::try_from(open().count()).unwrap_or(u32::MAX),
            answered: u32::try_from(answered.count()).unwrap_or(u32::MAX),
            failures,
            setup: Spread::of(legs.iter().filter_map(|leg| leg.setup).collect()),
            measured,
            packets_received: legs.iter().map(|leg| leg.received).sum(),
            packets_lost: legs.iter().map(|leg| leg.lost).sum(),
            silent_legs: u32::try_from(open().filter(|leg| leg.received == 0).count())
                .unwrap_or(u32::MAX),
            gap: Spread::of(open().map(|leg| leg.gap_max).collect()),
            delay: Delay {
                spread: Spread::of(self.delays.clone()),
                expected: self.markers_expected,
            },
            server: usage
                .zip(self.usage_empty)
                .map(|(usage, empty)| cost(empty, usage, measured, open().count())),
            own_late_ticks: self.late_slots,
            legs,
        }
    }

    fn leg(&self, index: usize, ended: Instant) -> LegReport {
        let (leg, call) = (&self.legs[index], &self.calls[index]);
        let measured = leg.measured(ended);
        LegReport {
            room: self.plan.rooms[self.plan.room_of(index)].extension.clone(),
            codec: leg.codec(),
            talks: !matches!(leg.role, Role::Listener(_)),
            setup: call.setup,
            received: measured.received,
            lost: measured.lost,
            gap_max: measured.gap_max,
            jitter: measured.jitter,
            failure: call.failure.clone(),
        }
    }
}

fn cost(
    empty: Usage,
    (before, after): (Usage, Usage),
    measured: Duration,
    calls: usize,
) -> ServerCost {
    let cpu = after.cpu.saturating_sub(before.cpu).as_secs_f64() * 1_000.0;
    let cpu_ms_per_second = cpu / measured.as_secs_f64().max(0.001);
    ServerCost {
        cpu_ms_per_second,
        cpu_ms_per_second_per_call: cpu_ms_per_second / calls.max(1) as f64,
        resident_bytes: after.resident_bytes,
        resident_bytes_per_call: after.resident_bytes.saturating_sub(empty.resident_bytes)
            / calls.max(1) as u64,
    }
}
