//! 20 ms of mono sound at one rate, in a buffer that never moves or grows.

use crate::SampleRate;

/// One tick's worth of samples, silent when new.
#[derive(Clone)]
pub struct Frame {
    rate: SampleRate,
    samples: [f32; Frame::SAMPLES_MAX],
}

impl Frame {
    /// 20 ms at 48 kHz.
    pub const SAMPLES_MAX: usize = 960;

    #[must_use]
    pub const fn silent(rate: SampleRate) -> Self {
        Self {
            rate,
            samples: [0.0; Frame::SAMPLES_MAX],
        }
    }

    #[must_use]
    pub const fn rate(&self) -> SampleRate {
        self.rate
    }

    #[must_use]
    pub fn samples(&self) -> &[f32] {
        &self.samples[..self.rate.frame_samples()]
    }

    #[must_use]
    pub fn samples_mut(&mut self) -> &mut [f32] {
        &mut self.samples[..self.rate.frame_samples()]
    }

    pub fn silence(&mut self) {
        self.samples_mut().fill(0.0);
    }

    /// Adds `other` sample by sample.
    ///
    /// # Panics
    /// In debug builds, when the rates differ: sounds of two rates cannot be added.
    pub fn add(&mut self, other: &Frame) {
        debug_assert_eq!(self.rate, other.rate);
        for (sum, sample) in self.samples_mut().iter_mut().zip(other.samples()) {
            *sum += sample;
        }
    }
}
