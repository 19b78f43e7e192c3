//! Trunks as rows, and each of their settings as another; judges none.

use std::collections::BTreeMap;

use conclave_model::{
    Chance, FieldError, TrunkHost, TrunkId, TrunkRecord, TrunkSetting, UnixMillis,
};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Store, StoreError};

impl Store {
    /// Every trunk, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the trunk whose rows no longer keep the rules of the record.
    pub async fn load_trunks(&self) -> Result<Vec<TrunkRecord>, StoreError> {
        let rows = sqlx::query("SELECT trunk, name, value FROM trunk_settings")
            .fetch_all(&self.readers)
            .await?;
        let mut settings: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for row in rows {
            let pair = (row.try_get("name")?, row.try_get("value")?);
            settings
                .entry(row.try_get("trunk")?)
                .or_default()
                .push(pair);
        }
        let rows = sqlx::query("SELECT id, line, created_at, version FROM trunks ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        let trunk = |row: &SqliteRow| {
            let id: String = row.try_get("id")?;
            let settings = settings.remove(&id).unwrap_or_default();
            read(row, &id, &settings)
                .map_err(|why| StoreError::damaged(format!("trunk {id}: {why}")))
        };
        rows.iter().map(trunk).collect()
    }

    /// Keeps a trunk, new or changed. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_trunk(&self, record: &TrunkRecord) -> Result<(), StoreError> {
        let id = record.id.to_string();
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "INSERT INTO trunks (id, line, created_at, version) VALUES (?, ?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET version = excluded.version",
        )
        .bind(&id)
        .bind(record.line.as_str())
        .bind(record.created_at.0.cast_signed())
        .bind(record.version.cast_signed())
        .execute(&mut *transaction)
        .await?;
        for setting in TrunkSetting::ALL {
            sqlx::query(
                "INSERT INTO trunk_settings (trunk, name, value) VALUES (?, ?, ?) \
                 ON CONFLICT (trunk, name) DO UPDATE SET value = excluded.value",
            )
            .bind(&id)
            .bind(setting.name())
            .bind(setting.of(record))
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Forgets a trunk with its password; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn delete_trunk(&self, id: TrunkId) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        for step in [
            "DELETE FROM trunk_settings WHERE trunk = ?",
            "DELETE FROM trunks WHERE id = ?",
        ] {
            sqlx::query(step)
                .bind(id.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

fn read(
    row: &SqliteRow,
    id: &str,
    settings: &[(String, String)],
) -> Result<TrunkRecord, Box<dyn std::error::Error + Send + Sync>> {
    let missing = |name: &'static str| FieldError::new(name, "", "a value");
    let text = |name: &'static str| {
        let found = settings.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value).ok_or_else(|| missing(name))
    };
    let host = TrunkHost::read("host", text("host")?)?;
    let created_at = UnixMillis(row.try_get::<i64, _>("created_at")?.cast_unsigned());
    // What it draws is replaced by what was kept.
    let mut chance = Chance::from_seed([0; 32]);
    let mut record = TrunkRecord::new(text("name")?.parse()?, host, created_at, &mut chance);
    record.id = id.parse()?;
    record.line = row.try_get("line")?;
    record.version = row.try_get::<i64, _>("version")?.cast_unsigned();
    for (name, value) in settings {
        let setting = TrunkSetting::from_name(name);
        let setting = setting.ok_or_else(|| FieldError::new("name", name, "a known setting"))?;
        setting.set(&mut record, value)?;
    }
    record.check()?;
    Ok(record)
}
