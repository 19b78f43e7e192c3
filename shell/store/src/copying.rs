//! The database as one file that can be carried elsewhere; knows no other file of a backup.

use std::path::Path;

use sqlx::sqlite::SqliteJournalMode;
use sqlx::{ConnectOptions, Connection};

use crate::store::careful;
use crate::{Store, StoreError};

impl Store {
    /// Writes the database as it is at one moment into a file that is empty or not there yet, while
    /// others read and write it. Who is signed in is not in it, nor answers already given, nor
    /// where telephones are: these would open something, or belong to another time.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn copy_into(&self, file: &Path) -> Result<(), StoreError> {
        sqlx::query("VACUUM INTO ?")
            .bind(file.to_string_lossy())
            .execute(&self.readers)
            .await?;
        let mut copy = careful(file)
            .journal_mode(SqliteJournalMode::Memory)
            // Else what was deleted could still be read in the file.
            .pragma("secure_delete", "ON")
            .connect()
            .await?;
        for all in FLEETING {
            sqlx::query(all).execute(&mut copy).await?;
        }
        Ok(copy.close().await?)
    }

    /// Ends every session, and forgets the answers already given and where telephones are.
    ///
    /// # Errors
    /// Whatever a database can do.
    pub async fn sign_everybody_out(&self) -> Result<(), StoreError> {
        for all in FLEETING {
            sqlx::query(all).execute(&self.writer).await?;
        }
        Ok(())
    }
}

const FLEETING: [&str; 3] = [
    "DELETE FROM sessions",
    "DELETE FROM idempotency",
    // Telephones have moved on by the time that somebody needs the copy, and register again.
    "DELETE FROM registrations",
];
