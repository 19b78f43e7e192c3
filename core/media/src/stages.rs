//! The stages of one deck in slots that do not move; does nothing with them.

use conclave_model::StageId;

use crate::{IdIndex, Stage};

pub(crate) struct Stages {
    slots: Vec<Option<Box<Stage>>>,
    free: Vec<usize>,
    index: IdIndex,
}

impl Stages {
    pub fn new(stages_max: usize) -> Self {
        let mut slots = Vec::with_capacity(stages_max);
        slots.resize_with(stages_max, || None);
        Self {
            slots,
            free: (0..stages_max).rev().collect(),
            index: IdIndex::with_capacity(stages_max),
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
        Ok(slot)
    }

    pub fn remove(&mut self, slot: usize) -> Option<Box<Stage>> {
        let stage = self.slots.get_mut(slot)?.take()?;
        self.index.remove(stage.id().0);
        self.free.push(slot);
        Some(stage)
    }

    pub fn slot(&self, stage: StageId) -> Option<usize> {
        self.index.slot(stage.0)
    }

    pub fn get_mut(&mut self, slot: usize) -> Option<&mut Stage> {
        self.slots.get_mut(slot)?.as_deref_mut()
    }

    pub fn slots_max(&self) -> usize {
        self.slots.len()
    }

    pub fn len(&self) -> usize {
        self.index.len()
    }
}
