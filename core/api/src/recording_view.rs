//! Recordings as the public sees them; holds no sound.

use std::time::Duration;

use conclave_model::{RecordingRecord, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rfc3339;

/// What was recorded of a meeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecordingView {
    #[schema(example = "rc_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    /// The room's id, whether or not the room still exists.
    pub room: String,
    /// The room's title at the time.
    pub room_title: String,
    /// The room's extension at the time.
    pub extension: String,
    /// `running`, `ready`, or `failed`: it ended too early, and can be listened to so far.
    #[schema(example = "ready")]
    pub state: String,
    #[schema(format = DateTime)]
    pub started_at: String,
    /// Null while it runs.
    #[schema(required, format = DateTime)]
    pub ended_at: Option<String>,
    pub duration_ms: u64,
    pub bytes: u64,
    /// How many were in the room while it ran.
    pub participants: u32,
    /// Who started it.
    pub by: String,
    /// What a download is called.
    #[schema(example = "standup-1767225600.opus")]
    pub file_name: String,
    /// When it will be deleted; null while it runs.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
}

impl RecordingView {
    /// `kept`: how long recordings are kept.
    #[must_use]
    pub fn of(recording: &RecordingRecord, kept: Duration) -> Self {
        let kept_ms = u64::try_from(kept.as_millis()).unwrap_or(u64::MAX);
        let expires = |end: UnixMillis| rfc3339(UnixMillis(end.0.saturating_add(kept_ms)));
        Self {
            expires_at: recording.ended_at.map(expires),
            id: recording.id.to_string(),
            room: recording.room.to_string(),
            room_title: recording.room_title.clone(),
            extension: recording.extension.clone(),
            state: recording.state.name().to_owned(),
            started_at: rfc3339(recording.started_at),
            ended_at: recording.ended_at.map(rfc3339),
            duration_ms: u64::try_from(recording.duration.as_millis()).unwrap_or(u64::MAX),
            bytes: recording.bytes,
            participants: recording.participants,
            by: recording.by.clone(),
            file_name: file_name(recording),
        }
    }
}

/// What the file of a recording is called when the options of its room say nothing.
#[must_use]
pub fn plain_recording_name(extension: &str, title: &str, started_at: UnixMillis) -> String {
    let minute: String = rfc3339(started_at).chars().take(16).collect();
    RecordingRecord::plain_name(extension, title, &minute.replace(':', ""))
}

/// Recordings of older versions have none of their own.
fn file_name(recording: &RecordingRecord) -> String {
    if recording.file_name.is_empty() {
        let (extension, title) = (&recording.extension, &recording.room_title);
        return plain_recording_name(extension, title, recording.started_at);
    }
    recording.file_name.clone()
}

/// How loud a recording is and who speaks when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaveformView {
    pub duration_ms: u64,
    /// How long one peak is.
    pub peak_ms: u32,
    /// The largest sample of each stretch, 255 at full scale; at most 2000 of them.
    pub peaks: Vec<u8>,
    /// In the order in which they first spoke.
    pub lanes: Vec<SpeakerLane>,
}

/// When one participant speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpeakerLane {
    /// The participant's id.
    pub participant: String,
    #[schema(required)]
    pub name: Option<String>,
    /// The caller's number, or `anonymous`.
    pub number: String,
    /// From and to, in milliseconds from the beginning.
    #[schema(example = json!([[0, 4_200], [9_800, 12_000]]))]
    pub spans: Vec<(u32, u32)>,
}
