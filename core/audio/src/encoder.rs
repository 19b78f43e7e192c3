//! From samples to a payload, for every codec, handing streams over; never sees RTP.

use conclave_model::Codec;
use thiserror::Error;

use crate::g711::{self, Law};
use crate::g722::G722Encoder;
use crate::opus_codec::{OpusEncoder, OpusSettings};

/// Turns samples into payloads. Allocates in [`Encoder::new`] and never again.
pub struct Encoder {
    kind: Kind,
}

enum Kind {
    G711(Law),
    G722(Box<G722Encoder>),
    Opus(OpusEncoder),
}

/// Why samples gave no payload: a mistake of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EncodeError {
    #[error("the payload does not fit the buffer")]
    BufferTooSmall,
    #[error("the codec has no packet of this many samples")]
    Length,
}

impl Encoder {
    /// A payload never has more bytes: 60 ms of G.711 or G.722, or Opus at its most.
    pub const PAYLOAD_MAX: usize = 1_275;

    /// `opus` is read for Opus alone.
    #[must_use]
    pub fn new(codec: Codec, opus: &OpusSettings) -> Self {
        let kind = match codec {
            Codec::Pcmu => Kind::G711(Law::Mu),
            Codec::Pcma => Kind::G711(Law::A),
            Codec::G722 => Kind::G722(Box::default()),
            Codec::Opus => Kind::Opus(OpusEncoder::new(opus)),
        };
        Self { kind }
    }

    #[must_use]
    pub const fn codec(&self) -> Codec {
        match &self.kind {
            Kind::G711(Law::Mu) => Codec::Pcmu,
            Kind::G711(Law::A) => Codec::Pcma,
            Kind::G722(_) => Codec::G722,
            Kind::Opus(_) => Codec::Opus,
        }
    }

    /// Encodes `samples`, at the rate [`crate::SampleRate::of`] the codec, and says how many bytes.
    ///
    /// Any even number of samples suits G.711 and G.722; Opus takes 10, 20, 40 or 60 ms.
    ///
    /// # Errors
    /// When `out` is too small, or Opus has no packet of this length.
    pub fn encode(&mut self, samples: &[f32], out: &mut [u8]) -> Result<usize, EncodeError> {
        match &mut self.kind {
            Kind::G711(law) => {
                let out = out.get_mut(..samples.len());
                let out = out.ok_or(EncodeError::BufferTooSmall)?;
                Ok(g711::encode(*law, samples, out))
            }
            Kind::G722(encoder) => {
                let out = out.get_mut(..samples.len() / 2);
                let out = out.ok_or(EncodeError::BufferTooSmall)?;
                encoder.encode(samples, out);
                Ok(out.len())
            }
            Kind::Opus(encoder) => encoder.encode(samples, out),
        }
    }

    /// Goes on where `shared` is: whoever heard that stream can be sent this one without a click.
    ///
    /// For the way back, encode the shared mix for [`Encoder::HAND_BACK_FRAMES`] before letting
    /// the listener follow the shared stream again: by then both encoders are in the same state.
    /// Encoders of different codecs have nothing to hand over. Opus costs three encodes.
    pub fn continue_from(&mut self, shared: &Encoder) {
        match (&mut self.kind, &shared.kind) {
            (Kind::G722(encoder), Kind::G722(shared)) => encoder.clone_from(shared),
            (Kind::Opus(encoder), Kind::Opus(shared)) => encoder.continue_from(shared),
            (Kind::G711(_) | Kind::G722(_) | Kind::Opus(_), _) => {}
        }
    }

    /// See [`Encoder::continue_from`].
    pub const HAND_BACK_FRAMES: u32 = 6;
}
