//! Requests about who is at the door of a room: let in, turn away; compares no PIN.

use std::time::Instant;

use conclave_api::{ParticipantKey, Problem, Response, RoomKey};
use conclave_model::{ParticipantId, RoomRecord};
use conclave_room::{NotHere, Room, Turn};

use crate::Node;

impl Node {
    pub(super) fn admit(
        &mut self,
        now: Instant,
        key: &RoomKey,
        who: &ParticipantKey,
    ) -> Result<Response, Problem> {
        self.at_door(now, key, who, Room::let_in)
    }

    pub(super) fn turn_away(
        &mut self,
        now: Instant,
        key: &RoomKey,
        who: &ParticipantKey,
    ) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        // Who has entered meanwhile is not thrown out by this.
        self.find_at_door(&record, who, Whom::AtDoor)?;
        self.at_door(now, key, who, Room::remove)
    }

    fn at_door(
        &mut self,
        now: Instant,
        key: &RoomKey,
        who: &ParticipantKey,
        act: impl FnOnce(&mut Room, &mut Turn<'_>, ParticipantId) -> Result<(), NotHere>,
    ) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        let id = self.find_at_door(&record, who, Whom::AtDoorOrIn)?;
        match self.with_room(now, record.id, |room, turn| act(room, turn, id)) {
            Some(Ok(())) => Ok(Response::Done),
            Some(Err(NotHere)) | None => Err(who.unknown()),
        }
    }

    fn find_at_door(
        &self,
        record: &RoomRecord,
        who: &ParticipantKey,
        whom: Whom,
    ) -> Result<ParticipantId, Problem> {
        let live = self.live.get(record.id).ok_or_else(|| who.unknown())?;
        let here: Vec<_> = live
            .room
            .participants()
            .filter(|one| match whom {
                Whom::AtDoor => !one.is_active(),
                // Under its id alone: a name may be that of somebody else who is in.
                Whom::AtDoorOrIn => !one.is_active() || who.as_id() == Some(one.id()),
            })
            .map(|one| {
                let label = one.label();
                (one.id(), label.number.as_str(), label.name.as_deref())
            })
            .collect();
        who.find(here)
    }
}

#[derive(Clone, Copy)]
enum Whom {
    AtDoor,
    AtDoorOrIn,
}
