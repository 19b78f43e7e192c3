//! Numbers that are no room as rows.

use conclave_model::{Extension, HouseService, ServiceExtension, UnixMillis};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Store, StoreError};

impl Store {
    /// Every number that is no room.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the number whose row no longer keeps the rules of the record.
    pub async fn load_extensions(&self) -> Result<Vec<ServiceExtension>, StoreError> {
        let rows = sqlx::query("SELECT extension, service, sound, created_at FROM extensions")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(extension).collect()
    }

    /// Keeps a number, new or changed. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_extension(&self, record: &ServiceExtension) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        sqlx::query(
            "INSERT INTO extensions (extension, service, sound, created_at) VALUES (?, ?, ?, ?) \
             ON CONFLICT (extension) DO UPDATE SET \
             service = excluded.service, sound = excluded.sound",
        )
        .bind(record.extension.as_str())
        .bind(record.service.kind())
        .bind(record.service.sound())
        .bind(record.created_at.0.cast_signed())
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// Forgets a number; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn delete_extension(&self, extension: &Extension) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        sqlx::query("DELETE FROM extensions WHERE extension = ?")
            .bind(extension.as_str())
            .execute(&mut *connection)
            .await?;
        Ok(())
    }
}

fn extension(row: &SqliteRow) -> Result<ServiceExtension, StoreError> {
    let number: String = row.try_get("extension")?;
    read(row, &number).map_err(|why| StoreError::damaged(format!("extension {number}: {why}")))
}

fn read(
    row: &SqliteRow,
    number: &str,
) -> Result<ServiceExtension, Box<dyn std::error::Error + Send + Sync>> {
    let (kind, sound): (String, Option<String>) = (row.try_get("service")?, row.try_get("sound")?);
    Ok(ServiceExtension {
        extension: number.parse()?,
        service: HouseService::read(&kind, sound.as_deref())?,
        created_at: UnixMillis(row.try_get::<i64, _>("created_at")?.cast_unsigned()),
    })
}
