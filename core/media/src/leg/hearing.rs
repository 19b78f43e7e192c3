//! A leg's mouthpiece: what it is sent in one tick, shared with others or made for it alone.

use std::net::SocketAddr;

use conclave_audio::Frame;
use conclave_contract::PlayOutcome;
use conclave_mixer::Slot;
use conclave_model::{Codec, Moment, limits};

use super::loudness::round_off;
use super::{Leg, Payloads, Workbench};
use crate::bus::{BUS_RATES, bus_of};
use crate::context::{Scratch, Shared};
use crate::fanout::Source;
use crate::reel::REEL_FRAME_SAMPLES;
use crate::{DeckHealth, PacketSink, Port};

/// Decided in every tick before anything is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hears {
    /// Not decided yet.
    Nothing,
    /// The same as all who hear this.
    Shared(Source),
    Alone(Base),
}

/// What lies under a leg's own music and prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Silence,
    /// What all listeners of its stage hear.
    Stage,
    /// Its stage without itself, or without an announcement about itself, or at its own volume.
    OwnMix {
        is_announced: bool,
    },
    /// What it says.
    Itself,
}

/// What a leg's stage has for it in this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surroundings {
    /// On no stage, or on one where nothing can be heard.
    Quiet,
    Stage {
        slot: usize,
        /// An announcement that this leg alone is not to hear.
        is_excepted: bool,
    },
}

impl Leg {
    pub(crate) fn set_listening_volume(&mut self, volume_db: i8) {
        let rate = self.rate();
        self.loudness.set(volume_db, rate);
    }

    /// Chooses what to hear in this tick.
    pub(crate) fn decide(&mut self, around: Surroundings) {
        let base = match around {
            Surroundings::Quiet => Base::Silence,
            Surroundings::Stage { is_excepted, .. } if self.has_own_mix => Base::OwnMix {
                is_announced: !is_excepted,
            },
            Surroundings::Stage { .. } => Base::Stage,
        };
        let is_disturbed = self.is_disturbed();
        let music = self.music.station();
        self.hears = match (base, around, music) {
            _ if is_disturbed => Hears::Alone(base),
            (Base::Silence, _, None) => {
                self.loudness.arrive();
                Hears::Shared(Source::Silence)
            }
            _ if !self.loudness.is_plain() => Hears::Alone(base),
            (Base::Silence, _, Some(station)) if self.music.is_plain() => {
                Hears::Shared(Source::Station(station))
            }
            (Base::Stage, Surroundings::Stage { slot, .. }, None) => {
                Hears::Shared(Source::Stage(slot))
            }
            (Base::Silence | Base::Stage | Base::OwnMix { .. } | Base::Itself, _, _) => {
                Hears::Alone(base)
            }
        };
    }

    /// The same of a leg that is on no stage.
    pub(crate) fn decide_alone(&mut self) {
        self.decide(Surroundings::Quiet);
        if self.echoes && self.is_audible() {
            self.hears = Hears::Alone(Base::Itself);
        }
    }

    /// [`Leg::decide`] and `settle` would find all as it was in the tick before if nobody chose it
    /// as a talker: it follows what all hear on the stage in `slot`.
    pub(crate) fn is_content_with(&self, slot: usize) -> bool {
        let source = Source::Stage(slot);
        self.hears == Hears::Shared(source)
            && (self.following).is_some_and(|following| following.source == source)
            && !(self.needs_own_mix || self.has_own_mix || self.is_spatial)
            && self.music.station().is_none()
            && self.loudness.is_plain()
            && !self.is_disturbed()
            && !self.egress.wants_other_key()
    }

    /// Something is played to it alone, or was a moment ago.
    pub(super) fn is_disturbed(&self) -> bool {
        self.playing.is_some() || !self.background.is_steady() || self.background.value() != 1.0
    }

    /// It should leave whom it follows and has no encoder to go on with, but can hear the same for
    /// a tick more. Not the sound of a stage that is not mixed any more, nor of a station that may
    /// be gone.
    pub(crate) fn is_to_wait_for_encoder(&self, shared: &mut Shared) -> bool {
        let source = self.following.map(|following| following.source);
        let can_wait = match (source, self.hears) {
            (Some(Source::Silence), _)
            | (Some(Source::Stage(_)), Hears::Alone(Base::Stage | Base::OwnMix { .. })) => true,
            (Some(Source::Stage(_) | Source::Station(_)) | None, _) => false,
        };
        can_wait && self.is_short_of_encoder(shared)
    }

    /// It follows others and would have none if it left them.
    pub(crate) fn is_short_of_encoder(&self, shared: &mut Shared) -> bool {
        let follows_others = self
            .following
            .is_some_and(|following| !following.is_alone());
        follows_others
            && match self.egress.key().codec {
                Codec::Pcmu | Codec::Pcma => false,
                codec @ (Codec::G722 | Codec::Opus) => !shared.spares.encoders.has(codec),
            }
    }

    /// Makes the frame that this leg alone hears, in `scratch.alone`.
    pub(crate) fn compose(&mut self, slot: usize, music: Option<&Frame>, shared: &mut Shared) {
        let bus = bus_of(self.rate());
        let base = match self.hears {
            Hears::Alone(base) => base,
            Hears::Shared(Source::Stage(_)) => Base::Stage,
            Hears::Shared(Source::Silence | Source::Station(_)) | Hears::Nothing => Base::Silence,
        };
        let is_own_mix = matches!(base, Base::OwnMix { .. });
        shared.health.mixes += u64::from(is_own_mix);
        self.compose_base(slot, base, bus, &mut shared.scratch);
        let is_plain = self.loudness.is_plain();
        if is_own_mix && is_plain {
            self.limiter
                .process(shared.scratch.alone[bus].samples_mut());
        }
        let alone = shared.scratch.alone[bus].samples_mut();
        self.duck_background();
        self.background.apply(alone);
        if let (Some(frame), Some(gain)) = (music, self.music.gain_mut()) {
            gain.add_to(frame.samples(), alone);
        }
        self.compose_play(bus, shared);
        if !is_plain {
            let alone = shared.scratch.alone[bus].samples_mut();
            self.loudness.apply(alone);
            if is_own_mix {
                self.limiter.process(alone);
            } else {
                round_off(alone);
            }
        }
    }

    /// Not limited yet where it is its own.
    fn compose_base(&mut self, slot: usize, base: Base, bus: usize, scratch: &mut Scratch) {
        let alone = scratch.alone[bus].samples_mut();
        match base {
            Base::Silence => alone.fill(0.0),
            Base::Stage => alone.copy_from_slice(scratch.heard[bus].samples()),
            Base::Itself => self.ingress.write_at(BUS_RATES[bus], alone),
            Base::OwnMix { is_announced } => {
                let own = u32::try_from(slot).unwrap_or(u32::MAX);
                scratch.mixes[bus].all_but(Slot(own), alone);
                if is_announced {
                    scratch.alone[bus].add(&scratch.announced[bus]);
                }
            }
        }
    }

    pub(super) fn duck_background(&mut self) {
        let ramp_samples = self.rate().samples_in_ms(BACKGROUND_RAMP_MS);
        let wanted = if self.playing.is_some() {
            BACKGROUND_GAIN
        } else {
            1.0
        };
        if self.background_wanted != wanted {
            self.background_wanted = wanted;
            self.background.ramp_to(wanted, ramp_samples);
        }
    }

    fn compose_play(&mut self, bus: usize, shared: &mut Shared) {
        let rate = self.rate();
        let Some(playing) = &mut self.playing else {
            return;
        };
        let mut wide = [0.0; REEL_FRAME_SAMPLES];
        let goes_on = playing.reel.read(&mut wide);
        let mut own = [0.0; Frame::SAMPLES_MAX];
        let own = &mut own[..rate.frame_samples()];
        self.play_converter.convert(rate, &wide, own);
        let alone = shared.scratch.alone[bus].samples_mut();
        for (sum, sample) in alone.iter_mut().zip(own) {
            *sum += *sample;
        }
        if !goes_on {
            self.stop_playing(PlayOutcome::Finished, shared);
        }
    }

    /// Sends what was encoded, or lets the time pass where nothing may be sent.
    pub(crate) fn send<S: PacketSink>(
        &mut self,
        now: Moment,
        payloads: &mut Payloads,
        workbench: &mut Workbench,
        sink: &mut S,
        health: &mut DeckHealth,
    ) {
        let to = self.ingress.latch.rtp();
        let (Some(to), true) = (to, self.direction.sends()) else {
            self.egress.withhold(payloads);
            self.dialler.forget();
            return;
        };
        let (id, reporter) = (self.id, &mut self.reporter);
        match &mut self.shield {
            None => self.egress.number(payloads, |packet, sent| {
                sink.send(id, Port::Rtp, to, packet);
                health.packets_sent += 1;
                if let Some(reporter) = reporter {
                    reporter.sent(sent.timestamp, sent.payload_bytes, now);
                }
            }),
            Some(shield) => self.egress.number(payloads, |packet, sent| {
                // The packet is shared with others: it is sealed in a copy.
                let Some(sealed) = shield.seal(now, packet, &mut workbench.sealed) else {
                    return;
                };
                sink.send(id, Port::Rtp, to, sealed);
                health.packets_sent += 1;
                if let Some(reporter) = reporter {
                    reporter.sent(sent.timestamp, sent.payload_bytes, now);
                }
            }),
        }
        if self.dialler.is_busy() {
            self.send_key(now, to, workbench, sink, health);
        }
    }

    /// The event packet of a key that somebody else pressed.
    #[cold]
    fn send_key<S: PacketSink>(
        &mut self,
        now: Moment,
        to: SocketAddr,
        workbench: &mut Workbench,
        sink: &mut S,
        health: &mut DeckHealth,
    ) {
        let timestamp = self.egress.timestamp();
        if let Some((payload_type, event)) = self.dialler.next_packet(timestamp) {
            let packet = self.egress.number_event(payload_type, &event);
            let packet = match &mut self.shield {
                None => Some(&packet[..]),
                Some(shield) => shield.seal(now, &packet, &mut workbench.sealed),
            };
            let Some(packet) = packet else {
                return;
            };
            sink.send(self.id, Port::Rtp, to, packet);
            health.packets_sent += 1;
            if let Some(reporter) = &mut self.reporter {
                reporter.sent(timestamp, event.payload.len(), now);
            }
        }
    }

    /// Sends a report if one is due, or the last one with a goodbye.
    pub(crate) fn report<S: PacketSink>(
        &mut self,
        now: Moment,
        is_last: bool,
        sink: &mut S,
        shared: &mut Shared,
    ) {
        let Some(reporter) = &mut self.reporter else {
            return;
        };
        if !is_last && now < reporter.poll_timeout() {
            return;
        }
        let clock_rate_hz = self.spec.send.codec.clock_rate_hz();
        let buffer = &mut shared.scratch.report;
        let Some(report) = buffer.first_chunk_mut() else {
            return;
        };
        let length = if is_last {
            reporter.write_bye(now, &self.cname, clock_rate_hz, report)
        } else {
            reporter.write_due(now, &self.cname, clock_rate_hz, report)
        };
        let port = if self.spec.rtcp_mux {
            Port::Rtp
        } else {
            Port::Rtcp
        };
        if let (Some(length), Some(to)) = (length, self.ingress.latch.rtcp()) {
            let report = match &mut self.shield {
                None => Some(&buffer[..length]),
                Some(shield) => shield.seal_report(now, buffer, length),
            };
            if let Some(report) = report {
                sink.send(self.id, port, to, report);
            }
        }
    }
}

/// 14 dB below the prompt: the conversation goes on and can be followed, the prompt is understood.
const BACKGROUND_GAIN: f32 = 0.2;
const BACKGROUND_RAMP_MS: u32 = 3 * limits::FRAME_MS;
