//! Times every codec and filter for one 20 ms frame, or those whose name has the words given; run
//! it in release.
#![allow(clippy::disallowed_methods)]

use std::hint::black_box;
use std::time::Instant;

use conclave_audio::{
    BandLimit, Concealer, Decoder, Denoiser, Encoder, Frame, InbandDtmf, OpusMode, OpusSettings,
    QuickLook, Resampler, SampleRate, SpatialVoice, StereoEncoder, TimeScale, level,
};
use conclave_model::Codec;

const FRAMES: usize = 2_000;
/// Few enough to be done before another program gets the processor, and all of a second's sounds.
const ROUND_FRAMES: usize = 50;

fn main() {
    for codec in Codec::ALL {
        for mode in [OpusMode::Plain, OpusMode::Fec { loss_percent: 10 }] {
            if codec == Codec::Opus || mode == OpusMode::Plain {
                codec_speed(codec, mode);
            }
        }
    }
    for (from, to) in [(8, 16), (8, 48), (16, 8), (16, 48), (48, 16), (48, 8)] {
        let rate = |khz: u32| SampleRate::ALL.into_iter().find(|r| r.hz() == khz * 1_000);
        if let (Some(from), Some(to)) = (rate(from), rate(to)) {
            let sound = sound(from);
            let mut resampler = Resampler::new(from, to);
            let mut out = Frame::silent(to);
            time(&format!("resample {from:?} to {to:?}"), |tick| {
                resampler.process(frame(&sound, from, tick), out.samples_mut());
            });
        }
    }
    for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000] {
        rate_speed(rate);
    }
    stereo_speed();
}

fn codec_speed(codec: Codec, mode: OpusMode) {
    let rate = SampleRate::of(codec);
    let sound = sound(rate);
    let settings = OpusSettings {
        mode,
        ..OpusSettings::default()
    };
    let mut encoder = Encoder::new(codec, &settings);
    let mut payload = [0; Encoder::PAYLOAD_MAX];
    let mut packets = Vec::new();
    for tick in 0..FRAMES {
        if let Ok(bytes) = encoder.encode(frame(&sound, rate, tick), &mut payload) {
            packets.push(payload[..bytes].to_vec());
        }
    }
    time(&format!("{codec} {mode:?} encode"), |tick| {
        black_box(encoder.encode(frame(&sound, rate, tick), &mut payload).ok());
    });
    let rates = [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000];
    for rate in rates
        .into_iter()
        .filter(|r| codec == Codec::Opus || *r == rate)
    {
        let mut decoder = Decoder::new(codec, rate);
        let mut out = [0.0; Decoder::SAMPLES_MAX];
        time(&format!("{codec} {mode:?} decode at {rate:?}"), |tick| {
            black_box(decoder.decode(&packets[tick], &mut out).ok());
        });
    }
    let mut look = QuickLook::new(codec);
    time(&format!("{codec} {mode:?} quick look"), |tick| {
        black_box(look.look(&packets[tick]));
    });
}

fn rate_speed(rate: SampleRate) {
    let sound = sound(rate);
    time(&format!("level at {rate:?}"), |tick| {
        black_box(level::dbov(frame(&sound, rate, tick)));
    });
    let mut out = Frame::silent(rate);
    let mut denoiser = Denoiser::new();
    time(&format!("denoise at {rate:?}"), |tick| {
        out.samples_mut().copy_from_slice(frame(&sound, rate, tick));
        denoiser.process(rate, out.samples_mut());
    });
    let mut limit = BandLimit::new(6_000);
    time(&format!("limit the band at {rate:?}"), |tick| {
        out.samples_mut().copy_from_slice(frame(&sound, rate, tick));
        limit.process(rate, out.samples_mut());
    });
    let mut keys = InbandDtmf::new(rate);
    time(&format!("in-band keys at {rate:?}"), |tick| {
        black_box(keys.push(frame(&sound, rate, tick)));
    });
    let mut scale = TimeScale::new(rate);
    let mut out = Frame::silent(rate);
    time(&format!("queue and shorten at {rate:?}"), |tick| {
        scale.push(frame(&sound, rate, tick));
        scale.shorten();
        scale.pull(out.samples_mut());
    });
    let mut concealer = Concealer::new(rate);
    time(&format!("conceal every second frame at {rate:?}"), |tick| {
        out.samples_mut().copy_from_slice(frame(&sound, rate, tick));
        match tick % 2 {
            0 => concealer.received(out.samples_mut()),
            _ => concealer.conceal(out.samples_mut()),
        }
    });
}

fn stereo_speed() {
    let rate = SampleRate::Hz48000;
    let sound = sound(rate);
    let (mut left, mut right) = (Frame::silent(rate), Frame::silent(rate));
    let mut voice = SpatialVoice::at(40);
    time("place a voice", |tick| {
        voice.process(
            frame(&sound, rate, tick),
            left.samples_mut(),
            right.samples_mut(),
        );
    });
    let mut encoder = StereoEncoder::new(None);
    let mut payload = [0; Encoder::PAYLOAD_MAX];
    time("opus encode of two channels", |tick| {
        voice.process(
            frame(&sound, rate, tick),
            left.samples_mut(),
            right.samples_mut(),
        );
        black_box(
            encoder
                .encode(left.samples(), right.samples(), &mut payload)
                .ok(),
        );
    });
}

/// Syllables of a buzz, a second of them.
fn sound(rate: SampleRate) -> Vec<f32> {
    let hz = rate.hz() as f32;
    let wave = |index: usize| {
        let seconds = index as f32 / hz;
        let turn = std::f32::consts::TAU * seconds;
        let buzz: f32 = (1..20)
            .map(|k| (turn * 140.0 * k as f32).sin() / k as f32)
            .sum();
        buzz * 0.1 * (0.55 - 0.45 * (turn * 3.0).cos())
    };
    (0..rate.hz() as usize).map(wave).collect()
}

fn frame(sound: &[f32], rate: SampleRate, tick: usize) -> &[f32] {
    let samples = rate.frame_samples();
    &sound[tick % 50 * samples..][..samples]
}

/// The best of many short rounds, for the machine may be shared; of those that were asked for.
fn time(what: &str, mut work: impl FnMut(usize)) {
    if !std::env::args().skip(1).all(|word| what.contains(&word)) {
        return;
    }
    let mut best = f64::MAX;
    for round in 0..3 * FRAMES / ROUND_FRAMES {
        let start = Instant::now();
        for tick in 0..ROUND_FRAMES {
            work((round * ROUND_FRAMES + tick) % FRAMES);
        }
        best = best.min(start.elapsed().as_secs_f64() / ROUND_FRAMES as f64);
    }
    println!("{:9.0} ns  {what}", best * 1e9);
}
