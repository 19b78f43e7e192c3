//! Once built, nothing that touches samples allocates (what libopus does is not counted here).

use conclave_audio::{
    Decoder, Denoiser, Economy, Encoder, Frame, Gain, InbandDtmf, OpusMode, OpusSettings,
    QuickLook, Resampler, SampleRate, SpeechDetector, SpeechRule, TimeScale, Tone, level,
};
use conclave_model::Codec;

fn allocations(work: impl FnOnce()) -> u64 {
    allocation_counter::measure(work).count_total
}

#[test]
fn the_counter_counts() {
    assert!(allocations(|| drop(std::hint::black_box(vec![0_u8; 100]))) > 0);
}

#[test]
fn codecs() {
    for codec in Codec::ALL {
        for mode in [OpusMode::Plain, OpusMode::Fec { loss_percent: 10 }] {
            let settings = OpusSettings {
                mode,
                ..OpusSettings::default()
            };
            let rate = SampleRate::of(codec);
            let mut shared = Encoder::new(codec, &settings);
            let mut private = Encoder::new(codec, &settings);
            let mut decoder = Decoder::new(codec, SampleRate::Hz16000);
            let mut look = QuickLook::new(codec);
            let mut tone = Tone::single(rate, 440.0, 0.3);
            let mut frame = Frame::silent(rate);
            let mut out = [0.0; Decoder::SAMPLES_MAX];
            let mut payload = [0; Encoder::PAYLOAD_MAX];
            let gap = decoder.sample_rate().frame_samples();
            let count = allocations(|| {
                for tick in 0..50 {
                    tone.fill(frame.samples_mut());
                    shared.economise([Economy::Off, Economy::On][tick % 2]);
                    if tick % 10 == 5 {
                        shared.retune(&[settings, OpusSettings::default()][tick / 10 % 2]);
                    }
                    let bytes = shared.encode(frame.samples(), &mut payload);
                    let payload = &payload[..bytes.expect("a frame fits")];
                    std::hint::black_box(look.look(payload));
                    match tick % 10 {
                        3 => decoder.conceal(&mut out[..gap]),
                        7 => decoder.decode_fec(payload, &mut out[..gap]),
                        _ => assert!(decoder.decode(payload, &mut out).is_ok()),
                    }
                    if tick % 10 == 0 {
                        private.continue_from(&shared);
                    }
                }
            });
            assert_eq!(count, 0, "{codec} {mode:?}");
        }
    }
}

#[test]
fn everything_else() {
    let mut resampler = Resampler::new(SampleRate::Hz48000, SampleRate::Hz8000);
    let mut scale = TimeScale::new(SampleRate::Hz48000);
    let mut keys = InbandDtmf::new(SampleRate::Hz48000);
    let mut speech = SpeechDetector::new();
    let mut rule = SpeechRule::new(Some(160), None);
    let mut denoiser = Denoiser::new();
    Denoiser::warm_up();
    let mut gain = Gain::new(1.0);
    let mut tone = Tone::dual(SampleRate::Hz48000, (697.0, 0.2), (1_209.0, 0.2));
    let mut frame = Frame::silent(SampleRate::Hz48000);
    let mut narrow = Frame::silent(SampleRate::Hz8000);
    let count = allocations(|| {
        for tick in 0..100 {
            tone.fill(frame.samples_mut());
            gain.ramp_to(if tick % 2 == 0 { 0.0 } else { 1.0 }, 960);
            gain.apply(frame.samples_mut());
            resampler.process(frame.samples(), narrow.samples_mut());
            std::hint::black_box(keys.push(frame.samples()));
            let dbov = level::dbov(frame.samples());
            rule.frame(frame.samples(), dbov, &speech);
            speech.frame(dbov);
            denoiser.process(SampleRate::Hz48000, frame.samples_mut());
            denoiser.process(SampleRate::Hz8000, narrow.samples_mut());
            scale.push(frame.samples());
            scale.shorten();
            scale.lengthen();
            scale.pull(frame.samples_mut());
        }
    });
    assert_eq!(count, 0);
}
