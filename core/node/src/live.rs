//! The rooms that somebody is in or at the door of; holds no record of the others.

use std::collections::BTreeMap;

use conclave_api::{ParticipantView, WaitingView};
use conclave_model::{ParticipantId, RoomId, StageId, UnixMillis};
use conclave_room::Room;

/// Every room with a stage.
#[derive(Debug, Default)]
pub(crate) struct Live {
    by_id: BTreeMap<RoomId, LiveRoom>,
    by_stage: BTreeMap<StageId, RoomId>,
}

/// A room, and what the public was told of it last.
#[derive(Debug)]
pub(crate) struct LiveRoom {
    pub room: Room,
    /// When the first participant came in; `None` while all are at the door.
    pub started_at: Option<UnixMillis>,
    /// Who is in, as published last: who has left can be described from here alone.
    pub present: BTreeMap<ParticipantId, ParticipantView>,
    /// Who is at the door, in the same way.
    pub waiting: BTreeMap<ParticipantId, WaitingView>,
}

impl Live {
    pub fn add(&mut self, room: Room) {
        self.by_stage.insert(room.stage(), room.id());
        let live = LiveRoom {
            started_at: None,
            present: BTreeMap::new(),
            waiting: BTreeMap::new(),
            room,
        };
        self.by_id.insert(live.room.id(), live);
    }

    pub fn take(&mut self, id: RoomId) -> Option<LiveRoom> {
        let live = self.by_id.remove(&id)?;
        self.by_stage.remove(&live.room.stage());
        Some(live)
    }

    pub fn get(&self, id: RoomId) -> Option<&LiveRoom> {
        self.by_id.get(&id)
    }

    pub fn get_mut(&mut self, id: RoomId) -> Option<&mut LiveRoom> {
        self.by_id.get_mut(&id)
    }

    pub fn of_stage(&self, stage: StageId) -> Option<RoomId> {
        self.by_stage.get(&stage).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = &LiveRoom> {
        self.by_id.values()
    }

    pub fn ids(&self) -> Vec<RoomId> {
        self.by_id.keys().copied().collect()
    }

    #[cfg(test)]
    pub fn every_map_is_empty(&self) -> bool {
        self.by_id.is_empty() && self.by_stage.is_empty()
    }
}

impl LiveRoom {
    /// Whether somebody is in, not just at the door.
    pub fn is_occupied(&self) -> bool {
        self.room.counts().active > 0
    }
}
