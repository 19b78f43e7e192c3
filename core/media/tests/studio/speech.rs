//! Recorded speech and the noise of a quiet room, as samples and as packets; knows no phone.

use std::sync::Arc;

use conclave_audio::{Decoder, Encoder, OpusSettings, Resampler, SampleRate, level};
use conclave_model::{Chance, Codec};
use conclave_rtp::AudioLevel;

/// Two sentences of a prompt at this level, by the frames in which somebody speaks.
pub fn sentences(rate: SampleRate, dbov: f32) -> Vec<f32> {
    at_level(converted(&prompt(NO_SUCH_ROOM), rate), rate, dbov)
}

/// One word.
pub fn word(rate: SampleRate, dbov: f32) -> Vec<f32> {
    at_level(converted(&prompt(GOODBYE), rate), rate, dbov)
}

/// -66 dBFS is an open microphone in a quiet room.
pub fn noise(rate: SampleRate, dbov: f32, ms: u32, seed: u8) -> Vec<f32> {
    let mut chance = Chance::from_seed([seed; 32]);
    // A uniform spread of ±a has the power a²/3.
    let spread = 10.0_f32.powf(dbov / 20.0) * 3.0_f32.sqrt();
    let mut draw = || (chance.u32() as f32 / u32::MAX as f32 * 2.0 - 1.0) * spread;
    (0..rate.samples_in_ms(ms)).map(|_| draw()).collect()
}

pub fn silence(rate: SampleRate, ms: u32) -> Vec<f32> {
    vec![0.0; rate.samples_in_ms(ms)]
}

/// Adds `more` from `at_ms` on, as much of it as fits.
pub fn add(sum: &mut [f32], rate: SampleRate, at_ms: u32, more: &[f32]) {
    for (sum, sample) in sum[rate.samples_in_ms(at_ms)..].iter_mut().zip(more) {
        *sum += sample;
    }
}

/// As one encoder says it, in payloads of 20 ms.
pub fn payloads(codec: Codec, samples: &[f32]) -> Arc<Vec<Vec<u8>>> {
    payloads_with(codec, &OpusSettings::default(), samples)
}

pub fn payloads_with(codec: Codec, settings: &OpusSettings, samples: &[f32]) -> Arc<Vec<Vec<u8>>> {
    let mut encoder = Encoder::new(codec, settings);
    let mut payload = [0; Encoder::PAYLOAD_MAX];
    let frames = samples.chunks_exact(SampleRate::of(codec).frame_samples());
    let payloads = frames.map(|frame| {
        let bytes = encoder.encode(frame, &mut payload).unwrap();
        payload[..bytes].to_vec()
    });
    Arc::new(payloads.collect())
}

/// What an honest phone says of each 20 ms.
pub fn levels(rate: SampleRate, samples: &[f32]) -> Vec<AudioLevel> {
    let frames = samples.chunks_exact(rate.frame_samples()).map(level::dbov);
    let levels = frames.map(|dbov| AudioLevel {
        voice: dbov > -45.0,
        below_overload_db: (-dbov).round().clamp(0.0, 127.0) as u8,
    });
    levels.collect()
}

fn at_level(mut samples: Vec<f32>, rate: SampleRate, dbov: f32) -> Vec<f32> {
    let loud = samples
        .chunks_exact(rate.frame_samples())
        .map(level::mean_square);
    let loud: Vec<f32> = loud
        .filter(|power| level::from_power(*power) > -45.0)
        .collect();
    let mean = loud.iter().sum::<f32>() / loud.len() as f32;
    let gain = 10.0_f32.powf((dbov - level::from_power(mean)) / 20.0);
    for sample in &mut samples {
        *sample *= gain;
    }
    samples
}

fn converted(wide: &[f32], rate: SampleRate) -> Vec<f32> {
    let mut resampler = Resampler::new(SampleRate::Hz48000, rate);
    let mut samples = Vec::new();
    for frame in wide.chunks_exact(SampleRate::Hz48000.frame_samples()) {
        let mut out = [0.0; Decoder::SAMPLES_MAX];
        let count = resampler.process(frame, &mut out);
        samples.extend_from_slice(&out[..count]);
    }
    samples
}

/// The sound of an Ogg Opus file (RFC 7845): its first two packets are headers.
fn prompt(file: &[u8]) -> Vec<f32> {
    let mut decoder = Decoder::new(Codec::Opus, SampleRate::Hz48000);
    let mut samples = Vec::new();
    for packet in ogg_packets(file).iter().skip(2) {
        let mut out = [0.0; Decoder::SAMPLES_MAX];
        let count = decoder.decode(packet, &mut out).unwrap();
        samples.extend_from_slice(&out[..count]);
    }
    samples
}

/// RFC 3533 §6: a page has a table of segments, and a segment below 255 bytes ends a packet.
fn ogg_packets(mut file: &[u8]) -> Vec<Vec<u8>> {
    let (mut packets, mut packet) = (Vec::new(), Vec::new());
    while let Some((header, rest)) = file.split_at_checked(27) {
        assert_eq!(&header[..4], b"OggS");
        let (segments, mut body) = rest.split_at(usize::from(header[26]));
        for length in segments {
            let (segment, rest) = body.split_at(usize::from(*length));
            packet.extend_from_slice(segment);
            body = rest;
            if *length < 255 {
                packets.push(std::mem::take(&mut packet));
            }
        }
        file = body;
    }
    packets
}

const NO_SUCH_ROOM: &[u8] = include_bytes!("../../../../prompts/en/no-such-room.opus");
const GOODBYE: &[u8] = include_bytes!("../../../../prompts/en/goodbye.opus");
