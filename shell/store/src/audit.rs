//! The audit log: who did what, appended and never changed.

use conclave_model::UnixMillis;
use sqlx::Row;

use crate::{FORGOTTEN_AT_ONCE, Store, StoreError};

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Grows; zero for a line that is not kept yet.
    pub id: u64,
    pub at: UnixMillis,
    /// The id of a user or token, or how else somebody came in.
    pub actor: String,
    /// Their name as it was then.
    pub name: String,
    pub address: Option<String>,
    /// Such as `room.updated`.
    pub action: String,
    /// The id of what was changed or seen.
    pub object: String,
    /// What exactly, in words; never a secret.
    pub detail: String,
}

impl Store {
    /// Appends a line.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn append_audit(&self, line: &AuditRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO audit (at, actor, name, address, action, object, detail) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(line.at.0.cast_signed())
        .bind(line.actor.as_str())
        .bind(line.name.as_str())
        .bind(line.address.as_deref())
        .bind(line.action.as_str())
        .bind(line.object.as_str())
        .bind(line.detail.as_str())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Forgets lines from before `before`, and the oldest beyond `rows_max`; at most
    /// [`FORGOTTEN_AT_ONCE`] of them. Says how many.
    ///
    /// # Errors
    /// Whatever a database can do.
    pub async fn forget_audit(&self, before: UnixMillis, rows_max: u64) -> Result<u64, StoreError> {
        // Lines are numbered as they come: the oldest are the first.
        let newest: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM audit")
            .fetch_one(&self.readers)
            .await?;
        let keep_from = newest
            .unwrap_or(0)
            .saturating_sub(i64::try_from(rows_max).unwrap_or(i64::MAX));
        let forgotten = sqlx::query(
            "DELETE FROM audit WHERE id IN (SELECT id FROM \
             (SELECT id, at FROM audit ORDER BY id LIMIT ?1) WHERE at < ?2 OR id <= ?3)",
        )
        .bind(FORGOTTEN_AT_ONCE)
        .bind(before.0.cast_signed())
        .bind(keep_from)
        .execute(&self.writer)
        .await?;
        Ok(forgotten.rows_affected())
    }

    /// The newest lines before this one, newest first; of one object if asked for.
    ///
    /// # Errors
    /// Whatever a database can do.
    pub async fn audit(
        &self,
        before: Option<u64>,
        object: Option<&str>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let before = before.map_or(i64::MAX, u64::cast_signed);
        let rows = sqlx::query(
            "SELECT * FROM audit WHERE id < ?1 AND (?2 IS NULL OR object = ?2) \
             ORDER BY id DESC LIMIT ?3",
        )
        .bind(before)
        .bind(object)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let lines = rows.iter().map(|row| {
            Ok(AuditRow {
                id: row.try_get::<i64, _>("id")?.cast_unsigned(),
                at: UnixMillis(row.try_get::<i64, _>("at")?.cast_unsigned()),
                actor: row.try_get("actor")?,
                name: row.try_get("name")?,
                address: row.try_get("address")?,
                action: row.try_get("action")?,
                object: row.try_get("object")?,
                detail: row.try_get("detail")?,
            })
        });
        lines
            .collect::<Result<_, sqlx::Error>>()
            .map_err(Into::into)
    }
}
