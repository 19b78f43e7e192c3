//! From what waits in the jitter buffer to one frame a tick; does not know who listens.

use std::time::Duration;

use conclave_audio::{Frame, Gain, Hint, QuickLook, SampleRate};
use conclave_contract::MediaFormat;
use conclave_model::{Codec, Moment, limits};
use conclave_rtp::{AudioLevel, JitterBuffer, Pace, Pull, Stored};

use super::ear::Ear;
use super::silence::Silence;
use super::testimony::{Testimony, Witnessed};
use crate::DeckHealth;
use crate::Spare;
use crate::reserve::Reserve;
use crate::spares::Spares;

/// The stream of one agreed format; a leg has one for each.
pub(crate) struct Voice {
    format: MediaFormat,
    quick_look: QuickLook,
    testimony: Testimony,
    /// `None` after a long silence: then `silence` is what waits.
    ear: Option<Box<Ear>>,
    silence: Silence,
    /// Packets in a row that were not decoded; no more than the jitter buffer remembers.
    skipped: usize,
    silent_ticks: u32,
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
    /// There is sound in [`Voice::frame`], decoded or concealed.
    Sound,
    /// The frame is silence and cost nothing.
    Silence,
}

/// What a voice works with and does not own.
pub(crate) struct Intake<'a> {
    pub now: Moment,
    pub need: Need,
    pub jitter: &'a mut JitterBuffer,
    pub spares: &'a mut Spares,
    pub health: &'a mut DeckHealth,
    /// [`conclave_audio::Decoder::SAMPLES_MAX`] samples.
    pub scratch: &'a mut [f32],
}

impl Voice {
    pub fn new(format: MediaFormat, ear: Option<Box<Ear>>) -> Self {
        Self {
            format,
            quick_look: QuickLook::new(format.codec),
            testimony: Testimony::new(),
            ear,
            silence: Silence::new(SampleRate::of(format.codec)),
            skipped: 0,
            silent_ticks: 0,
        }
    }

    pub fn give_back(self, reserve: &mut Reserve) {
        if let Some(ear) = self.ear {
            reserve.keep(Spare::Ear(ear));
        }
    }

    pub const fn format(&self) -> MediaFormat {
        self.format
    }

    pub const fn rate(&self) -> SampleRate {
        self.silence.rate()
    }

    /// The 20 ms of this tick; `None` is silence.
    pub fn frame(&self) -> Option<&Frame> {
        self.ear.as_ref().map(|ear| ear.frame())
    }

    /// Makes this tick's frame silent.
    pub fn silence(&mut self) {
        if let Some(ear) = &mut self.ear {
            ear.silence();
        }
    }

    /// Works on this tick's frame, unless it is silent.
    pub fn change(&mut self, work: impl FnOnce(SampleRate, &mut [f32])) {
        if let Some(ear) = &mut self.ear {
            ear.change(work);
        }
    }

    /// Makes this tick's frame louder or softer.
    pub fn amplify(&mut self, gain: &mut Gain) {
        if let Some(ear) = &mut self.ear {
            ear.amplify(gain);
        }
    }

    /// The frame at another rate; to be asked for once a tick and rate.
    pub fn write_at(&mut self, rate: SampleRate, out: &mut [f32]) {
        match &mut self.ear {
            Some(ear) => ear.write_at(rate, out),
            None => out.fill(0.0),
        }
    }

    /// The loudness of the frame in dBov.
    pub fn level(&self) -> f32 {
        self.ear
            .as_ref()
            .map_or(conclave_audio::level::SILENCE_DBOV, |ear| ear.level())
    }

    /// The stream was cut: nothing of it may be heard after this.
    pub fn clear(&mut self) {
        if let Some(ear) = &mut self.ear {
            ear.scale.clear();
            ear.silence();
        }
        self.silence.clear();
        self.skipped = 0;
    }

    /// Takes 20 ms out of the buffer.
    pub fn pull(&mut self, intake: &mut Intake<'_>) -> Got {
        self.fill(intake);
        match intake.jitter.pace() {
            Pace::Normal => {}
            Pace::Compress => {
                if self.shorten() > 0 {
                    self.fill(intake);
                }
            }
            Pace::Stretch => self.lengthen(),
        }
        let Some(ear) = &mut self.ear else {
            self.silence.pull();
            return Got::Silence;
        };
        if ear.pull() {
            self.silent_ticks = 0;
            return Got::Sound;
        }
        self.silent_ticks += 1;
        if self.silent_ticks >= SILENT_TICKS && ear.scale.is_blank() {
            self.lay_down(intake.spares);
        }
        Got::Silence
    }

    /// Until a frame is there. A peer that sends many tiny packets is cut short, not waited for.
    fn fill(&mut self, intake: &mut Intake<'_>) {
        let wanted = self.rate().frame_samples();
        for _ in 0..PULLS_MAX {
            let buffered = self.buffered();
            if buffered >= wanted {
                return;
            }
            let short = wanted - buffered;
            intake.jitter.set_ahead(self.duration_of(buffered));
            match intake.jitter.pull(intake.now) {
                Pull::Packet(stored) => {
                    let (codec, duration) = (stored.codec, stored.duration);
                    let level = stored.level;
                    let hint = self.judge(level, intake);
                    self.take_packet(hint, codec, duration, intake);
                }
                Pull::Missing { duration, next } => {
                    self.quick_look.lost();
                    let samples = self.samples_of(duration).min(intake.scratch.len());
                    let out = &mut intake.scratch[..samples];
                    self.replace_lost(next.as_ref(), intake.need, out);
                }
                Pull::Starved => {
                    let out = &mut intake.scratch[..short];
                    self.replace_lost(None, intake.need, out);
                }
                Pull::Silence | Pull::Idle => self.push_silence(short),
            }
        }
    }

    /// What the packet pulled last can be.
    fn judge(&mut self, level: Option<AudioLevel>, intake: &mut Intake<'_>) -> Hint {
        let jitter = &*intake.jitter;
        let packet = Witnessed {
            payload: jitter.delivered(0).unwrap_or_default(),
            level,
            history: |before| jitter.delivered(before),
        };
        self.testimony
            .hint(&mut self.quick_look, &packet, intake.health)
    }

    fn take_packet(
        &mut self,
        hint: Hint,
        codec: Codec,
        duration: Duration,
        intake: &mut Intake<'_>,
    ) {
        let is_wanted = match intake.need {
            Need::Sound => true,
            Need::Onset => hint != Hint::Silent,
            Need::Nothing => false,
        };
        let samples = self.samples_of(duration).min(intake.scratch.len());
        if !is_wanted || codec != self.format.codec || !self.pick_up(intake.spares) {
            self.skipped = (self.skipped + 1).min(JitterBuffer::delivered_kept(codec));
            self.push_silence(samples);
            return;
        }
        let (Some(ear), jitter) = (&mut self.ear, &*intake.jitter) else {
            return;
        };
        // Its filters come close to where they would be if nothing had been skipped.
        for before in (1..=std::mem::take(&mut self.skipped)).rev() {
            if let Some(payload) = jitter.delivered(before) {
                // What does not decode is no loss now.
                let _ = ear.decoder.decode(payload, intake.scratch);
            }
        }
        let payload = jitter.delivered(0).unwrap_or_default();
        let samples = match ear.decoder.decode(payload, intake.scratch) {
            Ok(samples) => samples,
            Err(_) => {
                ear.decoder.conceal(&mut intake.scratch[..samples]);
                samples
            }
        };
        ear.scale.push(&intake.scratch[..samples]);
    }

    /// Fills a gap as long as `out`, with the help of the packet after it if that is there.
    fn replace_lost(&mut self, next: Option<&Stored<'_>>, need: Need, out: &mut [f32]) {
        let (Some(ear), Need::Sound) = (&mut self.ear, need) else {
            self.push_silence(out.len());
            return;
        };
        match next.filter(|next| next.codec == Codec::Opus && self.format.codec == Codec::Opus) {
            Some(next) => ear.decoder.decode_fec(next.payload, out),
            None => ear.decoder.conceal(out),
        }
        ear.scale.push(out);
    }

    /// False when there is none to be had.
    fn pick_up(&mut self, spares: &mut Spares) -> bool {
        if self.ear.is_none()
            && let Some(mut ear) = spares.ears.take(self.format.codec)
        {
            ear.begin(self.silence.waiting());
            self.silence.clear();
            self.silent_ticks = 0;
            self.ear = Some(ear);
        }
        self.ear.is_some()
    }

    fn lay_down(&mut self, spares: &mut Spares) {
        let Some(ear) = self.ear.take() else {
            return;
        };
        let waiting = ear.scale.buffered();
        match spares.ears.give(self.format.codec, ear) {
            Ok(()) => self.silence.begin(waiting),
            Err(ear) => self.ear = Some(ear),
        }
    }

    fn buffered(&self) -> usize {
        (self.ear.as_ref()).map_or(self.silence.waiting(), |ear| ear.scale.buffered())
    }

    fn push_silence(&mut self, samples: usize) {
        match &mut self.ear {
            Some(ear) => {
                ear.scale.push_silence(samples);
            }
            None => self.silence.push(samples),
        }
    }

    fn shorten(&mut self) -> usize {
        match &mut self.ear {
            Some(ear) => ear.scale.shorten(),
            None => self.silence.shorten(),
        }
    }

    fn lengthen(&mut self) {
        match &mut self.ear {
            Some(ear) => {
                ear.scale.lengthen();
            }
            None => self.silence.lengthen(),
        }
    }

    fn duration_of(&self, samples: usize) -> Duration {
        let micros = samples as u64 * 1_000_000 / u64::from(self.rate().hz());
        Duration::from_micros(micros)
    }

    fn samples_of(&self, duration: Duration) -> usize {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let samples = micros.saturating_mul(u64::from(self.rate().hz())) / 1_000_000;
        usize::try_from(samples).unwrap_or(usize::MAX)
    }
}

/// Eight packets of 2.5 ms, the shortest that Opus has, are a frame.
const PULLS_MAX: u32 = 8 * limits::FRAME_MS / 20;
/// A second: who pauses between two words keeps the ear.
const SILENT_TICKS: u32 = 1_000 / limits::FRAME_MS;
