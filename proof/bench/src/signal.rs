//! The sounds that legs send, encoded once for all of them; sends nothing.

use conclave_audio::{Encoder, OpusSettings, SampleRate, Tone};
use conclave_model::{Chance, Codec};

/// Payloads of 20 ms that are sent round and round.
pub(crate) struct Sound {
    payloads: Vec<Vec<u8>>,
    /// Packets that begin with the marker's first sample.
    marker_every: Option<usize>,
}

impl Sound {
    /// Somebody who speaks: a voice's harmonics, all below the marker, in syllables.
    pub(crate) fn speech(codec: Codec) -> Self {
        Self {
            payloads: encode(codec, &voice(codec, LOOP_MS)),
            marker_every: None,
        }
    }

    /// The same for so many seconds, with the marker at their beginning.
    pub(crate) fn marked(codec: Codec, seconds: u32) -> Self {
        let rate = SampleRate::of(codec);
        let mut samples = voice(codec, seconds * 1_000);
        let marker = &mut samples[..rate.samples_in_ms(MARKER_MS)];
        Tone::single(rate, MARKER_HZ, MARKER_AMPLITUDE).add_to(marker);
        let payloads = encode(codec, &samples);
        Self {
            marker_every: Some(payloads.len()),
            payloads,
        }
    }

    /// An open microphone in a quiet room.
    pub(crate) fn noise(codec: Codec) -> Self {
        let mut chance = Chance::from_seed([7; 32]);
        let rate = SampleRate::of(codec);
        // A uniform spread of ±a has the power a²/3.
        let spread = NOISE_RMS * 3.0_f32.sqrt();
        let mut draw = || (chance.u32() as f32 / u32::MAX as f32 * 2.0 - 1.0) * spread;
        let samples: Vec<f32> = (0..rate.samples_in_ms(LOOP_MS)).map(|_| draw()).collect();
        Self {
            payloads: encode(codec, &samples),
            marker_every: None,
        }
    }

    /// The nth packet, and whether the marker begins with it.
    pub(crate) fn packet(&self, nth: u64) -> (&[u8], bool) {
        let at = (nth % self.payloads.len() as u64) as usize;
        let marked = self
            .marker_every
            .is_some_and(|every| at.is_multiple_of(every));
        (&self.payloads[at], marked)
    }
}

fn voice(codec: Codec, length_ms: u32) -> Vec<f32> {
    let rate = SampleRate::of(codec);
    let mut samples = vec![0.0; rate.samples_in_ms(length_ms)];
    for harmonic in 1..=HARMONICS {
        let amplitude = SPEECH_AMPLITUDE / (harmonic as f32).sqrt();
        Tone::single(rate, PITCH_HZ * harmonic as f32, amplitude).add_to(&mut samples);
    }
    for (index, sample) in samples.iter_mut().enumerate() {
        let turn = index as f32 / rate.hz() as f32 * SYLLABLES_PER_SECOND;
        *sample *= 0.55 + 0.45 * (turn * std::f32::consts::TAU).sin();
    }
    samples
}

/// What the second round of a loop is encoded to: its end fits its beginning, as encoders that have
/// a memory remember the end.
fn encode(codec: Codec, samples: &[f32]) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(codec, &OpusSettings::default());
    let mut buffer = [0; Encoder::PAYLOAD_MAX];
    let frames = samples.chunks_exact(SampleRate::of(codec).frame_samples());
    let rounds = frames.clone().chain(frames.clone());
    let payloads = rounds.map(|frame| {
        let bytes = encoder.encode(frame, &mut buffer);
        buffer[..bytes.expect("20 ms fit every codec and the largest buffer")].to_vec()
    });
    payloads.skip(frames.len()).collect()
}

const LOOP_MS: u32 = 4_000;
const PITCH_HZ: f32 = 125.0;
/// Up to 1375 Hz, well below the marker.
const HARMONICS: u32 = 11;
const SPEECH_AMPLITUDE: f32 = 0.06;
const SYLLABLES_PER_SECOND: f32 = 4.0;
/// -66 dBFS.
const NOISE_RMS: f32 = 0.000_5;
const MARKER_MS: u32 = 100;
pub(crate) const MARKER_HZ: f32 = 2_500.0;
const MARKER_AMPLITUDE: f32 = 0.25;
