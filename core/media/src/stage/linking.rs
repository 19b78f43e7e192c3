//! A stage that is on several decks: its neighbours come and go, their talkers join the choice.

use conclave_mixer::Slot;
use conclave_model::Moment;

use super::neighbour::{Neighbour, NeighbourId};
use super::{ELSEWHERE, Stage, Talker};
use crate::context::Shared;
use crate::legs::Legs;
use crate::{Leg, Retired};

impl Stage {
    /// From the next tick on its talkers are heard there, and those of the neighbour here.
    pub(crate) fn link(&mut self, mut neighbour: Box<Neighbour>, shared: &mut Shared) {
        if self.neighbourhood.is_none()
            && let Some(mut neighbourhood) = neighbour.spare.take()
        {
            neighbourhood.select = self.select.clone();
            self.neighbourhood = Some(neighbourhood);
        }
        let refused = match &mut self.neighbourhood {
            Some(neighbourhood) => neighbourhood.add(neighbour).err(),
            None => Some(neighbour),
        };
        if let Some(neighbour) = refused {
            shared.health.orders_refused += 1;
            shared.retired.push(Retired::Neighbour(neighbour));
        }
    }

    /// Its sound ends here. False when there is none with this number.
    pub(crate) fn unlink(&mut self, id: NeighbourId, shared: &mut Shared) -> bool {
        let Some(neighbourhood) = &mut self.neighbourhood else {
            return false;
        };
        let Some(neighbour) = neighbourhood.remove(id) else {
            return false;
        };
        self.part_from(neighbour, shared);
        true
    }

    pub(crate) fn unlink_all(&mut self, shared: &mut Shared) {
        while let Some(neighbour) = self.neighbourhood.as_mut().and_then(|it| it.pop()) {
            self.part_from(neighbour, shared);
        }
    }

    /// Of a stage that is on other decks too: the members that [`Stage::hear_first`] will hear.
    pub(crate) fn first_to_hear<'a>(&'a self, legs: &'a Legs) -> impl Iterator<Item = &'a Leg> {
        let chosen = self.neighbourhood.iter().flat_map(|it| it.select.chosen());
        let legs = chosen.filter_map(|place| legs.get(place.0 as usize));
        legs.filter(|leg| is_heard_first(leg))
    }

    /// Of a stage that is on other decks too: hears those who talked in the tick before, and tells
    /// the neighbours what they say long before everybody has been heard.
    pub(crate) fn hear_first(&mut self, now: Moment, legs: &mut Legs, shared: &mut Shared) {
        let (has_company, listeners) = (self.has_company(), self.listeners());
        let Some(neighbourhood) = &mut self.neighbourhood else {
            return;
        };
        self.heard.clear();
        for place in neighbourhood.select.chosen() {
            let slot = place.0 as usize;
            if let Some(leg) = legs.get_mut(slot).filter(|leg| is_heard_first(leg)) {
                leg.listen(now, has_company, shared);
                self.heard.push(slot);
            }
        }
        let talking = if has_company { &self.heard[..] } else { &[] };
        neighbourhood.export_first(listeners, self.wanted, talking, legs);
    }

    pub(crate) fn is_linked(&self) -> bool {
        self.neighbourhood.is_some()
    }

    pub(crate) fn links(&self) -> usize {
        self.neighbourhood.as_ref().map_or(0, |it| it.len())
    }

    /// Whether a neighbour's sound of this tick is still to come.
    pub(crate) fn awaits_neighbours(&mut self) -> bool {
        (self.neighbourhood.as_mut()).is_some_and(|it| it.is_awaited())
    }

    /// Whether there is somebody to be heard by.
    pub(super) fn has_company(&self) -> bool {
        let elsewhere = self.neighbourhood.as_ref().map_or(0, |it| it.members());
        self.listeners() + elsewhere > 1
    }

    /// Its members, and the tape: who is alone and recorded is heard.
    pub(super) fn listeners(&self) -> usize {
        self.members.len() + usize::from(self.tape.is_some())
    }

    /// The loudest, wherever they are. Every deck chooses for its own legs, and with what came in
    /// time: two decks may differ for a tick, and nobody hears it.
    pub(super) fn choose_among_all(&mut self, legs: &Legs, shared: &mut Shared) {
        let Some(neighbourhood) = &mut self.neighbourhood else {
            return;
        };
        neighbourhood.advance(&mut shared.health);
        std::mem::swap(&mut self.talkers, &mut self.talked);
        self.talkers.clear();
        self.is_speech = false;
        self.select.limit_to(shared.effort.talkers_max);
        self.select.begin();
        let here = |place: &Slot| legs.get(place.0 as usize).filter(|leg| leg.is_talker);
        for place in neighbourhood.select.chosen() {
            if let Some(leg) = here(place) {
                self.select.heard(*place, leg.ingress.level_dbov(), true);
            }
        }
        // A leg that has just moved here is not to hear what it said there.
        let is_there = |leg| legs.slot(leg).is_none();
        for voice in neighbourhood.voices().filter(|voice| is_there(voice.leg)) {
            let place = Talker::There(voice.leg).place();
            self.select.heard(place, voice.level_dbov, true);
        }
        for place in self.select.choose() {
            if place.0 & ELSEWHERE == 0 {
                if let Some(leg) = here(place) {
                    self.is_speech |= leg.ingress.is_speech();
                    self.talkers.push(Talker::Here(place.0 as usize));
                }
                continue;
            }
            let is_it = |leg| Talker::There(leg).place() == *place;
            if let Some(voice) = neighbourhood.voices().find(|voice| is_it(voice.leg)) {
                self.is_speech |= voice.is_speech;
                self.talkers.push(Talker::There(voice.leg));
            }
        }
    }

    fn part_from(&mut self, neighbour: Box<Neighbour>, shared: &mut Shared) {
        shared.retired.push(Retired::Neighbour(neighbour));
        let last = self.neighbourhood.take_if(|it| it.is_empty());
        shared.retired.push_some(last.map(Retired::Neighbourhood));
    }
}

fn is_heard_first(leg: &Leg) -> bool {
    leg.is_talker && leg.is_audible()
}
