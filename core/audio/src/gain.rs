//! A gain that moves without a click; knows neither why nor for whom.

/// A factor that goes to its target in a straight line, sample by sample.
#[derive(Clone, Debug)]
pub struct Gain {
    value: f32,
    target: f32,
    step: f32,
}

impl Gain {
    #[must_use]
    pub const fn new(factor: f32) -> Self {
        Self {
            value: factor,
            target: factor,
            step: 0.0,
        }
    }

    /// Goes from where it is now to `factor` within `samples` samples (0: at once).
    pub fn ramp_to(&mut self, factor: f32, samples: usize) {
        self.target = factor;
        self.step = (factor - self.value) / samples.max(1) as f32;
        if samples == 0 {
            self.value = factor;
        }
    }

    /// Is at once where it was going.
    pub const fn arrive(&mut self) {
        self.value = self.target;
    }

    /// The factor that the next sample meets.
    #[must_use]
    pub const fn value(&self) -> f32 {
        self.value
    }

    /// Whether it has arrived.
    #[must_use]
    pub fn is_steady(&self) -> bool {
        self.value == self.target
    }

    /// Whether it has arrived at silence: nothing of what it is applied to is heard.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.is_steady() && self.value == 0.0
    }

    pub fn apply(&mut self, samples: &mut [f32]) {
        let ramp = self.ramp_samples(samples.len());
        let (ramped, steady) = samples.split_at_mut(ramp);
        for sample in ramped {
            *sample *= self.advance();
        }
        if self.value != 1.0 {
            let value = self.value;
            for sample in steady {
                *sample *= value;
            }
        }
    }

    /// Adds `samples`, scaled, to `sum`.
    pub fn add_to(&mut self, samples: &[f32], sum: &mut [f32]) {
        let ramp = self.ramp_samples(samples.len().min(sum.len()));
        for (total, sample) in sum[..ramp].iter_mut().zip(samples) {
            *total += *sample * self.advance();
        }
        let value = self.value;
        for (total, sample) in sum[ramp..].iter_mut().zip(&samples[ramp..]) {
            *total += *sample * value;
        }
    }

    fn ramp_samples(&self, available: usize) -> usize {
        if self.is_steady() {
            return 0;
        }
        let left = ((self.target - self.value) / self.step).ceil();
        (left.max(1.0) as usize).min(available)
    }

    #[inline]
    fn advance(&mut self) -> f32 {
        let value = self.value;
        let next = value + self.step;
        let arrived = (self.target - next) * self.step <= 0.0;
        self.value = if arrived { self.target } else { next };
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_arrives_exactly_and_never_jumps() {
        let mut gain = Gain::new(1.0);
        gain.ramp_to(0.0, 1_600);
        let mut last = 1.0_f32;
        for _ in 0..6 {
            let mut frame = [1.0; 320];
            gain.apply(&mut frame);
            for sample in frame {
                assert!((sample - last).abs() <= 1.01 / 1_600.0);
                assert!(sample <= last);
                last = sample;
            }
        }
        assert!(gain.is_silent());
    }

    #[test]
    fn a_ramp_may_turn_round_half_way() {
        let mut gain = Gain::new(0.0);
        gain.ramp_to(1.0, 320);
        gain.apply(&mut [0.0; 160]);
        gain.ramp_to(0.0, 160);
        let mut frame = [1.0; 320];
        gain.apply(&mut frame);
        assert!((frame[0] - 0.5).abs() < 0.01);
        assert_eq!(frame[319], 0.0);
    }

    #[test]
    fn adding_is_applying_and_then_adding() {
        let mut one = Gain::new(0.2);
        one.ramp_to(0.9, 100);
        let mut other = one.clone();
        let mut sum = [0.5; 160];
        one.add_to(&[1.0; 160], &mut sum);
        let mut scaled = [1.0; 160];
        other.apply(&mut scaled);
        for (total, sample) in sum.iter().zip(scaled) {
            assert!((total - 0.5 - sample).abs() < 1e-6);
        }
    }
}
