//! A sound as a telephone hears it: through a codec and back, in a WAV file; plays nothing.

use conclave_audio::{
    Decoder, Encoder, OpusMode, OpusSettings, Resampler, SampleRate, from_i16, to_i16,
};
use conclave_contract::Clip;
use conclave_model::{Codec, limits};

/// The beginning of a sound, at most [`limits::LISTEN`], as a telephone with this codec plays it.
#[must_use]
pub fn heard_by(codec: Codec, sound: &Clip) -> Vec<u8> {
    let rate = SampleRate::of(codec);
    let settings = OpusSettings {
        mode: OpusMode::Plain,
        ..OpusSettings::default()
    };
    let mut resampler = Resampler::new(SampleRate::Hz16000, rate);
    let mut encoder = Encoder::new(codec, &settings);
    let mut decoder = Decoder::new(codec, rate);
    let (mut frame, mut wide) = (vec![0.0; FRAME], vec![0.0; rate.frame_samples()]);
    let mut payload = [0; Encoder::PAYLOAD_MAX];
    let mut decoded = vec![0.0; Decoder::SAMPLES_MAX];
    let mut pcm = vec![0; Decoder::SAMPLES_MAX];
    let mut out = Vec::new();
    let samples_max = limits::LISTEN.as_secs() as usize * Clip::SAMPLE_RATE_HZ as usize;
    let samples = sound.samples();
    for piece in samples[..samples.len().min(samples_max)].chunks(FRAME) {
        frame.fill(0.0);
        from_i16(piece, &mut frame);
        let length = resampler.process(&frame, &mut wide);
        // A frame of 20 ms suits every codec, and what we encoded can be decoded: otherwise that
        // frame is silent, as it would be on the telephone.
        let count = encoder
            .encode(&wide[..length], &mut payload)
            .ok()
            .and_then(|bytes| decoder.decode(&payload[..bytes], &mut decoded).ok())
            .unwrap_or(0);
        to_i16(&decoded[..count], &mut pcm);
        out.extend_from_slice(&pcm[..count]);
    }
    wav(&out, rate.hz())
}

/// Mono, 16 bits.
fn wav(samples: &[i16], rate_hz: u32) -> Vec<u8> {
    let data_bytes = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX - 36);
    let mut out = Vec::with_capacity(44 + samples.len() * 2);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + data_bytes).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    out.extend_from_slice(&rate_hz.to_le_bytes());
    out.extend_from_slice(&(rate_hz * 2).to_le_bytes());
    out.extend_from_slice(b"\x02\0\x10\0data");
    out.extend_from_slice(&data_bytes.to_le_bytes());
    for sample in samples {
        out.extend_from_slice(&sample.to_le_bytes());
    }
    out
}

/// 20 ms of a clip.
const FRAME: usize = 320;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_telephone_hears_the_tone_at_its_own_rate() {
        let turn = std::f32::consts::TAU * 440.0 / 16_000.0;
        let tone: Vec<i16> = (0..16_000)
            .map(|n| ((turn * n as f32).sin() * 8_000.0) as i16)
            .collect();
        for (codec, rate_hz) in [
            (Codec::Pcma, 8_000),
            (Codec::G722, 16_000),
            (Codec::Opus, 48_000),
        ] {
            let file = heard_by(codec, &Clip::new(tone.clone()));
            let reader = hound::WavReader::new(file.as_slice()).unwrap();
            assert_eq!(reader.spec().sample_rate, rate_hz, "{codec:?}");
            let samples: Vec<i16> = reader.into_samples().map(Result::unwrap).collect();
            assert_eq!(samples.len(), rate_hz as usize, "{codec:?}");
            let crossings = samples.windows(2).filter(|two| two[0] < 0 && two[1] >= 0);
            let crossings = crossings.count();
            assert!((430..=450).contains(&crossings), "{codec:?}: {crossings}");
        }
    }

    #[test]
    fn an_hour_of_music_is_not_sent_whole() {
        let silence = vec![0; 3 * 60 * 16_000];
        let file = heard_by(Codec::Pcma, &Clip::new(silence));
        assert_eq!(file.len() as u64, 44 + limits::LISTEN.as_secs() * 16_000);
    }
}
