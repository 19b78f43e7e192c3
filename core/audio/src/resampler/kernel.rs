//! The windowed sinc of one pair of rates, cut into phases; holds no signal.

use crate::SampleRate;

/// Up by one whole number, down by another, in one filter.
pub struct Kernel {
    up: usize,
    down: usize,
    taps: usize,
    /// For each phase its taps, in the order of the samples they meet.
    phases: Box<[f32]>,
}

/// Half the filter's length in milliseconds: the delay.
const HALF_MS: usize = 2;
/// Kaiser's window with this shape has its side lobes 65 dB down.
const KAISER_BETA: f64 = 6.2;

impl Kernel {
    pub fn between(from: SampleRate, to: SampleRate) -> Self {
        let common = greatest_common_divisor(from.hz() as usize, to.hz() as usize);
        let up = to.hz() as usize / common;
        let down = from.hz() as usize / common;
        let lower = from.hz().min(to.hz()) as usize;
        // All rates are whole kHz: 4 ms is a whole number of samples, and of taps a phase.
        let taps = from.samples_in_ms(2 * HALF_MS as u32) + 1;
        let fine_hz = from.hz() as usize * up;
        let centre = (fine_hz / 1_000 * HALF_MS) as f64;
        // The pass band ends at 85 % of the lower half rate and the stop band begins at 115 %, or a
        // little later when 4 ms do not suffice for that: the middle is the half rate.
        let cutoff = lower as f64 / fine_hz as f64;
        let tap = |index: usize| {
            let x = index as f64 - centre;
            sinc(x * cutoff) * cutoff * kaiser(x / (centre + up as f64)) * up as f64
        };
        let mut phases = vec![0.0; up * taps];
        for phase in 0..up {
            let whole: f64 = (0..taps).map(|k| tap(phase + k * up)).sum();
            for k in 0..taps {
                // Each phase passes a constant exactly, or it would be heard as a whistle.
                phases[phase * taps + (taps - 1 - k)] = (tap(phase + k * up) / whole) as f32;
            }
        }
        Self {
            up,
            down,
            taps,
            phases: phases.into(),
        }
    }

    /// How many samples before a new one the filter still meets.
    pub const fn past(&self) -> usize {
        self.taps - 1
    }

    /// `line` is [`Kernel::past`] old samples, then the new ones; says how many were written.
    pub fn run(&self, line: &[f32], out: &mut [f32]) -> usize {
        let written = (line.len() - self.past()) * self.up / self.down;
        for (index, sample) in out[..written].iter_mut().enumerate() {
            let fine = index * self.down;
            let (start, phase) = (fine / self.up, fine % self.up);
            let taps = &self.phases[phase * self.taps..(phase + 1) * self.taps];
            *sample = dot(taps, &line[start..start + self.taps]);
        }
        written
    }
}

/// Eight sums side by side, so that the compiler may use whole registers.
fn dot(taps: &[f32], samples: &[f32]) -> f32 {
    let mut sums = [0.0; 8];
    let (taps_8, taps_rest) = taps.as_chunks::<8>();
    let (samples_8, samples_rest) = samples.as_chunks::<8>();
    for (tap, sample) in taps_8.iter().zip(samples_8) {
        for lane in 0..8 {
            sums[lane] += tap[lane] * sample[lane];
        }
    }
    let rest = taps_rest.iter().zip(samples_rest);
    sums.iter().sum::<f32>() + rest.map(|(tap, sample)| tap * sample).sum::<f32>()
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        1.0
    } else {
        (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x)
    }
}

/// `x` is -1 to 1.
fn kaiser(x: f64) -> f64 {
    bessel(KAISER_BETA * (1.0 - x * x).max(0.0).sqrt()) / bessel(KAISER_BETA)
}

/// The modified Bessel function of order 0, by its series.
fn bessel(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..40 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

const fn greatest_common_divisor(one: usize, other: usize) -> usize {
    if other == 0 {
        one
    } else {
        greatest_common_divisor(other, one % other)
    }
}
