//! Whether a payload can be speech, guessed without decoding it; never sees RTP headers.

mod celt_energy;
mod g722_look;
mod opus_frames;
mod opus_look;
mod range_decoder;
mod silk_gain;

use conclave_model::Codec;

use crate::g711::Law;
use crate::level;
use g722_look::G722Look;
use opus_look::OpusLook;

/// What a glance at a payload says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hint {
    /// Not worth decoding: silence, a quiet line, or what its own encoder calls no speech.
    Silent,
    /// Cannot tell without decoding.
    Maybe,
    /// Loud, or marked as speech by its encoder.
    Speech,
}

/// Looks at every payload of one leg, in order.
pub struct QuickLook {
    kind: Kind,
}

enum Kind {
    G711(Law),
    G722(G722Look),
    Opus(OpusLook),
}

/// [`crate::SpeechDetector`] calls nothing below -54 dBov speech; 3 dB for a frame half full.
const SILENT_DBOV: f32 = -57.0;
/// The same as a mean square.
const SILENT_SQUARE: f32 = 1.995e-6;
/// As loud as this is more than any line noise.
const SPEECH_DBOV: f32 = -38.0;
impl QuickLook {
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        let kind = match codec {
            Codec::Pcmu => Kind::G711(Law::Mu),
            Codec::Pcma => Kind::G711(Law::A),
            Codec::G722 => Kind::G722(G722Look::new()),
            Codec::Opus => Kind::Opus(OpusLook::new()),
        };
        Self { kind }
    }

    /// Costs 0.04 µs for G.711, 0.25 for G.722 and Opus (nothing where it begins with SILK): a
    /// tenth of decoding G.722, a fiftieth of decoding Opus.
    #[must_use]
    pub fn look(&mut self, payload: &[u8]) -> Hint {
        match &mut self.kind {
            Kind::G711(law) if level::peak_square_of_g711(*law, payload) < SILENT_SQUARE => {
                Hint::Silent
            }
            Kind::G711(law) => {
                between(level::dbov_of_g711(*law, payload), SILENT_DBOV, SPEECH_DBOV)
            }
            Kind::G722(look) => look.look(payload),
            Kind::Opus(opus) => opus.look(payload),
        }
    }

    /// Packets are missing before the next one.
    pub fn lost(&mut self) {
        match &mut self.kind {
            Kind::Opus(opus) => opus.lost(),
            Kind::G711(_) | Kind::G722(_) => {}
        }
    }
}

fn between(value: f32, silent: f32, speech: f32) -> Hint {
    if value < silent {
        Hint::Silent
    } else if value < speech {
        Hint::Maybe
    } else {
        Hint::Speech
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pitch::tests::voice;
    use crate::{Encoder, OpusMode, OpusSettings, SampleRate};

    fn noise(samples: usize) -> Vec<f32> {
        let mut state = 3_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        (0..samples).map(|_| random()).collect()
    }

    /// What is seen of one second of `sound` brought to `dbov`.
    fn looks(codec: Codec, mode: OpusMode, sound: &[f32], dbov: f32) -> Vec<Hint> {
        let gain = 10.0_f32.powf((dbov - level::dbov(sound)) / 20.0);
        let settings = OpusSettings {
            mode,
            ..OpusSettings::default()
        };
        let mut encoder = Encoder::new(codec, &settings);
        let mut look = QuickLook::new(codec);
        let frames = sound.chunks_exact(SampleRate::of(codec).frame_samples());
        let mut payload = [0; Encoder::PAYLOAD_MAX];
        let hints = frames.map(|frame| {
            let frame: Vec<f32> = frame.iter().map(|x| x * gain).collect();
            let bytes = encoder.encode(&frame, &mut payload).unwrap();
            look.look(&payload[..bytes])
        });
        hints.collect()
    }

    fn count(hints: &[Hint], wanted: Hint) -> usize {
        hints.iter().filter(|hint| **hint == wanted).count()
    }

    #[test]
    fn a_quiet_line_is_silent_and_a_loud_voice_is_not() {
        for codec in [Codec::Pcmu, Codec::Pcma, Codec::G722] {
            let rate = SampleRate::of(codec);
            let seconds = rate.hz() as usize;
            let quiet = looks(codec, OpusMode::Plain, &noise(seconds), -66.0);
            assert!(count(&quiet, Hint::Silent) >= 48, "{codec} {quiet:?}");
            let loud = looks(codec, OpusMode::Plain, &voice(rate, 140.0, seconds), -20.0);
            assert!(count(&loud, Hint::Speech) > 30, "{codec} {loud:?}");
        }
    }

    #[test]
    fn nothing_that_the_speech_detector_would_let_through_is_called_silent() {
        for codec in [Codec::Pcmu, Codec::Pcma, Codec::G722] {
            let rate = SampleRate::of(codec);
            let hz = rate.hz() as usize;
            for sound in [noise(hz), voice(rate, 100.0, hz), voice(rate, 250.0, hz)] {
                let frames = sound.chunks_exact(rate.frame_samples());
                let gain_db = -35.0 - level::dbov(&sound);
                let levels: Vec<_> = frames.map(|x| level::dbov(x) + gain_db).collect();
                let hints = looks(codec, OpusMode::Plain, &sound, -35.0);
                for (dbov, hint) in levels.iter().zip(&hints).skip(2) {
                    assert!(*dbov < -54.0 || *hint != Hint::Silent, "{codec} {dbov}");
                }
            }
        }
    }

    #[test]
    fn opus_says_itself_what_is_silent() {
        let silence = vec![0.0; 48_000];
        let talk = voice(SampleRate::Hz48000, 140.0, 48_000);
        for mode in [OpusMode::Plain, OpusMode::Fec { loss_percent: 10 }] {
            let quiet = looks(Codec::Opus, mode, &silence, -127.0);
            assert!(count(&quiet, Hint::Silent) >= 45, "{mode:?} {quiet:?}");
            let loud = looks(Codec::Opus, mode, &talk, -20.0);
            // The voice has three syllables a second, and pauses between them.
            assert!(count(&loud, Hint::Silent) <= 15, "{mode:?} {loud:?}");
        }
        let loud = looks(
            Codec::Opus,
            OpusMode::Fec { loss_percent: 10 },
            &talk,
            -20.0,
        );
        assert!(count(&loud, Hint::Speech) > 30);
    }
}
