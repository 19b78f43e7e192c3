//! Backups as the public sees them: what is in one, and what restoring it does.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is in a backup that is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupView {
    #[schema(format = DateTime)]
    pub made_at: String,
    /// Of the program that made it.
    #[schema(example = "0.1.0")]
    pub version: String,
    /// All files together.
    pub bytes: u64,
    pub rooms: u64,
    pub users: u64,
    pub playlists: u64,
    pub tracks: u64,
    /// Prompts that were replaced.
    pub prompts: u64,
    /// Sounds that rooms may name.
    #[serde(default)]
    #[schema(required)]
    pub sounds: u64,
    /// `null` in a backup without recordings: those of this server then stay where they are.
    #[schema(required)]
    pub recordings: Option<u64>,
}

/// What became of an uploaded backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RestoreView {
    pub backup: BackupView,
    pub state: RestoreState,
    /// Calls that are up now; restoring ends them.
    pub calls: u64,
    /// The same for people.
    #[schema(example = "it can be restored; nothing was changed")]
    pub sentence: String,
}

/// How far restoring is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RestoreState {
    /// It could be restored; nothing was changed.
    Checked,
    /// The server says goodbye to its callers and starts again with it.
    Restarting,
    /// No server ran: the next one has it.
    Restored,
}

/// What a backup made now would be, and when the last one was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupsView {
    /// The last that was sent whole; `null` when the audit log knows of none.
    #[schema(required)]
    pub last: Option<LastBackup>,
    /// Calls that are up now; restoring ends them.
    pub calls: u64,
}

/// A backup that was sent whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupDone {
    /// How long the file is.
    pub bytes: u64,
    /// Whether recordings are in it.
    pub recordings: bool,
}

/// A backup that somebody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LastBackup {
    #[schema(format = DateTime)]
    pub at: String,
    /// Who has it.
    #[schema(example = "anna")]
    pub by: String,
}
