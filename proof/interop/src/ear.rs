//! Listens to a recording: which pitches are in it, and when.

use std::path::Path;

use rustfft::{FftPlanner, num_complex::Complex};

/// A recording cut into windows of 100 ms.
pub struct Ear {
    rate_hz: u32,
    samples: Vec<f32>,
}

/// How loud one pitch was within a stretch of the recording.
#[derive(Clone, Copy, Debug)]
pub struct Heard {
    /// Root of the mean power near that pitch over all windows, 1.0 being a full-scale sine.
    pub level: f32,
    /// The share of windows in which the pitch stood out, 0 to 1.
    pub share: f32,
}

impl Ear {
    /// Reads a mono or stereo 16-bit wav file that may still be written to: lengths in its header
    /// do not count, and before the header is there nothing has been heard.
    ///
    /// # Panics
    /// When the file is no wav file.
    #[must_use]
    pub fn open(path: &Path) -> Ear {
        Self::open_channel(path, 0)
    }

    /// The same of one channel, counted from 0; the last one if there are not so many.
    ///
    /// # Panics
    /// When the file is no wav file.
    #[must_use]
    pub fn open_channel(path: &Path, channel: usize) -> Ear {
        let bytes = std::fs::read(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        if bytes.len() <= HEADER_BYTES {
            return Ear {
                rate_hz: 8_000,
                samples: Vec::new(),
            };
        }
        let field = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        assert!(
            bytes.len() > 44 && &bytes[..4] == b"RIFF",
            "{}: no wav file",
            path.display()
        );
        let channels = usize::from(bytes[22]).max(1);
        let data = bytes
            .windows(4)
            .position(|tag| tag == b"data")
            .map_or(HEADER_BYTES, |at| at + 8);
        let samples = bytes[data..]
            .chunks_exact(2 * channels)
            .map(|frame| {
                let at = 2 * channel.min(channels - 1);
                f32::from(i16::from_le_bytes([frame[at], frame[at + 1]])) / 32_768.0
            })
            .collect();
        Ear {
            rate_hz: field(24),
            samples,
        }
    }

    #[must_use]
    pub fn seconds(&self) -> f32 {
        self.samples.len() as f32 / self.rate_hz as f32
    }

    /// How much of `pitch_hz` is in the stretch `from_s..until_s`.
    #[must_use]
    pub fn hears(&self, pitch_hz: u32, from_s: f32, until_s: f32) -> Heard {
        let at = |seconds: f32| ((seconds * self.rate_hz as f32) as usize).min(self.samples.len());
        let window = self.rate_hz as usize / 10;
        let powers: Vec<f32> = self.samples[at(from_s)..at(until_s)]
            .chunks_exact(window)
            .map(|samples| self.power(samples, pitch_hz))
            .collect();
        if powers.is_empty() {
            return Heard {
                level: 0.0,
                share: 0.0,
            };
        }
        let clear = powers.iter().filter(|power| **power > CLEAR_POWER).count();
        Heard {
            level: (powers.iter().sum::<f32>() / powers.len() as f32).sqrt(),
            share: clear as f32 / powers.len() as f32,
        }
    }

    /// The root of the mean square in the stretch `from_s..until_s`, 1.0 being full scale.
    #[must_use]
    pub fn loudness(&self, from_s: f32, until_s: f32) -> f32 {
        let at = |seconds: f32| ((seconds * self.rate_hz as f32) as usize).min(self.samples.len());
        let stretch = &self.samples[at(from_s)..at(until_s)];
        let power = stretch.iter().map(|sample| sample * sample).sum::<f32>();
        (power / stretch.len().max(1) as f32).sqrt()
    }

    /// The power near one pitch, as a share of that of a full-scale sine.
    fn power(&self, samples: &[f32], pitch_hz: u32) -> f32 {
        let count = samples.len();
        let mut bins: Vec<Complex<f32>> = samples
            .iter()
            .enumerate()
            .map(|(at, sample)| {
                let angle = std::f32::consts::TAU * at as f32 / count as f32;
                Complex::new(sample * (0.5 - 0.5 * angle.cos()), 0.0)
            })
            .collect();
        FftPlanner::new().plan_fft_forward(count).process(&mut bins);
        let width_hz = self.rate_hz as f32 / count as f32;
        let centre = (pitch_hz as f32 / width_hz).round() as usize;
        let near = centre.saturating_sub(2)..=(centre + 2).min(count / 2);
        // A Hann window spreads a full-scale sine to a summed power of 3/32 of the square.
        near.map(|bin| bins[bin].norm_sqr()).sum::<f32>() / (count as f32).powi(2) * 32.0 / 3.0
    }
}

const HEADER_BYTES: usize = 44;
/// 0.01 of full scale, 40 dB below: a phone's voice is at 9000/32768, 11 dB below.
const CLEAR_POWER: f32 = 1e-4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Voice;

    #[test]
    fn the_ear_tells_two_voices_apart_and_knows_how_loud_they_are() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("two.wav");
        let late = Voice {
            from_s: 2,
            ..Voice::new(1_400)
        };
        Voice::write(&[Voice::new(500), late], &path, 8_000, 4);
        let ear = Ear::open(&path);
        assert!(ear.hears(500, 0.0, 4.0).share > 0.5);
        assert!(ear.hears(1_400, 0.0, 1.9).share < 0.01);
        assert!(ear.hears(1_400, 2.0, 4.0).share > 0.5);
        assert!(ear.hears(900, 0.0, 4.0).level < 0.01);
        let level = ear.hears(500, 0.0, 4.0).level;
        assert!((0.15..0.3).contains(&level), "{level}");
    }
}
