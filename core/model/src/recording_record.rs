//! What is kept of one recorded meeting, beside its sound.

use std::time::Duration;

use crate::{RecordingId, RoomId, UnixMillis};

/// One recording, while it is made and afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingRecord {
    pub id: RecordingId,
    /// Whether or not it still exists.
    pub room: RoomId,
    /// The room's title and number at the time.
    pub room_title: String,
    pub extension: String,
    pub started_at: UnixMillis,
    /// `None` while it is made.
    pub ended_at: Option<UnixMillis>,
    pub state: RecordingState,
    pub bytes: u64,
    pub duration: Duration,
    /// How many were in the room while it was made.
    pub participants: u32,
    /// Who started it, by name.
    pub by: String,
}

/// What can be done with a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingState {
    Running,
    /// It can be listened to.
    Ready,
    /// It ended too early; what there is can be listened to.
    Failed,
}

impl RecordingState {
    pub const ALL: [RecordingState; 3] = [
        RecordingState::Running,
        RecordingState::Ready,
        RecordingState::Failed,
    ];

    /// As the API and the store write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            RecordingState::Running => "running",
            RecordingState::Ready => "ready",
            RecordingState::Failed => "failed",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        RecordingState::ALL
            .into_iter()
            .find(|state| state.name() == name)
    }
}
