//! The media half of one room: who is mixed for whom in each tick; knows no names.

mod announcement;

use std::collections::VecDeque;

use conclave_audio::SampleRate;
use conclave_contract::Event;
use conclave_mixer::{Ducker, Limiter, Slot, TalkerSelect};
use conclave_model::{StageId, limits};

use crate::bus::{BUS_RATES, Converters, bus_of};
use crate::context::{Scratch, Shared};
use crate::fanout::Fanout;
use crate::leg::Surroundings;
use crate::legs::Legs;
use crate::reel::REEL_FRAME_SAMPLES;
use crate::{Leg, Retired};

pub use announcement::Announcement;

/// Everything one stage needs until it is closed, allocated before it is opened.
pub struct Stage {
    id: StageId,
    /// Slots of legs, in the order they came.
    pub(crate) members: Vec<usize>,
    select: TalkerSelect,
    /// Slots of the legs that are mixed in this tick.
    talkers: Vec<usize>,
    limiters: [Limiter; 3],
    announcements: VecDeque<Box<Announcement>>,
    ducker: Ducker,
    announcement_converters: Converters,
    is_speech: bool,
    /// Which rates somebody listens at, by bus.
    wanted: [bool; 3],
    pub(crate) fanout: Fanout,
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
            limiters: BUS_RATES.map(|rate: SampleRate| Limiter::new(rate.hz())),
            announcements: VecDeque::with_capacity(limits::ANNOUNCEMENTS_WAITING),
            ducker: Ducker::new(),
            announcement_converters: Converters::from_rate(SampleRate::Hz16000),
            is_speech: false,
            wanted: [false; 3],
            fanout: Fanout::new(),
            breaks: false,
        }
    }

    #[must_use]
    pub const fn id(&self) -> StageId {
        self.id
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
        self.forget(slot);
    }

    /// The leg cannot be heard any more.
    pub(crate) fn forget(&mut self, slot: usize) {
        self.talkers.retain(|talker| *talker != slot);
        self.select.forget(as_place(slot));
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

    /// First half of a tick: hears every member, chooses talkers, tells each what it will hear.
    pub(crate) fn listen(
        &mut self,
        now: std::time::Instant,
        slot: usize,
        legs: &mut Legs,
        shared: &mut Shared,
    ) {
        assert!(!self.breaks, "a test asked this stage to break");
        let has_company = self.members.len() > 1;
        self.select.begin();
        self.wanted = [false; 3];
        for member in &self.members {
            let Some(leg) = legs.get_mut(*member) else {
                continue;
            };
            leg.listen(now, has_company, shared);
            self.wanted[bus_of(leg.rate())] = true;
            if has_company && leg.is_audible() {
                let ingress = &leg.ingress;
                let place = as_place(*member);
                self.select
                    .heard(place, ingress.level_dbov(), ingress.is_onset());
            }
        }
        self.choose_talkers(has_company, legs);
        self.decide(has_company, slot, legs);
    }

    /// Second half: the mixes, in `scratch`, and the announcement under them.
    pub(crate) fn mix(&mut self, legs: &mut Legs, shared: &mut Shared) {
        let is_active = self.members.len() > 1 || !self.announcements.is_empty();
        if !is_active {
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
                if let (Some(leg), Some(out)) =
                    (legs.get_mut(*talker), mixes[bus].talker(as_place(*talker)))
                {
                    let mut onset = leg.onset.clone();
                    leg.ingress.write_at(rate, out);
                    onset.apply(out);
                }
            }
            mixes[bus].all(heard[bus].samples_mut());
            heard[bus].add(&announced[bus]);
            self.limiters[bus].process(heard[bus].samples_mut());
        }
        for talker in &self.talkers {
            if let Some(leg) = legs.get_mut(*talker) {
                leg.onset.ramp_to(1.0, 0);
            }
        }
    }

    fn choose_talkers(&mut self, has_company: bool, legs: &mut Legs) {
        for talker in self.talkers.drain(..) {
            if let Some(leg) = legs.get_mut(talker) {
                leg.is_talker = false;
            }
        }
        self.is_speech = false;
        if !has_company {
            return;
        }
        for place in self.select.choose() {
            let slot = place.0 as usize;
            let Some(leg) = legs.get_mut(slot).filter(|leg| leg.is_audible()) else {
                continue;
            };
            leg.is_talker = true;
            self.is_speech |= leg.ingress.is_speech();
            self.talkers.push(slot);
        }
    }

    fn decide(&mut self, has_company: bool, slot: usize, legs: &mut Legs) {
        let announcement = self.announcements.front();
        let except = announcement.and_then(|announcement| announcement.except);
        let is_active = has_company || announcement.is_some();
        for member in &self.members {
            let Some(leg) = legs.get_mut(*member) else {
                continue;
            };
            let around = if is_active {
                Surroundings::Stage {
                    slot,
                    is_excepted: except == Some(leg.id()),
                }
            } else {
                Surroundings::Quiet
            };
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
        shared.events.push(Event::AnnounceDone {
            stage: self.id,
            play: announcement.play,
        });
        shared.retired.push(Retired::Announcement(announcement));
    }
}

/// Whoever begins to hear a mix of its own goes on where the shared one is, and comes in softly.
fn prepare_own_mix(leg: &mut Leg, around: Surroundings, limiters: &[Limiter; 3]) {
    let is_excepted = match around {
        Surroundings::Quiet => false,
        Surroundings::Stage { is_excepted, .. } => is_excepted,
    };
    let has_own_mix = leg.is_talker || is_excepted;
    if has_own_mix && !leg.has_own_mix {
        leg.limiter.continue_from(&limiters[bus_of(leg.rate())]);
    }
    leg.has_own_mix = has_own_mix;
    if leg.is_talker && !leg.was_talker {
        leg.onset = conclave_audio::Gain::new(0.0);
        leg.onset.ramp_to(1.0, ONSET_SAMPLES);
    }
    leg.was_talker = leg.is_talker;
}

fn as_place(slot: usize) -> Slot {
    Slot(u32::try_from(slot).expect("a deck has fewer than 2^32 slots"))
}

/// 5 ms at 8 kHz, less at higher rates: no click, and no consonant lost.
const ONSET_SAMPLES: usize = 40;
