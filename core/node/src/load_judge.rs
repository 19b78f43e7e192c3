//! When the workers run late, how late is too late, and when it is over; sheds nothing itself.

use std::time::{Duration, Instant};

use conclave_model::{LoadLevel, limits};

/// What one worker did since it started, as its owner reads it: every field only grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkerTicks {
    pub ticks: u64,
    /// Of them, those that began later than [`limits::TICK_LATE`].
    pub late: u64,
    /// Ticks that were never made up for.
    pub skipped: u64,
    /// CPU time of the worker's thread.
    pub cpu: Duration,
}

/// Reads the workers' figures every [`limits::LOAD_READING`] and says what must be shed.
///
/// Up one level for every [`limits::SHED_AFTER`] of strain without a break, so that one stall of
/// the machine sheds nothing; down one level for every stretch of calm. Between strain and calm
/// nothing moves. Whoever comes down and is soon strained again must be calm for twice as long the
/// next time: what was shed is what made it calm.
#[derive(Debug)]
pub struct LoadJudge {
    level: LoadLevel,
    /// Calm for this long brings the level down by one.
    patience: Duration,
    eased_at: Option<Instant>,
    last: Option<Reading>,
    strained: Duration,
    overrun: Duration,
    calm: Duration,
}

#[derive(Debug)]
struct Reading {
    at: Instant,
    workers: Vec<WorkerTicks>,
}

/// How the worst worker did between two readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strain {
    Calm,
    /// Neither calm nor too much.
    Fair,
    Strained,
    /// It cannot be done in time.
    Overrun,
}

impl LoadJudge {
    #[must_use]
    pub fn new() -> Self {
        Self {
            level: LoadLevel::Normal,
            patience: limits::SHED_PATIENCE,
            eased_at: None,
            last: None,
            strained: Duration::ZERO,
            overrun: Duration::ZERO,
            calm: Duration::ZERO,
        }
    }

    #[must_use]
    pub const fn level(&self) -> LoadLevel {
        self.level
    }

    /// The figures of all workers, always in the same order. The new level, when it changes.
    pub fn read(&mut self, now: Instant, workers: Vec<WorkerTicks>) -> Option<LoadLevel> {
        let Some(last) = &self.last else {
            self.last = Some(Reading { at: now, workers });
            return None;
        };
        let time = now - last.at;
        let pairs = last.workers.iter().zip(&workers);
        let strains = pairs.map(|(before, after)| strain(before, after, time));
        // A worker that made no tick says nothing yet; if none did, this was no reading.
        let worst = strains.flatten().max()?;
        self.last = Some(Reading { at: now, workers });
        // However long nobody looked, it is one reading: a machine that stood still sheds nothing.
        self.note(worst, time.min(limits::LOAD_READING));
        let level = self.next_level(now);
        if level == self.level {
            return None;
        }
        self.level = level;
        // What was shed must show first.
        (self.strained, self.overrun, self.calm) = Default::default();
        Some(level)
    }

    fn note(&mut self, strain: Strain, time: Duration) {
        let add = |is_so: bool, sum: &mut Duration| {
            *sum = if is_so { *sum + time } else { Duration::ZERO };
        };
        add(strain == Strain::Calm, &mut self.calm);
        add(strain >= Strain::Strained, &mut self.strained);
        add(strain >= Strain::Overrun, &mut self.overrun);
    }

    fn next_level(&mut self, now: Instant) -> LoadLevel {
        let too_much = match self.level {
            LoadLevel::Normal => self.strained,
            LoadLevel::RefusingJoins | LoadLevel::FewerTalkers => self.overrun,
            LoadLevel::LowerComplexity => Duration::ZERO,
        };
        if too_much >= limits::SHED_AFTER {
            self.learn_patience(now);
            return self.level.harder();
        }
        if self.level != LoadLevel::Normal && self.calm >= self.patience {
            self.eased_at = Some(now);
            return self.level.easier();
        }
        self.level
    }

    fn learn_patience(&mut self, now: Instant) {
        if let Some(eased) = self.eased_at.take() {
            let is_relapse = now - eased < 2 * self.patience;
            self.patience = if is_relapse {
                (2 * self.patience).min(limits::SHED_PATIENCE_MAX)
            } else {
                limits::SHED_PATIENCE
            };
        }
    }
}

impl Default for LoadJudge {
    fn default() -> Self {
        Self::new()
    }
}

/// `None`: the worker made no tick in the meantime.
fn strain(before: &WorkerTicks, after: &WorkerTicks, time: Duration) -> Option<Strain> {
    let ticks = after.ticks.saturating_sub(before.ticks);
    if ticks == 0 || time.is_zero() {
        return None;
    }
    let skipped = after.skipped.saturating_sub(before.skipped);
    let late = after.late.saturating_sub(before.late) + skipped;
    let late_percent = late * 100 / (ticks + skipped);
    let cpu = after.cpu.saturating_sub(before.cpu);
    let cpu_percent = cpu.as_micros() * 100 / time.as_micros().max(1);
    let is_over = |limit: limits::Strain| {
        late_percent >= limit.late_percent || cpu_percent >= limit.cpu_percent.into()
    };
    Some(if is_over(limits::LOAD_OVERRUN) {
        Strain::Overrun
    } else if is_over(limits::LOAD_STRAINED) {
        Strain::Strained
    } else if is_over(limits::LOAD_FAIR) {
        Strain::Fair
    } else {
        Strain::Calm
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const READING: Duration = limits::LOAD_READING;
    const TICKS: u64 = 25;

    /// A judge and one worker whose figures a test makes up.
    struct Bench {
        judge: LoadJudge,
        now: Instant,
        worker: WorkerTicks,
    }

    impl Bench {
        #[expect(clippy::disallowed_methods, reason = "a test starts at some moment")]
        fn new() -> Self {
            let (mut judge, now) = (LoadJudge::new(), Instant::now());
            let worker = WorkerTicks::default();
            assert_eq!(judge.read(now, vec![worker; 2]), None);
            Self { judge, now, worker }
        }

        /// Half a second with so many of 25 ticks late, and so much CPU.
        fn half_second(&mut self, late: u64, cpu_percent: u32) -> LoadLevel {
            self.now += READING;
            self.worker.ticks += TICKS;
            self.worker.late += late;
            self.worker.cpu += READING * cpu_percent / 100;
            let idle = WorkerTicks {
                ticks: self.worker.ticks,
                ..WorkerTicks::default()
            };
            self.judge.read(self.now, vec![idle, self.worker]);
            self.judge.level()
        }

        fn seconds(&mut self, seconds: u64, late: u64, cpu_percent: u32) -> LoadLevel {
            for _ in 0..seconds * 2 {
                self.half_second(late, cpu_percent);
            }
            self.judge.level()
        }
    }

    #[test]
    fn one_stall_of_the_machine_sheds_nothing_however_long() {
        let mut bench = Bench::new();
        for stall in [1, 3, 6, 25] {
            assert_eq!(bench.seconds(3, 0, 10), LoadLevel::Normal);
            assert_eq!(bench.half_second(stall, 99), LoadLevel::Normal);
        }
        // Two seconds in which nothing ran at all, and then a hundred ticks given up.
        bench.now += Duration::from_secs(2);
        bench.worker.skipped += 100;
        assert_eq!(bench.half_second(5, 10), LoadLevel::Normal);
        assert_eq!(bench.seconds(3, 0, 10), LoadLevel::Normal);
    }

    #[test]
    fn stalls_that_come_and_go_shed_nothing() {
        let mut bench = Bench::new();
        for _ in 0..100 {
            bench.half_second(20, 50);
            bench.half_second(20, 50);
            assert_eq!(bench.half_second(1, 50), LoadLevel::Normal);
        }
    }

    #[test]
    fn ticks_that_stay_late_shed_one_thing_after_the_other() {
        let mut bench = Bench::new();
        let steps = limits::SHED_AFTER.as_millis() / READING.as_millis();
        for level in &LoadLevel::ALL[1..] {
            for _ in 1..steps {
                assert_eq!(bench.half_second(20, 60), level.easier());
            }
            assert_eq!(bench.half_second(20, 60), *level);
        }
        assert_eq!(bench.seconds(10, 25, 60), LoadLevel::LowerComplexity);
    }

    #[test]
    fn a_worker_near_its_end_takes_nobody_more_but_spares_those_who_are_in() {
        let mut bench = Bench::new();
        assert_eq!(bench.seconds(20, 0, 88), LoadLevel::RefusingJoins);
        assert_eq!(bench.seconds(2, 0, 97), LoadLevel::FewerTalkers);
    }

    #[test]
    fn it_comes_back_step_by_step_and_waits_where_it_is_neither_calm_nor_strained() {
        let mut bench = Bench::new();
        bench.seconds(10, 25, 60);
        assert_eq!(bench.seconds(60, 0, 78), LoadLevel::LowerComplexity);
        let patience = limits::SHED_PATIENCE.as_secs();
        for level in [LoadLevel::FewerTalkers, LoadLevel::RefusingJoins] {
            assert_eq!(bench.seconds(patience - 1, 0, 20), level.harder());
            assert_eq!(bench.seconds(1, 0, 20), level);
        }
        assert_eq!(bench.seconds(patience, 0, 20), LoadLevel::Normal);
    }

    /// What is shed is what makes it calm: it must not go up and down every few seconds.
    #[test]
    fn who_relapses_is_trusted_ever_more_slowly() {
        let mut bench = Bench::new();
        let mut changes = 0;
        let mut last = LoadLevel::Normal;
        for _ in 0..2 * 600 {
            let late = match bench.judge.level() {
                LoadLevel::Normal | LoadLevel::RefusingJoins => 20,
                LoadLevel::FewerTalkers | LoadLevel::LowerComplexity => 0,
            };
            let level = bench.half_second(late, 50);
            changes += usize::from(level != last);
            last = level;
        }
        assert!(
            (4..40).contains(&changes),
            "{changes} changes in ten minutes"
        );
        // After a long calm the next strain is a new one.
        bench.seconds(600, 0, 10);
        assert_eq!(bench.judge.level(), LoadLevel::Normal);
        bench.seconds(2, 20, 50);
        assert_eq!(bench.judge.patience, limits::SHED_PATIENCE);
    }

    #[test]
    fn the_worst_worker_counts_and_a_silent_one_says_nothing() {
        let mut bench = Bench::new();
        let stuck = bench.worker;
        for _ in 0..10 {
            bench.now += READING;
            assert_eq!(bench.judge.read(bench.now, vec![stuck]), None);
        }
        assert_eq!(bench.judge.read(bench.now, Vec::new()), None);
        assert_eq!(bench.judge.level(), LoadLevel::Normal);
    }
}
