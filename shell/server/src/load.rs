//! The workers' health as the node's judge of load reads it; judges nothing.

use conclave_engine::{EngineHealth, LATENESS_STEPS_MS, WorkerHealth};
use conclave_model::limits;
use conclave_node::WorkerTicks;

pub fn worker_ticks(engine: &EngineHealth) -> Vec<WorkerTicks> {
    engine.workers.iter().map(ticks_of).collect()
}

fn ticks_of(worker: &WorkerHealth) -> WorkerTicks {
    let on_time = LATENESS_STEPS_MS
        .iter()
        .take_while(|step| u128::from(**step) <= limits::TICK_LATE.as_millis())
        .count();
    let late = worker.lateness.iter().skip(on_time).sum();
    WorkerTicks {
        ticks: worker.lateness.iter().sum(),
        late,
        skipped: worker.skipped,
        cpu: worker.cpu,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_is_late_from_twenty_milliseconds_on() {
        let worker = WorkerHealth {
            lateness: [100, 50, 25, 10, 4, 2, 1],
            skipped: 9,
            ..WorkerHealth::default()
        };
        let ticks = ticks_of(&worker);
        assert_eq!((ticks.ticks, ticks.late, ticks.skipped), (192, 3, 9));
        let late_ms = u64::try_from(limits::TICK_LATE.as_millis()).unwrap();
        assert!(
            LATENESS_STEPS_MS.contains(&late_ms),
            "or nobody counts them"
        );
    }
}
