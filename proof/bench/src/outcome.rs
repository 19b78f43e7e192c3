//! The report of a run, put together from what its calls and legs know; serves nothing.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::churn::Account;
use crate::machine::Load;
use crate::report::{ChurnReport, Delay, LegReport, MachineReport, Report, ServerCost, ToolReport};
use crate::run::{Measurement, Run};
use crate::server_cost::Usage;
use crate::spread::{Spread, ms};
use crate::traffic::{Measured, TrafficStats};

impl Run<'_> {
    pub(crate) fn report(&self) -> Report {
        let now = Instant::now();
        let nothing = Measurement {
            began: now,
            ended: now,
            usage: None,
            load: None,
            stats: TrafficStats::default(),
            legs: Vec::new(),
        };
        let measurement = self.measurement.as_ref().unwrap_or(&nothing);
        let Measurement { began, ended, .. } = *measurement;
        let measured = ended - began;
        let stats = &measurement.stats;
        let legs: Vec<LegReport> = (0..self.calls.len())
            .map(|leg| self.leg(leg, measurement.legs.get(leg).copied()))
            .collect();
        let mut failures = BTreeMap::new();
        for leg in legs.iter().filter_map(|leg| leg.failure.as_ref()) {
            *failures.entry(leg.clone()).or_insert(0) += 1;
        }
        let open = || {
            legs.iter()
                .filter(|leg| leg.setup.is_some() && leg.failure.is_none())
        };
        let usage = measurement.usage;
        Report {
            calls: self.plan.calls,
            inside: count(open().count()),
            answered: count(legs.iter().filter(|leg| leg.setup.is_some()).count()),
            failures,
            setup: Spread::of(legs.iter().filter_map(|leg| leg.setup).collect()),
            first_audio: Spread::of(legs.iter().filter_map(|leg| leg.first_audio).collect()),
            measured,
            packets_received: legs.iter().map(|leg| leg.received).sum(),
            packets_lost: legs.iter().map(|leg| leg.lost).sum(),
            packets_due: open().count() as u64 * (measured.as_millis() as u64 / FRAME_MS),
            packets_lost_there: stats.lost_there,
            legs_reported: stats.legs_reported,
            packets_sent: stats.sent,
            silent_legs: count(open().filter(|leg| leg.received == 0).count()),
            gaps: Spread::from(&stats.gaps),
            gap: Spread::of(open().map(|leg| leg.gap_max).collect()),
            delay: self.delay(),
            server: usage
                .zip(self.usage_empty)
                .map(|(usage, empty)| cost(empty, usage, measured, open().count())),
            churn: self
                .turnover
                .as_ref()
                .map(|turnover| churn(&turnover.account)),
            tool: tool(stats, measurement.load, measured),
            machine: measurement.load.map(|load| machine(load, usage, measured)),
            memory: self.memory.clone(),
            legs,
        }
    }

    fn delay(&self) -> Delay {
        let mut by_talker: BTreeMap<usize, Vec<Duration>> = BTreeMap::new();
        for (talker, delay) in &self.ears.delays {
            by_talker.entry(*talker).or_default().push(*delay);
        }
        let all = self.ears.delays.iter().map(|(_, delay)| *delay);
        Delay {
            spread: Spread::of(all.collect()),
            expected: self.ears.expected,
            by_talker: by_talker
                .into_iter()
                .map(|(talker, delays)| (talker, Spread::of(delays)))
                .collect(),
        }
    }

    fn leg(&self, index: usize, measured: Option<Measured>) -> LegReport {
        let call = &self.calls[index];
        let measured = measured.unwrap_or_default();
        LegReport {
            room: self.plan.rooms[self.plan.room_of(index)].extension.clone(),
            codec: self.plan.codec_of(index),
            talks: self.plan.is_talker(index),
            setup: call.phone.setup(),
            first_audio: self.phones.first_audio(&call.phone),
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
    let user = per_second(before.user, after.user, measured);
    let system = per_second(before.system, after.system, measured);
    let cpu = per_second(before.cpu, after.cpu, measured);
    ServerCost {
        user_ms_per_second: user,
        system_ms_per_second: system,
        cpu_ms_per_second: cpu,
        cpu_ms_per_second_per_call: cpu / calls.max(1) as f64,
        resident_bytes: after.resident_bytes,
        resident_bytes_per_call: after.resident_bytes.saturating_sub(empty.resident_bytes)
            / calls.max(1) as u64,
    }
}

fn churn(account: &Account) -> ChurnReport {
    ChurnReport {
        placed: account.placed,
        answered: account.answered,
        completed: account.completed,
        open_max: account.open_max,
        failures: account.failures.clone(),
        setup: Spread::from(&account.setup),
        first_audio: Spread::from(&account.first_audio),
    }
}

fn tool(stats: &TrafficStats, load: Option<(Load, Load)>, measured: Duration) -> ToolReport {
    let own = |(before, after): (Load, Load)| per_second(before.own, after.own, measured);
    ToolReport {
        cpu_ms_per_second: load.map_or(0.0, own),
        late_slots: stats.late_slots,
        late_speech: stats.late_speech,
        slots: stats.lateness.count(),
        lateness: Spread::from(&stats.lateness),
        refused: stats.refused,
        strangers: stats.strangers,
    }
}

fn machine(
    (before, after): (Load, Load),
    server: Option<(Usage, Usage)>,
    measured: Duration,
) -> MachineReport {
    let busy = after.busy.saturating_sub(before.busy);
    let idle = after.idle.saturating_sub(before.idle);
    let stolen = after.stolen.saturating_sub(before.stolen);
    let percent = |part: Duration| {
        let all = (busy + idle + stolen).as_secs_f64().max(0.001);
        part.as_secs_f64() * 100.0 / all
    };
    let ours = server.map_or(0.0, |(before, after)| {
        per_second(before.cpu, after.cpu, measured)
    }) + per_second(before.own, after.own, measured);
    let all = per_second(before.busy, after.busy, measured);
    MachineReport {
        busy_percent: percent(busy),
        steal_percent: percent(stolen),
        others_ms_per_second: (all - ours).max(0.0),
        load_average: after.average,
    }
}

fn per_second(before: Duration, after: Duration, measured: Duration) -> f64 {
    ms(after.saturating_sub(before)) / measured.as_secs_f64().max(0.001)
}

fn count(calls: usize) -> u32 {
    u32::try_from(calls).unwrap_or(u32::MAX)
}

const FRAME_MS: u64 = conclave_model::limits::FRAME_MS as u64;
