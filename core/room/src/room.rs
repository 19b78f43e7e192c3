//! The meeting as its node sees it: one method for each thing that can happen; sees no packet.

use std::sync::Arc;
use std::time::Instant;

use conclave_contract::{Clip, PlayOutcome};
use conclave_ivr::{EntryPlan, RefusedEntry};
use conclave_model::{
    CallEnd, Digit, Language, ParticipantId, PlayId, RoomId, RoomRecord, StageId,
};

use crate::{Arrival, Counts, DoorVerdict, MutedBy, Participant, Turn};

/// A room with somebody in it or at its door.
///
/// Made for the first call and dropped after `RoomOutput::Closed`. Its stage is opened before by
/// whoever makes it, and closed after. Everything is asked by participant; what happened to one
/// who is gone is ignored.
#[derive(Debug)]
pub struct Room {
    record: Arc<RoomRecord>,
    stage: StageId,
    house_language: Language,
}

/// Nobody of this id is at the door or in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotHere;

impl Room {
    /// `house_language`: the server's, spoken to all in a room whose language is automatic.
    #[must_use]
    pub fn new(record: Arc<RoomRecord>, stage: StageId, house_language: Language) -> Self {
        Self {
            record,
            stage,
            house_language,
        }
    }

    #[must_use]
    pub fn id(&self) -> RoomId {
        self.record.id
    }
    #[must_use]
    pub fn stage(&self) -> StageId {
        self.stage
    }
    #[must_use]
    pub fn record(&self) -> &Arc<RoomRecord> {
        &self.record
    }
    #[must_use]
    pub fn is_locked(&self) -> bool {
        todo!()
    }
    #[must_use]
    pub fn counts(&self) -> Counts {
        todo!()
    }
    /// Everybody in the room, then... in order of arrival.
    pub fn participants(&self) -> impl Iterator<Item = &Participant> {
        std::iter::empty()
    }
    #[must_use]
    pub fn participant(&self, _id: ParticipantId) -> Option<&Participant> {
        todo!()
    }

    /// A call comes to the door, answered or not. Run an `Entry` with the plan once it is.
    ///
    /// # Errors
    /// The room takes nobody at the moment; the call is not kept: say the farewell for it.
    pub fn arrive(
        &mut self,
        _turn: &mut Turn<'_>,
        _arrival: Arrival,
    ) -> Result<EntryPlan, RefusedEntry> {
        todo!()
    }
    /// The digits of `EntryOutput::TryPin`.
    ///
    /// # Errors
    /// The caller is not at the door.
    pub fn try_pin(
        &mut self,
        _turn: &mut Turn<'_>,
        _who: ParticipantId,
        _digits: &[Digit],
        _complete: bool,
    ) -> Result<DoorVerdict, NotHere> {
        todo!()
    }
    /// `EntryOutput::Ready`: onto the stage at once, whatever is playing.
    ///
    /// # Errors
    /// The room filled up or was locked meanwhile, or the caller never passed the door; pass it as
    /// `EntryInput::Turned`. The caller is not in the table any more.
    pub fn admit(
        &mut self,
        _turn: &mut Turn<'_>,
        _who: ParticipantId,
        _name: Option<Clip>,
    ) -> Result<(), RefusedEntry> {
        todo!()
    }
    /// The call ended, at the door or in the room. Ignored after a `Dismiss`.
    pub fn leave(&mut self, _turn: &mut Turn<'_>, _who: ParticipantId, _end: CallEnd) {
        todo!()
    }

    pub fn mute(
        &mut self,
        _turn: &mut Turn<'_>,
        _who: ParticipantId,
        _by: MutedBy,
    ) -> Result<(), NotHere> {
        todo!()
    }
    pub fn unmute(
        &mut self,
        _turn: &mut Turn<'_>,
        _who: ParticipantId,
        _by: MutedBy,
    ) -> Result<(), NotHere> {
        todo!()
    }
    pub fn remove(&mut self, _turn: &mut Turn<'_>, _who: ParticipantId) -> Result<(), NotHere> {
        todo!()
    }
    pub fn rename(
        &mut self,
        _turn: &mut Turn<'_>,
        _who: ParticipantId,
        _name: String,
    ) -> Result<(), NotHere> {
        todo!()
    }
    pub fn lock(&mut self, _turn: &mut Turn<'_>) {
        todo!()
    }
    pub fn unlock(&mut self, _turn: &mut Turn<'_>) {
        todo!()
    }
    /// Everybody is dismissed with `end` (`RoomEnded`, `Shutdown`, `Failed`).
    pub fn end(&mut self, _turn: &mut Turn<'_>, _end: CallEnd) {
        todo!()
    }
    /// The record was changed by an administrator; holds from now on.
    pub fn update(&mut self, _turn: &mut Turn<'_>, _record: Arc<RoomRecord>) {
        todo!()
    }

    /// A key of one who is in the room. Keys at the door belong to the entry script.
    pub fn digit(&mut self, _turn: &mut Turn<'_>, _who: ParticipantId, _digit: Digit) {
        todo!()
    }
    pub fn played(
        &mut self,
        _turn: &mut Turn<'_>,
        _who: ParticipantId,
        _play: PlayId,
        _outcome: PlayOutcome,
    ) {
        todo!()
    }
    pub fn announced(&mut self, _turn: &mut Turn<'_>, _play: PlayId) {
        todo!()
    }
    pub fn talking(&mut self, _turn: &mut Turn<'_>, _who: ParticipantId, _talking: bool) {
        todo!()
    }
    /// The stage is gone with a fault: everybody is dismissed.
    pub fn stage_failed(&mut self, _turn: &mut Turn<'_>) {
        todo!()
    }

    pub fn handle_timeout(&mut self, _turn: &mut Turn<'_>) {
        todo!()
    }
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        None
    }
}
