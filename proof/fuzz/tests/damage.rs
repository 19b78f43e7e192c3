//! Every parser under damaged input, for a short time; a failing input is kept and named.
#![allow(
    unsafe_code,
    reason = "only a global allocator sees what is held, and it passes every call on as it is"
)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use conclave_fuzz::{Bounds, Corpus, Meter, TARGETS, Target, run, seeds, try_one};

struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn hold(bytes: isize) {
    let _ = HELD.try_with(|held| {
        held.set(held.get() + bytes);
        let _ = MOST.try_with(|most| most.set(most.get().max(held.get())));
    });
}

// SAFETY: every call goes to the system's allocator unchanged; counting touches no heap.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        hold(layout.size().cast_signed());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        hold(-layout.size().cast_signed());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        hold(size.cast_signed() - layout.size().cast_signed());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Thread;

impl Meter for Thread {
    fn reset(&self) {
        HELD.set(0);
        MOST.set(0);
    }

    fn most_held(&self) -> usize {
        MOST.get().max(0).cast_unsigned()
    }
}

fn bounds() -> Bounds {
    // Longer by hand: CONCLAVE_FUZZ_SECONDS=600.
    let seconds = std::env::var("CONCLAVE_FUZZ_SECONDS").ok();
    match seconds.and_then(|text| text.parse().ok()) {
        Some(seconds) => Bounds {
            count: u64::MAX,
            time: Duration::from_secs(seconds),
        },
        None => Bounds {
            count: 20_000,
            time: Duration::from_secs(3),
        },
    }
}

/// Another day, other damage, if somebody wishes; else the same every time.
fn seed() -> u64 {
    let seed = std::env::var("CONCLAVE_FUZZ_SEED").ok();
    seed.and_then(|text| text.parse().ok())
        .unwrap_or(20_261_123)
}

fn survives(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let kept = Corpus::kept();
    let corpus = kept.of(target).unwrap();
    let outcome = run(target, &corpus, seed(), bounds(), &Thread);
    println!(
        "{name}: {} inputs in {:.1} s; the slowest took {:.2} ms for {} bytes; {} bytes held for \
         each byte of input at most",
        outcome.tried,
        outcome.took.as_secs_f64(),
        outcome.slowest.0.as_secs_f64() * 1_000.0,
        outcome.slowest.1,
        outcome.most_per_byte
    );
    assert!(outcome.tried >= corpus.len() as u64, "not even the corpus");
    if let Some(failure) = outcome.failure {
        let file = kept.keep_failure(&failure).unwrap();
        panic!("{failure}; kept as {}", file.display());
    }
}

macro_rules! survive {
    ($($test:ident: $name:literal),+ $(,)?) => {
        $(#[test]
        fn $test() {
            survives($name);
        })+

        #[test]
        fn every_target_has_a_test() {
            let tested = [$($name),+];
            for Target { name, .. } in TARGETS {
                assert!(tested.contains(&name), "{name}");
            }
        }
    };
}

survive! {
    sip_messages_survive: "sip-message",
    sip_streams_survive: "sip-stream",
    descriptions_survive: "sdp",
    rtp_survives: "rtp",
    rtcp_survives: "rtcp",
    encrypted_sound_survives: "srtp",
    encrypted_reports_survive: "srtcp",
    checks_survive: "stun",
    proofs_survive: "digest",
    the_first_look_survives: "guard",
}

#[test]
fn the_corpus_is_what_its_maker_makes() {
    let kept = Corpus::kept();
    let remake = std::env::var_os("UPDATE_CORPUS").is_some();
    for (target, name, bytes) in seeds() {
        if remake {
            kept.keep(target, &name, &bytes).unwrap();
            continue;
        }
        let target = TARGETS.iter().find(|one| one.name == target).unwrap();
        let found = kept.of(target).unwrap();
        assert!(
            found.contains(&bytes),
            "{}/{name} is not in the corpus: UPDATE_CORPUS=1 makes it anew",
            target.name
        );
    }
}

#[test]
fn a_parser_that_panics_grows_dawdles_or_lies_is_found_out() {
    let broken = |parse| Target {
        name: "broken",
        parse,
        memory_base: 1_000,
        memory_per_byte: 1,
    };
    let how = |parse, input: &[u8]| try_one(&broken(parse), input, &Thread).unwrap_err();
    assert_eq!(how(|input| Err(format!("{}", input.len())), b"abc"), "3");
    assert_eq!(how(|_| panic!("on purpose"), b""), "panicked");
    let grows = how(
        |input| {
            drop(vec![0_u8; input.len() * 2_000]);
            Ok(())
        },
        b"abc",
    );
    assert_eq!(grows, "held 6000 bytes at once, and 1003 are allowed");
    let dawdles = how(
        |_| {
            std::thread::sleep(Duration::from_millis(50));
            Ok(())
        },
        b"abc",
    );
    assert!(dawdles.starts_with("took 5"), "{dawdles}");
}
