//! What each order does to a deck; makes no sound and sends no packet.

use std::net::SocketAddr;

use conclave_contract::{Effort, Event, LegFailure, PlayOutcome, RecordEnd, StageSpec};
use conclave_model::{Digit, LegId, Moment, StageId};

use crate::deck::Deck;
use crate::fanout::{Onward, Source};
use crate::leg::{Leg, Renewal, StereoEar, Voicing};
use crate::stage::{Announcement, Neighbour, NeighbourId, Space, Stage};
use crate::station::Station;
use crate::tape::Tape;
use crate::{Order, Retired};

impl Deck {
    /// Does what control asked. An order for a leg or stage that is gone is counted and dropped.
    pub fn obey(&mut self, now: Moment, order: Order) {
        match order {
            Order::OpenLeg(leg) => self.open_leg(now, leg),
            Order::UpdateLeg { leg, renewal } => self.update_leg(now, leg, renewal),
            Order::SendDatagram { leg, to, bytes } => self.send_datagram(leg, to, bytes),
            Order::CloseLeg { leg } => self.close_leg(leg),
            Order::OpenStage(stage) => self.open_stage(stage),
            Order::SetStage { stage, spec, space } => self.set_stage(stage, spec, space),
            Order::RelayDigit { stage, from, digit } => self.relay_digit(stage, from, digit),
            Order::CloseStage { stage } => self.close_stage(stage),
            Order::Link { stage, neighbour } => self.link(stage, neighbour),
            Order::Unlink { stage, neighbour } => self.unlink(stage, neighbour),
            Order::JoinStage { leg, stage } => self.join_stage(leg, stage),
            Order::LeaveStage { leg } => self.leave_stage(leg),
            Order::SetMute { leg, muted } => self.set_mute(leg, muted),
            Order::SetEcho { leg, on } => self.set_echo(leg, on),
            Order::SetVolume { leg, volume_db } => {
                if let Some(slot) = self.slot_of(leg) {
                    self.with_leg(slot, |leg, _| leg.ingress.set_volume(volume_db));
                }
            }
            Order::SetListeningVolume { leg, volume_db } => {
                if let Some(slot) = self.slot_of(leg) {
                    self.with_leg(slot, |leg, _| leg.set_listening_volume(volume_db));
                }
            }
            Order::SetBinaural { leg, ear } => self.set_binaural(leg, ear),
            Order::SetPacing {
                leg,
                interval_ms,
                waiting,
            } => self.set_pacing(leg, interval_ms, waiting),
            Order::SetVoice { leg, voicing } => self.set_voice(leg, voicing),
            Order::Play { leg, playing } => match self.slot_of(leg) {
                Some(slot) => self.with_leg(slot, |leg, shared| leg.play(playing, shared)),
                None => self.shared.retired.push(Retired::Playing(playing)),
            },
            Order::StopPlay { leg } => self.stop_play(leg),
            Order::Announce {
                stage,
                announcement,
            } => self.announce(stage, announcement),
            Order::Music { leg, station } => self.tune(leg, station),
            Order::Record { leg, recorder } => match self.slot_of(leg) {
                Some(slot) => self.with_leg(slot, |leg, shared| leg.record(recorder, shared)),
                None => self.shared.retired.push(Retired::Recorder(recorder)),
            },
            Order::StopRecord { leg } => self.stop_record(leg),
            Order::StartTape { stage, tape } => self.start_tape(stage, tape),
            Order::StopTape { stage } => self.stop_tape(stage),
            Order::Release { leg } => self.release(leg),
            Order::Adopt(leg) => self.adopt(leg),
            Order::SetEffort(effort) => self.set_effort(effort),
            Order::Spare(spare) => {
                if let Err(spare) = self.shared.spares.deliver(spare) {
                    self.shared.retired.push(Retired::Spare(spare));
                }
            }
            Order::Buffers(list) => self.refill_post(list),
            Order::BreakStage { stage } => {
                let slot = self.stages.slot(stage);
                if let Some(stage) = slot.and_then(|slot| self.stages.get_mut(slot)) {
                    stage.break_next_tick();
                }
            }
        }
    }

    /// A stage panicked, or is closed: its legs are on no stage, its announcements are over.
    pub(crate) fn dissolve_stage(&mut self, slot: usize) -> Option<StageId> {
        let mut stage = self.stages.remove(slot)?;
        for member in &stage.members {
            self.legs.rouse(*member);
            if let Some(leg) = self.legs.get_mut(*member) {
                leg.leave_stage(&mut self.shared);
                // Without handing over: of many legs at once that would take too long.
                leg.following = leg
                    .following
                    .filter(|following| following.source != Source::Stage(slot));
            }
        }
        stage.drop_announcements(&mut self.shared);
        stage.unlink_all(&mut self.shared);
        std::mem::swap(self.fanouts.of(Source::Stage(slot)), &mut stage.fanout);
        let id = stage.id();
        self.shared.retired.push(Retired::Stage(stage));
        Some(id)
    }

    fn open_leg(&mut self, now: Moment, mut leg: Box<Leg>) {
        let (id, local) = (leg.id(), leg.local());
        leg.open(now, self.tick);
        leg.egress.set_effort(self.shared.effort.opus);
        match self.legs.insert(leg) {
            Ok(_) => self.shared.events.push(Event::LegOpened { leg: id, local }),
            Err(leg) => {
                self.shared.health.orders_refused += 1;
                self.shared.retired.push(Retired::Leg(leg));
                let why = LegFailure::Full;
                self.shared.events.push(Event::LegFailed { leg: id, why });
            }
        }
    }

    fn update_leg(&mut self, now: Moment, leg: LegId, mut renewal: Box<Renewal>) {
        if let Some(slot) = self.slot_of(leg) {
            self.part(slot, Onward::Continues);
            if let Some(leg) = self.legs.get_mut(slot) {
                leg.renew(now, self.tick, &mut renewal);
                leg.egress.set_effort(self.shared.effort.opus);
            }
        }
        self.shared.retired.push(Retired::Renewal(renewal));
    }

    fn send_datagram(&mut self, leg: LegId, to: SocketAddr, bytes: Vec<u8>) {
        if let Err(bytes) = self.shared.post.send(leg, to, bytes) {
            self.shared.retired.push(Retired::Datagram(bytes));
        }
    }

    fn refill_post(&mut self, mut list: Vec<Vec<u8>>) {
        self.shared.post.refill(&mut list);
        self.shared.retired.push(Retired::Buffers(list));
    }

    fn close_leg(&mut self, leg: LegId) {
        let Some(slot) = self.slot_of(leg) else {
            return;
        };
        self.part(slot, Onward::Ends);
        self.take_off_stage(slot);
        let Some(mut leg) = self.legs.remove(slot) else {
            return;
        };
        leg.stop_playing(PlayOutcome::Interrupted, &mut self.shared);
        leg.stop_recording(RecordEnd::Gone, &mut self.shared);
        self.closing.push(leg);
    }

    fn release(&mut self, leg: LegId) {
        let Some(slot) = self.slot_of(leg) else {
            return;
        };
        self.take_off_stage(slot);
        self.part(slot, Onward::Continues);
        if let Some(mut leg) = self.legs.remove(slot) {
            leg.forget_deck();
            self.shared.retired.push(Retired::Released(leg));
        }
    }

    fn adopt(&mut self, mut leg: Box<Leg>) {
        leg.settle_in(self.tick);
        if let Some(codec) = leg.ingress.lacks_ear() {
            self.shared.spares.ears.expect(codec);
        }
        if !leg.egress.has_encoder() {
            self.shared.spares.encoders.expect(leg.egress.key().codec);
        }
        leg.egress.set_effort(self.shared.effort.opus);
        if let Err(mut leg) = self.legs.insert(leg) {
            self.shared.health.orders_refused += 1;
            leg.stop_playing(PlayOutcome::Interrupted, &mut self.shared);
            leg.stop_recording(RecordEnd::Gone, &mut self.shared);
            self.closing.push(leg);
        }
    }

    fn open_stage(&mut self, stage: Box<Stage>) {
        match self.stages.insert(stage) {
            Ok(slot) => {
                if let Some(stage) = self.stages.get_mut(slot) {
                    std::mem::swap(self.fanouts.of(Source::Stage(slot)), &mut stage.fanout);
                }
            }
            Err(stage) => {
                self.shared.health.orders_refused += 1;
                let failed = Event::StageFailed { stage: stage.id() };
                self.shared.events.push(failed);
                self.shared.retired.push(Retired::Stage(stage));
            }
        }
    }

    fn close_stage(&mut self, stage: StageId) {
        match self.stages.slot(stage) {
            Some(slot) => {
                self.dissolve_stage(slot);
            }
            None => self.shared.health.orders_refused += 1,
        }
    }

    fn set_stage(&mut self, stage: StageId, spec: StageSpec, space: Option<Box<Space>>) {
        let slot = self.stages.slot(stage);
        let Some(stage) = slot.and_then(|slot| self.stages.get_mut(slot)) else {
            self.shared.health.orders_refused += 1;
            self.shared.retired.push_some(space.map(Retired::Space));
            return;
        };
        let unused = stage.set_spec(spec, space);
        self.shared.retired.push_some(unused.map(Retired::Space));
        for member in &stage.members {
            if let Some(leg) = self.legs.get_mut(*member) {
                leg.ingress.limit_band(spec.rate_bound_hz());
            }
        }
    }

    fn relay_digit(&mut self, stage: StageId, from: LegId, digit: Digit) {
        let slot = self.stages.slot(stage);
        let Some(stage) = slot.and_then(|slot| self.stages.get_mut(slot)) else {
            self.shared.health.orders_refused += 1;
            return;
        };
        for member in &stage.members {
            if let Some(leg) = self.legs.get_mut(*member).filter(|leg| leg.id() != from) {
                leg.relay(digit);
            }
        }
    }

    fn link(&mut self, stage: StageId, neighbour: Box<Neighbour>) {
        let slot = self.stages.slot(stage);
        match slot.and_then(|slot| self.stages.get_mut(slot)) {
            Some(stage) => stage.link(neighbour, &mut self.shared),
            None => {
                self.shared.health.orders_refused += 1;
                self.shared.retired.push(Retired::Neighbour(neighbour));
            }
        }
    }

    fn unlink(&mut self, stage: StageId, neighbour: NeighbourId) {
        let slot = self.stages.slot(stage);
        let stage = slot.and_then(|slot| self.stages.get_mut(slot));
        let was_linked = stage.is_some_and(|stage| stage.unlink(neighbour, &mut self.shared));
        self.shared.health.orders_refused += u64::from(!was_linked);
    }

    fn join_stage(&mut self, leg: LegId, stage: StageId) {
        let (Some(slot), Some(stage_slot)) = (self.slot_of(leg), self.stages.slot(stage)) else {
            self.shared.health.orders_refused += 1;
            return;
        };
        if self.legs.get(slot).and_then(|leg| leg.stage) == Some(stage_slot) {
            return;
        }
        self.take_off_stage(slot);
        let joined = self
            .stages
            .get_mut(stage_slot)
            .is_some_and(|stage| stage.join(slot));
        let stage = self.stages.get(stage_slot).filter(|_| joined);
        if let (Some(leg), Some(stage)) = (self.legs.get_mut(slot), stage) {
            leg.stage = Some(stage_slot);
            leg.ingress.limit_band(stage.spec().rate_bound_hz());
        }
    }

    fn leave_stage(&mut self, leg: LegId) {
        if let Some(slot) = self.slot_of(leg) {
            self.take_off_stage(slot);
        }
    }

    fn set_effort(&mut self, effort: Effort) {
        self.shared.effort = effort;
        for slot in 0..self.legs.slots_used() {
            if let Some(leg) = self.legs.get_mut(slot) {
                leg.egress.set_effort(effort.opus);
            }
        }
    }

    fn set_mute(&mut self, leg: LegId, muted: bool) {
        let Some(slot) = self.slot_of(leg) else {
            return;
        };
        let stage = self.legs.get(slot).and_then(|leg| leg.stage);
        if muted && let Some(stage) = stage.and_then(|stage| self.stages.get_mut(stage)) {
            stage.forget(slot);
        }
        self.with_leg(slot, |leg, _| leg.set_muted(muted));
    }

    fn set_binaural(&mut self, leg: LegId, ear: Option<Box<StereoEar>>) {
        let slot = self.slot_of(leg);
        let unused = match slot.and_then(|slot| self.legs.get_mut(slot)) {
            Some(leg) => leg.set_stereo(ear),
            None => ear,
        };
        self.shared
            .retired
            .push_some(unused.map(Retired::StereoEar));
    }

    fn set_pacing(&mut self, leg: LegId, interval_ms: u32, mut waiting: Box<[f32]>) {
        if let Some(slot) = self.slot_of(leg) {
            self.part(slot, Onward::Continues);
            let tick = self.tick;
            self.with_leg(slot, |leg, _| leg.pace(interval_ms, tick, &mut waiting));
        }
        self.shared.retired.push(Retired::Waiting(waiting));
    }

    fn set_voice(&mut self, leg: LegId, voicing: Option<Box<Voicing>>) {
        let slot = self.slot_of(leg);
        let old = match slot.and_then(|slot| self.legs.get_mut(slot)) {
            Some(leg) => leg.ingress.set_voicing(voicing),
            None => voicing,
        };
        self.shared.retired.push_some(old.map(Retired::Voicing));
    }

    fn stop_play(&mut self, leg: LegId) {
        if let Some(slot) = self.slot_of(leg) {
            self.with_leg(slot, |leg, shared| {
                leg.stop_playing(PlayOutcome::Interrupted, shared);
            });
        }
    }

    fn stop_record(&mut self, leg: LegId) {
        if let Some(slot) = self.slot_of(leg) {
            self.with_leg(slot, |leg, shared| {
                leg.stop_recording(RecordEnd::Stopped, shared);
            });
        }
    }

    fn set_echo(&mut self, leg: LegId, on: bool) {
        if let Some(slot) = self.slot_of(leg) {
            self.with_leg(slot, |leg, _| leg.echoes = on);
        }
    }

    fn announce(&mut self, stage: StageId, announcement: Box<Announcement>) {
        let slot = self.stages.slot(stage);
        match slot.and_then(|slot| self.stages.get_mut(slot)) {
            Some(stage) => stage.announce(announcement, &mut self.shared),
            None => {
                self.shared.health.orders_refused += 1;
                self.shared
                    .retired
                    .push(Retired::Announcement(announcement));
            }
        }
    }

    fn start_tape(&mut self, stage: StageId, tape: Box<Tape>) {
        let slot = self.stages.slot(stage);
        let old = match slot.and_then(|slot| self.stages.get_mut(slot)) {
            Some(stage) => stage.tape.replace(tape),
            None => {
                self.shared.health.orders_refused += 1;
                Some(tape)
            }
        };
        self.shared.retired.push_some(old.map(Retired::Tape));
    }

    fn stop_tape(&mut self, stage: StageId) {
        let slot = self.stages.slot(stage);
        let stage = slot.and_then(|slot| self.stages.get_mut(slot));
        let tape = stage.and_then(|stage| stage.tape.take());
        self.shared.retired.push_some(tape.map(Retired::Tape));
    }

    fn tune(&mut self, leg: LegId, station: Option<Box<Station>>) {
        let Some(slot) = self.slot_of(leg) else {
            self.shared.retired.push_some(station.map(Retired::Station));
            return;
        };
        let station = station.and_then(|station| self.find_station(station));
        self.with_leg(slot, |leg, _| {
            let rate = leg.rate();
            leg.music.tune(station, rate);
        });
    }

    /// The slot of the station that plays the same, else this one's own; `None` when all are taken.
    fn find_station(&mut self, station: Box<Station>) -> Option<usize> {
        let plays_same = |slot: &Option<Box<Station>>| {
            slot.as_ref()
                .is_some_and(|known| known.plays_same(&station))
        };
        if let Some(known) = self.stations.iter().position(plays_same) {
            self.shared.retired.push(Retired::Station(station));
            return Some(known);
        }
        let is_free = |slot: &Option<Box<Station>>| slot.is_none();
        let is_idle = |slot: &Option<Box<Station>>| {
            slot.as_ref().is_some_and(|station| station.listeners == 0)
        };
        let slots = &self.stations;
        let at = (slots.iter().position(is_free)).or_else(|| slots.iter().position(is_idle));
        let Some(at) = at else {
            self.shared.health.orders_refused += 1;
            self.shared.retired.push(Retired::Station(station));
            return None;
        };
        let mut old = self.stations[at].replace(station);
        let fanout = self.fanouts.of(Source::Station(at));
        if let Some(old) = &mut old {
            std::mem::swap(fanout, &mut old.fanout);
        }
        if let Some(station) = &mut self.stations[at] {
            // Counted anew in every tick; until then it must not look idle.
            station.listeners = 1;
            std::mem::swap(fanout, &mut station.fanout);
        }
        self.shared.retired.push_some(old.map(Retired::Station));
        Some(at)
    }

    fn take_off_stage(&mut self, slot: usize) {
        self.legs.rouse(slot);
        let Some(leg) = self.legs.get_mut(slot) else {
            return;
        };
        let (stage, following) = (leg.stage, leg.following);
        leg.leave_stage(&mut self.shared);
        let Some(stage_slot) = stage else {
            return;
        };
        let id = leg.id();
        if let Some(stage) = self.stages.get_mut(stage_slot) {
            stage.leave(slot);
            stage.unseat(id);
        }
        // The stage may be closed before the next tick, and its classes with it.
        if following.is_some_and(|it| it.source == Source::Stage(stage_slot)) {
            self.part(slot, Onward::Continues);
        }
    }

    fn part(&mut self, slot: usize, onward: Onward) {
        let (legs, shared) = (&mut self.legs, &mut self.shared);
        self.fanouts.leave(legs, slot, onward, shared);
    }

    fn slot_of(&mut self, leg: LegId) -> Option<usize> {
        let slot = self.legs.slot(leg);
        self.shared.health.orders_refused += u64::from(slot.is_none());
        slot
    }

    fn with_leg(&mut self, slot: usize, act: impl FnOnce(&mut Leg, &mut crate::context::Shared)) {
        if let Some(leg) = self.legs.get_mut(slot) {
            act(leg, &mut self.shared);
        }
    }
}
