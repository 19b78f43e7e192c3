//! One voice heard from a place around the head: later and duller at the ear that is turned away.
//!
//! No measured head: a sphere. The ear that is turned away hears later by R. S. Woodworth's formula
//! ("Experimental Psychology", 1938: the way round a sphere, `a/c * (azimuth + sin azimuth)`). The
//! shadow of the head is the first-order filter of C. P. Brown and R. O. Duda ("A structural model
//! for binaural sound synthesis", IEEE Transactions on Speech and Audio Processing 6(5), 1998).

use std::f32::consts::PI;

use crate::{Frame, SampleRate};

/// A voice at one place, at 48 kHz. Allocates nothing.
#[derive(Clone, Debug)]
pub struct SpatialVoice {
    azimuth_deg: i16,
    near: Shadow,
    far: Shadow,
    /// How much later the far ear hears, in samples.
    delay: usize,
    /// What the far ear has not heard yet.
    late: [f32; DELAY_MAX],
}

/// A first-order shelf: 1 at 0 Hz, `alpha` at the top.
#[derive(Clone, Copy, Debug, Default)]
struct Shadow {
    b0: f32,
    b1: f32,
    a1: f32,
    s1: f32,
}

impl SpatialVoice {
    /// `azimuth_deg`: 0 is in front, 90 at the right ear, -90 at the left; what is beyond is cut.
    #[must_use]
    pub fn at(azimuth_deg: i16) -> Self {
        let azimuth_deg = azimuth_deg.clamp(-90, 90);
        let azimuth = f32::from(azimuth_deg.abs());
        let seconds = HEAD_M / SOUND_M_S * (azimuth.to_radians() + azimuth.to_radians().sin());
        Self {
            azimuth_deg,
            near: Shadow::of(90.0 - azimuth),
            far: Shadow::of(90.0 + azimuth),
            delay: (seconds * RATE_HZ).round() as usize,
            late: [0.0; DELAY_MAX],
        }
    }

    #[must_use]
    pub const fn azimuth_deg(&self) -> i16 {
        self.azimuth_deg
    }

    /// Renders 20 ms; all three have as many samples.
    pub fn process(&mut self, voice: &[f32], left: &mut [f32], right: &mut [f32]) {
        let (near, far) = if self.azimuth_deg < 0 {
            (left, right)
        } else {
            (right, left)
        };
        self.near.process(voice, near);
        let delay = self.delay.min(voice.len());
        let (on_time, held) = voice.split_at(voice.len() - delay);
        let mut delayed = [0.0; Frame::SAMPLES_MAX];
        let delayed = &mut delayed[..voice.len()];
        delayed[..delay].copy_from_slice(&self.late[..delay]);
        delayed[delay..].copy_from_slice(on_time);
        self.late[..delay].copy_from_slice(held);
        self.far.process(delayed, far);
    }
}

impl Shadow {
    /// `incidence_deg`: between the ear and where the sound comes from.
    fn of(incidence_deg: f32) -> Self {
        let turned = incidence_deg / ALPHA_LEAST_AT_DEG * PI;
        let alpha = (1.0 + ALPHA_LEAST / 2.0) + (1.0 - ALPHA_LEAST / 2.0) * turned.cos();
        // (1 + alpha s / 2w) / (1 + s / 2w) with w = c/a, by the bilinear transform.
        let k = RATE_HZ * HEAD_M / SOUND_M_S;
        Self {
            b0: (1.0 + alpha * k) / (1.0 + k),
            b1: (1.0 - alpha * k) / (1.0 + k),
            a1: (1.0 - k) / (1.0 + k),
            s1: 0.0,
        }
    }

    fn process(&mut self, voice: &[f32], out: &mut [f32]) {
        let Self { b0, b1, a1, mut s1 } = *self;
        for (x, y) in voice.iter().zip(out) {
            *y = b0 * x + s1;
            s1 = b1 * x - a1 * *y;
        }
        self.s1 = s1;
    }
}

const RATE_HZ: f32 = SampleRate::Hz48000.hz() as f32;
/// The radius of a head, and the speed of sound.
const HEAD_M: f32 = 0.0875;
const SOUND_M_S: f32 = 343.0;
/// The shadow is deepest, and a tenth, at this incidence; Brown and Duda's values.
const ALPHA_LEAST: f32 = 0.1;
const ALPHA_LEAST_AT_DEG: f32 = 150.0;
/// 0.66 ms at 90 degrees are 31.5 samples.
const DELAY_MAX: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level;

    /// Both ears of a second of noise from there.
    fn ears(azimuth_deg: i16) -> (Vec<f32>, Vec<f32>) {
        let mut state = 5_u32;
        let mut voice = SpatialVoice::at(azimuth_deg);
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for _ in 0..50 {
            let frame: [f32; 960] = std::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 8_388_608.0 - 1.0
            });
            let (mut one, mut other) = ([0.0; 960], [0.0; 960]);
            voice.process(&frame, &mut one, &mut other);
            left.extend(one);
            right.extend(other);
        }
        (left, right)
    }

    /// By how many samples the right ear is ahead of the left, by the best match.
    fn lead(left: &[f32], right: &[f32]) -> i32 {
        let match_at = |lag: i32| -> f32 {
            let pairs = 100..left.len() - 100;
            pairs
                .map(|n| right[n] * left[n.wrapping_add_signed(lag as isize)])
                .sum()
        };
        (-40..=40)
            .max_by(|one, other| match_at(*one).total_cmp(&match_at(*other)))
            .expect("some lag is best")
    }

    #[test]
    fn the_far_ear_hears_later_and_softer_and_the_middle_is_the_middle() {
        for (azimuth, samples) in [(0, 0), (30, 13), (60, 23), (90, 31)] {
            let (left, right) = ears(azimuth);
            let found = lead(&left, &right);
            assert!((found - samples).abs() <= 1, "{azimuth}: {found} samples");
            let difference = level::dbov(&right) - level::dbov(&left);
            let expected = match azimuth {
                0 => 0.0..0.01,
                30 => 6.0..14.0,
                _ => 10.0..28.0,
            };
            assert!(expected.contains(&difference), "{azimuth}: {difference} dB");
            let (mirrored_left, mirrored_right) = ears(-azimuth);
            assert_eq!((left, right), (mirrored_right, mirrored_left), "{azimuth}");
        }
    }
}
