//! What a phone says: bursts of one pitch, so that a Fourier transform tells who is heard.

use std::path::Path;

/// Bursts of a tone, like syllables: a tone without pauses would be taken for noise.
#[derive(Clone, Copy, Debug)]
pub struct Voice {
    pub pitch_hz: u32,
    /// When this voice begins and ends within the file.
    pub from_s: u32,
    pub until_s: u32,
}

impl Voice {
    #[must_use]
    pub fn new(pitch_hz: u32) -> Voice {
        Voice {
            pitch_hz,
            from_s: 0,
            until_s: u32::MAX,
        }
    }

    /// Writes `seconds` of the voices to a mono wav file at `rate_hz`.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn write(voices: &[Voice], path: &Path, rate_hz: u32, seconds: u32) {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate_hz,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav = hound::WavWriter::create(path, spec).expect("a wav file");
        for at in 0..rate_hz * seconds {
            let second = at / rate_hz;
            let speaks = |voice: &&Voice| (voice.from_s..voice.until_s).contains(&second);
            let sum: f64 = voices
                .iter()
                .filter(speaks)
                .map(|voice| voice.sample(f64::from(at) / f64::from(rate_hz)))
                .sum();
            #[allow(
                clippy::cast_possible_truncation,
                reason = "the sum stays below full scale"
            )]
            wav.write_sample((sum * 9_000.0) as i16)
                .expect("room on the disk");
        }
        wav.finalize().expect("room on the disk");
    }

    fn sample(self, seconds: f64) -> f64 {
        let in_burst = seconds % 0.6;
        if in_burst > 0.4 {
            return 0.0;
        }
        // 20 ms slopes: a click has every pitch.
        let slope = (in_burst / 0.02).min((0.4 - in_burst) / 0.02).min(1.0);
        slope * (seconds * f64::from(self.pitch_hz) * std::f64::consts::TAU).sin()
    }
}
