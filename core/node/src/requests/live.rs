//! Requests about rooms that somebody is in: who is there, and mute, lock, remove, end.

use std::time::Instant;

use conclave_api::{LiveChange, ParticipantChange, ParticipantKey, Problem, Response, RoomKey};
use conclave_model::{CallEnd, FieldError, ParticipantId, Prompt, RoomRecord, limits};
use conclave_room::{MutedBy, NotHere, Room, TooMany, Turn};

use crate::Node;
use crate::live::LiveRoom;

impl Node {
    pub(super) fn show_live(&self, now: Instant, key: &RoomKey) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        Ok(Response::Live(self.live_view(now, &record)))
    }

    pub(super) fn set_live(
        &mut self,
        now: Instant,
        key: &RoomKey,
        change: &LiveChange,
        by: &str,
    ) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        let present = self.inside(&record)?;
        if change.recording == Some(true) {
            self.heard(&record)?;
        }
        let is_full = self.recordings_running() >= limits::RECORDINGS_RUNNING;
        if change.recording == Some(true) && is_full {
            let most = limits::RECORDINGS_RUNNING;
            let detail = format!("{most} recordings run already, which is the most");
            return Err(Problem::conflict(detail));
        }
        let speaker = match &change.muted_all_but {
            Some(who) => Some(self.find_participant(&record, who)?),
            None => None,
        };
        let muted = change.muted_all.or(speaker.map(|_| true));
        self.with_room(now, record.id, |room, turn| {
            match change.locked {
                Some(true) => room.lock(turn),
                Some(false) => room.unlock(turn),
                None => {}
            }
            if change.muted_all == Some(false) {
                room.let_all_speak(turn);
            }
            for who in present {
                // Who left in the meantime needs no muting.
                let _ = match muted.map(|muted| muted && speaker != Some(who)) {
                    Some(true) => room.mute(turn, who, MutedBy::Moderator),
                    Some(false) => room.unmute(turn, who, MutedBy::Moderator),
                    None => Ok(()),
                };
            }
        });
        if let Some(on) = change.recording {
            self.set_recording(now, record.id, on, by);
        }
        Ok(Response::Live(self.live_view(now, &record)))
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
        now: Instant,
        key: &RoomKey,
        who: &ParticipantKey,
    ) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        let id = self.find_participant(&record, who)?;
        self.participant_response(now, &record, id, who)
    }

    pub(super) fn set_participant(
        &mut self,
        now: Instant,
        key: &RoomKey,
        who: &ParticipantKey,
        change: &ParticipantChange,
    ) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        let id = self.find_participant(&record, who)?;
        if let Some(name) = &change.name {
            check_name(name)?;
        }
        let goes_to = match &change.room {
            Some(key) => Some(self.find_room(key)?).filter(|to| to.id != record.id),
            None => None,
        };
        let done = self.with_room(now, record.id, |room, turn| apply(room, turn, id, change));
        let Some(Ok(())) = done else {
            return Err(who.unknown());
        };
        let Some(to) = goes_to else {
            return self.participant_response(now, &record, id, who);
        };
        if !self.move_participant(now, &record, id, &to) {
            return Err(who.unknown());
        }
        self.participant_response(now, &to, id, who)
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

    pub(super) fn announce(
        &mut self,
        now: Instant,
        key: &RoomKey,
        prompt: Prompt,
    ) -> Result<Response, Problem> {
        let record = self.find_room(key)?;
        self.heard(&record)?;
        let asked = self.with_room(now, record.id, |room, turn| room.play_to_all(turn, prompt));
        match asked {
            Some(Err(TooMany)) => Err(Problem::conflict(format!(
                "{} prompts play or wait in this room already; try again when they have ended",
                limits::PROMPTS_ASKED
            ))),
            Some(Ok(())) | None => Ok(Response::Done),
        }
    }

    /// Everybody in the room, those who wait for a leader too; not those at the door.
    fn inside(&self, record: &RoomRecord) -> Result<Vec<ParticipantId>, Problem> {
        let live = self.live.get(record.id);
        let people = live.into_iter().flat_map(|live| live.room.participants());
        let inside: Vec<ParticipantId> = people
            .filter(|one| one.is_inside())
            .map(|one| one.id())
            .collect();
        if inside.is_empty() {
            return Err(nobody_in(record));
        }
        Ok(inside)
    }

    /// Somebody hears what is said to all, and may be heard.
    fn heard(&self, record: &RoomRecord) -> Result<(), Problem> {
        let live = self.live.get(record.id);
        let is_occupied = live.is_some_and(LiveRoom::is_occupied);
        is_occupied.then_some(()).ok_or_else(|| nobody_in(record))
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
            .filter(|one| one.is_inside())
            .map(|one| {
                let label = one.label();
                (one.id(), label.number.as_str(), label.name.as_deref())
            })
            .collect();
        who.find(present)
    }

    fn participant_response(
        &self,
        now: Instant,
        record: &RoomRecord,
        id: ParticipantId,
        who: &ParticipantKey,
    ) -> Result<Response, Problem> {
        self.live
            .get(record.id)
            .and_then(|live| live.room.participant(id))
            .and_then(|one| self.eye(now).participant(one))
            .map(Response::Participant)
            .ok_or_else(|| who.unknown())
    }
}

fn apply(
    room: &mut Room,
    turn: &mut Turn<'_>,
    who: ParticipantId,
    change: &ParticipantChange,
) -> Result<(), NotHere> {
    match change.muted {
        Some(true) => room.mute(turn, who, MutedBy::Moderator)?,
        Some(false) => room.unmute(turn, who, MutedBy::Moderator)?,
        None => {}
    }
    if let Some(name) = &change.name {
        room.rename(turn, who, name)?;
    }
    if let Some(volume_db) = change.volume_db {
        room.set_volume(turn, who, volume_db)?;
    }
    match change.hand_raised {
        Some(is_raised) => room.set_hand(turn, who, is_raised),
        None => Ok(()),
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

fn nobody_in(record: &RoomRecord) -> Problem {
    let title = record.title.as_str();
    Problem::conflict(format!("nobody is in the room {title:?}"))
}
