//! Recordings as rows, newest first, and the folder that each has; looks into no sound.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use conclave_model::{RecordingId, RecordingRecord, RecordingState, RoomId, UnixMillis};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Store, StoreError};

/// Which recordings to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordingFilter {
    pub room: Option<RoomId>,
    pub state: Option<RecordingState>,
    /// Only those older than this one: the last of the page before.
    pub before: Option<RecordingId>,
}

impl Store {
    /// Where the files of a recording are.
    #[must_use]
    pub fn recording_folder(&self, id: RecordingId) -> PathBuf {
        self.dir().join("recordings").join(id.to_string())
    }

    /// Keeps a recording, or what has become of it.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_recording(&self, recording: &RecordingRecord) -> Result<(), StoreError> {
        let millis = |at: UnixMillis| at.0.cast_signed();
        let duration_ms = i64::try_from(recording.duration.as_millis()).unwrap_or(i64::MAX);
        sqlx::query(
            "INSERT OR REPLACE INTO recordings (id, room, room_title, extension, started_at, \
             ended_at, state, bytes, duration_ms, participants, started_by, file_name) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(recording.id.to_string())
        .bind(recording.room.to_string())
        .bind(recording.room_title.as_str())
        .bind(recording.extension.as_str())
        .bind(millis(recording.started_at))
        .bind(recording.ended_at.map(millis))
        .bind(recording.state.name())
        .bind(recording.bytes.cast_signed())
        .bind(duration_ms)
        .bind(recording.participants)
        .bind(recording.by.as_str())
        .bind(recording.file_name.as_str())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// At most `limit` recordings, newest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the recording whose row cannot be read.
    pub async fn list_recordings(
        &self,
        filter: RecordingFilter,
        limit: u32,
    ) -> Result<Vec<RecordingRecord>, StoreError> {
        let before = filter.before.map_or("~".to_owned(), |id| id.to_string());
        let rows = sqlx::query(
            "SELECT * FROM recordings WHERE id < ?1 AND (?2 IS NULL OR room = ?2) \
             AND (?3 IS NULL OR state = ?3) ORDER BY id DESC LIMIT ?4",
        )
        .bind(before)
        .bind(filter.room.map(|room| room.to_string()))
        .bind(filter.state.map(RecordingState::name))
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(recording).collect()
    }

    /// Those that were still being made when the server ended, or are being made now.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a row cannot be read.
    pub async fn running_recordings(&self) -> Result<Vec<RecordingRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM recordings WHERE state = 'running'")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(recording).collect()
    }

    /// # Errors
    /// [`StoreError::Damaged`] when its row cannot be read.
    pub async fn show_recording(
        &self,
        id: RecordingId,
    ) -> Result<Option<RecordingRecord>, StoreError> {
        let row = sqlx::query("SELECT * FROM recordings WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(recording).transpose()
    }

    /// Removes its files, then its row: what is listed is there.
    ///
    /// # Errors
    /// When the files cannot be removed, and whatever a database can do.
    pub async fn forget_recording(&self, id: RecordingId) -> Result<(), StoreError> {
        let folder = self.recording_folder(id);
        match tokio::fs::remove_dir_all(&folder).await {
            Ok(()) => {}
            Err(why) if why.kind() == io::ErrorKind::NotFound => {}
            Err(why) => return Err(StoreError::Other(format!("{}: {why}", folder.display()))),
        }
        sqlx::query("DELETE FROM recordings WHERE id = ?")
            .bind(id.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets all recordings that ended before this moment, but those that cannot be; says which
    /// are gone, and what was wrong with the last of the others.
    pub async fn forget_recordings(
        &self,
        before: UnixMillis,
    ) -> (Vec<RecordingRecord>, Option<StoreError>) {
        let (mut gone, mut failure) = (Vec::new(), None);
        let mut from = None;
        loop {
            let page = match self.ended_before(before, from).await {
                Ok(page) => page,
                Err(why) => return (gone, Some(why)),
            };
            let Some(last) = page.last() else {
                return (gone, failure);
            };
            from = Some(last.id);
            for recording in page {
                match self.forget_recording(recording.id).await {
                    Ok(()) => gone.push(recording),
                    Err(why) => failure = Some(why),
                }
            }
        }
    }

    async fn ended_before(
        &self,
        end: UnixMillis,
        before: Option<RecordingId>,
    ) -> Result<Vec<RecordingRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM recordings WHERE ended_at < ? AND id < ? ORDER BY id DESC LIMIT ?",
        )
        .bind(end.0.cast_signed())
        .bind(before.map_or("~".to_owned(), |id| id.to_string()))
        .bind(READ_AT_ONCE)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(recording).collect()
    }
}

fn recording(row: &SqliteRow) -> Result<RecordingRecord, StoreError> {
    let id: String = row.try_get("id")?;
    read(row).map_err(|why| StoreError::damaged(format!("recording {id}: {why}")))
}

fn read(row: &SqliteRow) -> Result<RecordingRecord, Box<dyn std::error::Error + Send + Sync>> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let count = |column: &str| row.try_get::<i64, _>(column).map(i64::cast_unsigned);
    let ended_at: Option<i64> = row.try_get("ended_at")?;
    let state = text("state")?;
    Ok(RecordingRecord {
        id: text("id")?.parse()?,
        room: text("room")?.parse()?,
        room_title: text("room_title")?,
        extension: text("extension")?,
        started_at: UnixMillis(count("started_at")?),
        ended_at: ended_at.map(|at| UnixMillis(at.cast_unsigned())),
        state: RecordingState::from_name(&state).ok_or_else(|| format!("state {state:?}"))?,
        bytes: count("bytes")?,
        duration: Duration::from_millis(count("duration_ms")?),
        participants: row.try_get("participants")?,
        by: text("started_by")?,
        file_name: text("file_name")?,
    })
}

/// Ogg Opus, in the folder of a recording.
pub const SOUND_FILE: &str = "sound.opus";
/// JSON as the API shows it, likewise.
pub const WAVEFORM_FILE: &str = "waveform.json";
/// Old recordings, which are read page by page.
const READ_AT_ONCE: u32 = 100;
