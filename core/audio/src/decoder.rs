//! From a payload to samples, for every codec, with losses filled; never sees RTP.

use conclave_model::Codec;
use thiserror::Error;

use crate::g711::{self, Law};
use crate::g722::G722Decoder;
use crate::opus_codec::OpusDecoder;
use crate::{Concealer, SampleRate};

/// Turns payloads into samples. Allocates in [`Decoder::new`] and never again.
pub struct Decoder {
    kind: Kind,
}

enum Kind {
    G711(Law, Concealer),
    G722(Box<G722Decoder>, Concealer),
    Opus(OpusDecoder),
}

/// Why a payload gave no samples. The sender's mistake; conceal instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    #[error("the payload is empty")]
    Empty,
    #[error("the payload holds more samples than a packet may")]
    TooLong,
    #[error("the payload is not what its payload type says")]
    Malformed,
}

impl Decoder {
    /// The longest Opus packet, 120 ms at 48 kHz: an `out` of this size always suffices.
    pub const SAMPLES_MAX: usize = 5_760;

    /// Opus decodes at any rate, and a lower one costs less; the others have one of their own and
    /// ignore `opus_rate`: see [`Decoder::sample_rate`].
    #[must_use]
    pub fn new(codec: Codec, opus_rate: SampleRate) -> Self {
        let kind = match codec {
            Codec::Pcmu => Kind::G711(Law::Mu, Concealer::new(SampleRate::Hz8000)),
            Codec::Pcma => Kind::G711(Law::A, Concealer::new(SampleRate::Hz8000)),
            Codec::G722 => Kind::G722(Box::default(), Concealer::new(SampleRate::Hz16000)),
            Codec::Opus => Kind::Opus(OpusDecoder::new(opus_rate)),
        };
        Self { kind }
    }

    #[must_use]
    pub const fn codec(&self) -> Codec {
        match &self.kind {
            Kind::G711(Law::Mu, _) => Codec::Pcmu,
            Kind::G711(Law::A, _) => Codec::Pcma,
            Kind::G722(..) => Codec::G722,
            Kind::Opus(_) => Codec::Opus,
        }
    }

    /// The rate of the samples it gives.
    #[must_use]
    pub const fn sample_rate(&self) -> SampleRate {
        match &self.kind {
            Kind::G711(..) => SampleRate::Hz8000,
            Kind::G722(..) => SampleRate::Hz16000,
            Kind::Opus(opus) => opus.rate(),
        }
    }

    /// Writes the samples of one packet to the front of `out` and says how many there are.
    ///
    /// # Errors
    /// When the payload is empty, malformed, or holds more than fits into `out`.
    pub fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        if payload.is_empty() {
            return Err(DecodeError::Empty);
        }
        match &mut self.kind {
            Kind::G711(law, concealer) => {
                let out = out.get_mut(..payload.len()).ok_or(DecodeError::TooLong)?;
                g711::decode(*law, payload, out);
                concealer.received(out);
                Ok(out.len())
            }
            Kind::G722(decoder, concealer) => {
                let samples = payload.len() * 2;
                let out = out.get_mut(..samples).ok_or(DecodeError::TooLong)?;
                decoder.decode(payload, out);
                concealer.received(out);
                Ok(samples)
            }
            Kind::Opus(opus) => opus.decode(payload, out),
        }
    }

    /// Fills all of `out` with what was most likely lost; after some 60 ms of it, silence.
    ///
    /// `out` is whole milliseconds (Opus: whole units of 2.5 ms).
    pub fn conceal(&mut self, out: &mut [f32]) {
        match &mut self.kind {
            Kind::G711(_, concealer) | Kind::G722(_, concealer) => concealer.conceal(out),
            Kind::Opus(opus) => opus.conceal(out),
        }
    }

    /// Fills all of `out`, the length of one lost packet, with the help of the packet after it.
    ///
    /// Only Opus carries such help; without it, this is [`Decoder::conceal`]. Decode `next` itself
    /// afterwards.
    pub fn decode_fec(&mut self, next: &[u8], out: &mut [f32]) {
        match &mut self.kind {
            Kind::G711(_, concealer) | Kind::G722(_, concealer) => concealer.conceal(out),
            Kind::Opus(opus) => opus.decode_fec(next, out),
        }
    }
}
