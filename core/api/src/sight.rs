//! What somebody may see of a happening: the permission it takes, and numbers hidden from those
//! who may not read them.

use conclave_model::Permission;

use crate::mask::{masked, masked_name};
use crate::{CallView, Happening, LiveView, NowView, ParticipantView, WaitingView, WaveformView};

impl Happening {
    /// What it takes to be told; `None` tells everybody.
    #[must_use]
    pub const fn permission(&self) -> Option<Permission> {
        match self {
            Happening::RoomCreated(_)
            | Happening::RoomUpdated(_)
            | Happening::RoomDeleted(_)
            | Happening::RoomPinChanged(_) => Some(Permission::RoomsRead),
            Happening::SessionStarted(_)
            | Happening::SessionEnded(_)
            | Happening::SessionLocked(_)
            | Happening::SessionUnlocked(_)
            | Happening::SessionMuted(_)
            | Happening::SessionUnmuted(_)
            | Happening::ParticipantJoined(_)
            | Happening::ParticipantLeft(_)
            | Happening::ParticipantRemoved(_)
            | Happening::ParticipantSentAway(_)
            | Happening::ParticipantMuted(_)
            | Happening::ParticipantUnmuted(_)
            | Happening::SpeakingStarted(_)
            | Happening::SpeakingStopped(_)
            | Happening::ParticipantHeld(_)
            | Happening::ParticipantResumed(_)
            | Happening::ParticipantAway(_)
            | Happening::ParticipantBack(_)
            | Happening::ParticipantRenamed(_)
            | Happening::RoleChanged(_)
            | Happening::HandRaised(_)
            | Happening::HandLowered(_)
            | Happening::VolumeChanged(_)
            | Happening::VideoChanged(_)
            | Happening::QualityChanged(_)
            | Happening::ParticipantMoved(_)
            | Happening::ParticipantWaiting(_)
            | Happening::WaitingEnded(_)
            | Happening::MessageReceived(_) => Some(Permission::LiveRead),
            Happening::CallStarted(_) | Happening::CallEnded(_) | Happening::PinFailed(_) => {
                Some(Permission::CallsRead)
            }
            Happening::WebhookDisabled(_) => Some(Permission::WebhooksWrite),
            Happening::BackupDone(_)
            | Happening::ExtensionUpdated(_)
            | Happening::ExtensionDeleted(_)
            | Happening::PhoneRegistered(_)
            | Happening::PhoneUnregistered(_)
            | Happening::PhoneUpdated(_)
            | Happening::PhoneDeleted(_) => Some(Permission::SystemRead),
            Happening::TrunkUp(_)
            | Happening::TrunkDown(_)
            | Happening::TrunkUpdated(_)
            | Happening::TrunkDeleted(_) => Some(Permission::SystemRead),
            Happening::RecordingStarted(_) | Happening::RecordingStopped(_) => {
                Some(Permission::LiveRead)
            }
            Happening::RecordingReady(_)
            | Happening::RecordingFailed(_)
            | Happening::RecordingCommandFinished(_)
            | Happening::RecordingDeleted(_) => Some(Permission::RecordingsRead),
            Happening::Gap(_) => None,
        }
    }

    /// The id of the room it happened in; `None`: in none, or to the room's record.
    #[must_use]
    pub fn live_room(&self) -> Option<&str> {
        let at = match self {
            Happening::RoomCreated(_)
            | Happening::RoomUpdated(_)
            | Happening::RoomDeleted(_)
            | Happening::RoomPinChanged(_)
            | Happening::CallStarted(_)
            | Happening::CallEnded(_)
            | Happening::WebhookDisabled(_)
            | Happening::BackupDone(_)
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
            | Happening::RecordingDeleted(_)
            | Happening::Gap(_) => return None,
            Happening::RecordingReady(recording) => return Some(&recording.room),
            Happening::RecordingFailed(failure) => return Some(&failure.recording.room),
            Happening::RecordingCommandFinished(it) => return Some(&it.recording.room),
            Happening::RecordingStarted(recording) | Happening::RecordingStopped(recording) => {
                &recording.at
            }
            Happening::SessionStarted(at)
            | Happening::SessionEnded(at)
            | Happening::SessionLocked(at)
            | Happening::SessionUnlocked(at)
            | Happening::SessionMuted(at)
            | Happening::SessionUnmuted(at) => at,
            Happening::ParticipantJoined(talk)
            | Happening::ParticipantLeft(talk)
            | Happening::ParticipantRemoved(talk)
            | Happening::ParticipantMuted(talk)
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
            | Happening::QualityChanged(talk) => &talk.at,
            Happening::ParticipantMoved(moved) => &moved.at,
            Happening::ParticipantSentAway(sent) => &sent.at,
            Happening::MessageReceived(written) => &written.at,
            Happening::ParticipantWaiting(wait) => &wait.at,
            Happening::WaitingEnded(end) => &end.at,
            Happening::PinFailed(failure) => &failure.at,
        };
        Some(&at.room)
    }

    /// Masks every number of a caller.
    pub fn hide_numbers(&mut self) {
        match self {
            Happening::RoomCreated(_)
            | Happening::RoomUpdated(_)
            | Happening::RoomDeleted(_)
            | Happening::RoomPinChanged(_)
            | Happening::SessionStarted(_)
            | Happening::SessionEnded(_)
            | Happening::SessionLocked(_)
            | Happening::SessionUnlocked(_)
            | Happening::SessionMuted(_)
            | Happening::SessionUnmuted(_)
            | Happening::WebhookDisabled(_)
            | Happening::BackupDone(_)
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
            | Happening::RecordingStarted(_)
            | Happening::RecordingStopped(_)
            | Happening::RecordingReady(_)
            | Happening::RecordingFailed(_)
            | Happening::RecordingDeleted(_)
            | Happening::RecordingCommandFinished(_)
            | Happening::Gap(_) => {}
            Happening::ParticipantJoined(talk)
            | Happening::ParticipantLeft(talk)
            | Happening::ParticipantRemoved(talk)
            | Happening::ParticipantMuted(talk)
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
            | Happening::QualityChanged(talk) => talk.participant.hide_number(),
            Happening::ParticipantMoved(moved) => moved.participant.hide_number(),
            Happening::ParticipantSentAway(sent) => sent.participant.hide_number(),
            Happening::MessageReceived(written) => written.participant.hide_number(),
            Happening::ParticipantWaiting(wait) => wait.waiting.hide_number(),
            Happening::WaitingEnded(end) => end.waiting.hide_number(),
            Happening::CallStarted(caller) => {
                caller.from_number = masked(&caller.from_number);
                hide_in_name(&mut caller.from_name);
            }
            Happening::CallEnded(call) => call.hide_number(),
            Happening::PinFailed(failure) => failure.from_number = masked(&failure.from_number),
        }
    }
}

impl WaveformView {
    /// Masks the numbers of the speakers.
    pub fn hide_numbers(&mut self) {
        for lane in &mut self.lanes {
            lane.number = masked(&lane.number);
            lane.name = lane.name.as_deref().map(masked_name);
        }
    }
}

impl LiveView {
    /// Masks the number of every participant, and of who is at the door.
    pub fn hide_numbers(&mut self) {
        self.participants
            .iter_mut()
            .for_each(ParticipantView::hide_number);
        self.waiting.iter_mut().for_each(WaitingView::hide_number);
    }
}

impl NowView {
    /// Masks the number of everybody.
    pub fn hide_numbers(&mut self) {
        self.items.iter_mut().for_each(LiveView::hide_numbers);
        for who in self.attention.iter_mut().filter_map(|one| one.who.as_mut()) {
            who.number = masked(&who.number);
            hide_in_name(&mut who.name);
        }
    }
}

impl WaitingView {
    /// Masks the number, and a name that is one.
    pub fn hide_number(&mut self) {
        self.number = masked(&self.number);
        hide_in_name(&mut self.name);
    }
}

impl ParticipantView {
    /// Masks the number, and a name that is one.
    pub fn hide_number(&mut self) {
        self.number = masked(&self.number);
        hide_in_name(&mut self.name);
    }
}

impl CallView {
    /// Masks the number, and a name that is one.
    pub fn hide_number(&mut self) {
        self.from_number = masked(&self.from_number);
        hide_in_name(&mut self.from_name);
    }
}

fn hide_in_name(name: &mut Option<String>) {
    if let Some(name) = name {
        *name = masked_name(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Caller;

    #[test]
    fn a_hidden_number_is_nowhere_in_what_is_told() {
        let mut what = Happening::CallStarted(Caller {
            call: "ca_1".to_owned(),
            from_number: "+491715550889".to_owned(),
            from_name: Some("01715550889".to_owned()),
            dialled: "801".to_owned(),
        });
        what.hide_numbers();
        let told = serde_json::to_string(&what).expect("JSON");
        assert!(!told.contains("555"), "{told}");
        assert_eq!(what.permission(), Some(Permission::CallsRead));
    }
}
