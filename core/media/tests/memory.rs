//! What a leg takes of memory while it listens, and that it gives all of it back.
#![allow(
    unsafe_code,
    clippy::unwrap_used,
    reason = "a counting allocator must be one, and passes every call on as it is"
)]

mod studio;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use conclave_contract::Command;
use conclave_model::Codec;
use studio::{Phone, STAGE, Studio};

struct Counting;

thread_local! {
    static LIVE: Cell<i64> = const { Cell::new(0) };
}

fn count(bytes: i64) {
    let _ = LIVE.try_with(|live| live.set(live.get() + bytes));
}

// SAFETY: every call goes to the system's allocator unchanged; counting touches no heap.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as i64);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as i64));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const LEGS: u32 = 100;

/// Bytes that this many silent listeners on a stage hold, but for the phones themselves.
fn listeners_bytes(codec: Codec, legs: u32) -> i64 {
    let mut studio = Studio::new();
    // What lies ready for the next call belongs to no leg.
    studio.reuses = false;
    let phones: Vec<Phone> = (1..=legs)
        .map(|number| {
            let mut phone = Phone::new(number, codec, 400.0);
            phone.talks = false;
            phone
        })
        .collect();
    studio.phones.reserve(phones.len());
    let before = LIVE.get();
    for phone in phones {
        studio.join(phone);
    }
    let opened = LIVE.get();
    studio.run_ms(100);
    // What the phones write down is theirs.
    let noted = LIVE.get();
    for phone in &mut studio.phones {
        phone.sends = false;
        phone.listens = false;
    }
    studio.run_ms(2_000);
    (opened - before) + (LIVE.get() - noted)
}

#[test]
fn a_listener_takes_little() {
    // Beside these libopus holds 31 KiB of an encoder, and 18 of a decoder for each spare ear.
    let most_kib = [
        (Codec::Pcmu, 14),
        (Codec::Pcma, 14),
        (Codec::G722, 18),
        (Codec::Opus, 32),
    ];
    for (codec, most) in most_kib {
        let each = listeners_bytes(codec, LEGS) / i64::from(LEGS);
        assert!(each <= most * 1_024, "{codec}: {each} bytes a leg");
    }
}

#[test]
fn thousands_of_joins_and_leaves_leave_nothing_behind() {
    let mut studio = Studio::new();
    let mut live = Vec::with_capacity(40);
    for round in 0..40_u32 {
        for number in 1..=100 {
            let codec = Codec::ALL[number as usize % Codec::ALL.len()];
            let mut phone = Phone::new(round * 100 + number, codec, 400.0);
            phone.talks = number % 20 == round % 20;
            phone.listens = false;
            studio.join(phone);
        }
        studio.run_ms(200);
        let legs: Vec<_> = studio.phones.iter().map(|phone| phone.leg).collect();
        for (at, leg) in legs.into_iter().enumerate() {
            if at % 3 == 0 {
                studio.command(Command::LeaveStage { leg });
                studio.command(Command::JoinStage { leg, stage: STAGE });
            }
            studio.command(Command::CloseLeg { leg });
        }
        studio.phones = Vec::new();
        studio.run_ms(40);
        studio.events = Vec::new();
        live.push(LIVE.get());
    }
    assert_eq!(studio.deck.health().legs, 0);
    // The first round meets every codec for the first time.
    assert!(live[1..].iter().all(|bytes| *bytes == live[1]), "{live:?}");
}
