//! What one caller says, from the first word to the last; knows neither the question nor the name.

use std::ops::Range;
use std::sync::Arc;

use conclave_audio::{Resampler, SampleRate, to_i16};
use conclave_contract::{Clip, RecordEnd, RecordSpec, Recording};
use conclave_model::{RecordId, limits};

/// 20 ms at the rate of a clip.
const FRAME_SAMPLES: usize = 320;

/// One `Record` command with the buffer for all that it may take.
pub struct Recorder {
    pub(crate) record: RecordId,
    spec: RecordSpec,
    samples: Arc<[i16]>,
    written: usize,
    narrow: Resampler,
    full: Resampler,
    /// The samples from the first speech to the end of the last.
    speech: Option<Range<usize>>,
    speech_frames: u32,
}

impl Recorder {
    #[must_use]
    pub fn new(record: RecordId, spec: RecordSpec) -> Self {
        let frame_ms = u128::from(limits::FRAME_MS);
        let length_max = spec.length_max.min(LENGTH_MOST).as_millis();
        let frames = usize::try_from(length_max.div_ceil(frame_ms)).unwrap_or(1);
        Self {
            record,
            spec,
            samples: vec![0; frames.max(1) * FRAME_SAMPLES].into(),
            written: 0,
            narrow: Resampler::new(SampleRate::Hz8000, SampleRate::Hz16000),
            full: Resampler::new(SampleRate::Hz48000, SampleRate::Hz16000),
            speech: None,
            speech_frames: 0,
        }
    }

    pub(crate) const fn stops_on_digit(&self) -> bool {
        self.spec.stop_on_digit
    }

    /// Takes 20 ms at `rate`; says when it has had enough.
    pub(crate) fn frame(
        &mut self,
        rate: SampleRate,
        samples: &[f32],
        is_speech: bool,
    ) -> Option<RecordEnd> {
        let mut wide = [0.0; FRAME_SAMPLES];
        match rate {
            SampleRate::Hz8000 => {
                self.narrow.process(samples, &mut wide);
            }
            SampleRate::Hz48000 => {
                self.full.process(samples, &mut wide);
            }
            SampleRate::Hz16000 | SampleRate::Hz24000 => {
                let length = samples.len().min(wide.len());
                wide[..length].copy_from_slice(&samples[..length]);
            }
        }
        let end = self.written + FRAME_SAMPLES;
        let buffer = Arc::get_mut(&mut self.samples)?;
        to_i16(&wide, buffer.get_mut(self.written..end)?);
        if is_speech {
            let begin = self
                .speech
                .as_ref()
                .map_or(self.written, |range| range.start);
            self.speech = Some(begin..end);
            self.speech_frames += 1;
        }
        self.written = end;
        self.has_enough()
    }

    /// Cuts the silence off, levels the rest, and gives it away.
    pub(crate) fn finish(&mut self, ended_by: RecordEnd) -> Recording {
        let spoken_ms = u128::from(self.speech_frames * limits::FRAME_MS);
        let is_speech = spoken_ms >= self.spec.speech_min.as_millis();
        let clip = self.speech.take().filter(|_| is_speech).map(|speech| {
            let start = speech.start.saturating_sub(LEAD_SAMPLES);
            let end = (speech.end + TAIL_SAMPLES).min(self.written);
            if let Some(samples) = Arc::get_mut(&mut self.samples) {
                bring_to_level(&mut samples[start..end]);
            }
            Clip::part_of(Arc::clone(&self.samples), start..end)
        });
        Recording { clip, ended_by }
    }

    fn has_enough(&self) -> Option<RecordEnd> {
        if self.written >= self.samples.len() {
            return Some(RecordEnd::Limit);
        }
        let silent_samples = self.written - self.speech.as_ref()?.end;
        let silent_ms = silent_samples * 1_000 / Clip::SAMPLE_RATE_HZ as usize;
        (silent_ms as u128 >= self.spec.end_silence.as_millis()).then_some(RecordEnd::Silence)
    }
}

/// Speech at -22 dBov, as the prompts are; never more than 12 dB up or 6 down, never into clipping.
fn bring_to_level(samples: &mut [i16]) {
    let squares = samples.iter().map(|x| i64::from(*x) * i64::from(*x));
    let mean = squares.sum::<i64>() as f32 / samples.len().max(1) as f32;
    let peak = samples.iter().map(|x| x.unsigned_abs()).max().unwrap_or(0);
    if peak == 0 {
        return;
    }
    let wanted = LEVEL_RMS / mean.sqrt().max(1.0);
    let gain = wanted.clamp(0.5, 4.0).min(PEAK_MOST / f32::from(peak));
    for sample in samples {
        *sample = (f32::from(*sample) * gain) as i16;
    }
}

/// -22 dBov of 32 768.
const LEVEL_RMS: f32 = 2_600.0;
const PEAK_MOST: f32 = 29_000.0;
/// 80 ms: a soft first consonant is no speech to a detector.
const LEAD_SAMPLES: usize = 1_280;
/// 100 ms of the last vowel's end.
const TAIL_SAMPLES: usize = 1_600;
/// A mistake in a command must not take all memory.
const LENGTH_MOST: std::time::Duration = std::time::Duration::from_secs(120);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn recorder() -> Recorder {
        Recorder::new(
            RecordId(1),
            RecordSpec {
                length_max: Duration::from_secs(5),
                end_silence: Duration::from_millis(1_000),
                speech_min: Duration::from_millis(200),
                stop_on_digit: true,
            },
        )
    }

    fn feed(recorder: &mut Recorder, frames: usize, is_speech: bool) -> Option<RecordEnd> {
        let sample = if is_speech { 0.02 } else { 0.0001 };
        (0..frames).find_map(|_| recorder.frame(SampleRate::Hz16000, &[sample; 320], is_speech))
    }

    #[test]
    fn it_ends_by_silence_and_keeps_the_words_alone() {
        let mut recorder = recorder();
        assert_eq!(feed(&mut recorder, 50, false), None);
        assert_eq!(feed(&mut recorder, 40, true), None);
        assert_eq!(feed(&mut recorder, 100, false), Some(RecordEnd::Silence));
        let recording = recorder.finish(RecordEnd::Silence);
        let clip = recording.clip.unwrap();
        assert_eq!(clip.duration_ms(), 800 + 80 + 100);
        let loudest = clip.samples().iter().max().unwrap();
        assert!((2_300..3_000).contains(loudest), "levelled: {loudest}");
    }

    #[test]
    fn a_cough_is_no_name() {
        let mut recorder = recorder();
        feed(&mut recorder, 9, true);
        assert!(recorder.finish(RecordEnd::Stopped).clip.is_none());
    }

    #[test]
    fn who_never_stops_is_stopped_and_who_says_nothing_has_the_same_time() {
        let mut endless = recorder();
        assert_eq!(feed(&mut endless, 1_000, true), Some(RecordEnd::Limit));
        assert_eq!(
            endless.finish(RecordEnd::Limit).clip.unwrap().duration_ms(),
            5_000
        );
        let mut silent = recorder();
        assert_eq!(feed(&mut silent, 1_000, false), Some(RecordEnd::Limit));
        assert!(silent.finish(RecordEnd::Limit).clip.is_none());
    }
}
