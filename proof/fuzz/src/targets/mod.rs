//! What is fuzzed, and what must hold of each; damages nothing.

mod digest;
mod guard;
mod media;
mod sdp;
mod secrecy;
mod sip;
mod stun;

use std::time::Duration;

use conclave_model::{SrtpKey, SrtpSuite};

/// One parser under test.
#[derive(Clone, Copy)]
pub struct Target {
    /// Also of its folder in the corpus.
    pub name: &'static str,
    /// `Err`: what did not hold.
    pub parse: fn(&[u8]) -> Result<(), String>,
    /// Bytes that one try may hold at once, whatever its input.
    pub memory_base: usize,
    /// And for each byte of it.
    pub memory_per_byte: usize,
}

impl Target {
    /// Bytes that a try may hold at once.
    #[must_use]
    pub fn memory(&self, input: usize) -> usize {
        self.memory_base + self.memory_per_byte * input
    }

    /// How long a try may take, without optimisation and on a slow machine: 2 µs a byte. What
    /// looks at each byte once for each other one takes a hundred times as long at 64 KiB.
    #[must_use]
    pub fn slowest(&self, input: usize) -> Duration {
        Duration::from_millis(20) + Duration::from_micros(2) * u32::try_from(input).unwrap_or(0)
    }
}

/// All of them.
pub const TARGETS: [Target; 10] = [
    // A user agent of its own for each try: 30 KiB, and the message some times over: as it came,
    // as it is kept for the call log, as it is answered.
    Target {
        name: "sip-message",
        parse: sip::message,
        memory_base: 128 * 1024,
        memory_per_byte: 24,
    },
    // Two of them, and every pipelined message has an answer that waits.
    Target {
        name: "sip-stream",
        parse: sip::stream,
        memory_base: 256 * 1024,
        memory_per_byte: 120,
    },
    Target {
        name: "sdp",
        parse: sdp::description,
        memory_base: 64 * 1024,
        memory_per_byte: 40,
    },
    // A packet is read where it lies.
    Target {
        name: "rtp",
        parse: media::rtp,
        memory_base: 256,
        memory_per_byte: 0,
    },
    Target {
        name: "rtcp",
        parse: media::rtcp,
        memory_base: 256,
        memory_per_byte: 0,
    },
    // The packet and a copy to compare it with, for each suite in turn, and the tables of ciphers.
    Target {
        name: "srtp",
        parse: secrecy::srtp,
        memory_base: 256 * 1024,
        memory_per_byte: 4,
    },
    Target {
        name: "srtcp",
        parse: secrecy::srtcp,
        memory_base: 256 * 1024,
        memory_per_byte: 4,
    },
    // The answer, and the lists of what is not known.
    Target {
        name: "stun",
        parse: stun::check,
        memory_base: 8 * 1024,
        memory_per_byte: 8,
    },
    Target {
        name: "digest",
        parse: digest::headers,
        memory_base: 8 * 1024,
        memory_per_byte: 32,
    },
    Target {
        name: "guard",
        parse: guard::look,
        memory_base: 256,
        memory_per_byte: 0,
    },
];

/// The key under which the corpus is encrypted.
pub(crate) fn secrecy_key(suite: SrtpSuite) -> Result<SrtpKey, String> {
    secrecy::key(suite, secrecy::OWN)
}

/// The two sides of the checks in the corpus.
pub(crate) const ICE: [(&str, &str); 2] = [stun::OURS, stun::THEIRS];
