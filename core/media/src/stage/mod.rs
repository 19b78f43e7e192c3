//! The media half of one room: who is mixed for whom in each tick; knows no names.

mod announcement;
mod export;
mod linking;
mod neighbour;
mod neighbourhood;
mod ring;
mod space;
mod taping;

use std::collections::VecDeque;

use conclave_audio::{BandLimit, Gain, SampleRate};
use conclave_contract::{Event, StageSpec};
use conclave_mixer::{Ducker, Limiter, Slot, TalkerSelect};
use conclave_model::{LegId, Moment, StageId, limits};

use crate::bus::{BUS_RATES, Converters, bus_of};
use crate::context::{Scratch, Shared};
use crate::fanout::Fanout;
use crate::leg::Surroundings;
use crate::legs::Legs;
use crate::reel::REEL_FRAME_SAMPLES;
use crate::tape::Tape;
use crate::{Leg, Retired};

pub use announcement::Announcement;
pub use export::Export;
pub use neighbour::{Inbound, Neighbour, NeighbourId, Outbound};
pub use neighbourhood::Neighbourhood;
pub(crate) use ring::Ring;
pub use space::Space;

/// Somebody who is in the mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Talker {
    /// A member, by slot.
    Here(usize),
    /// A leg on a neighbour.
    There(LegId),
}

/// Everything one stage needs until it is closed, allocated before it is opened.
pub struct Stage {
    id: StageId,
    /// Slots of legs, in the order they came.
    pub(crate) members: Vec<usize>,
    select: TalkerSelect,
    /// Who is mixed in this tick.
    talkers: Vec<Talker>,
    /// Who was mixed in the one before.
    talked: Vec<Talker>,
    /// Of a stage that is on other decks too.
    neighbourhood: Option<Box<Neighbourhood>>,
    /// Members that were heard before all others in this tick; see [`Stage::hear_first`].
    heard: Vec<usize>,
    limiters: [Limiter; 3],
    announcements: VecDeque<Box<Announcement>>,
    ducker: Ducker,
    announcement_converters: Converters,
    is_speech: bool,
    /// Whether there is something to hear in this tick.
    is_active: bool,
    /// Which rates somebody listens at, by bus.
    wanted: [bool; 3],
    pub(crate) fanout: Fanout,
    /// Of a stage that is recorded.
    pub(crate) tape: Option<Box<Tape>>,
    spec: StageSpec,
    /// Of a binaural stage, and whether somebody hears it in this tick.
    space: Option<Box<Space>>,
    is_spatial: bool,
    /// Whether one stream in two channels is wanted by somebody, now or soon.
    is_ring_wanted: bool,
    /// Of what is said to all; what people say is limited where it comes in.
    band_limit: Option<BandLimit>,
    breaks: bool,
}

impl Stage {
    /// Allocates; the stage can hold `legs_max`.
    #[must_use]
    pub fn new(id: StageId, legs_max: usize) -> Self {
        Self {
            id,
            members: Vec::with_capacity(legs_max),
            select: TalkerSelect::new(),
            talkers: Vec::with_capacity(limits::TALKERS),
            talked: Vec::with_capacity(limits::TALKERS),
            neighbourhood: None,
            heard: Vec::with_capacity(limits::TALKERS),
            limiters: BUS_RATES.map(|rate: SampleRate| Limiter::new(rate.hz())),
            announcements: VecDeque::with_capacity(limits::ANNOUNCEMENTS_WAITING),
            ducker: Ducker::new(),
            announcement_converters: Converters::from_rate(SampleRate::Hz16000),
            is_speech: false,
            is_active: false,
            wanted: [false; 3],
            fanout: Fanout::new(),
            tape: None,
            spec: StageSpec::default(),
            space: None,
            is_spatial: false,
            is_ring_wanted: false,
            band_limit: None,
            breaks: false,
        }
    }

    #[must_use]
    pub const fn id(&self) -> StageId {
        self.id
    }

    pub(crate) const fn spec(&self) -> &StageSpec {
        &self.spec
    }

    /// The space that it has no use for comes back.
    pub(crate) fn set_spec(
        &mut self,
        spec: StageSpec,
        space: Option<Box<Space>>,
    ) -> Option<Box<Space>> {
        self.spec = spec;
        self.band_limit = spec.rate_bound_hz().map(BandLimit::new);
        match (space, &self.space) {
            // Who has a place keeps it.
            (Some(new), Some(_)) => Some(new),
            (space, _) => std::mem::replace(&mut self.space, space),
        }
    }

    /// Somebody left: the place is free.
    pub(crate) fn unseat(&mut self, leg: LegId) {
        if let Some(space) = &mut self.space {
            space.forget(leg);
        }
    }

    pub(crate) fn break_next_tick(&mut self) {
        self.breaks = true;
    }

    /// False when it is full.
    pub(crate) fn join(&mut self, slot: usize) -> bool {
        let has_room = self.members.len() < self.members.capacity();
        if has_room {
            self.members.push(slot);
        }
        has_room
    }

    pub(crate) fn leave(&mut self, slot: usize) {
        self.members.retain(|member| *member != slot);
        self.heard.retain(|heard| *heard != slot);
        self.forget(slot);
    }

    /// The leg cannot be heard any more.
    pub(crate) fn forget(&mut self, slot: usize) {
        self.talkers.retain(|talker| *talker != Talker::Here(slot));
        self.select.forget(as_place(slot));
        if let Some(neighbourhood) = &mut self.neighbourhood {
            neighbourhood.select.forget(as_place(slot));
        }
    }

    /// Queues an announcement; one too many is not made, which its sender is told.
    pub(crate) fn announce(&mut self, announcement: Box<Announcement>, shared: &mut Shared) {
        if self.announcements.len() < limits::ANNOUNCEMENTS_WAITING {
            self.announcements.push_back(announcement);
        } else {
            self.retire(announcement, shared);
        }
    }

    pub(crate) fn drop_announcements(&mut self, shared: &mut Shared) {
        while let Some(announcement) = self.announcements.pop_front() {
            self.retire(announcement, shared);
        }
    }

    /// First half of a tick: hears every member, chooses talkers, tells each what it will hear,
    /// and the neighbours who talks here.
    pub(crate) fn listen(
        &mut self,
        now: Moment,
        slot: usize,
        legs: &mut Legs,
        shared: &mut Shared,
    ) {
        assert!(!self.breaks, "a test asked this stage to break");
        let has_company = self.has_company();
        self.wanted = [false; 3];
        let select = match &mut self.neighbourhood {
            Some(neighbourhood) => &mut neighbourhood.select,
            None => &mut self.select,
        };
        select.limit_to(shared.effort.talkers_max);
        select.begin();
        for (at, member) in self.members.iter().enumerate() {
            if let Some(later) = self.members.get(at + LISTENED_AHEAD) {
                legs.foresee(*later);
            }
            let Some(leg) = legs.get_mut(*member) else {
                continue;
            };
            if !self.heard.contains(member) {
                leg.listen(now, has_company, shared);
            }
            leg.is_talker = false;
            let is_content = leg.is_content_with(slot);
            self.wanted[bus_of(leg.rate())] = true;
            if has_company && leg.is_audible() {
                let ingress = &leg.ingress;
                let place = as_place(*member);
                select.heard(place, ingress.level_dbov(), ingress.is_onset());
            }
            if is_content {
                legs.lay_to_rest(*member);
            }
        }
        for place in select.choose() {
            let slot = place.0 as usize;
            legs.rouse(slot);
            let leg = legs.get_mut(slot);
            if let Some(leg) = leg.filter(|leg| has_company && leg.is_audible()) {
                leg.is_talker = true;
            }
        }
        self.choose_tape_rate();
        let listeners = self.listeners();
        match &mut self.neighbourhood {
            Some(neighbourhood) => {
                neighbourhood.export_rest(listeners, self.wanted, legs);
            }
            None => self.choose_talkers(legs),
        }
        self.heard.clear();
        self.decide(has_company, slot, legs, shared);
    }

    /// Second half: the mixes, in `scratch`, and the announcement under them.
    pub(crate) fn mix(&mut self, legs: &mut Legs, shared: &mut Shared) {
        if self.neighbourhood.is_some() {
            self.choose_among_all(legs, shared);
        }
        if !self.is_active {
            self.tape_silence();
            return;
        }
        self.make_announcement(shared);
        let Scratch {
            mixes,
            heard,
            announced,
            ..
        } = &mut *shared.scratch;
        for (bus, rate) in BUS_RATES.into_iter().enumerate() {
            if !self.wanted[bus] {
                continue;
            }
            mixes[bus].clear();
            for talker in &self.talkers {
                if let Some(out) = mixes[bus].talker(talker.place()) {
                    self.write(*talker, rate, legs, out);
                }
            }
            shared.health.mixes += 1;
            mixes[bus].all(heard[bus].samples_mut());
            heard[bus].add(&announced[bus]);
            self.limiters[bus].process(heard[bus].samples_mut());
        }
        self.place_talkers(legs, shared);
        self.put_on_tape(&shared.scratch.mixes, legs);
    }

    fn place_talkers(&mut self, legs: &Legs, shared: &mut Shared) {
        let Some(space) = &mut self.space else {
            return;
        };
        if !self.is_spatial {
            space.ring.rest();
            return;
        }
        let Scratch {
            mixes,
            spatial,
            announced,
            ring,
            ..
        } = &mut *shared.scratch;
        let full = bus_of(SampleRate::Hz48000);
        let ids = self.talkers.iter().map(|talker| match talker {
            Talker::Here(slot) => legs.get(*slot).map_or(LegId(0), Leg::id),
            Talker::There(leg) => *leg,
        });
        space.render(&mixes[full], ids, spatial);
        if self.is_ring_wanted {
            let (announced, limiter) = (&announced[full], &self.limiters[full]);
            space.ring.turn(spatial, announced, limiter, ring);
            shared.health.encodes += 1;
        } else {
            space.ring.rest();
        }
    }

    /// One frame of somebody who is in the mix; whoever is new comes in without a click.
    fn write(&self, talker: Talker, rate: SampleRate, legs: &mut Legs, out: &mut [f32]) {
        match (talker, &self.neighbourhood) {
            (Talker::Here(slot), None) => match legs.get_mut(slot) {
                Some(leg) => leg.ingress.write_at(rate, out),
                None => out.fill(0.0),
            },
            (Talker::Here(slot), Some(neighbourhood)) => match legs.get(slot) {
                Some(leg) => neighbourhood.write_own(leg.id(), bus_of(rate), out),
                None => out.fill(0.0),
            },
            (Talker::There(leg), Some(neighbourhood)) => {
                neighbourhood.write(leg, bus_of(rate), out);
            }
            (Talker::There(_), None) => out.fill(0.0),
        }
        if !self.talked.contains(&talker) {
            let mut onset = Gain::new(0.0);
            onset.ramp_to(1.0, ONSET_SAMPLES);
            onset.apply(out);
        }
    }

    /// Of a stage without neighbours: those of its members that are talkers.
    fn choose_talkers(&mut self, legs: &Legs) {
        std::mem::swap(&mut self.talkers, &mut self.talked);
        self.talkers.clear();
        self.is_speech = false;
        for place in self.select.chosen() {
            let slot = place.0 as usize;
            if let Some(leg) = legs.get(slot).filter(|leg| leg.is_talker) {
                self.is_speech |= leg.ingress.is_speech();
                self.talkers.push(Talker::Here(slot));
            }
        }
    }

    fn decide(&mut self, has_company: bool, slot: usize, legs: &mut Legs, shared: &mut Shared) {
        let announcement = self.announcements.front();
        let except = announcement.and_then(|announcement| announcement.except);
        self.is_active = has_company || announcement.is_some();
        self.is_spatial = false;
        self.is_ring_wanted = false;
        let may_rest = self.is_active && self.space.is_none() && except.is_none();
        for member in &self.members {
            if may_rest && legs.rests(*member) {
                continue;
            }
            legs.rouse(*member);
            let Some(leg) = legs.get_mut(*member) else {
                continue;
            };
            let around = if self.is_active {
                Surroundings::Stage {
                    slot,
                    is_excepted: except == Some(leg.id()),
                }
            } else {
                Surroundings::Quiet
            };
            if self.space.is_some() || leg.is_spatial {
                let space = self.space.as_deref().filter(|_| self.is_active);
                let is_excepted = except == Some(leg.id());
                let ring = space.map(|space| &space.ring);
                leg.choose_channels(ring, is_excepted, &self.limiters, shared);
                self.is_spatial |= leg.is_spatial;
                self.is_ring_wanted |= leg.wants_ring();
            }
            prepare_own_mix(leg, around, &self.limiters);
            leg.decide(around);
        }
    }

    fn make_announcement(&mut self, shared: &mut Shared) {
        let announced = &mut shared.scratch.announced;
        let Some(announcement) = self.announcements.front_mut() else {
            for frame in announced {
                frame.silence();
            }
            return;
        };
        let mut wide = [0.0; REEL_FRAME_SAMPLES];
        let goes_on = announcement.reel.read(&mut wide);
        if let Some(limit) = &mut self.band_limit {
            limit.process(SampleRate::Hz16000, &mut wide);
        }
        if !announcement.has_begun {
            announcement.has_begun = true;
            self.ducker.begin(self.is_speech);
        }
        self.ducker.process(&mut wide, self.is_speech);
        for (rate, frame) in BUS_RATES.into_iter().zip(announced) {
            self.announcement_converters
                .convert(rate, &wide, frame.samples_mut());
        }
        if !goes_on && let Some(announcement) = self.announcements.pop_front() {
            self.retire(announcement, shared);
        }
    }

    fn retire(&self, announcement: Box<Announcement>, shared: &mut Shared) {
        if !announcement.is_copy {
            shared.events.push(Event::AnnounceDone {
                stage: self.id,
                play: announcement.play,
            });
        }
        shared.retired.push(Retired::Announcement(announcement));
    }
}

/// Whoever begins to hear a mix of its own goes on where the shared one is, and comes in softly.
/// Who needs none any more keeps it for a tick: of the shared one the limiter holds 2 ms back, and
/// in those is the leg itself.
fn prepare_own_mix(leg: &mut Leg, around: Surroundings, limiters: &[Limiter; 3]) {
    let (is_on_stage, is_excepted) = match around {
        Surroundings::Quiet => (false, false),
        Surroundings::Stage { is_excepted, .. } => (true, is_excepted),
    };
    let hears_otherwise = leg.is_spatial || !leg.loudness.is_plain();
    let needs_own_mix = is_on_stage && (leg.is_talker || is_excepted || hears_otherwise);
    let has_own_mix = needs_own_mix || (is_on_stage && leg.needs_own_mix);
    if has_own_mix && !leg.has_own_mix {
        leg.limiter.continue_from(&limiters[bus_of(leg.rate())]);
    }
    leg.needs_own_mix = needs_own_mix;
    leg.has_own_mix = has_own_mix;
}

impl Talker {
    /// Legs of other decks have places that no slot of this one has.
    fn place(self) -> Slot {
        match self {
            Talker::Here(slot) => as_place(slot),
            Talker::There(leg) => Slot(leg.0 | ELSEWHERE),
        }
    }
}

fn as_place(slot: usize) -> Slot {
    Slot(u32::try_from(slot).expect("a deck has fewer than 2^31 slots"))
}

const ELSEWHERE: u32 = 1 << 31;

/// A leg is listened to in the time that memory takes to come.
const LISTENED_AHEAD: usize = 3;
/// 5 ms at 8 kHz, less at higher rates: no click, and no consonant lost.
const ONSET_SAMPLES: usize = 40;
