//! G.722's filters between 16 kHz and two bands of 8 kHz; knows no quantiser.

use super::CHUNK;
use super::tables::QMF;

/// Past samples that a filter of 24 taps needs, two at a time.
const PAST: usize = 22;
const TAPS: usize = 12;
/// The other half of the filter.
const QMF_TURNED: [i16; TAPS] = {
    let mut turned = [0; TAPS];
    let mut tap = 0;
    while tap < TAPS {
        turned[tap] = QMF[TAPS - 1 - tap];
        tap += 1;
    }
    turned
};

/// Splits a signal (blocks of §3.1).
#[derive(Clone, Copy, Default)]
pub struct Analysis {
    /// Of the two samples of a pair, the first ones and the second ones.
    past: [[i16; TAPS - 1]; 2],
}

impl Analysis {
    /// `samples` are pairs, at most [`CHUNK`]; `low` and `high` get one value for each.
    pub fn split(&mut self, samples: &[i16], low: &mut [i16; CHUNK], high: &mut [i16; CHUNK]) {
        let mut lines = [[0; PAST / 2 + CHUNK]; 2];
        let pairs = samples.len() / 2;
        for (half, line) in lines.iter_mut().enumerate() {
            line[..PAST / 2].copy_from_slice(&self.past[half]);
            for (value, pair) in line[PAST / 2..].iter_mut().zip(samples.chunks_exact(2)) {
                *value = pair[half];
            }
            self.past[half].copy_from_slice(&line[pairs..pairs + PAST / 2]);
        }
        for pair in 0..pairs {
            let odd = dot(&lines[0], pair, &QMF);
            let even = dot(&lines[1], pair, &QMF_TURNED);
            // Less than 26 000, whatever the samples: see `dot`.
            low[pair] = ((even + odd) >> 14) as i16;
            high[pair] = ((even - odd) >> 14) as i16;
        }
    }
}

/// Joins two bands (blocks of §4.5).
#[derive(Clone, Copy, Default)]
pub struct Synthesis {
    sums: [i16; PAST / 2],
    differences: [i16; PAST / 2],
}

impl Synthesis {
    /// Two samples for each value of the bands, which have 15 bits; there are at most [`CHUNK`].
    pub fn join(&mut self, low: &[i16], high: &[i16], samples: &mut [f32]) {
        const BACK: usize = PAST / 2;
        let (mut sums, mut differences) = ([0; BACK + CHUNK], [0; BACK + CHUNK]);
        sums[..BACK].copy_from_slice(&self.sums);
        differences[..BACK].copy_from_slice(&self.differences);
        for (index, (low, high)) in low.iter().zip(high).enumerate() {
            sums[BACK + index] = low.wrapping_add(*high);
            differences[BACK + index] = low.wrapping_sub(*high);
        }
        for (index, two) in samples.chunks_exact_mut(2).enumerate().take(low.len()) {
            two[0] = to_float(dot(&differences, index, &QMF_TURNED));
            two[1] = to_float(dot(&sums, index, &QMF));
        }
        self.sums
            .copy_from_slice(&sums[low.len()..low.len() + BACK]);
        let differences = &differences[low.len()..low.len() + BACK];
        self.differences.copy_from_slice(differences);
    }
}

/// Products of 16 bits in sums of 32: what vector instructions do in pairs.
#[inline]
fn dot(line: &[i16; PAST / 2 + CHUNK], start: usize, taps: &[i16; TAPS]) -> i32 {
    let products = line[start..start + TAPS].iter().zip(taps);
    products.fold(0_i32, |sum, (value, tap)| {
        // The taps' magnitudes come to 6 482: 2^28 at most.
        sum.wrapping_add(i32::from(*value).wrapping_mul(i32::from(*tap)))
    })
}

fn to_float(sum: i32) -> f32 {
    (sum >> 11).clamp(-32_768, 32_767) as f32 * (1.0 / 32_768.0)
}
