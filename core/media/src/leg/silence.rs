//! A queue of silence: the same pace as one of sound, and not a single sample.

use conclave_audio::SampleRate;

/// What a time scale would hold if all of it were silence.
pub(crate) struct Silence {
    rate: SampleRate,
    /// Samples.
    waiting: usize,
    /// Samples to be pulled before the next change of pace.
    rest: usize,
}

impl Silence {
    pub const fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            waiting: 0,
            rest: 0,
        }
    }

    pub const fn rate(&self) -> SampleRate {
        self.rate
    }

    pub const fn waiting(&self) -> usize {
        self.waiting
    }

    pub fn begin(&mut self, waiting: usize) {
        self.waiting = waiting;
        self.rest = 0;
    }

    pub fn clear(&mut self) {
        self.begin(0);
    }

    pub fn push(&mut self, samples: usize) {
        let most = self.rate.samples_in_ms(WAITING_MAX_MS);
        self.waiting = (self.waiting + samples).min(most);
    }

    /// Takes a frame, if there is one.
    pub fn pull(&mut self) {
        let frame = self.rate.frame_samples();
        if let Some(left) = self.waiting.checked_sub(frame) {
            self.waiting = left;
            self.rest = self.rest.saturating_sub(frame);
        }
    }

    /// Says by how many samples.
    pub fn shorten(&mut self) -> usize {
        let step = self.step();
        self.waiting -= step;
        step
    }

    pub fn lengthen(&mut self) {
        let step = self.step();
        self.push(step);
    }

    fn step(&mut self) -> usize {
        if self.rest > 0 || self.waiting < self.rate.frame_samples() {
            return 0;
        }
        self.rest = self.rate.samples_in_ms(REST_MS);
        self.rate.samples_in_ms(STEP_MS)
    }
}

/// The longest packet, and more than anybody lets wait.
const WAITING_MAX_MS: u32 = 200;
/// As `TimeScale` does it with what is too quiet to be heard.
const STEP_MS: u32 = 10;
const REST_MS: u32 = 60;

#[cfg(test)]
mod tests {
    use conclave_audio::TimeScale;

    use super::*;

    #[test]
    fn it_keeps_the_pace_of_a_time_scale_full_of_silence() {
        let rate = SampleRate::Hz8000;
        let (mut scale, mut silence) = (TimeScale::new(rate), Silence::new(rate));
        let mut frame = [0.0; 160];
        for tick in 0..3_000_usize {
            while scale.buffered() < 160 {
                let samples = [80, 160, 480][tick / 300 % 3];
                scale.push_silence(samples);
                silence.push(samples);
            }
            match tick / 50 % 3 {
                0 => assert_eq!(scale.shorten(), silence.shorten()),
                1 => {
                    scale.lengthen();
                    silence.lengthen();
                }
                _ => {}
            }
            scale.pull(&mut frame);
            silence.pull();
            assert_eq!(scale.buffered(), silence.waiting(), "tick {tick}");
        }
    }
}
