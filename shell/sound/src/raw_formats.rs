//! Asterisk's headerless formats, whose ending is all that says what is in them.

use conclave_audio::{Decoder, SampleRate};
use conclave_model::Codec;

use crate::DecodeFault;
use crate::resample::Resample;

/// A file that begins with its first sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawFormat {
    /// 16 bits, little-endian, at this rate.
    Linear(u32),
    Coded(Codec),
}

impl RawFormat {
    /// By the ending of the file name, without its dot.
    pub(crate) fn from_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "sln" | "sln8" | "raw" => RawFormat::Linear(8_000),
            "sln12" => RawFormat::Linear(12_000),
            "sln16" => RawFormat::Linear(16_000),
            "sln24" => RawFormat::Linear(24_000),
            "sln32" => RawFormat::Linear(32_000),
            "sln44" => RawFormat::Linear(44_100),
            "sln48" => RawFormat::Linear(48_000),
            "g722" => RawFormat::Coded(Codec::G722),
            "ulaw" | "ul" | "mu" | "pcm" => RawFormat::Coded(Codec::Pcmu),
            "alaw" | "al" => RawFormat::Coded(Codec::Pcma),
            _ => return None,
        })
    }

    /// The sound at 16 kHz.
    ///
    /// # Errors
    /// When there is none, or its codec refuses it.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<Vec<i16>, DecodeFault> {
        let (rate_hz, samples) = match self {
            RawFormat::Linear(rate_hz) => (rate_hz, linear(bytes)),
            RawFormat::Coded(codec) => (codec.sample_rate_hz(), coded(codec, bytes)?),
        };
        let mut resample = Resample::new(rate_hz)?;
        let mut out = Vec::new();
        resample.push(&samples, &mut out);
        resample.finish(&mut out);
        if out.is_empty() {
            return Err(DecodeFault::Empty);
        }
        Ok(out)
    }
}

fn linear(bytes: &[u8]) -> Vec<f32> {
    bytes
        .chunks_exact(2)
        .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0)
        .collect()
}

fn coded(codec: Codec, bytes: &[u8]) -> Result<Vec<f32>, DecodeFault> {
    let mut decoder = Decoder::new(codec, SampleRate::Hz16000);
    let mut block = vec![0.0; Decoder::SAMPLES_MAX];
    let mut samples = Vec::new();
    for payload in bytes.chunks(PAYLOAD_BYTES) {
        let made = decoder
            .decode(payload, &mut block)
            .map_err(|error| DecodeFault::Damaged(error.to_string()))?;
        samples.extend_from_slice(&block[..made]);
    }
    Ok(samples)
}

/// 20 ms in each of these codecs.
const PAYLOAD_BYTES: usize = 160;
