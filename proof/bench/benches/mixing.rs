//! What a tick does with samples and packets besides codecs, step by step; knows no deck.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement stops where it finds nothing"
)]

use std::hint::black_box;
use std::time::Duration;

use conclave_audio::{Frame, Resampler, SampleRate, Tone};
use conclave_mixer::{Limiter, Mix, Slot};
use conclave_model::{Codec, Moment, limits};
use conclave_rtp::{HEADER_BYTES, Header, JitterBuffer, Pull, RtpPacket, write_header};
use criterion::{Criterion, criterion_group, criterion_main};

criterion_group!(benches, sums, limiter, resampler, jitter_buffer);
criterion_main!(benches);

/// What all hear who listen, and what a talker hears.
fn sums(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mix of 8 talkers");
    for rate in RATES {
        let mut mix = Mix::new(rate.frame_samples());
        for talker in 0..limits::TALKERS {
            let slot = Slot(u32::try_from(talker).unwrap());
            mix.talker(slot).unwrap().copy_from_slice(&tone(rate, 0.1));
        }
        let mut out = vec![0.0; rate.frame_samples()];
        group.bench_function(format!("all, {rate:?}"), |bencher| {
            bencher.iter(|| mix.all(black_box(&mut out)));
        });
        group.bench_function(format!("all but one, {rate:?}"), |bencher| {
            bencher.iter(|| mix.all_but(black_box(Slot(3)), black_box(&mut out)));
        });
    }
}

fn limiter(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("limiter");
    for (name, amplitude) in [("quiet", 0.3), ("too loud", 3.0)] {
        for rate in RATES {
            let mut limiter = Limiter::new(rate.hz());
            let sound = tone(rate, amplitude);
            let mut frame = sound.clone();
            group.bench_function(format!("{name}, {rate:?}"), |bencher| {
                bencher.iter(|| {
                    frame.copy_from_slice(&sound);
                    limiter.process(black_box(&mut frame));
                });
            });
        }
    }
}

fn resampler(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("resample 20 ms");
    for from in RATES {
        for to in RATES.into_iter().filter(|to| *to != from) {
            let mut resampler = Resampler::new(from, to);
            let sound = tone(from, 0.3);
            let mut out = [0.0; Frame::SAMPLES_MAX];
            group.bench_function(format!("{from:?} to {to:?}"), |bencher| {
                bencher.iter(|| resampler.process(black_box(&sound), &mut out));
            });
        }
    }
}

/// One packet in and one out, as in every tick of a leg.
fn jitter_buffer(criterion: &mut Criterion) {
    let mut buffer = JitterBuffer::new();
    let mut now = Moment::EPOCH;
    let mut datagram = [0xFF; HEADER_BYTES + 160];
    let mut packets = 0_u32;
    criterion.bench_function("jitter buffer, push and pull", |bencher| {
        bencher.iter(|| {
            packets = packets.wrapping_add(1);
            now += Duration::from_millis(20);
            let header = Header {
                payload_type: 0,
                marker: false,
                sequence: packets as u16,
                timestamp: packets.wrapping_mul(160),
                ssrc: 7,
            };
            write_header(datagram.first_chunk_mut().unwrap(), &header);
            let packet = RtpPacket::parse(&datagram).unwrap();
            black_box(buffer.push(now, &packet, Codec::Pcmu, None));
            let pulled = buffer.pull(now);
            assert!(matches!(pulled, Pull::Packet(_)), "{pulled:?}");
        });
    });
}

fn tone(rate: SampleRate, amplitude: f32) -> Vec<f32> {
    let mut frame = vec![0.0; rate.frame_samples()];
    Tone::single(rate, 400.0, amplitude).fill(&mut frame);
    frame
}

const RATES: [SampleRate; 3] = [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000];
