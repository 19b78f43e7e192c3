//! Makes sines, one or two at a time; does not know what they mean.

use crate::SampleRate;

/// A sum of up to two sines that goes on without a seam from call to call.
#[derive(Clone, Debug)]
pub struct Tone {
    parts: [Sine; 2],
}

#[derive(Clone, Copy, Debug)]
struct Sine {
    turn: f64,
    phase: f64,
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
        let sine = |(hz, amplitude): (f32, f32)| Sine {
            turn: f64::from(hz) * std::f64::consts::TAU / f64::from(rate.hz()),
            phase: 0.0,
            amplitude,
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
            if part.amplitude == 0.0 {
                continue;
            }
            for sample in out.iter_mut() {
                *sample += part.phase.sin() as f32 * part.amplitude;
                part.phase += part.turn;
            }
            part.phase %= std::f64::consts::TAU;
        }
    }
}
