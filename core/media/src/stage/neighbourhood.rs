//! The neighbours of a sub-stage, and what it has for them; chooses no talkers for itself.

use conclave_mixer::TalkerSelect;
use conclave_model::{LegId, limits};

use super::export::{Export, ExportedVoice, Part};
use super::neighbour::{Neighbour, NeighbourId};
use crate::DeckHealth;
use crate::bus::BUS_RATES;
use crate::legs::Legs;

/// What a stage that is on several decks has more than another.
pub struct Neighbourhood {
    /// Chooses whom the neighbours are told of.
    pub(super) select: TalkerSelect,
    own: Export,
    rest: Export,
    #[expect(
        clippy::vec_box,
        reason = "the boxes go back to another thread as they are"
    )]
    neighbours: Vec<Box<Neighbour>>,
}

impl Neighbourhood {
    pub(super) fn new() -> Self {
        Self {
            select: TalkerSelect::new(),
            own: Export::new(),
            rest: Export::new(),
            neighbours: Vec::with_capacity(limits::NEIGHBOURS),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.neighbours.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.neighbours.is_empty()
    }

    /// Gives back who does not fit, or is there already.
    pub(super) fn add(&mut self, neighbour: Box<Neighbour>) -> Result<(), Box<Neighbour>> {
        let is_known = self.neighbours.iter().any(|it| it.id() == neighbour.id());
        if is_known || self.neighbours.len() == self.neighbours.capacity() {
            return Err(neighbour);
        }
        self.neighbours.push(neighbour);
        Ok(())
    }

    pub(super) fn remove(&mut self, id: NeighbourId) -> Option<Box<Neighbour>> {
        let at = self.neighbours.iter().position(|it| it.id() == id)?;
        Some(self.neighbours.remove(at))
    }

    pub(super) fn pop(&mut self) -> Option<Box<Neighbour>> {
        self.neighbours.pop()
    }

    /// Whether somebody on one of them listens at this rate.
    pub(super) fn wants(&self, bus: usize) -> bool {
        self.neighbours.iter().any(|it| it.wanted()[bus])
    }

    /// Legs on all of them.
    pub(super) fn members(&self) -> usize {
        self.neighbours.iter().map(|it| it.members()).sum()
    }

    /// Tells the neighbours what those say who are `heard` already, of `members` legs that listen
    /// at `wanted` rates.
    pub(super) fn export_first(
        &mut self,
        members: usize,
        wanted: [bool; 3],
        heard: &[usize],
        legs: &mut Legs,
    ) {
        let mut made = wanted;
        for neighbour in &self.neighbours {
            for (made, wanted) in made.iter_mut().zip(neighbour.wanted()) {
                *made |= wanted;
            }
        }
        self.own.begin(members, wanted, made);
        self.own.number += 1;
        self.own.part = Part::First;
        for slot in heard {
            add_voice(*slot, &mut self.own, legs);
        }
        for neighbour in &mut self.neighbours {
            neighbour.export(&self.own);
        }
    }

    /// Tells them the rest, when all were heard: who begins, and who is no talker any more.
    pub(super) fn export_rest(&mut self, members: usize, wanted: [bool; 3], legs: &mut Legs) {
        self.rest.begin_rest(&self.own);
        self.rest.members = members;
        self.rest.wanted = wanted;
        for voice in self.own.voices() {
            let slot = legs.slot(voice.leg);
            if !slot.is_some_and(|slot| is_chosen(&self.select, slot, legs)) {
                self.rest.end(voice.leg);
            }
        }
        for place in self.select.chosen() {
            let slot = place.0 as usize;
            let leg = legs.get(slot).filter(|leg| leg.is_talker);
            if leg.is_some_and(|leg| self.own.find(leg.id()).is_none()) {
                add_voice(slot, &mut self.rest, legs);
            }
        }
        for neighbour in &mut self.neighbours {
            neighbour.export(&self.rest);
        }
        self.own.complete(&self.rest);
    }

    /// Whether something of this tick is still to come.
    pub(super) fn is_awaited(&mut self) -> bool {
        self.neighbours.iter_mut().any(|it| it.is_awaited())
    }

    /// Takes what the neighbours have for this tick.
    pub(super) fn advance(&mut self, health: &mut DeckHealth) {
        for neighbour in &mut self.neighbours {
            neighbour.advance(health);
        }
    }

    /// Everybody who talks on a neighbour in this tick.
    pub(super) fn voices(&self) -> impl Iterator<Item = &ExportedVoice> {
        let exports = self.neighbours.iter().filter_map(|it| it.playing());
        exports.flat_map(Export::voices)
    }

    /// Writes the frame of one of [`Neighbourhood::voices`].
    pub(super) fn write(&self, leg: LegId, bus: usize, out: &mut [f32]) {
        match self.neighbours.iter().find_map(|it| it.voice(leg)) {
            Some((export, at)) => export.write(at, bus, out),
            None => out.fill(0.0),
        }
    }

    /// Writes the frame of a leg that was exported in this tick.
    pub(super) fn write_own(&self, leg: LegId, bus: usize, out: &mut [f32]) {
        match self.own.find(leg) {
            Some(at) => self.own.write(at, bus, out),
            None => out.fill(0.0),
        }
    }
}

fn is_chosen(select: &TalkerSelect, slot: usize, legs: &Legs) -> bool {
    let mut chosen = select.chosen().iter();
    chosen.any(|place| place.0 as usize == slot) && legs.get(slot).is_some_and(|leg| leg.is_talker)
}

fn add_voice(slot: usize, to: &mut Export, legs: &mut Legs) {
    let Some(leg) = legs.get_mut(slot) else {
        return;
    };
    let voice = ExportedVoice {
        leg: leg.id(),
        level_dbov: leg.ingress.level_dbov(),
        is_speech: leg.ingress.is_speech(),
    };
    to.add(voice, |bus, frame| {
        leg.ingress.write_at(BUS_RATES[bus], frame);
    });
}
