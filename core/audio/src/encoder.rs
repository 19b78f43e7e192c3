//! From samples to a payload, for every codec, handing streams over; never sees RTP.

use conclave_model::Codec;
use thiserror::Error;

use crate::g711::{self, Law};
use crate::g722::G722Encoder;
use crate::opus_codec::{Economy, OpusEncoder, OpusSettings};

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

    /// For another stream: nothing is left of what it encoded before. At full effort; allocates
    /// nothing. `opus` is read for Opus alone.
    pub fn begin(&mut self, opus: &OpusSettings) {
        match &mut self.kind {
            Kind::G711(_) => {}
            Kind::G722(encoder) => **encoder = G722Encoder::default(),
            Kind::Opus(encoder) => encoder.begin(opus),
        }
    }

    /// Goes on with other settings for Opus, at full effort, and allocates nothing. The peer's
    /// decoder changes over: with a seam of some milliseconds, but no click. Costs two encodes.
    /// The other codecs ignore it.
    pub fn retune(&mut self, opus: &OpusSettings) {
        match &mut self.kind {
            Kind::Opus(encoder) => encoder.retune(opus),
            Kind::G711(_) | Kind::G722(_) => {}
        }
    }

    /// Makes Opus cheaper, or as its settings say again, from the next packet on: for a machine
    /// that is short of time. The stream goes on without a gap or a click, and nothing is
    /// allocated. The other codecs have no choice and ignore it.
    pub fn economise(&mut self, economy: Economy) {
        match &mut self.kind {
            Kind::Opus(encoder) => encoder.economise(economy),
            Kind::G711(_) | Kind::G722(_) => {}
        }
    }

    /// Goes on where `shared` is: whoever heard that stream can be sent this one without a click.
    ///
    /// For the way back, encode the shared mix for [`Encoder::HAND_BACK_FRAMES`] before letting
    /// the listener follow the shared stream again: by then both encoders are in the same state.
    /// Encoders of different codecs have nothing to hand over. Opus costs two encodes.
    pub fn continue_from(&mut self, shared: &Encoder) {
        match (&mut self.kind, &shared.kind) {
            (Kind::G722(encoder), Kind::G722(shared)) => encoder.clone_from(shared),
            (Kind::Opus(encoder), Kind::Opus(shared)) => encoder.continue_from(shared),
            (Kind::G711(_) | Kind::G722(_) | Kind::Opus(_), _) => {}
        }
    }

    /// See [`Encoder::continue_from`].
    pub const HAND_BACK_FRAMES: u32 = 3;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pitch::tests::voice;
    use crate::{Decoder, OpusMode, SampleRate, Tone, level};

    /// A codec, how Opus is used and its bit rate: CELT alone, hybrid, with copies.
    const KINDS: [(Codec, OpusMode, u32); 4] = [
        (Codec::G722, OpusMode::Plain, 0),
        (Codec::Opus, OpusMode::Plain, 64_000),
        (Codec::Opus, OpusMode::Plain, 40_000),
        (Codec::Opus, OpusMode::Fec { loss_percent: 10 }, 40_000),
    ];

    fn encoder((codec, mode, bitrate_bps): (Codec, OpusMode, u32)) -> Encoder {
        Encoder::new(codec, &OpusSettings { mode, bitrate_bps })
    }

    fn encode(encoder: &mut Encoder, frame: &[f32]) -> Vec<u8> {
        let mut payload = [0; Encoder::PAYLOAD_MAX];
        let bytes = encoder.encode(frame, &mut payload).unwrap();
        payload[..bytes].to_vec()
    }

    fn decode(decoder: &mut Decoder, payload: &[u8]) -> Vec<f32> {
        let mut out = vec![0.0; Decoder::SAMPLES_MAX];
        let samples = decoder.decode(payload, &mut out).unwrap();
        out.truncate(samples);
        out
    }

    /// How much one sound differs from another, in dB of the other.
    fn difference_db(one: &[f32], other: &[f32]) -> f32 {
        let error: f32 = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum();
        let power: f32 = other.iter().map(|x| x * x).sum();
        10.0 * (error / (power + 1e-6)).max(1e-9).log10()
    }

    /// A listener is moved from the shared stream to a private one at several places of speech,
    /// another is not: the mean difference of what they hear in the first frame.
    fn difference_after_move(
        kind: (Codec, OpusMode, u32),
        prepare: fn(&mut Encoder, shared: &Encoder, heard: &[&[f32]]),
    ) -> f32 {
        let rate = SampleRate::of(kind.0);
        let sound = voice(rate, 130.0, rate.hz() as usize * 3);
        let frames: Vec<_> = sound.chunks_exact(rate.frame_samples()).collect();
        let moves = [33, 47, 60, 71, 85, 99, 104, 118, 127, 140];
        let differences = moves.map(|at: usize| {
            let mut shared = encoder(kind);
            let mut moved = Decoder::new(kind.0, SampleRate::Hz48000);
            let mut stayed = Decoder::new(kind.0, SampleRate::Hz48000);
            for frame in &frames[at - 30..at] {
                let payload = encode(&mut shared, frame);
                decode(&mut moved, &payload);
                decode(&mut stayed, &payload);
            }
            let mut private = encoder(kind);
            prepare(&mut private, &shared, &frames[..at]);
            let one = decode(&mut moved, &encode(&mut private, frames[at]));
            let other = decode(&mut stayed, &encode(&mut shared, frames[at]));
            difference_db(&one, &other)
        });
        differences.iter().sum::<f32>() / differences.len() as f32
    }

    #[test]
    fn a_stream_that_is_handed_over_goes_on_and_a_fresh_one_does_not() {
        for kind in KINDS {
            let continued =
                difference_after_move(kind, |private, shared, _| private.continue_from(shared));
            let fresh = difference_after_move(kind, |_, _, _| {});
            let is_celt = kind.2 == 64_000;
            let most = if is_celt { -22.0 } else { -14.0 };
            assert!(continued < most, "{kind:?}: {continued} dB");
            assert!(fresh > continued + 6.0, "{kind:?}: {fresh} dB");
        }
    }

    #[test]
    fn after_the_frames_of_handing_back_the_shared_stream_can_be_followed_again() {
        for kind in KINDS {
            let back = difference_after_move(kind, |private, _, heard| {
                // The private encoder had heard something else, then the last frames of the mix.
                let rate = SampleRate::of(private.codec());
                let other = voice(rate, 210.0, rate.hz() as usize / 2);
                let frames = Encoder::HAND_BACK_FRAMES as usize;
                for frame in other.chunks_exact(rate.frame_samples()) {
                    encode(private, frame);
                }
                for frame in &heard[heard.len() - frames..] {
                    encode(private, frame);
                }
            });
            let most = if kind.2 == 64_000 { -24.0 } else { -12.0 };
            assert!(back < most, "{kind:?}: {back} dB");
        }
    }

    #[test]
    fn silence_that_is_repeated_is_what_would_have_been_encoded() {
        let kind = KINDS[1];
        let rate = SampleRate::Hz48000;
        let mut sound = voice(rate, 130.0, rate.hz() as usize * 4);
        sound[rate.hz() as usize..rate.hz() as usize * 3].fill(0.0);
        let (mut repeating, mut steady) = (encoder(kind), encoder(kind));
        let mut decoders = [(); 2].map(|()| Decoder::new(Codec::Opus, rate));
        let (mut one, mut other) = (Vec::new(), Vec::new());
        for frame in sound.chunks_exact(rate.frame_samples()) {
            // As the same settings again leave no packet to be repeated.
            steady.economise(Economy::Off);
            let payloads = [encode(&mut repeating, frame), encode(&mut steady, frame)];
            if frame.iter().all(|sample| *sample == 0.0) {
                assert_eq!(payloads[0], payloads[1]);
            }
            one.extend(decode(&mut decoders[0], &payloads[0]));
            other.extend(decode(&mut decoders[1], &payloads[1]));
        }
        // What differs is how many bits the first frames after the silence may have: as much as two
        // encodes of one sound do, where an encoder without a past differs by -3 dB.
        let rest = rate.hz() as usize * 3;
        assert_eq!(one[..rest], other[..rest]);
        let after = difference_db(&one[rest..rest + 4_800], &other[rest..rest + 4_800]);
        assert!(after < -20.0, "{after} dB");
    }

    #[test]
    fn opus_is_as_wide_as_what_it_is_made_of_and_opens_without_a_click() {
        // Table 2 of RFC 6716: CELT alone in packets of 20 ms.
        const WIDE_BAND: u8 = 23;
        const FULL_BAND: u8 = 31;
        let rate = SampleRate::Hz48000;
        let mut sound = vec![0.0; rate.hz() as usize * 3];
        Tone::single(rate, 700.0, 0.3).add_to(&mut sound);
        let hiss = rate.hz() as usize..rate.hz() as usize * 2;
        Tone::single(rate, 11_000.0, 0.05).add_to(&mut sound[hiss.clone()]);
        let (mut encoder, mut decoder) = (encoder(KINDS[1]), Decoder::new(Codec::Opus, rate));
        let (mut heard, mut widths) = (Vec::new(), Vec::new());
        for frame in sound.chunks_exact(rate.frame_samples()) {
            let payload = encode(&mut encoder, frame);
            widths.push(payload[0] >> 3);
            heard.extend(decode(&mut decoder, &payload));
        }
        assert_eq!([widths[20], widths[49]], [FULL_BAND, WIDE_BAND]);
        assert!(widths[50..100].iter().all(|width| *width == FULL_BAND));
        assert_eq!(widths[149], WIDE_BAND);
        let loss = level::dbov(&heard[hiss.clone()]) - level::dbov(&sound[hiss]);
        assert!(loss.abs() < 0.3, "{loss} dB");
        assert!(step_max(&heard) < step_max(&sound) * 1.1);
    }

    #[test]
    fn economy_neither_clicks_nor_stops_the_stream() {
        for kind in KINDS {
            let rate = SampleRate::of(kind.0);
            let sound = voice(rate, 130.0, rate.hz() as usize * 3);
            let (mut steady, mut changed) = (encoder(kind), encoder(kind));
            let mut decoders = [(); 2].map(|()| Decoder::new(kind.0, SampleRate::Hz48000));
            let (mut one, mut other) = (Vec::new(), Vec::new());
            for (index, frame) in sound.chunks_exact(rate.frame_samples()).enumerate() {
                let economy = [Economy::Off, Economy::On][index / 30 % 2];
                changed.economise(economy);
                one.extend(decode(&mut decoders[0], &encode(&mut steady, frame)));
                other.extend(decode(&mut decoders[1], &encode(&mut changed, frame)));
            }
            assert!(
                (level::dbov(&one) - level::dbov(&other)).abs() < 0.5,
                "{kind:?}"
            );
            let (steady, changed) = (step_max(&one), step_max(&other));
            assert!(changed < steady * 1.3, "{kind:?}: {changed} for {steady}");
        }
    }

    #[test]
    fn other_settings_are_taken_over_without_a_click() {
        let kinds = [KINDS[1], KINDS[3]];
        let rate = SampleRate::Hz48000;
        let sound = voice(rate, 130.0, rate.hz() as usize * 3);
        let (mut steady, mut changed) = (encoder(kinds[0]), encoder(kinds[0]));
        let mut decoders = [(); 2].map(|()| Decoder::new(Codec::Opus, rate));
        let (mut one, mut other) = (Vec::new(), Vec::new());
        for (index, frame) in sound.chunks_exact(rate.frame_samples()).enumerate() {
            let (_, mode, bitrate_bps) = kinds[index / 23 % 2];
            changed.retune(&OpusSettings { mode, bitrate_bps });
            one.extend(decode(&mut decoders[0], &encode(&mut steady, frame)));
            let payload = encode(&mut changed, frame);
            // Table 2 of RFC 6716: configurations from 16 on are CELT alone.
            assert_eq!(payload[0] >> 3 >= 16, index / 23 % 2 == 0);
            other.extend(decode(&mut decoders[1], &payload));
        }
        let louder = level::dbov(&other) - level::dbov(&one);
        assert!(louder.abs() < 0.5, "{louder} dB");
        let (steady, changed) = (step_max(&one), step_max(&other));
        assert!(changed < steady * 1.3, "{changed} for {steady}");
    }

    fn step_max(samples: &[f32]) -> f32 {
        let steps = samples.windows(2).map(|two| (two[1] - two[0]).abs());
        steps.fold(0.0, f32::max)
    }

    #[test]
    fn encoders_of_two_codecs_have_nothing_to_hand_over() {
        let mut private = encoder((Codec::G722, OpusMode::Plain, 0));
        private.continue_from(&encoder((Codec::Opus, OpusMode::Plain, 64_000)));
        assert_eq!(encode(&mut private, &[0.0; 320])[..40], [0xFA; 40]);
    }

    #[test]
    fn a_buffer_that_is_too_small_and_a_length_that_is_not_one_are_errors() {
        let mut out = [0; 10];
        for codec in [Codec::Pcmu, Codec::G722] {
            let result = encoder((codec, OpusMode::Plain, 64_000)).encode(&[0.0; 320], &mut out);
            assert_eq!(result, Err(EncodeError::BufferTooSmall));
        }
        let result =
            encoder((Codec::Opus, OpusMode::Plain, 64_000)).encode(&[0.0; 321], &mut [0; 1_275]);
        assert_eq!(result, Err(EncodeError::Length));
    }
}
