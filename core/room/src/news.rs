//! What the world may learn of a meeting; holds no sound and no PIN.

use conclave_ivr::RefusedEntry;
use conclave_model::confbridge::ProgramName;
use conclave_model::{CallEnd, CallId, ParticipantId, RecordingId};

use crate::{MutedBy, Role};

/// Something happened in a room. Whoever passes it on adds the room and the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomNews {
    /// A call stands at the door and is asked for what the room wants to know.
    Arrived {
        participant: ParticipantId,
        call: CallId,
    },
    /// Nothing is left to be asked at the door but, maybe, the name.
    Passed {
        participant: ParticipantId,
    },
    /// A wrong PIN was typed.
    PinWrong {
        participant: ParticipantId,
        tries_left: u8,
    },
    /// Turned away though the PIN was right.
    TurnedAway {
        participant: ParticipantId,
        call: CallId,
        why: RefusedEntry,
    },
    /// Went from the door without entering.
    GaveUp {
        participant: ParticipantId,
        call: CallId,
        end: CallEnd,
    },
    Joined {
        participant: ParticipantId,
        call: CallId,
        role: Role,
    },
    /// Came in, or was in, and waits for a leader from now on; `Joined` follows when it is over.
    Waits {
        participant: ParticipantId,
        call: CallId,
    },
    Left {
        participant: ParticipantId,
        call: CallId,
        end: CallEnd,
    },
    Muted {
        participant: ParticipantId,
        by: MutedBy,
    },
    /// Nothing mutes the participant any more.
    Unmuted {
        participant: ParticipantId,
        by: MutedBy,
    },
    Talking {
        participant: ParticipantId,
        talking: bool,
    },
    /// Went on in another room, with the same call.
    MovedOut {
        participant: ParticipantId,
    },
    /// To another place, with the same call; keeps the seat.
    WentAway {
        participant: ParticipantId,
    },
    CameBack {
        participant: ParticipantId,
    },
    Hand {
        participant: ParticipantId,
        raised: bool,
    },
    VolumeChanged {
        participant: ParticipantId,
    },
    /// Pictures of this one began or ceased to come, or to be seen by the others.
    PicturesChanged {
        participant: ParticipantId,
    },
    Renamed {
        participant: ParticipantId,
        name: String,
    },
    /// Is a moderator or a leader, or is none any more: the options were changed.
    RoleChanged {
        participant: ParticipantId,
    },
    /// Wrote to the others; what is nobody else's matter.
    TextCame {
        participant: ParticipantId,
        /// Without parameters, in lower case.
        content_type: String,
        bytes: usize,
    },
    Locked,
    Unlocked,
    /// All but moderators, whoever comes as well.
    AllMuted {
        muted: bool,
    },
    RecordingStarted {
        recording: RecordingId,
    },
    RecordingStopped {
        recording: RecordingId,
        /// Who started it, by name.
        by: String,
    },
    /// One that was stopped does not go on any more.
    RecordingFinished {
        recording: RecordingId,
        /// What the options want to be run on it.
        command: Option<ProgramName>,
    },
    /// Ended for all.
    Ended,
    /// The music of a lone participant began or stopped.
    Music {
        participant: ParticipantId,
        playing: bool,
    },
    /// The last one left.
    Closed,
}
