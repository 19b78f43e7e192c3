//! Whether a payload can be speech, guessed without decoding it; never sees RTP headers.

mod opus_packet;

use conclave_model::Codec;

use crate::g711::Law;
use crate::g722::StepTracker;
use crate::level;

/// What a glance at a payload says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    G722(StepTracker),
    Opus,
}

/// [`crate::SpeechDetector`] calls nothing below -54 dBov speech; 3 dB for a frame half full.
const SILENT_DBOV: f32 = -57.0;
/// As loud as this is more than any line noise.
const SPEECH_DBOV: f32 = -38.0;
/// Mean steps of G.722's lower band, as measured: white noise of -66 dBov has 91 to 108, a voice of
/// -54 dBov 159 to 231. Noise of -38 dBov has 1 400, a voice of -34 dBov too.
const SILENT_STEP: f32 = 120.0;
const SPEECH_STEP: f32 = 1_500.0;

impl QuickLook {
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        let kind = match codec {
            Codec::Pcmu => Kind::G711(Law::Mu),
            Codec::Pcma => Kind::G711(Law::A),
            Codec::G722 => Kind::G722(StepTracker::default()),
            Codec::Opus => Kind::Opus,
        };
        Self { kind }
    }

    /// Costs 0.1 µs (Opus: nothing) where decoding would cost 0.2 to 20.
    #[must_use]
    pub fn look(&mut self, payload: &[u8]) -> Hint {
        match &mut self.kind {
            Kind::G711(law) => {
                between(level::dbov_of_g711(*law, payload), SILENT_DBOV, SPEECH_DBOV)
            }
            Kind::G722(tracker) => between(tracker.mean_step(payload), SILENT_STEP, SPEECH_STEP),
            Kind::Opus => opus_packet::hint(payload),
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
