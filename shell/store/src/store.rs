//! Opening and closing the database; what is kept in it is said in the other files.

use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::folder::{self, Claim};
use crate::{StoreError, migrations};

/// The one database of a server.
///
/// Every method may be cancelled: what was not finished was not done. Writes go through one
/// connection, so two writes awaited one after the other are done in that order.
pub struct Store {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    claim: Claim,
}

impl Store {
    /// Opens the database in `dir`, making both if need be.
    ///
    /// # Errors
    /// When the directory cannot be used or another server uses it, when the database is damaged or
    /// newer than this program, when the disk is full.
    pub async fn open(dir: &Path) -> Result<Self, StoreError> {
        Self::open_claimed(Claim::take(dir)?).await
    }

    /// As `open`, in a directory that was claimed before.
    ///
    /// # Errors
    /// As `open`.
    pub async fn open_claimed(claim: Claim) -> Result<Self, StoreError> {
        let file = claim.dir.join(FILE_NAME);
        folder::private_file(&file).map_err(|why| StoreError::Folder {
            path: file.clone(),
            why,
        })?;
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options(&file))
            .await?;
        check(&writer).await?;
        migrations::run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(options(&file));
        Ok(Self {
            writer,
            readers,
            claim,
        })
    }

    /// The data directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.claim.dir()
    }

    /// Waits for what is being written and folds the journal into the database file.
    pub async fn close(self) {
        self.finish().await;
    }

    /// Like [`Self::close`] while others still hold the store: what they ask from now on fails, and
    /// the directory is free when the last of them lets go.
    pub async fn finish(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn options(file: &Path) -> SqliteConnectOptions {
    careful(file)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL could forget the last rooms at a power failure; a room is written rarely and calls
        // are written many at a time, so the extra sync costs nothing that counts.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
}

/// The file may have come from elsewhere: what https://www.sqlite.org/security.html advises then.
pub(crate) fn careful(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("mmap_size", "0")
        .disable_statement_logging()
}

/// Finds damage before it is served. Reads the whole file: 20 ms for 10 MB.
async fn check(pool: &SqlitePool) -> Result<(), StoreError> {
    let found: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(pool)
        .await?;
    if found == "ok" {
        Ok(())
    } else {
        Err(StoreError::damaged(found))
    }
}

const FILE_NAME: &str = "conclave.db";
/// The call log is read by people; the rooms are read once.
const READERS: u32 = 2;
/// Only a backup program or a curious `sqlite3` can hold the lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;
    use conclave_model::confbridge::MenuName;
    use conclave_model::{Chance, RoomId, RoomLanguage, RoomRecord, UnixMillis};

    fn large_room(number: u64) -> RoomRecord {
        let mut chance = Chance::from_seed([1; 32]);
        RoomRecord {
            id: RoomId::mint(UnixMillis(number), &mut chance),
            title: "Large".parse().unwrap(),
            extension: format!("{}", 1_000 + number).parse().unwrap(),
            message: true,
            music: None,
            pin: None,
            more_pins: conclave_model::MorePins::default(),
            language: RoomLanguage::Auto,
            options: "x".repeat(8_000),
            user_options: String::new(),
            keypad: MenuName::standard(),
            moderator_keypad: MenuName::standard(),
            created_at: UnixMillis(number),
            version: 1,
        }
    }

    #[tokio::test]
    async fn a_full_disk_fails_the_write_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        sqlx::query("PRAGMA max_page_count = 64")
            .execute(&store.writer)
            .await
            .unwrap();
        let mut kept = 0;
        let error = loop {
            match store.put_room(&large_room(kept)).await {
                Ok(()) => kept += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StoreError::DiskFull), "{error}");
        let rooms = store.load_rooms().await.unwrap();
        assert_eq!(rooms.len() as u64, kept);
        store.delete_room(rooms[0].id).await.unwrap();
        store.put_room(&large_room(kept)).await.unwrap();
    }
}
