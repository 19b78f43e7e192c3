//! G.722's filters between 16 kHz and two bands of 8 kHz; knows no quantiser.

use super::CHUNK;
use super::tables::QMF;

/// Past samples that a filter of 24 taps needs, two at a time.
const PAST: usize = 22;

/// Splits a signal (blocks of §3.1).
#[derive(Clone, Copy, Default)]
pub struct Analysis {
    past: [i32; PAST],
}

impl Analysis {
    /// `samples` are pairs, at most [`CHUNK`]; `low` and `high` get one value for each.
    pub fn split(&mut self, samples: &[i32], low: &mut [i32; CHUNK], high: &mut [i32; CHUNK]) {
        let mut line = [0; PAST + 2 * CHUNK];
        line[..PAST].copy_from_slice(&self.past);
        line[PAST..PAST + samples.len()].copy_from_slice(samples);
        for pair in 0..samples.len() / 2 {
            let window = &line[2 * pair..2 * pair + PAST + 2];
            let (mut even, mut odd) = (0, 0);
            for (tap, two) in window.chunks_exact(2).enumerate() {
                odd += two[0] * QMF[tap];
                even += two[1] * QMF[11 - tap];
            }
            low[pair] = (even + odd) >> 14;
            high[pair] = (even - odd) >> 14;
        }
        let past = &line[samples.len()..samples.len() + PAST];
        self.past.copy_from_slice(past);
    }
}

/// Joins two bands (blocks of §4.5).
#[derive(Clone, Copy, Default)]
pub struct Synthesis {
    sums: [i32; PAST / 2],
    differences: [i32; PAST / 2],
}

impl Synthesis {
    /// Two samples for each value of the bands, of which there are at most [`CHUNK`].
    pub fn join(&mut self, low: &[i32], high: &[i32], samples: &mut [f32]) {
        const BACK: usize = PAST / 2;
        let (mut sums, mut differences) = ([0; BACK + CHUNK], [0; BACK + CHUNK]);
        sums[..BACK].copy_from_slice(&self.sums);
        differences[..BACK].copy_from_slice(&self.differences);
        for (index, (low, high)) in low.iter().zip(high).enumerate() {
            sums[BACK + index] = low + high;
            differences[BACK + index] = low - high;
        }
        for (index, two) in samples.chunks_exact_mut(2).enumerate().take(low.len()) {
            let (mut first, mut second) = (0, 0);
            for tap in 0..12 {
                first += differences[index + tap] * QMF[11 - tap];
                second += sums[index + tap] * QMF[tap];
            }
            two[0] = to_float(first);
            two[1] = to_float(second);
        }
        self.sums
            .copy_from_slice(&sums[low.len()..low.len() + BACK]);
        let differences = &differences[low.len()..low.len() + BACK];
        self.differences.copy_from_slice(differences);
    }
}

fn to_float(sum: i32) -> f32 {
    (sum >> 11).clamp(-32_768, 32_767) as f32 * (1.0 / 32_768.0)
}
