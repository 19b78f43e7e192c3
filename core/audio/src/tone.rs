//! Makes sines, one or two at a time; does not know what they mean.

use crate::SampleRate;

/// A sum of up to two sines that goes on without a seam from call to call.
#[derive(Clone, Debug)]
pub struct Tone {
    parts: [Sine; 2],
}

/// A pointer that turns by the same angle at each sample; no sine is computed after the first.
#[derive(Clone, Copy, Debug)]
struct Sine {
    turn: (f64, f64),
    pointer: (f64, f64),
    amplitude: f32,
}

impl Tone {
    /// Amplitude 1.0 is a full-scale sine.
    #[must_use]
    pub fn single(rate: SampleRate, hz: f32, amplitude: f32) -> Self {
        Self::dual(rate, (hz, amplitude), (0.0, 0.0))
    }

    /// Two sines, each with its frequency in Hz and its amplitude.
    #[must_use]
    pub fn dual(rate: SampleRate, one: (f32, f32), two: (f32, f32)) -> Self {
        let sine = |(hz, amplitude): (f32, f32)| {
            let angle = f64::from(hz) * std::f64::consts::TAU / f64::from(rate.hz());
            Sine {
                turn: (angle.cos(), angle.sin()),
                pointer: (1.0, 0.0),
                amplitude,
            }
        };
        Self {
            parts: [sine(one), sine(two)],
        }
    }

    pub fn fill(&mut self, out: &mut [f32]) {
        out.fill(0.0);
        self.add_to(out);
    }

    pub fn add_to(&mut self, out: &mut [f32]) {
        for part in &mut self.parts {
            if part.amplitude != 0.0 {
                part.add_to(out);
            }
        }
    }
}

impl Sine {
    fn add_to(&mut self, out: &mut [f32]) {
        let (cos, sin) = self.turn;
        let (mut x, mut y) = self.pointer;
        for sample in out {
            *sample += y as f32 * self.amplitude;
            (x, y) = (x * cos - y * sin, x * sin + y * cos);
        }
        // Rounding neither lengthens nor shortens it for long.
        let length = x.hypot(y);
        self.pointer = (x / length, y / length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::amplitude_at;

    #[test]
    fn an_hour_of_tone_is_still_that_tone() {
        let mut tone = Tone::dual(SampleRate::Hz8000, (697.0, 0.3), (1_336.0, 0.2));
        let mut frame = [0.0; 160];
        for _ in 0..180_000 {
            tone.fill(&mut frame);
        }
        let mut second = [0.0; 8_000];
        tone.fill(&mut second);
        assert!((amplitude_at(&second, 8_000, 697.0) - 0.3).abs() < 1e-4);
        assert!((amplitude_at(&second, 8_000, 1_336.0) - 0.2).abs() < 1e-4);
        assert!(amplitude_at(&second, 8_000, 1_000.0) < 1e-3);
    }

    #[test]
    fn calls_of_any_length_make_one_wave() {
        let mut whole = [0.0; 960];
        Tone::single(SampleRate::Hz48000, 440.0, 0.5).fill(&mut whole);
        let mut parts = [0.0; 960];
        let mut tone = Tone::single(SampleRate::Hz48000, 440.0, 0.5);
        for part in parts.chunks_mut(77) {
            tone.fill(part);
        }
        for (one, other) in whole.iter().zip(parts) {
            assert!((one - other).abs() < 1e-6);
        }
    }
}
