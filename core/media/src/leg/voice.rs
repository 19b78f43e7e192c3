//! From what waits in the jitter buffer to one frame a tick; does not know who listens.

use std::time::{Duration, Instant};

use conclave_audio::{Decoder, Frame, Hint, QuickLook, SampleRate, TimeScale, level};
use conclave_contract::MediaFormat;
use conclave_model::{Codec, limits};
use conclave_rtp::{JitterBuffer, Pace, Pull, Stored};

use super::memory::Memory;
use crate::bus::Converters;

/// The decoding of one agreed format; a leg has one for each.
pub(crate) struct Voice {
    format: MediaFormat,
    decoder: Decoder,
    scale: TimeScale,
    quick_look: QuickLook,
    memory: Memory,
    frame: Frame,
    converters: Converters,
}

/// How much is wanted of a leg's sound this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Every frame: it is being mixed, recorded or searched for tones.
    Sound,
    /// It may speak up: decode as soon as a packet looks like speech.
    Onset,
    /// Nobody can hear it: keep up with the packets, decode none.
    Nothing,
}

/// What a tick had of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Got {
    /// A frame was decoded or concealed; it is in [`Voice::frame`].
    Sound,
    /// The frame is silence and cost nothing.
    Silence,
}

impl Voice {
    pub fn new(format: MediaFormat) -> Self {
        let decoder = Decoder::new(format.codec, SampleRate::Hz48000);
        let rate = decoder.sample_rate();
        Self {
            format,
            decoder,
            scale: TimeScale::new(rate),
            quick_look: QuickLook::new(format.codec),
            memory: Memory::new(),
            frame: Frame::silent(rate),
            converters: Converters::from_rate(rate),
        }
    }

    pub const fn format(&self) -> MediaFormat {
        self.format
    }

    pub const fn rate(&self) -> SampleRate {
        self.frame.rate()
    }

    /// The 20 ms of this tick.
    pub const fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Makes this tick's frame silent.
    pub fn silence(&mut self) {
        self.frame.silence();
    }

    /// The frame at another rate; to be asked for once a tick and rate.
    pub fn write_at(&mut self, rate: SampleRate, out: &mut [f32]) {
        self.converters.convert(rate, self.frame.samples(), out);
    }

    /// The loudness of the frame in dBov.
    pub fn level(&self) -> f32 {
        level::dbov(self.frame.samples())
    }

    /// The stream was cut: nothing of it may be heard after this.
    pub fn clear(&mut self) {
        self.scale.clear();
        self.memory.clear();
        self.frame.silence();
    }

    /// Takes 20 ms out of the buffer. `scratch` holds [`Decoder::SAMPLES_MAX`] samples.
    pub fn pull(
        &mut self,
        now: Instant,
        need: Need,
        jitter: &mut JitterBuffer,
        scratch: &mut [f32],
    ) -> Got {
        let wanted = self.rate().frame_samples();
        let mut got = Got::Silence;
        self.fill(now, need, jitter, scratch, &mut got);
        match jitter.pace() {
            Pace::Normal => {}
            Pace::Compress => {
                if self.scale.shorten() > 0 {
                    self.fill(now, need, jitter, scratch, &mut got);
                }
            }
            Pace::Stretch => {
                self.scale.lengthen();
            }
        }
        if !self.scale.pull(&mut self.frame.samples_mut()[..wanted]) {
            self.frame.silence();
        }
        got
    }

    /// Until a frame is there. A peer that sends many tiny packets is cut short, not waited for.
    fn fill(
        &mut self,
        now: Instant,
        need: Need,
        jitter: &mut JitterBuffer,
        scratch: &mut [f32],
        got: &mut Got,
    ) {
        let wanted = self.rate().frame_samples();
        for _ in 0..PULLS_MAX {
            let buffered = self.scale.buffered();
            if buffered >= wanted {
                return;
            }
            let short = wanted - buffered;
            jitter.set_ahead(self.duration_of(buffered));
            match jitter.pull(now) {
                Pull::Packet(stored) => self.take_packet(&stored, need, scratch, got),
                Pull::Missing { duration, next } => {
                    self.replace_lost(duration, next.as_ref(), need, scratch, got);
                }
                Pull::Starved if need == Need::Sound => {
                    self.decoder.conceal(&mut scratch[..short]);
                    self.scale.push(&scratch[..short]);
                    *got = Got::Sound;
                }
                Pull::Starved | Pull::Silence | Pull::Idle => {
                    self.push_silence(short, scratch);
                }
            }
        }
    }

    fn take_packet(&mut self, stored: &Stored<'_>, need: Need, scratch: &mut [f32], got: &mut Got) {
        let hint = self.quick_look.look(stored.payload);
        let is_wanted = match need {
            Need::Sound => true,
            Need::Onset => hint != Hint::Silent,
            Need::Nothing => false,
        };
        if !is_wanted || stored.codec != self.format.codec {
            self.memory.keep(stored.payload);
            let samples = self.samples_of(stored.duration).min(scratch.len());
            self.push_silence(samples, scratch);
            return;
        }
        self.memory.replay(&mut self.decoder, scratch);
        let samples = self.decoder.decode(stored.payload, scratch);
        let samples = samples.unwrap_or_else(|_| {
            let samples = self.samples_of(stored.duration).min(scratch.len());
            self.decoder.conceal(&mut scratch[..samples]);
            samples
        });
        self.scale.push(&scratch[..samples]);
        *got = Got::Sound;
    }

    fn replace_lost(
        &mut self,
        duration: Duration,
        next: Option<&Stored<'_>>,
        need: Need,
        scratch: &mut [f32],
        got: &mut Got,
    ) {
        self.quick_look.lost();
        let samples = self.samples_of(duration).min(scratch.len());
        if need != Need::Sound {
            self.push_silence(samples, scratch);
            return;
        }
        let out = &mut scratch[..samples];
        match next.filter(|next| next.codec == Codec::Opus && self.format.codec == Codec::Opus) {
            Some(next) => self.decoder.decode_fec(next.payload, out),
            None => self.decoder.conceal(out),
        }
        self.scale.push(out);
        *got = Got::Sound;
    }

    fn push_silence(&mut self, samples: usize, scratch: &mut [f32]) {
        scratch[..samples].fill(0.0);
        self.scale.push(&scratch[..samples]);
    }

    fn duration_of(&self, samples: usize) -> Duration {
        let micros = samples as u64 * 1_000_000 / u64::from(self.rate().hz());
        Duration::from_micros(micros)
    }

    fn samples_of(&self, duration: Duration) -> usize {
        let samples = duration.as_micros() * u128::from(self.rate().hz()) / 1_000_000;
        usize::try_from(samples).unwrap_or(usize::MAX)
    }
}

/// Eight packets of 2.5 ms, the shortest that Opus has, are a frame.
const PULLS_MAX: u32 = 8 * limits::FRAME_MS / 20;
