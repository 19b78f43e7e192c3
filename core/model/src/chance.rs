//! Randomness as an argument: a seeded ChaCha20 stream; never asks the system for entropy.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// A cryptographically secure random stream that a seed replays exactly.
///
/// The shell seeds it from the operating system, the simulated world from its run number.
pub struct Chance(ChaCha20Rng);

impl Chance {
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// A second stream that does not follow this one, for a part that needs its own.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        let mut seed = [0; 32];
        self.fill(&mut seed);
        Self::from_seed(seed)
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    #[must_use]
    pub fn u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    #[must_use]
    pub fn u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..limit`, without the bias of a plain remainder.
    ///
    /// # Panics
    /// When `limit` is 0: there is no such number.
    #[must_use]
    pub fn below(&mut self, limit: u32) -> u32 {
        assert!(limit > 0, "no number is below 0");
        let widest = u32::MAX - u32::MAX % limit;
        loop {
            let drawn = self.u32();
            if drawn < widest {
                return drawn % limit;
            }
        }
    }
}

impl std::fmt::Debug for Chance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chance(..)")
    }
}
