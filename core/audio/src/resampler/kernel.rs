//! The windowed sinc of one pair of rates, cut into phases; holds no signal.

use crate::SampleRate;

/// Up by one whole number, down by another, in one filter.
#[derive(Clone, Copy)]
pub struct Kernel {
    up: usize,
    down: usize,
    taps: usize,
    /// For each phase its taps, in the order of the samples they meet. Made by the compiler, once:
    /// at run time it took 0.1 ms, several times for each call.
    phases: &'static [f32],
}

/// Half the filter's length in milliseconds: the delay.
const HALF_MS: usize = 2;
/// Kaiser's window with this shape has its side lobes 65 dB down.
const KAISER_BETA: f64 = 6.2;

impl Kernel {
    /// [`Kernel::past`] at 48 kHz.
    pub const PAST_MAX: usize = 2 * HALF_MS * 48;

    pub const fn between(from: SampleRate, to: SampleRate) -> Self {
        let Ratio { up, down, taps } = Ratio::of(from, to);
        Self {
            up,
            down,
            taps,
            phases: phases_of(from, to),
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

#[derive(Clone, Copy)]
struct Ratio {
    up: usize,
    down: usize,
    taps: usize,
}

impl Ratio {
    const fn of(from: SampleRate, to: SampleRate) -> Self {
        let common = greatest_common_divisor(from.hz() as usize, to.hz() as usize);
        Self {
            up: to.hz() as usize / common,
            down: from.hz() as usize / common,
            // All rates are whole kHz: 4 ms is a whole number of samples, and of taps a phase.
            taps: from.samples_in_ms(2 * HALF_MS as u32) + 1,
        }
    }
}

const fn phases_of(from: SampleRate, to: SampleRate) -> &'static [f32] {
    use SampleRate::{Hz8000, Hz16000, Hz24000, Hz48000};
    macro_rules! made {
        ($from:ident, $to:ident) => {{
            const RATIO: Ratio = Ratio::of($from, $to);
            static PHASES: [f32; RATIO.up * RATIO.taps] = phases($from, $to);
            &PHASES
        }};
    }
    match (from, to) {
        (Hz8000, Hz16000) => made!(Hz8000, Hz16000),
        (Hz8000, Hz24000) => made!(Hz8000, Hz24000),
        (Hz8000, Hz48000) => made!(Hz8000, Hz48000),
        (Hz16000, Hz8000) => made!(Hz16000, Hz8000),
        (Hz16000, Hz24000) => made!(Hz16000, Hz24000),
        (Hz16000, Hz48000) => made!(Hz16000, Hz48000),
        (Hz24000, Hz8000) => made!(Hz24000, Hz8000),
        (Hz24000, Hz16000) => made!(Hz24000, Hz16000),
        (Hz24000, Hz48000) => made!(Hz24000, Hz48000),
        (Hz48000, Hz8000) => made!(Hz48000, Hz8000),
        (Hz48000, Hz16000) => made!(Hz48000, Hz16000),
        (Hz48000, Hz24000) => made!(Hz48000, Hz24000),
        // Nothing to do, and nobody does it.
        (Hz8000, Hz8000) | (Hz16000, Hz16000) | (Hz24000, Hz24000) | (Hz48000, Hz48000) => &[],
    }
}

const fn phases<const N: usize>(from: SampleRate, to: SampleRate) -> [f32; N] {
    let Ratio { up, taps, .. } = Ratio::of(from, to);
    let lower = if from.hz() < to.hz() {
        from.hz()
    } else {
        to.hz()
    };
    let fine_hz = from.hz() as usize * up;
    let centre = (fine_hz / 1_000 * HALF_MS) as f64;
    // The pass band ends at 85 % of the lower half rate and the stop band begins at 115 %, or a
    // little later when 4 ms do not suffice for that: the middle is the half rate.
    let cutoff = lower as f64 / fine_hz as f64;
    let mut phases = [0.0; N];
    let mut phase = 0;
    while phase < up {
        let mut filter = [0.0; Kernel::PAST_MAX + 1];
        let (mut whole, mut k) = (0.0, 0);
        while k < taps {
            let x = (phase + k * up) as f64 - centre;
            filter[k] = sinc(x * cutoff) * kaiser(x / (centre + up as f64));
            whole += filter[k];
            k += 1;
        }
        k = 0;
        while k < taps {
            // Each phase passes a constant exactly, or it would be heard as a whistle.
            phases[phase * taps + (taps - 1 - k)] = (filter[k] / whole) as f32;
            k += 1;
        }
        phase += 1;
    }
    phases
}

const fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    sin(std::f64::consts::PI * (x - 2.0 * (x / 2.0).round())) / (std::f64::consts::PI * x)
}

/// For -π to π, by its series.
const fn sin(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    let mut n = 1.0;
    while n < 16.0 {
        term *= -x * x / ((2.0 * n) * (2.0 * n + 1.0));
        sum += term;
        n += 1.0;
    }
    sum
}

/// `x` is -1 to 1.
const fn kaiser(x: f64) -> f64 {
    const WHOLE: f64 = bessel_of_root(KAISER_BETA * KAISER_BETA);
    bessel_of_root(KAISER_BETA * KAISER_BETA * (1.0 - x * x).max(0.0)) / WHOLE
}

/// The modified Bessel function of order 0 of the root of `square`, by its series.
const fn bessel_of_root(square: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    let mut k = 1.0;
    while k < 40.0 {
        term *= square / (4.0 * k * k);
        sum += term;
        k += 1.0;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_are_what_they_stand_for() {
        for step in -314..=314 {
            let x = f64::from(step) / 100.0;
            assert!((sin(x) - x.sin()).abs() < 1e-9, "{x}");
        }
        // I0(6.2), from the tables.
        let whole = bessel_of_root(KAISER_BETA * KAISER_BETA);
        assert!((whole - 80.717_9).abs() < 0.001, "{whole}");
    }
}
