//! What 20 ms of sound cost in each codec, and a glance at them; knows no deck.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement stops where it finds nothing"
)]

use std::hint::black_box;

use conclave_audio::{Decoder, Encoder, OpusMode, OpusSettings, QuickLook, SampleRate, Tone};
use conclave_model::Codec;
use criterion::{Criterion, criterion_group, criterion_main};

criterion_group!(benches, encode, decode, look);
criterion_main!(benches);

fn encode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode 20 ms");
    for (name, codec, settings) in kinds() {
        let frames = frames(codec);
        let mut encoder = Encoder::new(codec, &settings);
        let mut payload = [0; Encoder::PAYLOAD_MAX];
        let mut tick = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                tick += 1;
                encoder.encode(&frames[tick % frames.len()], black_box(&mut payload))
            });
        });
    }
}

fn decode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode 20 ms");
    for (name, codec, settings) in kinds() {
        let payloads = payloads(codec, &settings);
        let mut decoder = Decoder::new(codec, SampleRate::Hz48000);
        let mut samples = [0.0; Decoder::SAMPLES_MAX];
        let mut tick = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                tick += 1;
                decoder.decode(&payloads[tick % payloads.len()], black_box(&mut samples))
            });
        });
    }
}

fn look(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("quick look");
    for (name, codec, settings) in kinds() {
        let payloads = payloads(codec, &settings);
        let mut look = QuickLook::new(codec);
        let mut tick = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                tick += 1;
                look.look(black_box(&payloads[tick % payloads.len()]))
            });
        });
    }
}

fn kinds() -> [(&'static str, Codec, OpusSettings); 4] {
    let plain = OpusSettings::default();
    let with_copies = OpusSettings {
        mode: OpusMode::Fec { loss_percent: 10 },
        ..plain
    };
    [
        ("PCMU", Codec::Pcmu, plain),
        ("G.722", Codec::G722, plain),
        ("Opus", Codec::Opus, plain),
        ("Opus with FEC", Codec::Opus, with_copies),
    ]
}

/// A second of a voice in syllables.
fn frames(codec: Codec) -> Vec<Vec<f32>> {
    let rate = SampleRate::of(codec);
    let mut sound = vec![0.0; rate.hz() as usize];
    for harmonic in 1..=11_u8 {
        let harmonic = f32::from(harmonic);
        Tone::single(rate, 125.0 * harmonic, 0.06 / harmonic.sqrt()).add_to(&mut sound);
    }
    for (index, sample) in sound.iter_mut().enumerate() {
        let turn = index as f32 / rate.hz() as f32 * 4.0;
        *sample *= 0.55 + 0.45 * (turn * std::f32::consts::TAU).sin();
    }
    let frames = sound.chunks_exact(rate.frame_samples());
    frames.map(<[f32]>::to_vec).collect()
}

fn payloads(codec: Codec, settings: &OpusSettings) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(codec, settings);
    let mut payload = [0; Encoder::PAYLOAD_MAX];
    let frames = frames(codec);
    let payloads = frames.iter().map(|frame| {
        let bytes = encoder.encode(frame, &mut payload).unwrap();
        payload[..bytes].to_vec()
    });
    payloads.collect()
}
