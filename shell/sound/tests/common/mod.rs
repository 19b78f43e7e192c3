//! A folder of its own for each test, and an ear for one tone; knows no format.

use std::fs;
use std::path::{Path, PathBuf};

use conclave_audio::measure::amplitude_at;

/// A fresh folder under the build's own, removed when the test ends.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(test: &str) -> Self {
        let name = format!("{test}-{}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The amplitude of `hz` in 16 kHz samples, full scale 1.
pub fn amplitude(samples: &[i16], hz: f32) -> f32 {
    let floats: Vec<f32> = samples.iter().map(|&s| f32::from(s) / 32_768.0).collect();
    amplitude_at(&floats, 16_000, hz)
}

/// A mono WAV file of one tone at a quarter of full scale.
#[allow(dead_code, reason = "not every test file makes one")]
pub fn wav(path: &Path, rate_hz: u32, hz: f32, seconds: f32) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: rate_hz,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    let turn = std::f32::consts::TAU * hz / rate_hz as f32;
    for n in 0..(rate_hz as f32 * seconds) as u32 {
        let sample = (turn * n as f32).sin() * 8_192.0;
        writer.write_sample(sample as i16).unwrap();
    }
    writer.finalize().unwrap();
}
