//! Has a leg's memory brought into the cache before it is worked on; neither reads nor writes it.
//!
//! A leg is touched once in 20 ms and stage of a tick, with system calls between that fill the
//! caches with what is the kernel's: waiting for its memory was most of what a leg cost.
#![allow(unsafe_code)]

use conclave_media::Leg;

/// Asks for the memory of `leg` itself, not for what it points to.
#[cfg(target_arch = "x86_64")]
pub(crate) fn fetch(leg: &Leg) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    let first = std::ptr::from_ref(leg).cast::<i8>();
    for at in (0..size_of::<Leg>()).step_by(CACHE_LINE_BYTES) {
        let line = first.wrapping_add(at);
        // SAFETY: every x86-64 has SSE, and a prefetch is a hint: it changes nothing that a
        // program can see and cannot fault, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line) }
    }
}

/// Other processors have no hint that this compiler lets us give.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn fetch(_: &Leg) {}

#[cfg(target_arch = "x86_64")]
const CACHE_LINE_BYTES: usize = 64;
