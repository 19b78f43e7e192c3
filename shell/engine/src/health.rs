//! What workers count of themselves, readable while they run; decides nothing by it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use conclave_media::DeckHealth;
use nix::time::{ClockId, clock_gettime};

use crate::packet_io::IoHealth;

/// The upper ends of the lateness histogram; the last bucket has none.
pub const LATENESS_STEPS_MS: [u64; 6] = [1, 2, 5, 10, 20, 50];
/// The upper ends of the histogram of tick durations, likewise.
pub const DURATION_STEPS_US: [u64; 8] = [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000];
/// The upper ends of the histogram of packets in a tick, likewise; each belongs to its bucket.
pub const BATCH_STEPS: [u64; 8] = [0, 10, 50, 100, 250, 500, 1_000, 2_500];

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
    pub late_sum: Duration,
    /// Ticks by how long they took, as `busy` counts: up to each of [`DURATION_STEPS_US`], and
    /// longer than all.
    pub durations: [u64; DURATION_STEPS_US.len() + 1],
    /// Ticks by how many packets they found: up to each of [`BATCH_STEPS`], and more than all.
    pub batches: [u64; BATCH_STEPS.len() + 1],
    /// Ticks that were never made up for.
    pub skipped: u64,
    /// From the beginning of ticks to their end, other programs on the same core included.
    pub busy: Duration,
    /// CPU time of the thread.
    pub cpu: Duration,
    /// The longest tick, other programs included.
    pub busy_max: Duration,
    pub io: IoHealth,
    /// Ticks whose news did not all fit the ring to the brain and came with a later one.
    pub ring_full: u64,
    /// Its thread runs before those of other programs.
    pub is_real_time: bool,
}

/// The same as [`WorkerHealth`], written by the worker once a tick.
#[derive(Default)]
pub(crate) struct Gauges {
    deck: [AtomicU64; DECK_FIELDS],
    lateness: [AtomicU64; LATENESS_STEPS_MS.len() + 1],
    late_us: AtomicU64,
    durations: [AtomicU64; DURATION_STEPS_US.len() + 1],
    batches: [AtomicU64; BATCH_STEPS.len() + 1],
    skipped: AtomicU64,
    busy_us: AtomicU64,
    cpu_us: AtomicU64,
    busy_max_us: AtomicU64,
    io: [AtomicU64; 4],
    ring_full: AtomicU64,
    is_real_time: AtomicBool,
}

const DECK_FIELDS: usize = 22;

impl Gauges {
    pub fn tick_began(&self, late: Duration, skipped: u32) {
        let late_ms = u64::try_from(late.as_millis()).unwrap_or(u64::MAX);
        // Whole milliseconds: what is below a step is so many milliseconds less one, at most.
        self.lateness[bucket(&LATENESS_STEPS_MS, late_ms.saturating_add(1))]
            .fetch_add(1, Ordering::Relaxed);
        self.late_us.fetch_add(as_us(late), Ordering::Relaxed);
        self.skipped.fetch_add(skipped.into(), Ordering::Relaxed);
    }

    pub fn tick_ended(&self, busy: Duration, deck: &DeckHealth, io: IoHealth) {
        let busy_us = as_us(busy);
        if let Ok(cpu) = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID) {
            self.cpu_us.store(as_us(cpu.into()), Ordering::Relaxed);
        }
        self.busy_us.fetch_add(busy_us, Ordering::Relaxed);
        self.busy_max_us.fetch_max(busy_us, Ordering::Relaxed);
        self.durations[bucket(&DURATION_STEPS_US, busy_us)].fetch_add(1, Ordering::Relaxed);
        let before = self.deck[PACKETS_RECEIVED].load(Ordering::Relaxed);
        let batch = deck.packets_received.saturating_sub(before);
        self.batches[bucket(&BATCH_STEPS, batch)].fetch_add(1, Ordering::Relaxed);
        for (gauge, value) in self.io.iter().zip(io.as_array()) {
            gauge.store(value, Ordering::Relaxed);
        }
        for (gauge, value) in self.deck.iter().zip(as_array(deck)) {
            gauge.store(value, Ordering::Relaxed);
        }
    }

    pub fn urgency(&self, is_real_time: bool) {
        self.is_real_time.store(is_real_time, Ordering::Relaxed);
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
            late_sum: Duration::from_micros(read(&self.late_us)),
            durations: self.durations.each_ref().map(read),
            batches: self.batches.each_ref().map(read),
            skipped: read(&self.skipped),
            cpu: Duration::from_micros(read(&self.cpu_us)),
            busy: Duration::from_micros(read(&self.busy_us)),
            busy_max: Duration::from_micros(read(&self.busy_max_us)),
            io: IoHealth::from_array(self.io.each_ref().map(read)),
            ring_full: read(&self.ring_full),
            is_real_time: self.is_real_time.load(Ordering::Relaxed),
        }
    }
}

fn as_us(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// The first step that is not exceeded, else one more than there are steps.
fn bucket(steps: &[u64], value: u64) -> usize {
    let within = steps.iter().position(|step| value <= *step);
    within.unwrap_or(steps.len())
}

/// Where [`as_array`] has them.
const PACKETS_RECEIVED: usize = 3;

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
        deck.payloads_looked_at,
        deck.silences_believed,
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
        deck.frames_denoised,
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
        payloads_looked_at,
        silences_believed,
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
        frames_denoised,
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
        payloads_looked_at,
        silences_believed,
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
        frames_denoised,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_counted_by_how_late_how_long_and_how_full_they_were() {
        let gauges = Gauges::default();
        let mut deck = DeckHealth::default();
        for (late_us, busy_us, packets) in
            [(999, 100, 0), (1_000, 101, 200), (60_000, 30_000, 9_000)]
        {
            gauges.tick_began(Duration::from_micros(late_us), 0);
            deck.packets_received += packets;
            gauges.tick_ended(Duration::from_micros(busy_us), &deck, IoHealth::default());
        }
        let read = gauges.read();
        assert_eq!(read.lateness, [1, 1, 0, 0, 0, 0, 1]);
        assert_eq!(read.late_sum, Duration::from_micros(61_999));
        assert_eq!(read.durations, [1, 1, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(read.batches, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
        assert_eq!(read.deck, deck);
    }
}
