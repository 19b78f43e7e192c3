//! What workers count of themselves, readable while they run; decides nothing by it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use conclave_media::DeckHealth;
use nix::time::{ClockId, clock_gettime};

/// The upper ends of the lateness histogram; the last bucket has none.
pub const LATENESS_STEPS_MS: [u64; 6] = [1, 2, 5, 10, 20, 50];

/// All workers of an engine, and what its control side counted.
#[derive(Clone, Debug, Default)]
pub struct EngineHealth {
    pub workers: Vec<WorkerHealth>,
    /// Even ports that are free.
    pub ports_free: u64,
    /// Orders that found the ring to their worker full and waited on the control side.
    pub orders_held: u64,
}

/// One worker's running totals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkerHealth {
    pub deck: DeckHealth,
    /// Ticks by how late they began: below each of [`LATENESS_STEPS_MS`], and later than all.
    pub lateness: [u64; LATENESS_STEPS_MS.len() + 1],
    /// Ticks that were never made up for.
    pub skipped: u64,
    /// From the beginning of ticks to their end, other programs on the same core included.
    pub busy: Duration,
    /// CPU time of the thread.
    pub cpu: Duration,
    /// The longest tick, other programs included.
    pub busy_max: Duration,
    /// Packets that the system did not take.
    pub send_failures: u64,
    /// Ticks whose news did not all fit the ring to the brain and came with a later one.
    pub ring_full: u64,
}

/// The same as [`WorkerHealth`], written by the worker once a tick.
#[derive(Default)]
pub(crate) struct Gauges {
    deck: [AtomicU64; DECK_FIELDS],
    lateness: [AtomicU64; LATENESS_STEPS_MS.len() + 1],
    skipped: AtomicU64,
    busy_us: AtomicU64,
    cpu_us: AtomicU64,
    busy_max_us: AtomicU64,
    send_failures: AtomicU64,
    ring_full: AtomicU64,
}

const DECK_FIELDS: usize = 19;

impl Gauges {
    pub fn tick_began(&self, late: Duration, skipped: u32) {
        let late_ms = late.as_millis();
        let mut steps = LATENESS_STEPS_MS.iter();
        let bucket = steps.position(|step| late_ms < u128::from(*step));
        let bucket = bucket.unwrap_or(LATENESS_STEPS_MS.len());
        self.lateness[bucket].fetch_add(1, Ordering::Relaxed);
        self.skipped.fetch_add(skipped.into(), Ordering::Relaxed);
    }

    pub fn tick_ended(&self, busy: Duration, deck: &DeckHealth, send_failures: u64) {
        let as_us = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let busy_us = as_us(busy);
        if let Ok(cpu) = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID) {
            self.cpu_us.store(as_us(cpu.into()), Ordering::Relaxed);
        }
        self.busy_us.fetch_add(busy_us, Ordering::Relaxed);
        self.busy_max_us.fetch_max(busy_us, Ordering::Relaxed);
        self.send_failures.store(send_failures, Ordering::Relaxed);
        for (gauge, value) in self.deck.iter().zip(as_array(deck)) {
            gauge.store(value, Ordering::Relaxed);
        }
    }

    pub fn ring_was_full(&self) {
        self.ring_full.fetch_add(1, Ordering::Relaxed);
    }

    /// Legs open at the end of the last tick.
    pub fn read(&self) -> WorkerHealth {
        let read = |gauge: &AtomicU64| gauge.load(Ordering::Relaxed);
        WorkerHealth {
            deck: from_array(self.deck.each_ref().map(read)),
            lateness: self.lateness.each_ref().map(read),
            skipped: read(&self.skipped),
            cpu: Duration::from_micros(read(&self.cpu_us)),
            busy: Duration::from_micros(read(&self.busy_us)),
            busy_max: Duration::from_micros(read(&self.busy_max_us)),
            send_failures: read(&self.send_failures),
            ring_full: read(&self.ring_full),
        }
    }
}

fn as_array(deck: &DeckHealth) -> [u64; DECK_FIELDS] {
    [
        deck.legs,
        deck.stages,
        deck.ticks,
        deck.packets_received,
        deck.packets_sent,
        deck.packets_refused,
        deck.frames_decoded,
        deck.frames_skipped,
        deck.encodes,
        deck.encodes_shared,
        deck.mixes,
        deck.stages_failed,
        deck.legs_failed,
        deck.events_lost,
        deck.orders_refused,
        deck.links,
        deck.frames_imported,
        deck.exports_late,
        deck.exports_missing,
    ]
}

fn from_array(values: [u64; DECK_FIELDS]) -> DeckHealth {
    let [
        legs,
        stages,
        ticks,
        packets_received,
        packets_sent,
        packets_refused,
        frames_decoded,
        frames_skipped,
        encodes,
        encodes_shared,
        mixes,
        stages_failed,
        legs_failed,
        events_lost,
        orders_refused,
        links,
        frames_imported,
        exports_late,
        exports_missing,
    ] = values;
    DeckHealth {
        legs,
        stages,
        ticks,
        packets_received,
        packets_sent,
        packets_refused,
        frames_decoded,
        frames_skipped,
        encodes,
        encodes_shared,
        mixes,
        stages_failed,
        legs_failed,
        events_lost,
        orders_refused,
        links,
        frames_imported,
        exports_late,
        exports_missing,
    }
}
