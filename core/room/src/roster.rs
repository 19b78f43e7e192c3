//! The table of everybody at the door or in the room; counts are computed, never kept.

use std::collections::BTreeMap;

use conclave_model::ParticipantId;

use crate::Participant;

/// How many are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not heard, not announced, not counted as present.
    pub at_door: usize,
    /// In the room, but not heard until a leader comes.
    pub waiting: usize,
    pub active: usize,
    /// Of the active.
    pub muted: usize,
}

/// Everybody by id, which is the order of arrival to the millisecond.
#[derive(Debug, Default)]
pub(crate) struct Roster(BTreeMap<ParticipantId, Participant>);

impl Roster {
    pub(crate) fn add(&mut self, participant: Participant) {
        self.0.insert(participant.id(), participant);
    }

    pub(crate) fn take(&mut self, id: ParticipantId) -> Option<Participant> {
        self.0.remove(&id)
    }

    pub(crate) fn get(&self, id: ParticipantId) -> Option<&Participant> {
        self.0.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: ParticipantId) -> Option<&mut Participant> {
        self.0.get_mut(&id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Participant> {
        self.0.values()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Participant> {
        self.0.values_mut()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn active(&self) -> impl Iterator<Item = &Participant> {
        self.iter().filter(|participant| participant.is_active())
    }

    /// Those who are in the room, waiting for a leader or not.
    pub(crate) fn inside(&self) -> impl Iterator<Item = &Participant> {
        self.iter().filter(|participant| participant.is_inside())
    }

    /// Those who are in the room and not away.
    pub(crate) fn there(&self) -> impl Iterator<Item = &Participant> {
        self.iter().filter(|participant| participant.is_there())
    }

    /// Those to whom something is being said on their coming.
    pub(crate) fn greeted(&self) -> Vec<ParticipantId> {
        let greeted = self.iter().filter(|one| one.greeting.is_some());
        greeted.map(Participant::id).collect()
    }

    /// The one who is in the room alone, and nobody waits for a leader either.
    pub(crate) fn lone_inside(&self) -> Option<&Participant> {
        let mut inside = self.there();
        let first = inside.next()?;
        inside.next().is_none().then_some(first)
    }

    /// The one who is in the room alone, whoever stands at the door or waits for a leader.
    pub(crate) fn lone(&self) -> Option<&Participant> {
        let mut active = self.there().filter(|one| one.is_active());
        let first = active.next()?;
        active.next().is_none().then_some(first)
    }

    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for participant in self.iter() {
            if participant.is_active() {
                counts.active += 1;
                counts.muted += usize::from(participant.mute().is_muted());
            } else if participant.is_waiting() {
                counts.waiting += 1;
            } else {
                counts.at_door += 1;
            }
        }
        counts
    }
}
