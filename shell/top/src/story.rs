//! What happened, in words and without what terminals obey; changes nothing.

use conclave_api::{
    Happening, LiveRef, Move, ParticipantView, PinFailure, PinRoleName, SentAwayReason, Talk,
    WaitEnd, WaitOutcome, clean,
};

use crate::person::name_of;

/// The room and the sentence about it, for what people want to know of afterwards.
pub fn of(what: &Happening) -> Option<(&LiveRef, String)> {
    match what {
        Happening::SessionStarted(at) => Some((at, "the meeting began".to_owned())),
        Happening::SessionEnded(at) => Some((at, "everybody is gone".to_owned())),
        Happening::SessionLocked(at) => Some((at, "locked".to_owned())),
        Happening::SessionUnlocked(at) => Some((at, "unlocked".to_owned())),
        Happening::SessionMuted(at) => Some((at, "all participants are muted".to_owned())),
        Happening::SessionUnmuted(at) => Some((at, "the participants may speak again".to_owned())),
        Happening::ParticipantJoined(it) => Some((&it.at, of_whom(&it.participant, "came"))),
        Happening::ParticipantLeft(it) => Some((&it.at, of_whom(&it.participant, "left"))),
        Happening::ParticipantRemoved(it) => {
            Some((&it.at, of_whom(&it.participant, "was removed")))
        }
        Happening::ParticipantMuted(it) | Happening::ParticipantUnmuted(it) => {
            Some((&it.at, of_whom(&it.participant, is_heard(it))))
        }
        Happening::ParticipantHeld(it) | Happening::ParticipantResumed(it) => {
            Some((&it.at, of_whom(&it.participant, holds(it))))
        }
        Happening::ParticipantAway(it) | Happening::ParticipantBack(it) => {
            Some((&it.at, of_whom(&it.participant, whereabouts(it))))
        }
        Happening::ParticipantRenamed(it) => {
            Some((&it.at, of_whom(&it.participant, "has a new name")))
        }
        Happening::RoleChanged(it) => Some((&it.at, of_whom(&it.participant, is_now(it)))),
        Happening::HandRaised(it) => Some((&it.at, of_whom(&it.participant, "raised a hand"))),
        Happening::HandLowered(it) => Some((&it.at, of_whom(&it.participant, "lowered the hand"))),
        Happening::ParticipantMoved(it) => Some((&it.at, of_whom(&it.participant, &goes_to(it)))),
        Happening::ParticipantSentAway(it) => {
            Some((&it.at, of_whom(&it.participant, sent_away(it.reason))))
        }
        Happening::WaitingEnded(it) => Some((&it.at, of_wait(it)?)),
        Happening::MessageReceived(it) => Some((&it.at, of_whom(&it.participant, "wrote to all"))),
        Happening::RecordingStarted(it) => Some((&it.at, "a recording began".to_owned())),
        Happening::RecordingStopped(it) => Some((&it.at, "the recording ended".to_owned())),
        Happening::PinFailed(it) => Some((&it.at, of_wrong_pin(it))),
        Happening::RoomCreated(_)
        | Happening::RoomUpdated(_)
        | Happening::RoomDeleted(_)
        | Happening::RoomPinChanged(_)
        | Happening::SpeakingStarted(_)
        | Happening::SpeakingStopped(_)
        | Happening::VolumeChanged(_)
        | Happening::VideoChanged(_)
        | Happening::QualityChanged(_)
        | Happening::ParticipantWaiting(_)
        | Happening::CallStarted(_)
        | Happening::CallEnded(_)
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
        | Happening::Gap(_) => None,
    }
}

fn goes_to(it: &Move) -> String {
    format!("goes to {}", clean(&it.to.extension))
}

fn is_heard(it: &Talk) -> &'static str {
    if it.participant.muted {
        "is muted"
    } else {
        "is heard again"
    }
}

fn of_wait(it: &WaitEnd) -> Option<String> {
    let name = name_of(it.waiting.name.as_deref(), &it.waiting.number);
    Some(format!("{} {}", clean(name), not_come(it.outcome)?))
}

fn of_wrong_pin(it: &PinFailure) -> String {
    let number = clean(&it.from_number);
    format!("wrong PIN by {number}, {} tries left", it.tries_left)
}

fn holds(talk: &Talk) -> &'static str {
    if talk.participant.held {
        "put us on hold"
    } else {
        "is back from hold"
    }
}

fn whereabouts(talk: &Talk) -> &'static str {
    if talk.participant.away {
        "is away for a while"
    } else {
        "is back"
    }
}

fn is_now(talk: &Talk) -> &'static str {
    match (talk.participant.role, talk.participant.leader) {
        (PinRoleName::Moderator, true) => "moderates and leads now",
        (PinRoleName::Moderator, false) => "moderates now",
        (PinRoleName::Member, true) => "leads now",
        (PinRoleName::Member, false) => "has no role now",
    }
}

fn sent_away(reason: SentAwayReason) -> &'static str {
    match reason {
        SentAwayReason::TimeUp => "had their time",
        SentAwayReason::LeaderLeft => "goes with the leader",
    }
}

/// `None`: they did come in, which is told by itself.
fn not_come(outcome: WaitOutcome) -> Option<&'static str> {
    match outcome {
        WaitOutcome::Joined => None,
        WaitOutcome::Gone => Some("did not come in"),
        WaitOutcome::Removed => Some("was turned away"),
        WaitOutcome::TimeUp => Some("waited too long for a leader"),
        WaitOutcome::Full => Some("was refused: the room is full"),
        WaitOutcome::Locked => Some("was refused: the room is locked"),
    }
}

fn of_whom(participant: &ParticipantView, what: &str) -> String {
    let name = name_of(participant.name.as_deref(), &participant.number);
    format!("{} {what}", clean(name))
}
