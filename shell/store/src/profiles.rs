//! Profiles of options as rows.

use conclave_model::UnixMillis;
use conclave_model::confbridge::{OptionSection, ProfileName, ProfileRecord};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::{Store, StoreError};

impl Store {
    /// Every profile, those of rooms first, by name.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the profile whose row no longer keeps the rules of the record.
    pub async fn load_profiles(&self) -> Result<Vec<ProfileRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT kind, name, text, created_at, version FROM profiles ORDER BY kind, name",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(profile).collect()
    }

    /// Keeps a profile, new or changed. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_profile(&self, profile: &ProfileRecord) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        put(&mut connection, profile).await
    }

    /// Forgets a profile; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn delete_profile(
        &self,
        section: OptionSection,
        name: &ProfileName,
    ) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        delete(&mut connection, section, name).await
    }
}

pub(crate) async fn put(
    connection: &mut SqliteConnection,
    profile: &ProfileRecord,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO profiles (kind, name, text, created_at, version) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (kind, name) \
         DO UPDATE SET text = excluded.text, version = excluded.version",
    )
    .bind(kind(profile.section))
    .bind(profile.name.as_str())
    .bind(&*profile.text)
    .bind(profile.created_at.0.cast_signed())
    .bind(profile.version.cast_signed())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn delete(
    connection: &mut SqliteConnection,
    section: OptionSection,
    name: &ProfileName,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM profiles WHERE kind = ? AND name = ?")
        .bind(kind(section))
        .bind(name.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

fn kind(section: OptionSection) -> &'static str {
    match section {
        OptionSection::Bridge => "bridge",
        OptionSection::User => "user",
    }
}

fn profile(row: &SqliteRow) -> Result<ProfileRecord, StoreError> {
    let name: String = row.try_get("name")?;
    read(row, &name).map_err(|why| StoreError::damaged(format!("profile {name}: {why}")))
}

fn read(
    row: &SqliteRow,
    name: &str,
) -> Result<ProfileRecord, Box<dyn std::error::Error + Send + Sync>> {
    let said: String = row.try_get("kind")?;
    let mut sections = OptionSection::ALL.into_iter();
    let section = sections.find(|section| kind(*section) == said);
    let text: String = row.try_get("text")?;
    Ok(ProfileRecord {
        section: section.ok_or_else(|| format!("{said} is no kind of profile"))?,
        name: name.parse()?,
        text: text.into(),
        created_at: UnixMillis(row.try_get::<i64, _>("created_at")?.cast_unsigned()),
        version: row.try_get::<i64, _>("version")?.cast_unsigned(),
    })
}
