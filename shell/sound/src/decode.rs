//! One sound file of any known format into mono samples at 16 kHz; sets no level.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use conclave_contract::Clip;
use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;
use symphonia_adapter_libopus::OpusDecoder;

use crate::resample::Resample;

/// Why a file gives no sound. The sentences are for whoever put the file there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeFault {
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    #[error("this is no sound file we know; mp3, ogg, opus, flac, m4a, wav and webm are")]
    UnknownFormat,
    #[error("the sound file is damaged: {0}")]
    Damaged(String),
    #[error("there is no sound in the file")]
    Empty,
    #[error("the sound lasts longer than the {minutes_max} minutes that are left for it")]
    TooLong { minutes_max: u64 },
}

/// Decodes the first audio track, mixes its channels and brings them to [`Clip::SAMPLE_RATE_HZ`].
///
/// `ending` (`mp3`, `ogg`...) is a hint only: the content decides. A damaged stretch within a file
/// is skipped, as every player does.
///
/// # Errors
/// [`DecodeFault::TooLong`] as soon as more than `samples_max` would come out.
pub(crate) fn decode(
    source: Box<dyn MediaSource>,
    ending: Option<&str>,
    samples_max: usize,
) -> Result<Vec<i16>, DecodeFault> {
    // The parsers meet files from strangers; a panic in one of them must cost this file alone.
    catch_unwind(AssertUnwindSafe(|| {
        decode_unguarded(source, ending, samples_max)
    }))
    .unwrap_or_else(|_| Err(DecodeFault::Damaged("its parser gave up".to_owned())))
}

/// How long the file says it lasts, from its header alone.
pub(crate) fn length_ms(source: Box<dyn MediaSource>, ending: Option<&str>) -> Option<u64> {
    catch_unwind(AssertUnwindSafe(|| {
        let format = open(source, ending).ok()?;
        let track = format.default_track(TrackType::Audio)?;
        let rate_hz = track.codec_params.as_ref()?.audio()?.sample_rate?;
        Some(track.num_frames?.checked_mul(1_000)? / u64::from(rate_hz.max(1)))
    }))
    .unwrap_or_default()
}

fn decode_unguarded(
    source: Box<dyn MediaSource>,
    ending: Option<&str>,
    samples_max: usize,
) -> Result<Vec<i16>, DecodeFault> {
    let mut format = open(source, ending)?;
    let (track, mut decoder) = decoder_for(format.as_ref())?;
    let mut mono = Mono::new(samples_max);
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            // A second stream chained to the first: the first is what was uploaded as a song.
            Ok(None) | Err(Error::ResetRequired) => break,
            // Cut short, as many downloads are: what came so far is played.
            Err(Error::IoError(error)) if mono.has_sound() => {
                tracing::debug!(%error, "sound file ends early");
                break;
            }
            Err(error) => return Err(fault(&error)),
        };
        if packet.track_id != track {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(sound) => mono.push(&sound)?,
            Err(Error::DecodeError(_) | Error::IoError(_)) => mono.count_bad_packet()?,
            Err(error) => return Err(fault(&error)),
        }
    }
    mono.finish()
}

fn open(
    source: Box<dyn MediaSource>,
    ending: Option<&str>,
) -> Result<Box<dyn FormatReader>, DecodeFault> {
    let mut hint = Hint::new();
    if let Some(ending) = ending {
        hint.with_extension(ending);
    }
    let stream = MediaSourceStream::new(source, Default::default());
    symphonia::default::get_probe()
        .probe(
            &hint,
            stream,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
        .map_err(|_| DecodeFault::UnknownFormat)
}

fn decoder_for(format: &dyn FormatReader) -> Result<(u32, Box<dyn AudioDecoder>), DecodeFault> {
    let track = format
        .default_track(TrackType::Audio)
        .ok_or(DecodeFault::Empty)?;
    let params = track
        .codec_params
        .as_ref()
        .and_then(|params| params.audio())
        .ok_or(DecodeFault::UnknownFormat)?;
    let decoder = CODECS
        .make_audio_decoder(params, &AudioDecoderOptions::default())
        .map_err(|_| DecodeFault::UnknownFormat)?;
    Ok((track.id, decoder))
}

fn fault(error: &Error) -> DecodeFault {
    DecodeFault::Damaged(error.to_string())
}

/// Gathers decoded sound as one channel at one rate.
struct Mono {
    samples_max: usize,
    resample: Option<Resample>,
    interleaved: Vec<f32>,
    mixed: Vec<f32>,
    out: Vec<i16>,
    bad_packets: usize,
}

impl Mono {
    fn new(samples_max: usize) -> Self {
        Self {
            samples_max,
            resample: None,
            interleaved: Vec::new(),
            mixed: Vec::new(),
            out: Vec::new(),
            bad_packets: 0,
        }
    }

    fn has_sound(&self) -> bool {
        !self.out.is_empty()
    }

    fn push(&mut self, sound: &GenericAudioBufferRef<'_>) -> Result<(), DecodeFault> {
        let rate_hz = sound.spec().rate();
        let channels = sound.num_planes().max(1);
        if self
            .resample
            .as_ref()
            .is_none_or(|is| is.input_hz() != rate_hz)
        {
            self.flush();
            self.resample = Some(Resample::new(rate_hz)?);
        }
        sound.copy_to_vec_interleaved(&mut self.interleaved);
        self.mixed.clear();
        let share = 1.0 / channels as f32;
        let sums = self.interleaved.chunks_exact(channels);
        self.mixed
            .extend(sums.map(|all| all.iter().sum::<f32>() * share));
        if let Some(resample) = &mut self.resample {
            resample.push(&self.mixed, &mut self.out);
        }
        if self.out.len() > self.samples_max {
            return Err(too_long(self.samples_max));
        }
        Ok(())
    }

    fn count_bad_packet(&mut self) -> Result<(), DecodeFault> {
        self.bad_packets += 1;
        if self.bad_packets > BAD_PACKETS_MAX {
            return Err(DecodeFault::Damaged(
                "too little of it can be decoded".to_owned(),
            ));
        }
        Ok(())
    }

    fn flush(&mut self) {
        if let Some(mut resample) = self.resample.take() {
            resample.finish(&mut self.out);
        }
    }

    fn finish(mut self) -> Result<Vec<i16>, DecodeFault> {
        self.flush();
        if self.out.len() > self.samples_max {
            return Err(too_long(self.samples_max));
        }
        if self.out.is_empty() {
            return Err(DecodeFault::Empty);
        }
        Ok(self.out)
    }
}

fn too_long(samples_max: usize) -> DecodeFault {
    let per_minute = Clip::SAMPLE_RATE_HZ as usize * 60;
    DecodeFault::TooLong {
        minutes_max: (samples_max / per_minute) as u64,
    }
}

/// A torn file has a few; one of nothing but torn packets is not worth an hour of trying.
const BAD_PACKETS_MAX: usize = 1_000;

/// Symphonia's own codecs and libopus.
static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut codecs = CodecRegistry::new();
    symphonia::default::register_enabled_codecs(&mut codecs);
    codecs.register_audio_decoder::<OpusDecoder>();
    codecs
});

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Each is decoded, or refused with a reason; never a panic that gets out, never an hour of it.
    #[test]
    fn spoilt_files_are_decoded_or_refused() {
        let mut chance = conclave_model::Chance::from_seed([7; 32]);
        let mut refused = 0;
        for file in [
            "tone.mp3",
            "tone.ogg",
            "tone.opus",
            "tone.flac",
            "tone.m4a",
            "tone.webm",
        ] {
            let whole = std::fs::read(format!("tests/data/{file}")).unwrap();
            for _ in 0..60 {
                let mut spoilt = whole.clone();
                for _ in 0..=chance.below(8) {
                    let at = chance.below(spoilt.len() as u32) as usize;
                    spoilt[at] = chance.below(256) as u8;
                }
                spoilt.truncate(chance.below(2 * whole.len() as u32) as usize);
                match decode(Box::new(Cursor::new(spoilt)), None, SAMPLES_MAX) {
                    Ok(samples) => assert!(samples.len() <= SAMPLES_MAX),
                    Err(_) => refused += 1,
                }
            }
        }
        assert!((60..360).contains(&refused), "{refused} of 360 refused");
    }

    #[test]
    fn more_than_is_allowed_is_refused_with_the_allowance() {
        let whole = std::fs::read("tests/data/tone.flac").unwrap();
        let fault = decode(Box::new(Cursor::new(whole)), None, 4_000).unwrap_err();
        assert_eq!(fault, DecodeFault::TooLong { minutes_max: 0 });
    }

    const SAMPLES_MAX: usize = 10 * 16_000;
}
