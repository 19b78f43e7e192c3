//! How loud a leg hears what it is sent, and the way there without a click; makes no sound.

use conclave_audio::{Gain, SampleRate};
use conclave_model::limits;

/// The listening volume of one leg.
#[derive(Clone)]
pub(crate) struct Loudness {
    gain: Gain,
    is_plain: bool,
}

impl Loudness {
    /// Goes to a volume within [`limits::VOLUME_DB`]; what is beyond is cut.
    pub fn set(&mut self, volume_db: i8, rate: SampleRate) {
        self.gain.ramp_to(factor(volume_db), ramp_samples(rate));
        self.look();
    }

    /// All is heard as it is: the same as by everybody else.
    pub const fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// There is nothing to hear in this tick: no way to go.
    pub fn arrive(&mut self) {
        if !self.is_plain {
            self.gain.arrive();
            self.look();
        }
    }

    pub fn apply(&mut self, samples: &mut [f32]) {
        self.gain.apply(samples);
        self.look();
    }

    fn look(&mut self) {
        self.is_plain = self.gain.is_steady() && self.gain.value() == 1.0;
    }
}

impl Default for Loudness {
    fn default() -> Self {
        Self {
            gain: Gain::new(1.0),
            is_plain: true,
        }
    }
}

/// What a volume multiplies samples by.
pub(crate) fn factor(volume_db: i8) -> f32 {
    let within = volume_db.clamp(*limits::VOLUME_DB.start(), *limits::VOLUME_DB.end());
    10_f32.powf(f32::from(within) / 20.0)
}

/// Soft enough for no click, and there before one wonders whether the button works.
pub(crate) const fn ramp_samples(rate: SampleRate) -> usize {
    rate.samples_in_ms(VOLUME_RAMP_MS)
}

const VOLUME_RAMP_MS: u32 = 3 * limits::FRAME_MS;

/// Brings what is too loud below full scale where no limiter runs: music and prompts made louder.
/// A sound below [`ROUND`] is left as it is.
pub(crate) fn round_off(samples: &mut [f32]) {
    for sample in samples {
        let over = sample.abs() - ROUND;
        if over > 0.0 {
            // Its slope is 1 where it begins, and it never passes full scale.
            let room = 1.0 - ROUND;
            *sample = (ROUND + room * over / (over + room)).copysign(*sample);
        }
    }
}

const ROUND: f32 = 0.7;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_beyond_the_limits_is_cut() {
        assert_eq!(factor(i8::MAX), factor(20));
        assert_eq!(factor(i8::MIN), factor(-20));
        assert!((factor(20) - 10.0).abs() < 1e-4 && factor(0) == 1.0);
    }

    #[test]
    fn what_is_too_loud_is_rounded_without_a_corner() {
        let mut ramp: Vec<f32> = (0..4_000).map(|n| n as f32 / 400.0).collect();
        let before = ramp.clone();
        round_off(&mut ramp);
        assert!(ramp.windows(2).all(|two| two[0] <= two[1]));
        assert!(ramp.iter().all(|sample| *sample < 1.0));
        assert_eq!(ramp[..280], before[..280]);
        let mut low = [-5.0];
        round_off(&mut low);
        assert!(low[0] < -0.9 && low[0] > -1.0);
    }
}
