//! The stages of one deck in slots that do not move; does nothing with them.

use conclave_model::StageId;

use crate::{IdIndex, Stage};

pub(crate) struct Stages {
    slots: Vec<Option<Box<Stage>>>,
    free: Vec<usize>,
    index: IdIndex,
    /// One above the highest slot that is taken.
    used: usize,
}

impl Stages {
    pub fn new(stages_max: usize) -> Self {
        let mut slots = Vec::with_capacity(stages_max);
        slots.resize_with(stages_max, || None);
        Self {
            slots,
            free: (0..stages_max).rev().collect(),
            index: IdIndex::with_capacity(stages_max),
            used: 0,
        }
    }

    /// Gives the stage back when there is no room or its id is taken.
    pub fn insert(&mut self, stage: Box<Stage>) -> Result<usize, Box<Stage>> {
        let Some(slot) = self.free.last().copied() else {
            return Err(stage);
        };
        if !self.index.insert(stage.id().0, slot) {
            return Err(stage);
        }
        self.free.pop();
        self.slots[slot] = Some(stage);
        self.used = self.used.max(slot + 1);
        Ok(slot)
    }

    pub fn remove(&mut self, slot: usize) -> Option<Box<Stage>> {
        let stage = self.slots.get_mut(slot)?.take()?;
        self.index.remove(stage.id().0);
        self.free.push(slot);
        while self.used > 0 && self.slots[self.used - 1].is_none() {
            self.used -= 1;
        }
        Some(stage)
    }

    pub fn slot(&self, stage: StageId) -> Option<usize> {
        self.index.slot(stage.0)
    }

    pub fn get_mut(&mut self, slot: usize) -> Option<&mut Stage> {
        self.slots.get_mut(slot)?.as_deref_mut()
    }

    pub fn get(&self, slot: usize) -> Option<&Stage> {
        self.slots.get(slot)?.as_deref()
    }

    /// All slots that are taken are below this.
    pub fn slots_used(&self) -> usize {
        self.used
    }

    /// Neighbours of all of them.
    pub fn links(&self) -> u64 {
        let stages = self.slots[..self.used].iter().flatten();
        stages.map(|stage| stage.links() as u64).sum()
    }

    pub fn len(&self) -> usize {
        self.index.len()
    }
}
