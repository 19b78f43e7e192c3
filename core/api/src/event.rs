//! Everything that happens, told to whoever listens; holds no PIN and no digit.

use conclave_model::UnixMillis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    BackupDone, CallView, ExtensionView, LiveRef, Move, PhoneGone, PhoneRef, PhoneSeen, PhoneView,
    RecordingView, RoomView, SentAway, Talk, TrunkView, Wait, WaitEnd, WebhookRef, Written,
    rfc3339,
};

/// Something that happened, before it has its number in the stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub at: UnixMillis,
    pub what: Happening,
}

impl Event {
    /// The event as it is sent, under the number that `Last-Event-ID` will name.
    #[must_use]
    pub fn numbered(self, id: u64, by: Option<Doer>) -> NumberedEvent {
        NumberedEvent {
            id,
            time: rfc3339(self.at),
            by,
            what: self.what,
        }
    }
}

/// Who did something over the API, as the audit log names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Doer {
    /// The id of a user or token; `machine` for the command line, `console` for a one-time code.
    pub id: String,
    pub name: String,
}

/// One event of the stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NumberedEvent {
    /// Grows from event to event, also over a restart; below 2^53.
    pub id: u64,
    #[schema(format = DateTime)]
    pub time: String,
    /// Who did it; left out when it was done by telephone, happened by itself or came of something
    /// that had been done before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Doer>,
    #[serde(flatten)]
    pub what: Happening,
}

/// The kinds of event and what comes with each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", content = "data")]
#[allow(clippy::large_enum_variant)] // One event lives for a moment; the hub keeps its bytes.
pub enum Happening {
    #[serde(rename = "room.created")]
    RoomCreated(RoomView),
    #[serde(rename = "room.updated")]
    RoomUpdated(RoomView),
    #[serde(rename = "room.deleted")]
    RoomDeleted(LiveRef),
    /// Set, made anew or switched off; never which.
    #[serde(rename = "room.pin_changed")]
    RoomPinChanged(LiveRef),

    /// A number that is no room: new, or something else is heard there from now on.
    #[serde(rename = "extension.updated")]
    ExtensionUpdated(ExtensionView),
    #[serde(rename = "extension.deleted")]
    ExtensionDeleted(ExtensionView),

    /// A telephone of an account can be reached, at an address where it was not before.
    #[serde(rename = "phone.registered")]
    PhoneRegistered(PhoneSeen),
    /// And cannot any more.
    #[serde(rename = "phone.unregistered")]
    PhoneUnregistered(PhoneGone),
    /// An account of a telephone: new, or changed.
    #[serde(rename = "phone.updated")]
    PhoneUpdated(PhoneView),
    #[serde(rename = "phone.deleted")]
    PhoneDeleted(PhoneRef),
    /// Calls can be expected over it again.
    #[serde(rename = "trunk.up")]
    TrunkUp(TrunkView),
    /// `status.last_problem` says why.
    #[serde(rename = "trunk.down")]
    TrunkDown(TrunkView),
    /// Made or changed; never with its password.
    #[serde(rename = "trunk.updated")]
    TrunkUpdated(TrunkView),
    #[serde(rename = "trunk.deleted")]
    TrunkDeleted(TrunkView),

    /// The first participant came in.
    #[serde(rename = "session.started")]
    SessionStarted(LiveRef),
    /// The last participant is gone.
    #[serde(rename = "session.ended")]
    SessionEnded(LiveRef),
    #[serde(rename = "session.locked")]
    SessionLocked(LiveRef),
    #[serde(rename = "session.unlocked")]
    SessionUnlocked(LiveRef),
    /// All but moderators, whoever comes as well.
    #[serde(rename = "session.muted")]
    SessionMuted(LiveRef),
    #[serde(rename = "session.unmuted")]
    SessionUnmuted(LiveRef),

    #[serde(rename = "participant.joined")]
    ParticipantJoined(Talk),
    #[serde(rename = "participant.left")]
    ParticipantLeft(Talk),
    /// By the API; `participant.left` follows.
    #[serde(rename = "participant.removed")]
    ParticipantRemoved(Talk),
    /// By a rule of the room; `participant.left` follows.
    #[serde(rename = "participant.sent_away")]
    ParticipantSentAway(SentAway),
    #[serde(rename = "participant.muted")]
    ParticipantMuted(Talk),
    #[serde(rename = "participant.unmuted")]
    ParticipantUnmuted(Talk),
    #[serde(rename = "participant.speaking_started")]
    SpeakingStarted(Talk),
    #[serde(rename = "participant.speaking_stopped")]
    SpeakingStopped(Talk),
    /// The caller put us on hold.
    #[serde(rename = "participant.held")]
    ParticipantHeld(Talk),
    #[serde(rename = "participant.resumed")]
    ParticipantResumed(Talk),
    /// To another room by key, to come back; keeps the seat.
    #[serde(rename = "participant.away")]
    ParticipantAway(Talk),
    #[serde(rename = "participant.back")]
    ParticipantBack(Talk),
    #[serde(rename = "participant.renamed")]
    ParticipantRenamed(Talk),
    /// Is a moderator or a leader from now on, or is none any more.
    #[serde(rename = "participant.role_changed")]
    RoleChanged(Talk),
    #[serde(rename = "participant.hand_raised")]
    HandRaised(Talk),
    #[serde(rename = "participant.hand_lowered")]
    HandLowered(Talk),
    #[serde(rename = "participant.volume_changed")]
    VolumeChanged(Talk),
    /// Pictures began or ceased to come, or to be shown to the others.
    #[serde(rename = "participant.video_changed")]
    VideoChanged(Talk),
    /// The line got better or worse by a verdict; not with every figure.
    #[serde(rename = "participant.quality_changed")]
    QualityChanged(Talk),
    /// To another room; `participant.left` and, there, `participant.joined` follow.
    #[serde(rename = "participant.moved")]
    ParticipantMoved(Move),

    /// Somebody is at the door; said again with every step.
    #[serde(rename = "participant.waiting")]
    ParticipantWaiting(Wait),
    #[serde(rename = "participant.waiting_ended")]
    WaitingEnded(WaitEnd),

    /// Somebody in the room wrote to the others on a phone. What was written is for those in the
    /// room alone: it is in no event, log or file.
    #[serde(rename = "message.received")]
    MessageReceived(Written),

    /// From now on what is said is recorded; everybody there is told.
    #[serde(rename = "recording.started")]
    RecordingStarted(RecordingRef),
    #[serde(rename = "recording.stopped")]
    RecordingStopped(RecordingRef),
    /// It can be listened to.
    #[serde(rename = "recording.ready")]
    RecordingReady(RecordingView),
    /// It ended too early; what there is can be listened to.
    #[serde(rename = "recording.failed")]
    RecordingFailed(RecordingFailure),
    /// By somebody, or because it was old.
    #[serde(rename = "recording.deleted")]
    RecordingDeleted(RecordingView),
    /// The program that the room's options name was run on its file, or could not be.
    #[serde(rename = "recording.command_finished")]
    RecordingCommandFinished(RecordingCommand),

    /// A call was answered and is at the door.
    #[serde(rename = "call.started")]
    CallStarted(Caller),
    /// The call as the call log has it.
    #[serde(rename = "call.ended")]
    CallEnded(CallView),
    #[serde(rename = "pin.failed")]
    PinFailed(PinFailure),

    /// A webhook took nothing for days, or said that it is gone.
    #[serde(rename = "webhook.disabled")]
    WebhookDisabled(WebhookRef),

    /// Somebody has a backup.
    #[serde(rename = "system.backup_done")]
    BackupDone(BackupDone),

    /// Events before this one are no longer kept: read the state anew.
    #[serde(rename = "gap")]
    Gap(Gap),
}

impl Happening {
    /// Every type name, in the order of the enum.
    pub const TYPES: &'static [&'static str] = &[
        "room.created",
        "room.updated",
        "room.deleted",
        "room.pin_changed",
        "extension.updated",
        "extension.deleted",
        "phone.registered",
        "phone.unregistered",
        "phone.updated",
        "phone.deleted",
        "trunk.up",
        "trunk.down",
        "trunk.updated",
        "trunk.deleted",
        "session.started",
        "session.ended",
        "session.locked",
        "session.unlocked",
        "session.muted",
        "session.unmuted",
        "participant.joined",
        "participant.left",
        "participant.removed",
        "participant.sent_away",
        "participant.muted",
        "participant.unmuted",
        "participant.speaking_started",
        "participant.speaking_stopped",
        "participant.held",
        "participant.resumed",
        "participant.away",
        "participant.back",
        "participant.renamed",
        "participant.role_changed",
        "participant.hand_raised",
        "participant.hand_lowered",
        "participant.volume_changed",
        "participant.video_changed",
        "participant.quality_changed",
        "participant.moved",
        "participant.waiting",
        "participant.waiting_ended",
        "message.received",
        "recording.started",
        "recording.stopped",
        "recording.ready",
        "recording.failed",
        "recording.deleted",
        "recording.command_finished",
        "call.started",
        "call.ended",
        "pin.failed",
        "webhook.disabled",
        "system.backup_done",
        "gap",
    ];

    /// The `type` of the event.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Happening::RoomCreated(_) => "room.created",
            Happening::RoomUpdated(_) => "room.updated",
            Happening::RoomDeleted(_) => "room.deleted",
            Happening::RoomPinChanged(_) => "room.pin_changed",
            Happening::ExtensionUpdated(_) => "extension.updated",
            Happening::ExtensionDeleted(_) => "extension.deleted",
            Happening::PhoneRegistered(_) => "phone.registered",
            Happening::PhoneUnregistered(_) => "phone.unregistered",
            Happening::PhoneUpdated(_) => "phone.updated",
            Happening::PhoneDeleted(_) => "phone.deleted",
            Happening::TrunkUp(_) => "trunk.up",
            Happening::TrunkDown(_) => "trunk.down",
            Happening::TrunkUpdated(_) => "trunk.updated",
            Happening::TrunkDeleted(_) => "trunk.deleted",
            Happening::SessionStarted(_) => "session.started",
            Happening::SessionEnded(_) => "session.ended",
            Happening::SessionLocked(_) => "session.locked",
            Happening::SessionUnlocked(_) => "session.unlocked",
            Happening::SessionMuted(_) => "session.muted",
            Happening::SessionUnmuted(_) => "session.unmuted",
            Happening::ParticipantJoined(_) => "participant.joined",
            Happening::ParticipantLeft(_) => "participant.left",
            Happening::ParticipantRemoved(_) => "participant.removed",
            Happening::ParticipantSentAway(_) => "participant.sent_away",
            Happening::ParticipantMuted(_) => "participant.muted",
            Happening::ParticipantUnmuted(_) => "participant.unmuted",
            Happening::SpeakingStarted(_) => "participant.speaking_started",
            Happening::SpeakingStopped(_) => "participant.speaking_stopped",
            Happening::ParticipantHeld(_) => "participant.held",
            Happening::ParticipantResumed(_) => "participant.resumed",
            Happening::ParticipantAway(_) => "participant.away",
            Happening::ParticipantBack(_) => "participant.back",
            Happening::ParticipantRenamed(_) => "participant.renamed",
            Happening::RoleChanged(_) => "participant.role_changed",
            Happening::HandRaised(_) => "participant.hand_raised",
            Happening::HandLowered(_) => "participant.hand_lowered",
            Happening::VolumeChanged(_) => "participant.volume_changed",
            Happening::VideoChanged(_) => "participant.video_changed",
            Happening::QualityChanged(_) => "participant.quality_changed",
            Happening::ParticipantMoved(_) => "participant.moved",
            Happening::ParticipantWaiting(_) => "participant.waiting",
            Happening::WaitingEnded(_) => "participant.waiting_ended",
            Happening::MessageReceived(_) => "message.received",
            Happening::RecordingStarted(_) => "recording.started",
            Happening::RecordingStopped(_) => "recording.stopped",
            Happening::RecordingReady(_) => "recording.ready",
            Happening::RecordingFailed(_) => "recording.failed",
            Happening::RecordingDeleted(_) => "recording.deleted",
            Happening::RecordingCommandFinished(_) => "recording.command_finished",
            Happening::CallStarted(_) => "call.started",
            Happening::CallEnded(_) => "call.ended",
            Happening::PinFailed(_) => "pin.failed",
            Happening::WebhookDisabled(_) => "webhook.disabled",
            Happening::BackupDone(_) => "system.backup_done",
            Happening::Gap(_) => "gap",
        }
    }
}

/// A recording, and the room that it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingRef {
    #[serde(flatten)]
    pub at: LiveRef,
    /// The recording's id.
    pub recording: String,
    /// Who started it.
    pub by: String,
}

/// A recording that ended too early.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecordingFailure {
    pub recording: RecordingView,
    /// For people.
    pub why: String,
}

/// What came of `record_command`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecordingCommand {
    pub recording: RecordingView,
    /// The name of the program in the server's own file.
    #[schema(example = "archive")]
    pub command: String,
    /// `done`: it ended with 0.
    pub outcome: CommandOutcome,
    /// Null: it did not end by itself, or was never begun.
    #[schema(required)]
    pub exit_code: Option<i32>,
    pub took_ms: u64,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommandOutcome {
    Done,
    /// With another code than 0.
    Failed,
    /// By a signal.
    Killed,
    /// It took too long and was ended.
    TimedOut,
    /// It could not be started, or is not allowed any more.
    NotStarted,
    /// Too many others wait to be run.
    Dropped,
}

/// A call that was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Caller {
    /// The call's id.
    pub call: String,
    pub from_number: String,
    #[schema(required)]
    pub from_name: Option<String>,
    pub dialled: String,
}

/// A wrong PIN, without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PinFailure {
    #[serde(flatten)]
    pub at: LiveRef,
    /// The call's id.
    pub call: String,
    pub from_number: String,
    pub tries_left: u8,
}

/// How far back events are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Gap {
    /// The last event the client said it had.
    pub after: u64,
    /// The oldest that is still kept and follows now, or the next one to come.
    pub oldest: u64,
}
