//! The database as one file that can be carried elsewhere; knows no other file of a backup.

use std::path::Path;

use crate::{Store, StoreError};

impl Store {
    /// Writes the database as it is at one moment into a file that is empty or not there yet, while
    /// others read and write it.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn copy_into(&self, file: &Path) -> Result<(), StoreError> {
        sqlx::query("VACUUM INTO ?")
            .bind(file.to_string_lossy())
            .execute(&self.readers)
            .await?;
        Ok(())
    }

    /// Finds what the look at every opening does not: indexes that do not fit, rows that refer to
    /// nothing, and statements that somebody put in to be run with ours.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] says what was found.
    pub async fn check_thoroughly(&self) -> Result<(), StoreError> {
        let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
            .fetch_one(&self.readers)
            .await?;
        if found != "ok" {
            return Err(StoreError::damaged(found));
        }
        let orphans = sqlx::query("PRAGMA foreign_key_check")
            .fetch_optional(&self.readers)
            .await?;
        if orphans.is_some() {
            return Err(StoreError::damaged("a row refers to one that is not there"));
        }
        let strange: Option<String> = sqlx::query_scalar(
            "SELECT type FROM sqlite_schema WHERE type NOT IN ('table', 'index')",
        )
        .fetch_optional(&self.readers)
        .await?;
        match strange {
            Some(kind) => Err(StoreError::damaged(format!(
                "it has a {kind}, ours has none"
            ))),
            None => Ok(()),
        }
    }

    /// Ends every session and forgets the answers already given: both belong to another time.
    ///
    /// # Errors
    /// Whatever a database can do.
    pub async fn sign_everybody_out(&self) -> Result<(), StoreError> {
        for all in ["DELETE FROM sessions", "DELETE FROM idempotency"] {
            sqlx::query(all).execute(&self.writer).await?;
        }
        Ok(())
    }
}
