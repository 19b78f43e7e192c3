//! Why the store could not do something, in sentences for an operator; holds no value of a row.

use std::path::PathBuf;

/// Nothing that failed was done in part.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{path} cannot be used as the data directory: {why}", path = path.display())]
    Folder { path: PathBuf, why: std::io::Error },
    #[error("another server is using {path}; stop it, or give this one its own --data", path = path.display())]
    InUse { path: PathBuf },
    #[error(
        "the database was written by a newer version (its schema is {found}, this program knows \
         up to {known}); start that version, or restore a backup"
    )]
    Newer { found: i64, known: i64 },
    #[error("the database is damaged ({what}); restore a backup")]
    Damaged { what: String },
    #[error("the disk is full")]
    DiskFull,
    #[error("the database is locked by another program")]
    Busy,
    #[error("another room has this extension")]
    ExtensionTaken,
    #[error("another user has this name")]
    NameTaken,
    #[error("the database failed: {0}")]
    Other(String),
}

impl StoreError {
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        StoreError::Damaged { what: what.into() }
    }

    /// What failed; `taken` when something else has what must be there once.
    pub(crate) fn or_taken(error: sqlx::Error, taken: StoreError) -> Self {
        let database = error.as_database_error();
        if database.is_some_and(|error| error.is_unique_violation()) {
            taken
        } else {
            error.into()
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = error.as_database_error() else {
            return StoreError::Other(error.to_string());
        };
        let code = database.code().and_then(|code| code.parse::<i32>().ok());
        // An extended code has its kind in the low byte (https://www.sqlite.org/rescode.html).
        match code.map(|code| code & 0xff) {
            Some(5 | 6) => StoreError::Busy,
            Some(11 | 26) => StoreError::damaged(database.message()),
            Some(13) => StoreError::DiskFull,
            _ => StoreError::Other(database.message().to_owned()),
        }
    }
}
