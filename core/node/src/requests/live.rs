//! Requests about rooms that somebody is in: who is there, and mute, lock, remove, end.

use std::sync::Arc;
use std::time::Instant;

use conclave_api::{
    LiveChange, LiveView, ParticipantChange, ParticipantKey, Problem, Response, RoomKey,
};
use conclave_model::{CallEnd, FieldError, ParticipantId, RoomRecord, limits};
use conclave_room::MutedBy;

use crate::Node;
use crate::publish::participant_view;
use crate::rooms::sort_key;

impl Node {
    pub(super) fn list_live(&self) -> Response {
        let mut records: Vec<Arc<RoomRecord>> = self
            .live
            .iter()
            .filter(|live| live.is_occupied())
            .map(|live| Arc::clone(live.room.record()))
            .collect();
        records.sort_by_key(|record| sort_key(&record.extension));
        let views: Vec<LiveView> = records
            .iter()
            .map(|record| self.live_view(record))
            .collect();
        Response::LiveRooms(views)
    }

    pub(super) fn show_live(&self, key: &RoomKey) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        Ok(Response::Live(self.live_view(&record)))
    }

    pub(super) fn set_live(
        &mut self,
        now: Instant,
        key: &RoomKey,
        change: LiveChange,
    ) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        let present = self.present(&record)?;
        self.with_room(now, record.id, |room, turn| {
            match change.locked {
                Some(true) => room.lock(turn),
                Some(false) => room.unlock(turn),
                None => {}
            }
            for who in present {
                // Who left in the meantime needs no muting.
                let _ = match change.muted_all {
                    Some(true) => room.mute(turn, who, MutedBy::Moderator),
                    Some(false) => room.unmute(turn, who, MutedBy::Moderator),
                    None => Ok(()),
                };
            }
        });
        Ok(Response::Live(self.live_view(&record)))
    }

    pub(super) fn end_live(&mut self, now: Instant, key: &RoomKey) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        self.with_room(now, record.id, |room, turn| {
            room.end(turn, CallEnd::RoomEnded);
        });
        Ok(Response::Done)
    }

    pub(super) fn show_participant(
        &self,
        key: &RoomKey,
        who: &ParticipantKey,
    ) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        let id = self.find_participant(&record, who)?;
        self.participant_response(&record, id, who)
    }

    pub(super) fn set_participant(
        &mut self,
        now: Instant,
        key: &RoomKey,
        who: &ParticipantKey,
        change: ParticipantChange,
    ) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        let id = self.find_participant(&record, who)?;
        if let Some(name) = &change.name {
            check_name(name)?;
        }
        let done = self.with_room(now, record.id, |room, turn| {
            match change.muted {
                Some(true) => room.mute(turn, id, MutedBy::Moderator)?,
                Some(false) => room.unmute(turn, id, MutedBy::Moderator)?,
                None => {}
            }
            match change.name {
                Some(name) => room.rename(turn, id, &name),
                None => Ok(()),
            }
        });
        match done {
            Some(Ok(())) => self.participant_response(&record, id, who),
            Some(Err(_)) | None => Err(who.unknown()),
        }
    }

    pub(super) fn remove_participant(
        &mut self,
        now: Instant,
        key: &RoomKey,
        who: &ParticipantKey,
    ) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        let id = self.find_participant(&record, who)?;
        match self.with_room(now, record.id, |room, turn| room.remove(turn, id)) {
            Some(Ok(())) => Ok(Response::Done),
            Some(Err(_)) | None => Err(who.unknown()),
        }
    }

    /// Everybody in the room, not those at the door.
    fn present(&self, record: &RoomRecord) -> Result<Vec<ParticipantId>, Problem> {
        match self.live.get(record.id) {
            Some(live) if live.is_occupied() => Ok(live
                .room
                .participants()
                .filter(|one| one.is_active())
                .map(|one| one.id())
                .collect()),
            Some(_) | None => Err(Problem::conflict(format!(
                "nobody is in the room {:?}",
                record.title.as_str()
            ))),
        }
    }

    fn find_participant(
        &self,
        record: &RoomRecord,
        who: &ParticipantKey,
    ) -> Result<ParticipantId, Problem> {
        let live = self.live.get(record.id).ok_or_else(|| who.unknown())?;
        let present: Vec<_> = live
            .room
            .participants()
            .filter(|one| one.is_active())
            .map(|one| {
                let label = one.label();
                (one.id(), label.number.as_str(), label.name.as_deref())
            })
            .collect();
        who.find(present)
    }

    fn participant_response(
        &self,
        record: &RoomRecord,
        id: ParticipantId,
        who: &ParticipantKey,
    ) -> Result<Response, Problem> {
        self.live
            .get(record.id)
            .and_then(|live| live.room.participant(id))
            .and_then(|one| participant_view(one, &self.calls, self.config.wall))
            .map(Response::Participant)
            .ok_or_else(|| who.unknown())
    }
}

fn check_name(name: &str) -> Result<(), Problem> {
    let length = name.trim().chars().count();
    if limits::TITLE_CHARS.contains(&length) && !name.chars().any(char::is_control) {
        return Ok(());
    }
    let accepted = "1 to 80 characters without control characters";
    Err(FieldError::new("name", name, accepted).into())
}
