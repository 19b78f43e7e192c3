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

    /// Forgets what was decoded: for another stream.
    pub fn reset(&mut self) {
        match &mut self.kind {
            Kind::G711(_, concealer) => concealer.reset(),
            Kind::G722(decoder, concealer) => {
                **decoder = G722Decoder::default();
                concealer.reset();
            }
            Kind::Opus(opus) => opus.reset(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pitch::tests::voice;
    use crate::{Encoder, OpusMode, OpusSettings, level};

    fn encode(codec: Codec, mode: OpusMode, sound: &[f32], packet_ms: u32) -> Vec<Vec<u8>> {
        let settings = OpusSettings {
            mode,
            ..OpusSettings::default()
        };
        let mut encoder = Encoder::new(codec, &settings);
        let mut payload = [0; Encoder::PAYLOAD_MAX];
        let packets = sound.chunks_exact(SampleRate::of(codec).samples_in_ms(packet_ms));
        packets
            .map(|packet| {
                let bytes = encoder.encode(packet, &mut payload).unwrap();
                payload[..bytes].to_vec()
            })
            .collect()
    }

    /// A second of a voice at -20 dBov.
    fn talk(rate: SampleRate) -> Vec<f32> {
        voice(rate, 140.0, rate.hz() as usize)
    }

    #[test]
    fn every_codec_at_every_packet_time_comes_back_as_loud_as_it_was() {
        for codec in Codec::ALL {
            let sound = talk(SampleRate::of(codec));
            for packet_ms in [10, 20, 40, 60] {
                let mut decoder = Decoder::new(codec, SampleRate::Hz48000);
                let mut out = vec![0.0; Decoder::SAMPLES_MAX];
                let mut heard = Vec::new();
                for packet in encode(codec, OpusMode::Plain, &sound, packet_ms) {
                    let samples = decoder.decode(&packet, &mut out).unwrap();
                    assert_eq!(samples, decoder.sample_rate().samples_in_ms(packet_ms));
                    heard.extend_from_slice(&out[..samples]);
                }
                let difference = level::dbov(&heard) - level::dbov(&sound);
                assert!(
                    difference.abs() < 1.0,
                    "{codec} {packet_ms} ms: {difference} dB"
                );
                assert_eq!(decoder.codec(), codec);
            }
        }
    }

    #[test]
    fn opus_is_decoded_at_the_rate_that_is_asked_for() {
        let sound = talk(SampleRate::Hz48000);
        for rate in SampleRate::ALL {
            let mut decoder = Decoder::new(Codec::Opus, rate);
            let mut out = vec![0.0; Decoder::SAMPLES_MAX];
            for packet in encode(Codec::Opus, OpusMode::Plain, &sound, 20) {
                assert_eq!(decoder.decode(&packet, &mut out), Ok(rate.frame_samples()));
            }
        }
    }

    /// What is heard of a voice of which every tenth packet is lost.
    fn heard_with_losses(codec: Codec, mode: OpusMode, repair: Repair) -> Vec<f32> {
        let packets = encode(codec, mode, &talk(SampleRate::of(codec)), 20);
        let mut decoder = Decoder::new(codec, SampleRate::Hz48000);
        let mut frame = vec![0.0; decoder.sample_rate().frame_samples()];
        let mut heard = Vec::new();
        for (index, packet) in packets.iter().enumerate() {
            match (index % 10 == 5, repair) {
                (true, Repair::Conceal) => decoder.conceal(&mut frame),
                (true, Repair::Fec) => decoder.decode_fec(&packets[index + 1], &mut frame),
                (true, Repair::NotNeeded) | (false, _) => {
                    decoder.decode(packet, &mut frame).unwrap();
                }
            }
            heard.extend_from_slice(&frame);
        }
        heard
    }

    #[derive(Clone, Copy)]
    enum Repair {
        NotNeeded,
        Conceal,
        Fec,
    }

    fn snr_db(wanted: &[f32], heard: &[f32]) -> f32 {
        let error: f32 = wanted.iter().zip(heard).map(|(a, b)| (a - b).powi(2)).sum();
        let power: f32 = wanted.iter().map(|x| x * x).sum();
        10.0 * (power / error).log10()
    }

    #[test]
    fn every_codec_fills_a_gap_with_something_as_loud_as_the_voice() {
        for codec in Codec::ALL {
            let whole = heard_with_losses(codec, OpusMode::Plain, Repair::NotNeeded);
            let concealed = heard_with_losses(codec, OpusMode::Plain, Repair::Conceal);
            let frame = whole.len() / 50;
            for lost in (5..50).step_by(10) {
                let range = lost * frame..(lost + 1) * frame;
                let wanted = level::dbov(&whole[range.clone()]);
                let difference = level::dbov(&concealed[range]) - wanted;
                // Silence would be 60 dB off; hybrid Opus fades at once.
                assert!(difference.abs() < 10.0, "{codec}: {difference} dB");
            }
        }
    }

    #[test]
    fn the_copy_inside_the_next_packet_is_better_than_concealment() {
        let mode = OpusMode::Fec { loss_percent: 20 };
        let whole = heard_with_losses(Codec::Opus, mode, Repair::NotNeeded);
        let concealed = snr_db(
            &whole,
            &heard_with_losses(Codec::Opus, mode, Repair::Conceal),
        );
        let repaired = snr_db(&whole, &heard_with_losses(Codec::Opus, mode, Repair::Fec));
        assert!(repaired > concealed + 1.5, "{repaired} dB, {concealed} dB");
    }

    #[test]
    fn any_bytes_are_an_error_or_samples_but_no_panic() {
        let mut state = 5_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        for codec in Codec::ALL {
            let mut decoder = Decoder::new(codec, SampleRate::Hz48000);
            let mut out = vec![0.0; Decoder::SAMPLES_MAX];
            for length in 0..400 {
                let payload: Vec<u8> = (0..length).map(|_| random()).collect();
                if let Ok(samples) = decoder.decode(&payload, &mut out) {
                    assert!(samples <= out.len());
                }
                decoder.decode_fec(&payload, &mut out[..480]);
                decoder.conceal(&mut out[..480]);
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut out = [0.0; 320];
        for codec in [Codec::Pcmu, Codec::G722] {
            let mut decoder = Decoder::new(codec, SampleRate::Hz48000);
            assert_eq!(
                decoder.decode(&[0xD5; 400], &mut out),
                Err(DecodeError::TooLong)
            );
            assert_eq!(decoder.decode(&[], &mut out), Err(DecodeError::Empty));
        }
        let packet = &encode(Codec::Opus, OpusMode::Plain, &[0.1; 960], 20)[0];
        let mut decoder = Decoder::new(Codec::Opus, SampleRate::Hz48000);
        assert_eq!(decoder.decode(packet, &mut out), Err(DecodeError::TooLong));
    }
}
