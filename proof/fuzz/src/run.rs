//! One bounded run over one target; chooses no target and keeps no file.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::{Failure, Meter, Mutator, Target};

/// When a run ends, whichever comes first.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub count: u64,
    pub time: Duration,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub tried: u64,
    pub took: Duration,
    /// The longest try, and how large its input was.
    pub slowest: (Duration, usize),
    /// The most that one try held at once for each byte of its input, of those of 64 bytes and
    /// more.
    pub most_per_byte: usize,
    pub failure: Option<Failure>,
}

/// The corpus as it is, then damaged, until a bound or the first failure.
pub fn run(
    target: &Target,
    corpus: &[Vec<u8>],
    seed: u64,
    bounds: Bounds,
    meter: &dyn Meter,
) -> Outcome {
    let start = Instant::now();
    let mut mutator = Mutator::new(seed);
    let mut outcome = Outcome {
        tried: 0,
        took: Duration::ZERO,
        slowest: (Duration::ZERO, 0),
        most_per_byte: 0,
        failure: None,
    };
    while outcome.tried < bounds.count && start.elapsed() < bounds.time {
        let whole = usize::try_from(outcome.tried).ok();
        let input = whole.and_then(|at| corpus.get(at).cloned());
        let input = input.unwrap_or_else(|| mutator.next(corpus));
        outcome.tried += 1;
        let (took, held, result) = measure(target, &input, meter);
        if took > outcome.slowest.0 {
            outcome.slowest = (took, input.len());
        }
        if input.len() >= 64 {
            outcome.most_per_byte = outcome.most_per_byte.max(held / input.len());
        }
        if let Err(how) = result {
            outcome.failure = Some(Failure {
                target: target.name,
                how,
                input,
            });
            break;
        }
    }
    outcome.took = start.elapsed();
    outcome
}

/// One input, judged alone.
///
/// # Errors
/// What broke.
pub fn try_one(target: &Target, input: &[u8], meter: &dyn Meter) -> Result<(), String> {
    measure(target, input, meter).2
}

fn measure(
    target: &Target,
    input: &[u8],
    meter: &dyn Meter,
) -> (Duration, usize, Result<(), String>) {
    meter.reset();
    let start = Instant::now();
    let caught = catch_unwind(AssertUnwindSafe(|| (target.parse)(input)));
    let mut took = start.elapsed();
    let held = meter.most_held();
    let result = match caught {
        Ok(held_true) => held_true,
        Err(_) => Err("panicked".to_owned()),
    };
    let result = result.and_then(|()| {
        let most = target.memory(input.len());
        (held <= most)
            .then_some(())
            .ok_or_else(|| format!("held {held} bytes at once, and {most} are allowed"))
    });
    let result = result.and_then(|()| {
        // Somebody else may have had the processor: only what is slow three times is slow.
        let most = target.slowest(input.len());
        for _ in 0..2 {
            if took <= most {
                return Ok(());
            }
            let start = Instant::now();
            let _ = catch_unwind(AssertUnwindSafe(|| (target.parse)(input)));
            took = took.min(start.elapsed());
        }
        (took <= most)
            .then_some(())
            .ok_or_else(|| format!("took {took:?}, and {most:?} are allowed"))
    });
    (took, held, result)
}
