//! G.722 at 64 kbit/s, written from ITU-T G.722's blocks (named beside each step); never sees RTP.
//!
//! Ours, because a stream must be handed from one encoder to another: the state is a plain value
//! that can be copied, and the decoder begins with the step sizes of §3.5, as an encoder expects.

mod predictor;
mod qmf;
mod step;
mod tables;

use predictor::Predictor;
use qmf::{Analysis, Synthesis};
use step::{HighStep, LowStep};

use crate::pcm::linear16;

/// The longest stretch of codes worked on at once: 20 ms.
const CHUNK: usize = 160;

/// The state of one encoder; a copy goes on where the original is.
#[derive(Clone, Copy, Default)]
pub(crate) struct G722Encoder {
    low: LowStep,
    high: HighStep,
    predictor: Predictor,
    qmf: Analysis,
}

impl G722Encoder {
    /// Two samples at 16 kHz for each code.
    pub fn encode(&mut self, samples: &[f32], out: &mut [u8]) {
        for (samples, codes) in samples.chunks(2 * CHUNK).zip(out.chunks_mut(CHUNK)) {
            let (mut low, mut high) = ([0; CHUNK], [0; CHUNK]);
            let mut linear = [0; 2 * CHUNK];
            for (integer, sample) in linear.iter_mut().zip(samples) {
                *integer = linear16(*sample) as i16;
            }
            self.qmf
                .split(&linear[..2 * codes.len()], &mut low, &mut high);
            let mut lanes = self.predictor.lanes();
            for ((code, low), high) in codes.iter_mut().zip(low).zip(high) {
                let [low, high] = lanes.missed([low, high]);
                let (low, low_difference) = self.low.encode(low);
                let (high, high_difference) = self.high.encode(high);
                *code = low | (high << 6);
                lanes.advance([low_difference, high_difference]);
            }
            self.predictor.keep(&lanes);
        }
    }
}

/// The state of one decoder.
#[derive(Clone, Copy, Default)]
pub(crate) struct G722Decoder {
    low: LowStep,
    high: HighStep,
    predictor: Predictor,
    qmf: Synthesis,
}

impl G722Decoder {
    /// Two samples at 16 kHz for each code.
    pub fn decode(&mut self, codes: &[u8], out: &mut [f32]) {
        for (codes, samples) in codes.chunks(CHUNK).zip(out.chunks_mut(2 * CHUNK)) {
            let (mut low, mut high) = ([0; CHUNK], [0; CHUNK]);
            let mut lanes = self.predictor.lanes();
            for ((code, low), high) in codes.iter().zip(&mut low).zip(&mut high) {
                let (low_code, high_code) = (code & 63, code >> 6);
                let low_heard = self.low.heard(low_code);
                let differences = [self.low.advance(low_code), self.high.advance(high_code)];
                [*low, *high] = lanes.heard([low_heard, differences[1]]);
                lanes.advance(differences);
            }
            self.predictor.keep(&lanes);
            let pairs = samples.len() / 2;
            self.qmf.join(&low[..pairs], &high[..pairs], samples);
        }
    }
}

/// How fast a G.722 sender's lower band swings, without decoding it.
#[derive(Clone, Copy, Default)]
pub(crate) struct StepTracker(LowStep);

/// The step moves by a 128th of its logarithm from code to code: one of eight says enough.
const SEEN_EVERY: usize = 8;

impl StepTracker {
    /// The mean step size over these codes: the standard's DET, 32 at its least.
    pub fn mean_step(&mut self, codes: &[u8]) -> f32 {
        let step = &mut self.0;
        let (mut sum, mut seen) = (0, 0_u16);
        for few in codes.chunks(SEEN_EVERY) {
            for code in few {
                step.follow(code & 0x3F);
            }
            sum += step.followed();
            seen += 1;
        }
        sum as f32 / f32::from(seen.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sweeps, noise and full-scale squares: what drives every table to its ends.
    fn signal(samples: usize) -> Vec<i16> {
        let mut noise = 12_345_u32;
        let mut value = |index: usize| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let random = (noise >> 16) as i16;
            let seconds = index as f64 / 16_000.0;
            match index / 8_000 % 5 {
                0 => ((seconds * seconds * 4_000.0).sin() * 20_000.0) as i16,
                1 => random / 4,
                2 => random,
                3 if (index / 40).is_multiple_of(2) => i16::MAX,
                3 => i16::MIN,
                _ => 0,
            }
        };
        (0..samples).map(&mut value).collect()
    }

    fn floats(samples: &[i16]) -> Vec<f32> {
        samples.iter().map(|x| f32::from(*x) / 32_768.0).collect()
    }

    fn fingerprint(bytes: impl Iterator<Item = u8>) -> u32 {
        bytes.fold(0x811C_9DC5, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        })
    }

    /// The fingerprints are of this code on the day it gave every code and every sample of the
    /// vectors `inpsp.bin`, `codspw.cod` and `outsp1.bin` of ITU-T G.191.
    #[test]
    fn codes_and_samples_are_what_they_were_when_the_itu_vectors_passed() {
        let samples = signal(160_000);
        let mut codes = vec![0; samples.len() / 2];
        G722Encoder::default().encode(&floats(&samples), &mut codes);
        assert_eq!(fingerprint(codes.iter().copied()), 0x9260_CADC);

        let mut back = vec![0.0; samples.len()];
        G722Decoder::default().decode(&codes, &mut back);
        let mut linear = vec![0; back.len()];
        crate::to_i16(&back, &mut linear);
        assert_eq!(
            fingerprint(linear.iter().flat_map(|x| x.to_le_bytes())),
            0xFEAD_4084
        );
    }

    #[test]
    fn silence_begins_as_a_line_of_fa() {
        let mut codes = [0; 160];
        G722Encoder::default().encode(&[0.0; 320], &mut codes);
        assert_eq!(codes[..40], [0xFA; 40]);
    }

    #[test]
    fn frames_of_any_length_make_one_stream() {
        let samples = floats(&signal(32_000));
        let (mut whole, mut parts) = (vec![0; 16_000], vec![0; 16_000]);
        G722Encoder::default().encode(&samples, &mut whole);
        let mut encoder = G722Encoder::default();
        for (samples, codes) in samples.chunks(2 * 77).zip(parts.chunks_mut(77)) {
            encoder.encode(samples, codes);
        }
        assert_eq!(whole, parts);
    }

    #[test]
    fn a_sine_comes_back_as_it_was() {
        let sine = |index: usize| (index as f32 * 0.1).sin() * 0.3;
        let samples: Vec<f32> = (0..16_000).map(sine).collect();
        let (mut codes, mut back) = (vec![0; 8_000], vec![0.0; 16_000]);
        G722Encoder::default().encode(&samples, &mut codes);
        G722Decoder::default().decode(&codes, &mut back);
        // The two filters delay by 22 samples.
        let error: f32 = (2_000..15_000)
            .map(|index| (back[index + 22] - samples[index]).powi(2))
            .sum();
        let power: f32 = samples[2_000..15_000].iter().map(|x| x * x).sum();
        assert!(10.0 * (power / error).log10() > 30.0);
    }

    #[test]
    fn any_bytes_decode_without_a_panic() {
        let mut state = 1_u32;
        let bytes: Vec<u8> = (0..200_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        let mut out = vec![0.0; 400_000];
        G722Decoder::default().decode(&bytes, &mut out);
        for code in 0..=255 {
            G722Decoder::default().decode(&[code; 4_000], &mut out);
            assert!(out[..8_000].iter().all(|x| x.abs() <= 1.0));
        }
    }
}
