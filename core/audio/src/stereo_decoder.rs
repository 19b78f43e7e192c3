//! From Opus packets to two channels, as a phone with two ears decodes; for phones that are tests.

use opus::Channels;

use crate::{DecodeError, Decoder, SampleRate};

/// Opus at 48 kHz, whatever a packet has: one channel comes out of both.
pub struct StereoDecoder {
    inner: opus::Decoder,
    both: Box<[f32]>,
}

impl StereoDecoder {
    #[must_use]
    pub fn new() -> Self {
        let inner = opus::Decoder::new(SampleRate::Hz48000.hz(), Channels::Stereo)
            .expect("libopus takes 48 kHz, and an allocation does not fail");
        Self {
            inner,
            both: vec![0.0; 2 * Decoder::SAMPLES_MAX].into(),
        }
    }

    /// The samples of left and right, in turn.
    ///
    /// # Errors
    /// When the payload is no Opus.
    pub fn decode(&mut self, payload: &[u8]) -> Result<&[f32], DecodeError> {
        if payload.is_empty() {
            return Err(DecodeError::Empty);
        }
        let decoded = self.inner.decode_float(payload, &mut self.both, false);
        let samples = decoded.map_err(|_| DecodeError::Malformed)?;
        Ok(&self.both[..2 * samples])
    }
}

impl Default for StereoDecoder {
    fn default() -> Self {
        Self::new()
    }
}
