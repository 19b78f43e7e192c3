//! The receiving half of a leg: datagrams to a frame a tick, and keys; knows not who hears it.

use std::net::SocketAddr;

use conclave_audio::{BandLimit, Frame, Gain, SampleRate, SpeechDetector, Voice as Speech, level};
use conclave_contract::{LegSpec, LevelExtension, MediaFormat};
use conclave_model::{Codec, Digit, Moment};
use conclave_rtp::{
    AudioLevel, Datagram, JitterBuffer, Latch, Reporter, RtpPacket, Source, classify,
};

use super::keypad::KeypadInput;
use super::loudness::{factor, ramp_samples};
use super::voice::{Got, Intake, Need, Voice};
use super::voicing::Voicing;
use crate::Port;
use crate::context::Shared;
use crate::reserve::Reserve;

/// In memory in this order: see [`super::Leg`].
#[repr(C)]
pub(crate) struct Ingress {
    voices: Vec<Voice>,
    /// The format that comes in now.
    speaking: usize,
    /// The same by its payload type, once a packet of it came: others need not be looked for.
    usual: Option<MediaFormat>,
    audio_level: Option<LevelExtension>,
    heard_at: Option<Moment>,
    voicing: Option<Box<Voicing>>,
    speech: SpeechDetector,
    level_dbov: f32,
    /// How much louder or softer than it comes it goes on to whoever hears it.
    volume: Gain,
    pub keypad: KeypadInput,
    pub latch: Latch,
    jitter: JitterBuffer,
    band_limit: Option<BandLimit>,
    refused: u64,
    forged: u64,
}

/// What a datagram turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    Taken {
        /// It is the first packet of a new peer.
        started: bool,
        digit: Option<Digit>,
    },
    Refused,
}

impl Ingress {
    pub fn new(spec: &LegSpec, reserve: &mut Reserve) -> Self {
        // The first format is what the peer will most likely send; for another one an ear is found.
        let mut ear = |at: usize, codec| (at == 0).then(|| reserve.ear(codec));
        let formats = spec.receive.iter().copied().enumerate();
        let voices: Vec<Voice> = formats
            .map(|(at, format)| Voice::new(format, ear(at, format.codec)))
            .collect();
        let rates = voices.iter().map(Voice::rate);
        let mut latch = Latch::new(spec.remote, spec.remote_rtcp, spec.rtcp_mux);
        latch.set_checked(spec.is_checked);
        Self {
            latch,
            keypad: KeypadInput::new(&spec.keypad, rates),
            voices,
            audio_level: spec.audio_level,
            speaking: 0,
            usual: None,
            jitter: JitterBuffer::for_codecs(spec.receive.iter().map(|format| format.codec)),
            speech: SpeechDetector::new(),
            level_dbov: level::SILENCE_DBOV,
            volume: Gain::new(1.0),
            voicing: None,
            band_limit: None,
            heard_at: None,
            refused: 0,
            forged: 0,
        }
    }

    pub fn give_back(self, reserve: &mut Reserve) {
        for voice in self.voices {
            voice.give_back(reserve);
        }
    }

    /// Takes over what was agreed anew. What waits to be played is kept if it still can be.
    pub fn replace(&mut self, new: &mut Ingress, spec: &LegSpec) {
        self.latch
            .signal(spec.remote, spec.remote_rtcp, spec.rtcp_mux);
        self.latch.set_checked(spec.is_checked);
        self.keypad.replace_formats(&mut new.keypad);
        self.audio_level = new.audio_level;
        self.usual = None;
        let formats = |ingress: &Ingress| ingress.voices.len();
        let is_same = formats(self) == formats(new)
            && (self.voices.iter().zip(&new.voices)).all(|(old, new)| old.format() == new.format());
        if !is_same {
            std::mem::swap(&mut self.voices, &mut new.voices);
            self.speaking = 0;
            self.jitter.swap_room(&mut new.jitter);
        }
    }

    pub fn receive(
        &mut self,
        now: Moment,
        port: Port,
        from: SocketAddr,
        datagram: &[u8],
        reporter: &mut Reporter,
    ) -> Received {
        match (port, classify(datagram)) {
            (_, Datagram::Rtcp) => self.receive_rtcp(now, from, datagram, reporter),
            (Port::Rtp, Datagram::Rtp) => match RtpPacket::parse(datagram) {
                Ok(packet) => self.receive_rtp(now, from, &packet, reporter),
                Err(_) => Received::Refused,
            },
            (Port::Rtcp, Datagram::Rtp)
            | (_, Datagram::Stun | Datagram::Dtls | Datagram::Other) => Received::Refused,
        }
    }

    /// Takes 20 ms out of the buffer.
    pub fn pull(&mut self, now: Moment, need: Need, shared: &mut Shared) -> Got {
        let Some(voice) = self.voices.get_mut(self.speaking) else {
            return Got::Silence;
        };
        voice.pull(&mut Intake {
            now,
            need,
            jitter: &mut self.jitter,
            spares: &mut shared.spares,
            health: &mut shared.health,
            scratch: &mut shared.scratch.decoded,
        })
    }

    pub fn set_volume(&mut self, volume_db: i8) {
        let rate = self.voices.get(self.speaking).map(Voice::rate);
        let samples = rate.map_or(0, ramp_samples);
        self.volume.ramp_to(factor(volume_db), samples);
    }

    /// Says how loud the frame is and whether it is speech, then makes it as loud as is wanted; a
    /// hushed frame is silent to everybody.
    pub fn judge(&mut self, got: Got, is_hushed: bool, is_talker: bool, shared: &mut Shared) {
        self.level_dbov = level::SILENCE_DBOV;
        let mut voicing = self.voicing.as_deref_mut();
        if let (Got::Sound, Some(voice)) = (got, self.voices.get_mut(self.speaking)) {
            if is_hushed {
                voice.silence();
            } else {
                if let Some(voicing) = voicing.as_mut().filter(|it| it.is_cleaning())
                    && shared.take_denoise(is_talker)
                {
                    voice.change(|rate, samples| voicing.clean(rate, samples));
                }
                // Who is made softer is not heard to speak less for that.
                self.level_dbov = voice.level();
                let is_heard = self.level_dbov > level::SILENCE_DBOV;
                if let (true, Some(voicing), Some(frame)) = (is_heard, &mut voicing, voice.frame())
                {
                    voicing.frame(frame.samples(), self.level_dbov, &self.speech);
                }
                voice.amplify(&mut self.volume);
                if let Some(limit) = &mut self.band_limit {
                    voice.change(|rate, samples| limit.process(rate, samples));
                }
            }
        }
        if self.level_dbov > level::SILENCE_DBOV {
            self.speech.frame(self.level_dbov);
        } else {
            self.speech.no_frame();
            if let Some(voicing) = voicing {
                voicing.no_frame();
            }
        }
    }

    /// Others hear no more of it than this rate could carry.
    pub fn limit_band(&mut self, rate_hz: Option<u32>) {
        if self.band_limit.as_ref().map(BandLimit::rate_hz) != rate_hz {
            self.band_limit = rate_hz.map(BandLimit::new);
        }
    }

    /// From now on its voice is taken in this way; what took it before comes back.
    pub fn set_voicing(&mut self, mut new: Option<Box<Voicing>>) -> Option<Box<Voicing>> {
        if let (Some(new), Some(old)) = (&mut new, &mut self.voicing) {
            new.continue_from(old);
        }
        std::mem::replace(&mut self.voicing, new)
    }

    /// Whoever spoke does not any more.
    pub fn hush(&mut self) {
        self.speech.hush();
        if let Some(voicing) = &mut self.voicing {
            voicing.hush();
        }
    }

    /// Even what looks silent must be decoded to know whether it is.
    pub fn is_below_sight(&self) -> bool {
        (self.voicing.as_ref()).is_some_and(|voicing| voicing.is_below_sight())
    }

    /// Nothing that came so far may be heard any more.
    pub fn forget_sound(&mut self) {
        self.jitter.clear();
        for voice in &mut self.voices {
            voice.clear();
        }
        self.level_dbov = level::SILENCE_DBOV;
        self.speech = SpeechDetector::new();
        self.hush();
    }

    /// Writes this tick's frame at `rate` into `out`, which has as many samples as that takes.
    pub fn write_at(&mut self, rate: SampleRate, out: &mut [f32]) {
        match self.voices.get_mut(self.speaking) {
            Some(voice) => voice.write_at(rate, out),
            None => out.fill(0.0),
        }
    }

    /// This tick's frame, and its rate.
    pub fn frame(&self) -> Option<(SampleRate, &[f32])> {
        let voice = self.voices.get(self.speaking)?;
        let silence = &SILENCE[..voice.rate().frame_samples()];
        let samples = voice.frame().map_or(silence, |frame| frame.samples());
        Some((voice.rate(), samples))
    }

    /// The codec that comes in now, if it is heard with no ear.
    pub fn lacks_ear(&self) -> Option<Codec> {
        let voice = self.voices.get(self.speaking)?;
        voice.frame().is_none().then_some(voice.format().codec)
    }

    /// Searches this tick's frame for the tones of a key.
    pub fn find_tone(&mut self, now: Moment) -> Option<Digit> {
        let frame = self.voices.get(self.speaking)?.frame()?;
        self.keypad.sound(now, frame.rate(), frame.samples())
    }

    pub const fn level_dbov(&self) -> f32 {
        self.level_dbov
    }

    /// Others should hear this frame: speech, or what may become it.
    pub fn is_onset(&self) -> bool {
        let gate = self.voicing.as_ref().and_then(|voicing| voicing.gate());
        gate.unwrap_or(self.speech.voice()).is_audible()
    }

    pub const fn is_speech(&self) -> bool {
        self.speech.is_speaking()
    }

    /// Whether people are told that it speaks.
    pub fn is_talking(&self) -> bool {
        let set = self.voicing.as_ref().and_then(|voicing| voicing.voice());
        set.unwrap_or(self.speech.voice()) == Speech::Speech
    }

    /// When the peer last sent something good.
    pub const fn heard_at(&self) -> Option<Moment> {
        self.heard_at
    }

    pub const fn refused(&self) -> u64 {
        self.refused
    }

    /// A datagram that is of no use.
    pub fn refuse(&mut self) {
        self.refused += 1;
    }

    /// A datagram that the leg's key did not seal.
    pub fn refuse_forged(&mut self) {
        self.refused += 1;
        self.forged += 1;
    }

    pub const fn forged(&self) -> u64 {
        self.forged
    }

    /// Packets that came after their moment.
    pub fn late(&self) -> u64 {
        self.jitter.stats().late
    }

    fn receive_rtcp(
        &mut self,
        now: Moment,
        from: SocketAddr,
        datagram: &[u8],
        reporter: &mut Reporter,
    ) -> Received {
        if !self.latch.judge_rtcp(from) {
            return Received::Refused;
        }
        reporter.handle_rtcp(now, datagram);
        // A phone that mutes by sending no sound goes on reporting: it is not gone.
        self.heard_at = Some(now);
        Received::Taken {
            started: false,
            digit: None,
        }
    }

    fn receive_rtp(
        &mut self,
        now: Moment,
        from: SocketAddr,
        packet: &RtpPacket<'_>,
        reporter: &mut Reporter,
    ) -> Received {
        let (clock_rate_hz, voice) = self.formats_of(packet.payload_type);
        let is_comfort_noise = packet.payload_type == COMFORT_NOISE;
        if clock_rate_hz.is_none() && voice.is_none() && !is_comfort_noise {
            return Received::Refused;
        }
        let started = match self.latch.judge(now, from) {
            Source::Stranger => return Received::Refused,
            Source::Peer => false,
            Source::NewPeer => true,
        };
        self.heard_at = Some(now);
        if let Some(clock_rate_hz) = clock_rate_hz {
            // Events under an SSRC of their own are no second stream to report on.
            if reporter.reception().ssrc() == Some(packet.ssrc) {
                reporter.received(now, packet);
                self.jitter.pass(now, packet);
            }
            let digit = self.keypad.event(now, packet, clock_rate_hz);
            return Received::Taken { started, digit };
        }
        reporter.received(now, packet);
        match voice {
            Some((index, format)) => {
                self.speak(index);
                self.usual = Some(format);
                let level = self.level_of(packet);
                self.jitter.push(now, packet, format.codec, level);
            }
            None => self.jitter.pass(now, packet),
        }
        Received::Taken {
            started,
            digit: None,
        }
    }

    fn level_of(&self, packet: &RtpPacket<'_>) -> Option<AudioLevel> {
        let LevelExtension { id, has_voice_flag } = self.audio_level?;
        let level = packet.audio_level(id)?;
        Some(AudioLevel {
            voice: level.voice && has_voice_flag,
            ..level
        })
    }

    /// The clock if these are telephone events, and what is said in this format.
    fn formats_of(&self, payload_type: u8) -> (Option<u32>, Option<(usize, MediaFormat)>) {
        match self.usual {
            Some(format) if format.payload_type == payload_type => {
                (None, Some((self.speaking, format)))
            }
            _ => (
                self.keypad.clock_rate_hz(payload_type),
                self.voice_of(payload_type),
            ),
        }
    }

    fn voice_of(&self, payload_type: u8) -> Option<(usize, MediaFormat)> {
        let formats = self.voices.iter().map(Voice::format).enumerate();
        let mut fitting = formats.filter(|(_, format)| format.payload_type == payload_type);
        fitting.next()
    }

    /// The peer may change among the agreed formats with any packet; each is decoded by its own.
    fn speak(&mut self, index: usize) {
        if index != self.speaking {
            self.speaking = index;
            self.jitter.clear();
            self.voices[index].clear();
        }
    }
}

static SILENCE: [f32; Frame::SAMPLES_MAX] = [0.0; Frame::SAMPLES_MAX];

/// RFC 3389: the peer pauses. What it says of its noise is not needed.
const COMFORT_NOISE: u8 = 13;
