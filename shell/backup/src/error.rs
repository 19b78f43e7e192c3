//! Why there is no backup, or why a file is none, in sentences for an operator.

use std::io;

use conclave_store::StoreError;

/// Nothing that failed was done in part.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("it ends without a manifest: it was cut off, or it is no backup of Conclave")]
    NoManifest,
    /// The library repeats what it read, so what it says is for the log alone.
    #[error("it is no backup of Conclave, or it was cut off or damaged")]
    Unreadable(#[source] io::Error),
    #[error("it was made by a newer version (its format is {0}); use that version")]
    NewerFormat(u32),
    #[error("{0:?} does not belong into a backup")]
    Strange(String),
    #[error("{0} is not as it was written: the file is damaged")]
    Damaged(String),
    #[error("there is no database in it")]
    NoDatabase,
    #[error("it holds more files than a backup may")]
    TooManyFiles,
    #[error(
        "the database in it was written by a newer version (its schema is {found}, this program \
         knows up to {known}); use that version"
    )]
    NewerDatabase { found: i64, known: i64 },
    #[error("the database in it is damaged ({0})")]
    DamagedDatabase(String),
    #[error("{0}")]
    Database(StoreError),
    #[error("{0} is on another disk than the rest of the data directory; put it back by hand")]
    OtherDisk(String),
    #[error("the disk is full")]
    DiskFull,
    #[error("the disk has room for {free} bytes, and {needed} are needed")]
    NoRoom { needed: u64, free: u64 },
    #[error("the data directory: {0}")]
    Disk(io::Error),
}

impl BackupError {
    /// Of our own disk.
    pub(crate) fn disk(error: io::Error) -> Self {
        let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
        if full.contains(&error.kind()) {
            BackupError::DiskFull
        } else {
            BackupError::Disk(error)
        }
    }

    /// Of the database that came with the backup.
    pub(crate) fn of_its_database(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull => BackupError::DiskFull,
            StoreError::Folder { why, .. } => BackupError::disk(why),
            StoreError::InUse { .. } => BackupError::Database(error),
            StoreError::Newer { found, known } => BackupError::NewerDatabase { found, known },
            StoreError::Damaged { what } | StoreError::Other(what) => {
                BackupError::DamagedDatabase(what)
            }
            StoreError::Busy | StoreError::ExtensionTaken | StoreError::NameTaken => {
                BackupError::DamagedDatabase(error.to_string())
            }
        }
    }

    /// Whether the file is to blame, and not this machine.
    #[must_use]
    pub fn is_of_the_file(&self) -> bool {
        match self {
            BackupError::NoManifest
            | BackupError::Unreadable(_)
            | BackupError::NewerFormat(_)
            | BackupError::Strange(_)
            | BackupError::Damaged(_)
            | BackupError::NoDatabase
            | BackupError::TooManyFiles
            | BackupError::NewerDatabase { .. }
            | BackupError::DamagedDatabase(_) => true,
            BackupError::Database(_)
            | BackupError::OtherDisk(_)
            | BackupError::DiskFull
            | BackupError::NoRoom { .. }
            | BackupError::Disk(_) => false,
        }
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull => BackupError::DiskFull,
            StoreError::Folder { .. }
            | StoreError::InUse { .. }
            | StoreError::Newer { .. }
            | StoreError::Damaged { .. }
            | StoreError::Busy
            | StoreError::ExtensionTaken
            | StoreError::NameTaken
            | StoreError::Other(_) => BackupError::Database(error),
        }
    }
}
