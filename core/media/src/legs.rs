//! The legs of one deck in slots that do not move; does nothing with them.

use conclave_model::LegId;

use crate::{IdIndex, Leg};

pub(crate) struct Legs {
    slots: Vec<Option<Box<Leg>>>,
    free: Vec<usize>,
    index: IdIndex,
    /// One above the highest slot that is taken.
    used: usize,
    /// By slot: see [`Legs::rests`].
    resting: Vec<bool>,
    /// Told of each leg shortly before it is worked on.
    foresight: fn(&Leg),
}

impl Legs {
    pub fn new(legs_max: usize) -> Self {
        let mut slots = Vec::with_capacity(legs_max);
        slots.resize_with(legs_max, || None);
        Self {
            slots,
            free: (0..legs_max).rev().collect(),
            index: IdIndex::with_capacity(legs_max),
            used: 0,
            resting: vec![false; legs_max],
            foresight: |_| (),
        }
    }

    /// Gives the leg back when there is no room or its id is taken.
    pub fn insert(&mut self, leg: Box<Leg>) -> Result<usize, Box<Leg>> {
        let Some(slot) = self.free.last().copied() else {
            return Err(leg);
        };
        if !self.index.insert(leg.id().0, slot) {
            return Err(leg);
        }
        self.free.pop();
        self.slots[slot] = Some(leg);
        self.used = self.used.max(slot + 1);
        Ok(slot)
    }

    pub fn remove(&mut self, slot: usize) -> Option<Box<Leg>> {
        let leg = self.slots.get_mut(slot)?.take()?;
        self.index.remove(leg.id().0);
        self.rouse(slot);
        self.free.push(slot);
        while self.used > 0 && self.slots[self.used - 1].is_none() {
            self.used -= 1;
        }
        Some(leg)
    }

    pub fn slot(&self, leg: LegId) -> Option<usize> {
        self.index.slot(leg.0)
    }

    pub fn get_mut(&mut self, slot: usize) -> Option<&mut Leg> {
        self.slots.get_mut(slot)?.as_deref_mut()
    }

    pub fn get(&self, slot: usize) -> Option<&Leg> {
        self.slots.get(slot)?.as_deref()
    }

    /// Two at once; `None` when they are one or one is not there.
    pub fn pair_mut(&mut self, one: usize, other: usize) -> Option<(&mut Leg, &mut Leg)> {
        let [one, other] = self.slots.get_disjoint_mut([one, other]).ok()?;
        Some((one.as_deref_mut()?, other.as_deref_mut()?))
    }

    pub fn set_foresight(&mut self, foresight: fn(&Leg)) {
        self.foresight = foresight;
    }

    /// Whoever is in the slot will be worked on soon.
    pub fn foresee(&self, slot: usize) {
        if let Some(leg) = self.get(slot) {
            (self.foresight)(leg);
        }
    }

    /// Whether the leg hears in this tick what it heard in the one before, with all who listen on
    /// its stage: there is nothing to decide, and its memory is left alone until it is sent to.
    pub fn rests(&self, slot: usize) -> bool {
        self.resting[slot]
    }

    pub fn lay_to_rest(&mut self, slot: usize) {
        self.resting[slot] = true;
    }

    pub fn rouse(&mut self, slot: usize) {
        self.resting[slot] = false;
    }

    pub fn rouse_all(&mut self) {
        self.resting[..self.used].fill(false);
    }

    /// All slots that are taken are below this.
    pub fn slots_used(&self) -> usize {
        self.used
    }

    pub fn len(&self) -> usize {
        self.index.len()
    }
}
