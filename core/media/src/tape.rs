//! What a recorded stage gives away in each tick: what everybody hears, and who speaks; knows no
//! file.

use conclave_audio::{Frame, SampleRate};
use conclave_mixer::Limiter;
use conclave_model::confbridge::RecordVolume;
use conclave_model::{LegId, limits};

/// One tick of a tape.
#[derive(Clone, Copy)]
pub struct TapeFrame {
    /// Counts the ticks from 0; one that is left out was lost on the way.
    pub number: u64,
    /// 16 or 48 kHz; it may grow from one frame to the next.
    pub rate: SampleRate,
    samples: [i16; Frame::SAMPLES_MAX],
    speakers: [LegId; limits::TALKERS],
    speaker_count: usize,
}

/// Takes the frames of one tape on the thread that ticks: it must neither wait nor allocate.
pub trait TapeSink: Send {
    /// False when there is no room and the frame is lost.
    fn push(&mut self, frame: &TapeFrame) -> bool;
}

/// The other end of a [`TapeSink`], for a thread that writes.
pub trait TapeSource: Send {
    fn next(&mut self) -> Option<TapeFrame>;

    /// Nothing comes any more after what [`TapeSource::next`] still has.
    fn has_ended(&self) -> bool;
}

/// A recording of one stage as long as it runs. Allocates when it is made and never again.
pub struct Tape {
    sink: Box<dyn TapeSink>,
    frame: TapeFrame,
    mixed: Frame,
    limiter: Limiter,
    wide_limiter: Limiter,
    volume: f32,
}

impl TapeFrame {
    /// Silence at 16 kHz.
    #[must_use]
    pub const fn silent(number: u64) -> Self {
        Self {
            number,
            rate: SampleRate::Hz16000,
            samples: [0; Frame::SAMPLES_MAX],
            speakers: [LegId(0); limits::TALKERS],
            speaker_count: 0,
        }
    }

    /// [`limits::FRAME_MS`] of sound.
    #[must_use]
    pub fn samples(&self) -> &[i16] {
        &self.samples[..self.rate.frame_samples()]
    }

    /// Who speaks and is in the mix.
    #[must_use]
    pub fn speakers(&self) -> &[LegId] {
        &self.speakers[..self.speaker_count]
    }
}

impl Tape {
    /// At 16 kHz, until somebody on the stage listens at 48.
    #[must_use]
    pub fn new(sink: Box<dyn TapeSink>, volume: RecordVolume) -> Self {
        let rate = SampleRate::Hz16000;
        Self {
            sink,
            frame: TapeFrame::silent(0),
            mixed: Frame::silent(rate),
            limiter: Limiter::new(rate.hz()),
            wide_limiter: Limiter::new(SampleRate::Hz48000.hz()),
            volume: volume.factor(),
        }
    }

    pub(crate) const fn rate(&self) -> SampleRate {
        self.frame.rate
    }

    /// Records at 48 kHz from now on.
    pub(crate) fn widen(&mut self) {
        if self.frame.rate == SampleRate::Hz16000 {
            self.frame.rate = SampleRate::Hz48000;
            self.mixed = Frame::silent(SampleRate::Hz48000);
            std::mem::swap(&mut self.limiter, &mut self.wide_limiter);
        }
    }

    /// One tick: `mix` fills the frame.
    pub(crate) fn record(
        &mut self,
        mix: impl FnOnce(&mut [f32]),
        speakers: impl Iterator<Item = LegId>,
    ) {
        mix(self.mixed.samples_mut());
        for sample in self.mixed.samples_mut() {
            *sample *= self.volume;
        }
        self.limiter.process(self.mixed.samples_mut());
        for (sample, mixed) in self.frame.samples.iter_mut().zip(self.mixed.samples()) {
            *sample = (mixed * f32::from(i16::MAX)) as i16;
        }
        self.frame.speaker_count = 0;
        for (place, speaker) in self.frame.speakers.iter_mut().zip(speakers) {
            *place = speaker;
            self.frame.speaker_count += 1;
        }
        // Lost if there is no room: the reader sees the number that is missing, and counts it.
        let _ = self.sink.push(&self.frame);
        self.frame.number += 1;
    }
}
