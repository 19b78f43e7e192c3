//! Samples of any rate to 16 kHz, a block at a time; knows nothing of files.

use conclave_contract::Clip;
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler};

use crate::DecodeFault;

/// A stream resampler that keeps time: what comes out starts with the first sample that went in
/// and lasts as long.
pub(crate) struct Resample {
    from_hz: u32,
    engine: Option<Engine>,
}

struct Engine {
    fft: Fft<f32>,
    waiting: Vec<f32>,
    block: Vec<f32>,
    /// Output samples of the filter's own delay that are still to be dropped.
    delay_left: usize,
    taken: u64,
    given: u64,
}

impl Resample {
    /// # Errors
    /// [`DecodeFault::Damaged`] for a rate that no sound file has.
    pub(crate) fn new(from_hz: u32) -> Result<Self, DecodeFault> {
        let strange = || DecodeFault::Damaged(format!("it claims a rate of {from_hz} Hz"));
        if !RATES_HZ.contains(&from_hz) {
            return Err(strange());
        }
        if from_hz == Clip::SAMPLE_RATE_HZ {
            return Ok(Self {
                from_hz,
                engine: None,
            });
        }
        let (from, to) = (from_hz as usize, Clip::SAMPLE_RATE_HZ as usize);
        let fft = Fft::new(from, to, BLOCK_FRAMES, 1, FixedSync::Input).map_err(|_| strange())?;
        let engine = Engine {
            delay_left: fft.output_delay(),
            block: vec![0.0; fft.output_frames_max()],
            fft,
            waiting: Vec::new(),
            taken: 0,
            given: 0,
        };
        Ok(Self {
            from_hz,
            engine: Some(engine),
        })
    }

    pub(crate) fn input_hz(&self) -> u32 {
        self.from_hz
    }

    pub(crate) fn push(&mut self, samples: &[f32], out: &mut Vec<i16>) {
        let Some(engine) = &mut self.engine else {
            out.extend(samples.iter().map(|&sample| quantised(sample)));
            return;
        };
        engine.taken += samples.len() as u64;
        engine.waiting.extend_from_slice(samples);
        engine.run(u64::MAX, out);
    }

    /// Gives what is still inside the filter.
    pub(crate) fn finish(&mut self, out: &mut Vec<i16>) {
        let Some(engine) = &mut self.engine else {
            return;
        };
        let due = engine.taken * u64::from(Clip::SAMPLE_RATE_HZ) / u64::from(self.from_hz);
        while engine.given < due {
            let frames = engine.fft.input_frames_next();
            let filled = engine.waiting.len().max(frames);
            engine.waiting.resize(filled, 0.0);
            engine.run(due, out);
        }
    }
}

impl Engine {
    /// Runs every full block that waits, until `due` samples have been given in all.
    fn run(&mut self, due: u64, out: &mut Vec<i16>) {
        let mut start = 0;
        loop {
            let frames = self.fft.input_frames_next();
            if self.waiting.len() - start < frames {
                break;
            }
            let made = self.run_block(start);
            start += frames;
            let skipped = made.min(self.delay_left);
            self.delay_left -= skipped;
            let left = usize::try_from(due - self.given).unwrap_or(usize::MAX);
            let end = made.min(skipped.saturating_add(left));
            out.extend(
                self.block[skipped..end]
                    .iter()
                    .map(|&sample| quantised(sample)),
            );
            self.given += (end - skipped) as u64;
        }
        self.waiting.drain(..start);
    }

    fn run_block(&mut self, start: usize) -> usize {
        let input = &self.waiting[start..];
        let frames_in = input.len();
        let source = InterleavedSlice::new(input, 1, frames_in).expect("one channel fits");
        let frames_out = self.block.len();
        let mut target =
            InterleavedSlice::new_mut(&mut self.block, 1, frames_out).expect("one channel fits");
        let (_, made) = self
            .fft
            .process_into_buffer(&source, &mut target, None::<&Indexing>)
            .expect("both buffers are as long as the resampler asked for");
        made
    }
}

fn quantised(sample: f32) -> i16 {
    // The cast saturates, and makes silence of a NaN.
    (sample * 32_767.0).round() as i16
}

/// About 20 ms at the common rates.
const BLOCK_FRAMES: usize = 1_024;
/// Telephone recordings to studio masters.
const RATES_HZ: std::ops::RangeInclusive<u32> = 4_000..=384_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_keeps_its_length_and_level_at_every_common_rate() {
        for rate_hz in [
            8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000,
        ] {
            let seconds = 1.7;
            let count = (f64::from(rate_hz) * seconds) as usize;
            let turn = std::f32::consts::TAU * 440.0 / rate_hz as f32;
            let input: Vec<f32> = (0..count).map(|n| 0.5 * (turn * n as f32).sin()).collect();
            let mut resample = Resample::new(rate_hz).unwrap();
            let mut out = Vec::new();
            for piece in input.chunks(999) {
                resample.push(piece, &mut out);
            }
            resample.finish(&mut out);
            let expected = (16_000.0 * seconds) as usize;
            assert!(
                out.len().abs_diff(expected) <= 1,
                "{rate_hz}: {}",
                out.len()
            );
            let middle = &out[4_000..20_000];
            let power: f64 = middle.iter().map(|&s| f64::from(s).powi(2)).sum();
            let rms = (power / middle.len() as f64).sqrt() / 32_767.0;
            assert!((rms - 0.35355).abs() < 0.005, "{rate_hz}: {rms}");
        }
    }

    #[test]
    fn a_rate_that_cannot_be_is_refused() {
        assert!(Resample::new(0).is_err());
        assert!(Resample::new(4_000_000_000).is_err());
    }
}
