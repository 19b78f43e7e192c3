//! What an event changes in the rooms; draws nothing.

use conclave_api::{Happening, LiveRef, NumberedEvent, RoomView, WaitEnd, clean, read_rfc3339};
use conclave_model::UnixMillis;

use crate::rooms::Rooms;
use crate::story;

/// What has to be read anew after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    Everything,
    /// Events are missing.
    Gap,
}

impl Rooms {
    /// Told twice, an event changes nothing more.
    pub fn hear(&mut self, event: &NumberedEvent) -> Heard {
        if let Happening::Gap(_) = event.what {
            return Heard::Gap;
        }
        if event.id <= self.heard {
            return Heard::Everything;
        }
        self.heard = event.id;
        // Whoever was removed has left as well: one line of the story is enough.
        let is_told = if let Happening::ParticipantLeft(talk) = &event.what {
            let room = self.find(&talk.at.room);
            room.is_none_or(|room| room.person(&talk.participant.id).is_some())
        } else {
            true
        };
        let at = read_rfc3339(&event.time).unwrap_or(UnixMillis(0));
        self.fold(&event.what, at);
        if is_told && let Some((room, sentence)) = story::of(&event.what) {
            let by = event
                .by
                .as_ref()
                .map(|by| format!(" (by {})", clean(&by.name)));
            self.room_at(room)
                .tell(at, sentence + &by.unwrap_or_default());
        }
        Heard::Everything
    }

    fn fold(&mut self, what: &Happening, now: UnixMillis) {
        match what {
            Happening::RoomUpdated(room) => self.call_anew(room),
            Happening::RoomDeleted(at) => self.list.retain(|room| room.at.room != at.room),
            Happening::SessionStarted(at) => self.room_at(at).started_at = Some(now),
            Happening::SessionEnded(at) => self.room_at(at).end(),
            Happening::RecordingStarted(it) => self.room_at(&it.at).recorded_since = Some(now),
            Happening::RecordingStopped(it) => self.room_at(&it.at).recorded_since = None,
            Happening::SessionLocked(at) => self.room_at(at).locked = true,
            Happening::SessionUnlocked(at) => self.room_at(at).locked = false,
            Happening::ParticipantJoined(talk) => {
                self.room_at(&talk.at).join(talk.participant.clone(), now);
            }
            Happening::ParticipantLeft(talk) | Happening::ParticipantRemoved(talk) => {
                self.room_at(&talk.at).leave(&talk.participant.id);
            }
            Happening::ParticipantMuted(talk)
            | Happening::ParticipantUnmuted(talk)
            | Happening::SpeakingStarted(talk)
            | Happening::SpeakingStopped(talk)
            | Happening::ParticipantHeld(talk)
            | Happening::ParticipantResumed(talk)
            | Happening::ParticipantAway(talk)
            | Happening::ParticipantBack(talk)
            | Happening::ParticipantRenamed(talk)
            | Happening::RoleChanged(talk)
            | Happening::HandRaised(talk)
            | Happening::HandLowered(talk)
            | Happening::VolumeChanged(talk)
            | Happening::VideoChanged(talk)
            | Happening::QualityChanged(talk) => {
                self.room_at(&talk.at).put(talk.participant.clone(), now);
            }
            Happening::ParticipantWaiting(wait) => {
                self.room_at(&wait.at).wait(wait.waiting.clone());
            }
            Happening::WaitingEnded(end) => self.wait_no_longer(end),
            Happening::ParticipantSentAway(sent) => {
                self.room_at(&sent.at).leave(&sent.participant.id);
            }
            Happening::ParticipantMoved(_)
            | Happening::MessageReceived(_)
            | Happening::SessionMuted(_)
            | Happening::SessionUnmuted(_)
            | Happening::RoomCreated(_)
            | Happening::RoomPinChanged(_)
            | Happening::CallStarted(_)
            | Happening::CallEnded(_)
            | Happening::PinFailed(_)
            | Happening::RecordingReady(_)
            | Happening::RecordingCommandFinished(_)
            | Happening::RecordingFailed(_)
            | Happening::RecordingDeleted(_)
            | Happening::ExtensionUpdated(_)
            | Happening::ExtensionDeleted(_)
            | Happening::PhoneRegistered(_)
            | Happening::PhoneUnregistered(_)
            | Happening::PhoneUpdated(_)
            | Happening::PhoneDeleted(_)
            | Happening::TrunkUp(_)
            | Happening::TrunkDown(_)
            | Happening::TrunkUpdated(_)
            | Happening::TrunkDeleted(_)
            | Happening::WebhookDisabled(_)
            | Happening::BackupDone(_)
            | Happening::Gap(_) => {}
        }
    }

    /// Who has joined is taken from the list by `participant.joined`, which follows.
    fn wait_no_longer(&mut self, end: &WaitEnd) {
        let waiting = &mut self.room_at(&end.at).waiting;
        waiting.retain(|caller| caller.id != end.waiting.id);
    }

    /// A room that is shown has the title and the number of its record.
    fn call_anew(&mut self, room: &RoomView) {
        if self.find(&room.id).is_some() {
            self.room_at(&LiveRef {
                room: room.id.clone(),
                extension: room.extension.clone(),
                title: room.title.clone(),
            });
        }
    }
}
