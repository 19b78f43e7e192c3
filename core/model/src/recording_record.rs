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
    /// What its file is called where it is handed out, with its ending; empty in rows of older
    /// versions, which had none.
    pub file_name: String,
}

impl RecordingRecord {
    /// A name that every disk takes, for a recording whose options say none: the room's number and
    /// title, and `minute`, the beginning as `2026-01-01T0915`.
    #[must_use]
    pub fn plain_name(extension: &str, title: &str, minute: &str) -> String {
        let words = title.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let words = words.join("-");
        let parts = [extension, &words, minute];
        let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        format!("{}.{}", parts.join("-"), RecordingRecord::ENDING)
    }

    /// Recordings are Ogg Opus.
    pub const ENDING: &str = "opus";
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
