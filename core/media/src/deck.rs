//! The whole data plane of one worker: orders and packets in, packets and news out, tick by tick;
//! knows no socket and no clock.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};

use conclave_contract::Event;
use conclave_model::{LegId, Moment, limits};

use crate::context::{HANDOVERS_PER_TICK, Shared};
use crate::fanout::Fanouts;
use crate::legs::Legs;
use crate::speaking::{Plane, settle, speak};
use crate::stages::Stages;
use crate::station::Station;
use crate::{DeckHealth, Leg, PacketSink, Port, Retired, Wish};

/// How much a deck can hold; all of it is allocated when it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeckConfig {
    pub legs_max: usize,
    pub stages_max: usize,
}

impl Default for DeckConfig {
    fn default() -> Self {
        Self {
            legs_max: limits::CALLS,
            stages_max: limits::CALLS,
        }
    }
}

/// Legs and stages. One thread owns it and drives it.
pub struct Deck {
    pub(crate) legs: Legs,
    pub(crate) stages: Stages,
    pub(crate) stations: Vec<Option<Box<Station>>>,
    pub(crate) fanouts: Fanouts,
    /// Legs that were closed since the last tick and have a goodbye to send.
    #[expect(
        clippy::vec_box,
        reason = "the boxes go on to another thread as they are"
    )]
    pub(crate) closing: Vec<Box<Leg>>,
    pub(crate) shared: Shared,
    pub(crate) tick: u64,
    /// [`Deck::hear_first`] was called since the last [`Deck::hear`].
    has_heard_first: bool,
}

impl Deck {
    #[must_use]
    pub fn new(config: DeckConfig) -> Self {
        let mut stations = Vec::with_capacity(limits::STATIONS);
        stations.resize_with(limits::STATIONS, || None);
        Self {
            legs: Legs::new(config.legs_max),
            stages: Stages::new(config.stages_max),
            stations,
            fanouts: Fanouts::new(config.stages_max),
            closing: Vec::with_capacity(config.legs_max),
            shared: Shared::new(config.legs_max),
            tick: 0,
            has_heard_first: false,
        }
    }

    /// Wants to be told of each leg shortly before it is worked on, to have its memory at hand:
    /// between two packets of a leg the kernel fills the caches with its own.
    pub fn set_foresight(&mut self, foresight: fn(&Leg)) {
        self.legs.set_foresight(foresight);
    }

    /// A datagram from the network. Never panics, never answers.
    pub fn receive(
        &mut self,
        now: Moment,
        leg: LegId,
        port: Port,
        from: SocketAddr,
        packet: &[u8],
    ) {
        self.shared.health.packets_received += 1;
        let slot = self.legs.slot(leg);
        if let Some(slot) = slot {
            // Packets are mostly read in the order of the slots.
            self.legs.foresee(slot + 1);
        }
        let leg = slot.and_then(|slot| self.legs.get_mut(slot));
        let Some(leg) = leg.filter(|leg| !leg.is_broken) else {
            self.shared.health.packets_refused += 1;
            return;
        };
        let shared = &mut self.shared;
        let received = catch_unwind(AssertUnwindSafe(|| {
            leg.receive(now, port, from, packet, shared);
        }));
        if received.is_err() {
            silence_broken(leg, shared);
        }
    }

    /// One step of [`limits::FRAME_MS`]: every leg is heard once and sent one frame.
    ///
    /// The same as [`Deck::hear`] and [`Deck::speak`].
    pub fn tick(&mut self, now: Moment, sink: &mut impl PacketSink) {
        self.hear(now);
        self.speak(now, sink);
    }

    /// Adds the legs that [`Deck::hear_first`] will hear, as far as there is room in `legs`: their
    /// packets must have been received before, all others may come between it and [`Deck::hear`].
    pub fn first_to_hear(&self, legs: &mut Vec<LegId>) {
        for slot in 0..self.stages.slots_used() {
            if let Some(stage) = self.stages.get(slot) {
                let first = stage.first_to_hear(&self.legs).map(Leg::id);
                let room = legs.capacity() - legs.len();
                legs.extend(first.take(room));
            }
        }
    }

    /// The very beginning of a tick, which [`Deck::hear`] makes up for if it was left out: those
    /// who talked in the tick before are heard where neighbours are to hear them too, and sent
    /// there long before everybody else has been heard.
    pub fn hear_first(&mut self, now: Moment) {
        self.has_heard_first = true;
        self.legs.rouse_all();
        self.shared.health.ticks += 1;
        self.shared.handovers_left = HANDOVERS_PER_TICK;
        self.shared.denoises_left = limits::DENOISED_UNHEARD;
        self.shared.spares.begin_tick();
        for slot in 0..self.stages.slots_used() {
            let Some(stage) = self.stages.get_mut(slot) else {
                continue;
            };
            let (legs, shared) = (&mut self.legs, &mut self.shared);
            let heard = catch_unwind(AssertUnwindSafe(|| stage.hear_first(now, legs, shared)));
            if heard.is_err() {
                self.fail_stage(slot);
            }
        }
    }

    /// First part of a tick: every leg is heard, and the neighbours are told who talks here.
    pub fn hear(&mut self, now: Moment) {
        if !self.has_heard_first {
            self.hear_first(now);
        }
        self.has_heard_first = false;
        self.listen(now);
        self.settle();
    }

    /// The rest of a tick: every leg is sent one frame, with what the neighbours have sent by now.
    pub fn speak(&mut self, now: Moment, sink: &mut impl PacketSink) {
        self.speak_alone(now, sink);
        self.speak_linked(now, sink);
    }

    /// Second part: whoever has nothing to wait for is sent a frame.
    pub fn speak_alone(&mut self, now: Moment, sink: &mut impl PacketSink) {
        while let Some(sent) = self.shared.post.deliver(sink) {
            self.shared.retired.push(Retired::Datagram(sent));
        }
        self.say_goodbyes(now, sink);
        for station in self.stations.iter_mut().flatten() {
            station.tick();
        }
        self.speak_on_stages(now, Linked::No, sink);
        self.speak_off_stage(now, sink);
    }

    /// Whether a neighbour that was heard of within the last second has sent nothing for this tick
    /// yet: a little patience before [`Deck::speak_linked`] is worth it.
    pub fn awaits_neighbours(&mut self) -> bool {
        let mut slots = 0..self.stages.slots_used();
        slots.any(|slot| {
            let stage = self.stages.get_mut(slot);
            stage.is_some_and(|stage| stage.awaits_neighbours())
        })
    }

    /// Last part: the stages that are on other decks too, with what came from there.
    pub fn speak_linked(&mut self, now: Moment, sink: &mut impl PacketSink) {
        if !self.speak_on_stages(now, Linked::Yes, sink) {
            self.speak_off_stage(now, sink);
        }
        self.tick += 1;
    }

    /// The next piece of news.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.shared.events.pop()
    }

    /// The next thing to drop on another thread. Fetch these before the events.
    pub fn poll_retired(&mut self) -> Option<Retired> {
        let retired = self.shared.retired.pop();
        retired.or_else(|| {
            let surplus = self.shared.spares.take_surplus(self.legs.len())?;
            Some(Retired::Spare(surplus))
        })
    }

    /// What this deck will soon be short of: `Preparer::spare` makes the order that brings it.
    pub fn poll_wish(&mut self) -> Option<Wish> {
        let wish = self.shared.spares.take_wish(self.legs.len());
        wish.or_else(|| self.shared.post.take_wish().then_some(Wish::Buffers))
    }

    #[must_use]
    pub fn health(&self) -> DeckHealth {
        DeckHealth {
            legs: self.legs.len() as u64,
            stages: self.stages.len() as u64,
            links: self.stages.links(),
            events_lost: self.shared.events.lost(),
            ..self.shared.health
        }
    }

    fn say_goodbyes(&mut self, now: Moment, sink: &mut impl PacketSink) {
        for mut leg in self.closing.drain(..) {
            leg.report(now, true, sink, &mut self.shared);
            let (id, stats) = (leg.id(), leg.take_stats());
            self.shared.retired.push(Retired::Leg(leg));
            if let Some(stats) = stats {
                self.shared.events.push(Event::LegClosed { leg: id, stats });
            }
        }
    }

    /// Everybody is heard before anybody is sent anything.
    fn listen(&mut self, now: Moment) {
        for slot in 0..self.stages.slots_used() {
            let Some(stage) = self.stages.get_mut(slot) else {
                continue;
            };
            let (legs, shared) = (&mut self.legs, &mut self.shared);
            let heard = catch_unwind(AssertUnwindSafe(|| {
                stage.listen(now, slot, legs, shared);
            }));
            if heard.is_err() {
                self.fail_stage(slot);
            }
        }
        for slot in 0..self.legs.slots_used() {
            if self.legs.rests(slot) {
                continue;
            }
            let shared = &mut self.shared;
            let Some(leg) = self
                .legs
                .get_mut(slot)
                .filter(|leg| leg.stage.is_none() && !leg.is_broken)
            else {
                continue;
            };
            let heard = catch_unwind(AssertUnwindSafe(|| {
                leg.listen_alone(now, shared);
                leg.decide_alone();
            }));
            if heard.is_err() {
                silence_broken(leg, shared);
            }
        }
    }

    /// Streams change hands before anything is encoded, so that none hears a frame twice; and who
    /// listens to music is counted.
    fn settle(&mut self) {
        for station in self.stations.iter_mut().flatten() {
            station.listeners = 0;
        }
        for slot in 0..self.legs.slots_used() {
            if self.legs.rests(slot) {
                continue;
            }
            settle(slot, &mut self.legs, &mut self.fanouts, &mut self.shared);
            let Some(leg) = self.legs.get(slot) else {
                continue;
            };
            for at in [leg.music.station(), leg.music.next_station()] {
                if let Some(station) = at.and_then(|at| self.stations[at].as_mut()) {
                    station.listeners += 1;
                }
            }
        }
    }

    /// False when one failed: its legs are on no stage any more, and some were sent nothing.
    fn speak_on_stages(&mut self, now: Moment, which: Linked, sink: &mut impl PacketSink) -> bool {
        let mut all_spoke = true;
        for slot in 0..self.stages.slots_used() {
            let stage = self.stages.get(slot);
            let is_due = stage.is_some_and(|stage| stage.is_linked() == (which == Linked::Yes));
            if is_due && !self.speak_on_stage(now, slot, sink) {
                self.fail_stage(slot);
                all_spoke = false;
            }
        }
        all_spoke
    }

    fn speak_off_stage(&mut self, now: Moment, sink: &mut impl PacketSink) {
        for slot in 0..self.legs.slots_used() {
            let is_due = |leg: &Leg| leg.stage.is_none();
            if self.legs.rests(slot) || !self.legs.get(slot).is_some_and(is_due) {
                continue;
            }
            let spoken = catch_unwind(AssertUnwindSafe(|| self.speak_to(now, slot, sink)));
            if let (Err(_), Some(leg)) = (spoken, self.legs.get_mut(slot)) {
                silence_broken(leg, &mut self.shared);
            }
        }
    }

    /// False when it panicked.
    fn speak_on_stage(&mut self, now: Moment, slot: usize, sink: &mut impl PacketSink) -> bool {
        let spoken = catch_unwind(AssertUnwindSafe(|| {
            let Some(stage) = self.stages.get_mut(slot) else {
                return;
            };
            stage.mix(&mut self.legs, &mut self.shared);
            for at in 0..stage.members.len() {
                let Some(stage) = self.stages.get_mut(slot) else {
                    return;
                };
                if let Some(next) = stage.members.get(at + 1) {
                    self.legs.foresee(*next);
                }
                if let Some(member) = stage.members.get(at).copied() {
                    self.speak_to(now, member, sink);
                }
            }
        }));
        spoken.is_ok()
    }

    fn speak_to(&mut self, now: Moment, slot: usize, sink: &mut impl PacketSink) {
        let plane = Plane {
            legs: &mut self.legs,
            fanouts: &mut self.fanouts,
            stations: &self.stations,
        };
        speak(now, self.tick, slot, plane, sink, &mut self.shared);
    }

    fn fail_stage(&mut self, slot: usize) {
        if let Some(stage) = self.dissolve_stage(slot) {
            self.shared.health.stages_failed += 1;
            self.shared.events.push(Event::StageFailed { stage });
        }
    }
}

/// Whether a stage is on other decks too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Linked {
    No,
    Yes,
}

/// A leg that panicked is not touched again; control hears of it as of a caller who fell silent.
fn silence_broken(leg: &mut Leg, shared: &mut Shared) {
    if !leg.is_broken {
        leg.is_broken = true;
        shared.health.legs_failed += 1;
        shared.events.push(Event::MediaLost { leg: leg.id() });
    }
}
