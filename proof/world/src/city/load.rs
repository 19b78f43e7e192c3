//! How late the city's worker runs, as a scene wants it; makes nothing late.

use std::time::Instant;

use conclave_model::limits;
use conclave_node::{Input, WorkerTicks};

use super::City;

/// What the worker says of itself, read as often as a server reads it.
pub(super) struct Load {
    pub next_reading: Instant,
    late_percent: u64,
    worker: WorkerTicks,
}

impl Load {
    pub fn new(now: Instant) -> Self {
        Self {
            next_reading: now,
            late_percent: 0,
            worker: WorkerTicks::default(),
        }
    }
}

impl City {
    /// From now on so many of the worker's ticks are told to be late.
    pub fn set_lateness(&mut self, late_percent: u64) {
        self.load.late_percent = late_percent;
    }

    pub(super) fn read_load(&mut self) {
        let ticks = limits::LOAD_READING.as_millis() as u64 / u64::from(limits::FRAME_MS);
        self.load.next_reading += limits::LOAD_READING;
        self.load.worker.ticks += ticks;
        self.load.worker.late += ticks * self.load.late_percent / 100;
        let workers = vec![self.load.worker];
        self.node.handle_input(self.now, Input::Load(workers));
    }
}
