//! A leg's ear: packets, keys, speech and recordings of one tick; decides nothing about mixing.

use std::net::SocketAddr;

use conclave_contract::{DigitSource, Event, Handshakes, PlayOutcome, RecordEnd};
use conclave_model::{Digit, Moment, limits};
use conclave_rtp::{Datagram, classify};

use super::{Got, Hears, Leg, Need, Playing, Received, Recorder};
use crate::context::Shared;
use crate::{Port, Retired};

impl Leg {
    pub(crate) fn receive(
        &mut self,
        now: Moment,
        port: Port,
        from: SocketAddr,
        datagram: &[u8],
        shared: &mut Shared,
    ) {
        let Some(reporter) = &mut self.reporter else {
            return;
        };
        let mut packet = datagram;
        if let Some(shield) = &mut self.shield {
            let opened = &mut shared.scratch.workbench.opened;
            let opened = shield.open(now, datagram, opened).map(<[u8]>::len);
            let Some(length) = opened else {
                if !self.hand_up(now, port, from, datagram, shared) {
                    self.ingress.refuse_forged();
                    shared.health.packets_refused += 1;
                }
                return;
            };
            packet = &shared.scratch.workbench.opened[..length];
        }
        let received = self.ingress.receive(now, port, from, packet, reporter);
        if let Some(lost) = reporter.take_peer_lost() {
            self.line.peer_lost(lost);
            self.egress.peer_lost(lost);
        }
        match received {
            Received::Refused => {
                if !self.hand_up(now, port, from, datagram, shared) {
                    self.ingress.refuse();
                    shared.health.packets_refused += 1;
                }
            }
            Received::Taken { started, digit } => {
                if started {
                    shared
                        .events
                        .push(Event::MediaStarted { leg: self.id, from });
                }
                if let Some(digit) = digit {
                    self.press(digit, DigitSource::TelephoneEvent, shared);
                }
            }
        }
    }

    /// A datagram that is no sound, of a leg whose keys or path are agreed on where the sound goes.
    /// False: it is none of those, and nobody is told of it.
    #[cold]
    fn hand_up(
        &mut self,
        now: Moment,
        port: Port,
        from: SocketAddr,
        datagram: &[u8],
        shared: &mut Shared,
    ) -> bool {
        let is_ours = match (self.spec.handshakes, port) {
            (Handshakes::Refused, _) | (_, Port::Rtcp) => false,
            (Handshakes::Awaited | Handshakes::Heard, Port::Rtp) => {
                matches!(classify(datagram), Datagram::Stun | Datagram::Dtls)
            }
        };
        if is_ours && self.porch.lets_in(now) {
            let bytes = shared.post.take_in(datagram);
            let events = &mut shared.events;
            let lost = bytes.and_then(|bytes| events.push_datagram(self.id, from, bytes));
            if let Some(lost) = lost {
                shared.post.keep(lost);
            }
        }
        is_ours
    }

    /// One tick of what the peer sends. `has_company`: others would hear it.
    pub(crate) fn listen(&mut self, now: Moment, has_company: bool, shared: &mut Shared) {
        self.music.advance(self.egress.rate());
        let is_heard = has_company && self.is_audible();
        let hears_peer = self.direction.hears_peer();
        let searches_tones = hears_peer && self.ingress.keypad.wants_sound(self.stage.is_some());
        let is_recorded = self.recorder.is_some() && hears_peer;
        let is_mixed = is_heard && (self.is_talker || self.ingress.is_below_sight());
        let need = match () {
            () if searches_tones || is_recorded || is_mixed => Need::Sound,
            () if is_heard => Need::Onset,
            () => Need::Nothing,
        };
        let got = self.ingress.pull(now, need, shared);
        match got {
            Got::Sound => shared.health.frames_decoded += 1,
            Got::Silence => shared.health.frames_skipped += 1,
        }
        if searches_tones
            && got == Got::Sound
            && let Some(digit) = self.ingress.find_tone(now)
        {
            self.press(digit, DigitSource::InBand, shared);
        }
        if need != Need::Nothing {
            let is_hushed = self.ingress.keypad.is_hushed(now);
            self.ingress.judge(got, is_hushed, self.is_talker, shared);
        }
        self.record_frame(shared);
        self.follow_talk(is_heard, shared);
        self.watch_line(now, shared);
        self.watch_for_silence(now, shared);
    }

    /// The same of a leg that is on no stage.
    pub(crate) fn listen_alone(&mut self, now: Moment, shared: &mut Shared) {
        // What it says is mixed for itself.
        self.is_talker = self.echoes;
        self.listen(now, self.echoes, shared);
    }

    pub(crate) fn play(&mut self, playing: Box<Playing>, shared: &mut Shared) {
        self.stop_playing(PlayOutcome::Interrupted, shared);
        self.playing = Some(playing);
    }

    pub(crate) fn stop_playing(&mut self, outcome: PlayOutcome, shared: &mut Shared) {
        if let Some(playing) = self.playing.take() {
            shared.events.push(Event::PlayDone {
                leg: self.id,
                play: playing.play,
                outcome,
            });
            shared.retired.push(Retired::Playing(playing));
        }
    }

    pub(crate) fn record(&mut self, recorder: Box<Recorder>, shared: &mut Shared) {
        self.stop_recording(RecordEnd::Stopped, shared);
        self.recorder = Some(recorder);
    }

    pub(crate) fn stop_recording(&mut self, ended_by: RecordEnd, shared: &mut Shared) {
        if let Some(mut recorder) = self.recorder.take() {
            shared.events.push(Event::Recorded {
                leg: self.id,
                record: recorder.record,
                recording: recorder.finish(ended_by),
            });
            shared.retired.push(Retired::Recorder(recorder));
        }
    }

    /// It is on no stage from now on.
    pub(crate) fn leave_stage(&mut self, shared: &mut Shared) {
        self.stage = None;
        self.hears = Hears::Nothing;
        self.is_talker = false;
        self.needs_own_mix = false;
        self.has_own_mix = false;
        self.is_spatial = false;
        self.ingress.limit_band(None);
        self.stop_talking(shared);
    }

    fn stop_talking(&mut self, shared: &mut Shared) {
        if self.talk.stop() {
            let (leg, talking) = (self.id, false);
            shared.events.push(Event::Talking { leg, talking });
        }
    }

    fn press(&mut self, digit: Digit, source: DigitSource, shared: &mut Shared) {
        let leg = self.id;
        shared.events.push(Event::Digit { leg, digit, source });
        if self.playing.as_ref().is_some_and(|now| now.stop_on_digit) {
            self.stop_playing(PlayOutcome::Interrupted, shared);
        }
        if self
            .recorder
            .as_ref()
            .is_some_and(|now| now.stops_on_digit())
        {
            self.stop_recording(RecordEnd::Digit, shared);
        }
    }

    fn record_frame(&mut self, shared: &mut Shared) {
        let is_speech = self.ingress.is_speech();
        let (Some(recorder), Some(frame)) = (&mut self.recorder, self.ingress.frame()) else {
            return;
        };
        let (rate, samples) = frame;
        if let Some(end) = recorder.frame(rate, samples, is_speech) {
            self.stop_recording(end, shared);
        }
    }

    fn follow_talk(&mut self, is_heard: bool, shared: &mut Shared) {
        if !is_heard || self.is_lost {
            self.stop_talking(shared);
            return;
        }
        if let Some(talking) = self.talk.frame(self.ingress.is_talking()) {
            let leg = self.id;
            shared.events.push(Event::Talking { leg, talking });
        }
    }

    fn watch_line(&mut self, now: Moment, shared: &mut Shared) {
        if self.stage.is_none() || !self.line.is_due(now) {
            return;
        }
        let Some(reporter) = &self.reporter else {
            return;
        };
        let late = self.ingress.late();
        if let Some(quality) = self.line.look(now, reporter.reception(), late) {
            let leg = self.id;
            shared.events.push(Event::Quality { leg, quality });
        }
    }

    fn watch_for_silence(&mut self, now: Moment, shared: &mut Shared) {
        let Some(expected_since) = self.expected_since else {
            return;
        };
        let last = self
            .ingress
            .heard_at()
            .map_or(expected_since, |heard_at| heard_at.max(expected_since));
        let is_lost = !now.is_within(limits::MEDIA_TIMEOUT, last);
        if is_lost && !self.is_lost {
            shared.events.push(Event::MediaLost { leg: self.id });
        }
        self.is_lost = is_lost;
    }
}
