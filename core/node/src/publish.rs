//! Tells the public what happened, in the public's words; makes nothing happen.

use std::time::Instant;

use conclave_api::{
    Caller, Happening, LiveRef, LiveView, ParticipantView, PinFailure, Talk, rfc3339,
};
use conclave_model::{CallEnd, CallId, ParticipantId, RoomId, RoomRecord, UnixMillis, WallClock};
use conclave_room::{Participant, Phase, RoomNews};

use crate::Node;
use crate::calls::Calls;
use crate::live::LiveRoom;
use crate::outbox::Outbox;

impl Node {
    pub(crate) fn publish_answered(&mut self, now: Instant, id: CallId) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let room = call.room().map_or("no room", |room| room.title.as_str());
        let (caller, dialled) = (call.caller(), call.dialled());
        self.outbox.info(format!(
            "Call {id} from {} was answered for {room:?}",
            caller.number_for_log()
        ));
        let what = Happening::CallStarted(Caller {
            call: id.to_string(),
            from_number: caller.number.clone(),
            from_name: caller.name.clone(),
            dialled: dialled.number.clone(),
        });
        self.outbox.publish(self.config.wall.at(now), what);
    }

    pub(crate) fn publish_held(&mut self, now: Instant, id: CallId, held: bool) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let (room, who) = (call.room().map(|room| room.id), call.ids().participant);
        let Some(live) = room.and_then(|room| self.live.get_mut(room)) else {
            return;
        };
        let record = live.room.record().clone();
        let Some(view) = live.present.get_mut(&who) else {
            return;
        };
        view.held = held;
        let talk = Talk {
            at: live_ref(&record),
            participant: view.clone(),
        };
        let what = if held {
            Happening::ParticipantHeld(talk)
        } else {
            Happening::ParticipantResumed(talk)
        };
        self.outbox.publish(self.config.wall.at(now), what);
    }

    pub(crate) fn publish_news(&mut self, now: Instant, id: RoomId, news: &RoomNews) {
        let Some(live) = self.live.get_mut(id) else {
            return;
        };
        let mut desk = Desk {
            at: self.config.wall.at(now),
            wall: self.config.wall,
            room: live_ref(live.room.record()),
            live,
            calls: &self.calls,
            outbox: &mut self.outbox,
        };
        desk.tell(news);
    }

    /// The room is gone at once: whoever was in it has left, and the session has ended.
    pub(crate) fn publish_emptied(&mut self, now: Instant, live: &mut LiveRoom, end: CallEnd) {
        let mut desk = Desk {
            at: self.config.wall.at(now),
            wall: self.config.wall,
            room: live_ref(live.room.record()),
            live,
            calls: &self.calls,
            outbox: &mut self.outbox,
        };
        let present: Vec<ParticipantId> = desk.live.present.keys().copied().collect();
        for who in present {
            desk.left(who, end);
        }
    }

    pub(crate) fn live_view(&self, record: &RoomRecord) -> LiveView {
        let live = self.live.get(record.id);
        let participants = live.into_iter().flat_map(|live| live.room.participants());
        LiveView {
            room: record.id.to_string(),
            title: record.title.to_string(),
            extension: record.extension.to_string(),
            started_at: live.and_then(|live| live.started_at).map(rfc3339),
            locked: live.is_some_and(|live| live.room.is_locked()),
            participants: participants
                .filter_map(|one| participant_view(one, &self.calls, self.config.wall))
                .collect(),
        }
    }
}

/// One piece of news on its way out of one room.
struct Desk<'a> {
    at: UnixMillis,
    wall: WallClock,
    room: LiveRef,
    live: &'a mut LiveRoom,
    calls: &'a Calls,
    outbox: &'a mut Outbox,
}

impl Desk<'_> {
    fn tell(&mut self, news: &RoomNews) {
        match *news {
            RoomNews::Joined { participant, .. } => self.joined(participant),
            RoomNews::Left {
                participant, end, ..
            } => self.left(participant, end),
            RoomNews::PinWrong {
                participant,
                tries_left,
            } => self.pin_failed(participant, tries_left),
            RoomNews::Muted { participant, .. } => {
                self.changed(participant, Happening::ParticipantMuted);
            }
            RoomNews::Unmuted { participant, .. } => {
                self.changed(participant, Happening::ParticipantUnmuted);
            }
            RoomNews::Talking {
                participant,
                talking,
            } => {
                let what = if talking {
                    Happening::SpeakingStarted
                } else {
                    Happening::SpeakingStopped
                };
                self.changed(participant, what);
            }
            RoomNews::Renamed { participant, .. } => {
                self.changed(participant, Happening::ParticipantRenamed);
            }
            RoomNews::Locked => self.publish(Happening::SessionLocked(self.room.clone())),
            RoomNews::Unlocked => self.publish(Happening::SessionUnlocked(self.room.clone())),
            // What these mean for a call is in the call's own events; for the rest see `left`.
            RoomNews::Arrived { .. }
            | RoomNews::TurnedAway { .. }
            | RoomNews::GaveUp { .. }
            | RoomNews::Music { .. }
            | RoomNews::Ended
            | RoomNews::Closed => {}
        }
    }

    fn joined(&mut self, who: ParticipantId) {
        let Some(view) = self.view(who) else {
            return;
        };
        if self.live.started_at.is_none() {
            self.live.started_at = Some(self.at);
            self.publish(Happening::SessionStarted(self.room.clone()));
        }
        self.outbox.info(format!(
            "Call {} entered room {} as {who}",
            view.call, self.room.extension
        ));
        self.live.present.insert(who, view.clone());
        self.publish(Happening::ParticipantJoined(self.talk(view)));
    }

    fn left(&mut self, who: ParticipantId, end: CallEnd) {
        let Some(mut view) = self.live.present.remove(&who) else {
            return;
        };
        view.talking = false;
        if end == CallEnd::Removed {
            self.publish(Happening::ParticipantRemoved(self.talk(view.clone())));
        }
        self.publish(Happening::ParticipantLeft(self.talk(view)));
        if self.live.present.is_empty() {
            self.live.started_at = None;
            self.publish(Happening::SessionEnded(self.room.clone()));
        }
    }

    fn changed(&mut self, who: ParticipantId, what: impl FnOnce(Talk) -> Happening) {
        if let Some(view) = self.view(who) {
            self.live.present.insert(who, view.clone());
            self.publish(what(self.talk(view)));
        }
    }

    fn pin_failed(&mut self, who: ParticipantId, tries_left: u8) {
        let Some(caller) = self.live.room.participant(who) else {
            return;
        };
        let failure = PinFailure {
            at: self.room.clone(),
            call: caller.call().to_string(),
            from_number: caller.label().number.clone(),
            tries_left,
        };
        self.outbox.info(format!(
            "Call {} typed a wrong PIN for room {}; tries left: {tries_left}",
            failure.call, self.room.extension
        ));
        self.publish(Happening::PinFailed(failure));
    }

    fn view(&self, who: ParticipantId) -> Option<ParticipantView> {
        let participant = self.live.room.participant(who)?;
        participant_view(participant, self.calls, self.wall)
    }

    fn talk(&self, participant: ParticipantView) -> Talk {
        Talk {
            at: self.room.clone(),
            participant,
        }
    }

    fn publish(&mut self, what: Happening) {
        self.outbox.publish(self.at, what);
    }
}

/// A participant as the public sees it; `None` at the door.
pub(crate) fn participant_view(
    participant: &Participant,
    calls: &Calls,
    wall: WallClock,
) -> Option<ParticipantView> {
    let since = match participant.phase() {
        Phase::Active { since, .. } => since,
        Phase::AtDoor | Phase::Passed(_) => return None,
    };
    let call = calls.get(participant.call());
    let label = participant.label();
    Some(ParticipantView {
        id: participant.id().to_string(),
        call: participant.call().to_string(),
        name: label.name.clone(),
        number: label.number.clone(),
        joined_at: rfc3339(wall.at(since)),
        muted: participant.mute().is_muted(),
        talking: participant.talking(),
        held: call.is_some_and(conclave_call::Call::is_held),
        codec: call
            .and_then(conclave_call::Call::codec)
            .map(|codec| codec.name().to_owned()),
    })
}

/// The room as an event names it.
pub(crate) fn live_ref(record: &RoomRecord) -> LiveRef {
    LiveRef {
        room: record.id.to_string(),
        extension: record.extension.to_string(),
        title: record.title.to_string(),
    }
}
