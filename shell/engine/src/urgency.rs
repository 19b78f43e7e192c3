//! Whether a worker runs before other programs; knows only how full its ticks are.
//!
//! A tick that begins late is heard: packets wait, the jitter buffers of all listeners grow. Beside
//! a program that keeps the processors busy an ordinary thread begins its ticks up to 10 ms late.

use std::time::Duration;

use thread_priority::{
    Error, NormalThreadSchedulePolicy, RealtimeThreadSchedulePolicy, ThreadPriority,
    ThreadPriorityValue, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};

use crate::clock::TICK;

/// The claim of the thread that made it, which alone may use it.
pub(crate) struct Urgency {
    standing: Standing,
    /// Ticks in a row that left next to nothing of their 20 ms.
    full_ticks: u32,
}

/// Where the thread stands among those of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Like all others, for good: nothing else was asked for, or it is not allowed.
    Ordinary,
    /// Before all ordinary threads, in turns with others like it (`SCHED_RR`).
    RealTime,
    /// Like all others for so many ticks: the rest of the machine had too little.
    Resting(u32),
}

impl Urgency {
    /// Asks for real time. Where the system does not allow it (`CAP_SYS_NICE`, or `RLIMIT_RTPRIO`
    /// of at least [`PRIORITY`]) the thread stays what it is, and the log says so.
    pub fn claim() -> Self {
        let mut urgency = Self::ordinary();
        match run_in_real_time() {
            Ok(()) => urgency.standing = Standing::RealTime,
            Err(error) => {
                tracing::info!(%error, "media workers run at ordinary priority: allow CAP_SYS_NICE or LimitRTPRIO={PRIORITY} for even sound beside other programs");
            }
        }
        urgency
    }

    /// Asks for nothing.
    pub const fn ordinary() -> Self {
        Self {
            standing: Standing::Ordinary,
            full_ticks: 0,
        }
    }

    /// A tick took `busy`. Steps back when ticks leave nothing to others, who must hear of it and
    /// refuse callers, and comes forward again some seconds later.
    pub fn tick(&mut self, busy: Duration) {
        let before = self.standing;
        self.standing = self.next(busy);
        let done = match (before, self.standing) {
            (Standing::RealTime, Standing::Resting(_)) => run_like_others(),
            (Standing::Resting(_), Standing::RealTime) => run_in_real_time(),
            (Standing::Ordinary | Standing::RealTime | Standing::Resting(_), _) => Ok(()),
        };
        if done.is_err() {
            self.standing = Standing::Ordinary;
        }
    }

    pub const fn is_real_time(&self) -> bool {
        matches!(self.standing, Standing::RealTime)
    }

    fn next(&mut self, busy: Duration) -> Standing {
        self.full_ticks = if busy >= FULL { self.full_ticks + 1 } else { 0 };
        match self.standing {
            Standing::Ordinary => Standing::Ordinary,
            Standing::RealTime if self.full_ticks >= FULL_TICKS => Standing::Resting(REST_TICKS),
            Standing::RealTime => Standing::RealTime,
            Standing::Resting(0) => Standing::RealTime,
            Standing::Resting(ticks) => Standing::Resting(ticks - 1),
        }
    }
}

fn run_in_real_time() -> Result<(), Error> {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    set_thread_priority_and_policy(thread_native_id(), of_a_hundred(PRIORITY), policy)
}

fn run_like_others() -> Result<(), Error> {
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Other);
    // The middle is what the system calls a niceness of 0.
    set_thread_priority_and_policy(thread_native_id(), of_a_hundred(50), policy)
}

fn of_a_hundred(value: u8) -> ThreadPriority {
    let value = ThreadPriorityValue::try_from(value);
    ThreadPriority::Crossplatform(value.expect("ours are below 100"))
}

/// Of 1 to 99: before programs, behind what the kernel does for itself in real time (50).
const PRIORITY: u8 = 20;
const FULL: Duration = Duration::from_millis(18);
const _: () = assert!(FULL.as_millis() < TICK.as_millis());
/// Half a second: as long as the brain takes to see that ticks run late, and to refuse callers.
const FULL_TICKS: u32 = 25;
/// Five seconds: in which refusing has had its effect.
const REST_TICKS: u32 = 250;

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: Duration = Duration::from_millis(8);

    #[test]
    fn it_steps_back_when_ticks_stay_full_and_comes_forward_after_a_rest() {
        let mut urgency = Urgency {
            standing: Standing::RealTime,
            full_ticks: 0,
        };
        for busy in [FULL, CALM].repeat(100) {
            urgency.standing = urgency.next(busy);
        }
        assert_eq!(
            urgency.standing,
            Standing::RealTime,
            "now and then is none of anybody's harm"
        );
        for _ in 0..FULL_TICKS {
            urgency.standing = urgency.next(FULL);
        }
        assert_eq!(urgency.standing, Standing::Resting(REST_TICKS));
        for _ in 0..=REST_TICKS {
            assert!(!urgency.is_real_time());
            urgency.standing = urgency.next(CALM);
        }
        assert!(urgency.is_real_time());
    }

    #[test]
    fn who_may_not_be_urgent_works_all_the_same() {
        // On a thread of its own: what it is allowed to be dies with it.
        let done = std::thread::spawn(|| {
            let mut urgency = Urgency::claim();
            let allowed = urgency.is_real_time();
            for _ in 0..FULL_TICKS {
                urgency.tick(FULL);
            }
            let rests = !urgency.is_real_time();
            for _ in 0..=REST_TICKS {
                urgency.tick(CALM);
            }
            (rests, urgency.is_real_time() == allowed)
        });
        assert_eq!(done.join().ok(), Some((true, true)));
    }
}
