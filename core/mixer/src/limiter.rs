//! Keeps one mix below full scale without distorting it; knows nothing of what is in it.

/// A look-ahead limiter for one distinct mix: its output is its input, 2 ms later.
///
/// It works in steps of 1 ms. The gain moves in straight lines between the edges of steps, and the
/// gain at an edge is never above what the steps on both sides of it need; so no sample passes
/// [`Limiter::CEILING`], and a sound that never would is copied untouched.
#[derive(Clone)]
pub struct Limiter {
    step_samples: usize,
    /// The last two steps, which are heard next. `turn` is the older.
    held: [[f32; STEP_SAMPLES_MAX]; 2],
    /// The gain that each of them needs, in the same places.
    needed: [f32; 2],
    turn: usize,
    /// The gain at the edge where the next step to be heard begins.
    edge: f32,
    hold_steps: u32,
}

const STEP_SAMPLES_MAX: usize = 48;
/// After a peak the gain stays for 20 ms, a whole period of the lowest hum: it must not follow the
/// wave itself.
const HOLD_STEPS: u32 = 20;
/// Then it comes back by this part of what is missing, each ms: within 150 ms, unnoticed.
const RELEASE: f32 = 1.0 / 150.0;
/// What is this near to 1 is 1.
const RELEASED: f32 = 0.999;

impl Limiter {
    /// How much later the sound is heard.
    pub const DELAY_MS: u32 = 2;
    /// -0.2 dB: room for the rounding of a codec.
    pub const CEILING: f32 = 0.98;

    /// # Panics
    /// When the rate is not a whole number of kHz up to 48: no mix has such a rate.
    #[must_use]
    pub fn new(rate_hz: u32) -> Self {
        let step_samples = (rate_hz / 1_000) as usize;
        assert!(rate_hz.is_multiple_of(1_000) && (1..=STEP_SAMPLES_MAX).contains(&step_samples));
        Self {
            step_samples,
            held: [[0.0; STEP_SAMPLES_MAX]; 2],
            needed: [1.0; 2],
            turn: 0,
            edge: 1.0,
            hold_steps: 0,
        }
    }

    /// Limits whole milliseconds in place.
    pub fn process(&mut self, samples: &mut [f32]) {
        debug_assert!(samples.len().is_multiple_of(self.step_samples));
        for step in samples.chunks_exact_mut(self.step_samples) {
            self.step(step, needed_for(step));
        }
    }

    /// The same for two ears: one gain for both, so that no voice leaves its place when another is
    /// loud in one ear. Both must have come the same way.
    pub fn process_pair(pair: &mut [Limiter; 2], left: &mut [f32], right: &mut [f32]) {
        let [one, other] = pair;
        debug_assert!(left.len() == right.len() && one.step_samples == other.step_samples);
        let steps = left.chunks_exact_mut(one.step_samples);
        for (left, right) in steps.zip(right.chunks_exact_mut(other.step_samples)) {
            let needed = needed_for(left).min(needed_for(right));
            one.step(left, needed);
            other.step(right, needed);
        }
    }

    /// Goes on where `other` is: for a listener who gets a mix of their own, and back.
    pub fn continue_from(&mut self, other: &Limiter) {
        self.clone_from(other);
    }

    /// The gain that the newest sample heard met; 1.0 when nothing is limited.
    #[must_use]
    pub const fn gain(&self) -> f32 {
        self.edge
    }

    fn step(&mut self, samples: &mut [f32], newest: f32) {
        let heard = self.turn;
        let between = 1 - heard;
        let edge = self.next_edge(self.needed[heard], self.needed[between], newest);

        samples.swap_with_slice(&mut self.held[heard][..self.step_samples]);
        if self.edge < 1.0 || edge < 1.0 {
            let slope = (edge - self.edge) / self.step_samples as f32;
            for (index, sample) in samples.iter_mut().enumerate() {
                *sample *= self.edge + slope * index as f32;
            }
        }
        self.edge = edge;
        self.needed[heard] = newest;
        self.turn = between;
    }

    /// `heard`, `next` and `newest` are what three steps in a row need; the edge is between the
    /// first two.
    fn next_edge(&mut self, heard: f32, next: f32, newest: f32) -> f32 {
        let ceiling = heard.min(next);
        // The attack takes two steps: half way to what the newest will need.
        let wanted = ceiling.min((self.edge + newest) * 0.5);
        if wanted < self.edge || newest <= self.edge {
            self.hold_steps = HOLD_STEPS;
            return wanted.min(self.edge);
        }
        if self.hold_steps > 0 {
            self.hold_steps -= 1;
            return self.edge.min(ceiling);
        }
        let released = self.edge + (1.0 - self.edge) * RELEASE;
        let released = if released > RELEASED { 1.0 } else { released };
        released.min(ceiling)
    }
}

/// The gain that a step needs by itself.
fn needed_for(samples: &[f32]) -> f32 {
    Limiter::CEILING / peak(samples).max(Limiter::CEILING)
}

/// Eight maxima side by side, so that the compiler may use whole registers.
fn peak(samples: &[f32]) -> f32 {
    let mut peaks = [0.0_f32; 8];
    let (eights, rest) = samples.as_chunks::<8>();
    for eight in eights {
        for (peak, sample) in peaks.iter_mut().zip(eight) {
            let magnitude = sample.abs();
            *peak = if magnitude > *peak { magnitude } else { *peak };
        }
    }
    let lanes = peaks.iter().copied();
    lanes
        .chain(rest.iter().map(|x| x.abs()))
        .fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: [u32; 3] = [8_000, 16_000, 48_000];

    fn sine(rate_hz: u32, hz: f32, amplitude: f32, seconds: f32) -> Vec<f32> {
        let turn = std::f32::consts::TAU * hz / rate_hz as f32;
        (0..(rate_hz as f32 * seconds) as usize)
            .map(|index| (turn * index as f32).sin() * amplitude)
            .collect()
    }

    fn limit(rate_hz: u32, samples: &mut [f32]) -> Limiter {
        let mut limiter = Limiter::new(rate_hz);
        for frame in samples.chunks_mut(rate_hz as usize / 50) {
            limiter.process(frame);
        }
        limiter
    }

    /// All that is not the sine at `hz`, in dB below it.
    fn distortion_db(samples: &[f32], rate_hz: u32, hz: f32) -> f32 {
        let turn = f64::from(std::f32::consts::TAU * hz) / f64::from(rate_hz);
        let (mut re, mut im, mut total) = (0.0, 0.0, 0.0);
        for (index, sample) in samples.iter().enumerate() {
            let sample = f64::from(*sample);
            re += sample * (turn * index as f64).cos();
            im += sample * (turn * index as f64).sin();
            total += sample * sample;
        }
        let wanted = 2.0 * (re * re + im * im) / samples.len() as f64;
        (10.0 * ((total - wanted).max(1e-12) / wanted).log10()) as f32
    }

    #[test]
    fn two_ears_keep_their_proportion_whatever_is_loud_in_one() {
        for rate_hz in RATES {
            let frame = rate_hz as usize / 50;
            let voice = sine(rate_hz, 440.0, 0.4, 1.0);
            let shout = sine(rate_hz, 300.0, 1.9, 1.0);
            let mut left: Vec<f32> = voice.iter().zip(&shout).map(|(v, s)| v + s).collect();
            let mut right = voice.iter().map(|v| v * 0.5).collect::<Vec<f32>>();
            let mut pair = [Limiter::new(rate_hz), Limiter::new(rate_hz)];
            let ears = left.chunks_mut(frame).zip(right.chunks_mut(frame));
            for (left, right) in ears {
                Limiter::process_pair(&mut pair, left, right);
                assert_eq!(pair[0].gain(), pair[1].gain());
            }
            assert!(pair[0].gain() < 0.6);
            assert!(left.iter().all(|x| x.abs() < Limiter::CEILING + 1e-3));
            // The right ear, which would need nothing, is as much softer as the left.
            let loudest = |x: &[f32]| x[frame * 10..].iter().fold(0.0, |m: f32, x| m.max(x.abs()));
            assert!(loudest(&right) < 0.2 * 0.6, "{}", loudest(&right));
        }
    }

    #[test]
    fn what_is_not_too_loud_is_only_delayed() {
        for rate_hz in RATES {
            let input = sine(rate_hz, 440.0, 0.97, 1.0);
            let mut out = input.clone();
            limit(rate_hz, &mut out);
            let delay = (rate_hz / 1_000 * Limiter::DELAY_MS) as usize;
            assert_eq!(out[delay..], input[..input.len() - delay]);
        }
    }

    #[test]
    fn nothing_passes_full_scale_whatever_comes() {
        let mut state = 7_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        for rate_hz in RATES {
            let mut noise: Vec<f32> = (0..rate_hz as usize)
                .map(|index| random() * (1 + index / 97 % 13) as f32)
                .collect();
            for index in (0..noise.len()).step_by(1_013) {
                noise[index] = 40.0;
            }
            limit(rate_hz, &mut noise);
            assert!(
                noise
                    .iter()
                    .all(|x| x.abs() <= Limiter::CEILING * 1.000_001)
            );
        }
    }

    #[test]
    fn ten_talkers_at_full_scale_are_not_distorted() {
        for rate_hz in RATES {
            for hz in [100.0, 440.0, 1_000.0, 3_000.0] {
                let mut out = sine(rate_hz, hz, 10.0, 2.0);
                limit(rate_hz, &mut out);
                let settled = &out[rate_hz as usize..];
                let distortion = distortion_db(settled, rate_hz, hz);
                assert!(distortion < -50.0, "{rate_hz} {hz}: {distortion} dB");
            }
        }
    }

    #[test]
    fn ten_different_voices_stay_in_proportion() {
        let mut out = vec![0.0; 48_000];
        for talker in 0..10 {
            let voice = sine(48_000, 300.0 + 170.0 * talker as f32, 1.0, 1.0);
            for (sum, sample) in out.iter_mut().zip(voice) {
                *sum += sample;
            }
        }
        limit(48_000, &mut out);
        // Ten equal sines: each is a tenth of the power, and little is anything else.
        let settled = &out[24_000..];
        let total: f32 = settled.iter().map(|x| x * x).sum::<f32>() / settled.len() as f32;
        let mut wanted = 0.0;
        for talker in 0..10 {
            let hz = 300.0 + 170.0 * talker as f32;
            let turn = std::f32::consts::TAU * hz / 48_000.0;
            let (mut re, mut im) = (0.0, 0.0);
            for (index, sample) in settled.iter().enumerate() {
                re += sample * (turn * index as f32).cos();
                im += sample * (turn * index as f32).sin();
            }
            wanted += 2.0 * (re * re + im * im) / (settled.len() as f32).powi(2);
        }
        let rest = 10.0 * ((total - wanted).max(1e-9) / wanted).log10();
        assert!(rest < -30.0, "{rest} dB");
    }

    #[test]
    fn one_shout_does_not_hold_the_others_down() {
        let mut out = sine(16_000, 440.0, 0.3, 2.0);
        for sample in &mut out[8_000..8_160] {
            *sample *= 10.0;
        }
        let limiter = limit(16_000, &mut out);
        assert_eq!(limiter.gain(), 1.0);
        // Half a second later the level is what it was.
        let peak_after = peak(&out[16_000..17_600]);
        assert!((peak_after - 0.3).abs() < 0.01, "{peak_after}");
    }

    #[test]
    fn whoever_goes_on_with_another_limiter_hears_no_seam() {
        let mut loud = sine(16_000, 440.0, 3.0, 1.0);
        let mut shared = Limiter::new(16_000);
        let mut private = Limiter::new(16_000);
        shared.process(&mut loud[..8_000]);
        private.continue_from(&shared);
        private.process(&mut loud[8_000..]);
        let distortion = distortion_db(&loud[4_000..12_000], 16_000, 440.0);
        assert!(distortion < -60.0, "{distortion} dB");
    }
}
