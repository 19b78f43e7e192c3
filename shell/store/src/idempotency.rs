//! Answers already given to requests with an `Idempotency-Key`; reads none of them.

use conclave_model::UnixMillis;
use sqlx::Row;

use crate::{Store, StoreError};

/// An answer that is given again when its request is repeated.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// A hash of the request, to notice a key that is used for another one.
    pub fingerprint: Vec<u8>,
    pub status: u16,
    pub etag: Option<String>,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

impl Store {
    /// Keeps the answer to the request with this key. Forgets answers older than `oldest`.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn keep_answer(
        &self,
        key: &str,
        answer: &KeptAnswer,
        now: UnixMillis,
        oldest: UnixMillis,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("DELETE FROM idempotency WHERE kept_at < ?")
            .bind(oldest.0.cast_signed())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT OR REPLACE INTO idempotency (key, fingerprint, status, etag, location, body, \
             kept_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(key)
        .bind(answer.fingerprint.as_slice())
        .bind(answer.status)
        .bind(answer.etag.as_deref())
        .bind(answer.location.as_deref())
        .bind(answer.body.as_slice())
        .bind(now.0.cast_signed())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The answer kept under this key, if it is not older than `oldest`.
    ///
    /// # Errors
    /// Whatever a database can do.
    pub async fn kept_answer(
        &self,
        key: &str,
        oldest: UnixMillis,
    ) -> Result<Option<KeptAnswer>, StoreError> {
        let row = sqlx::query(
            "SELECT fingerprint, status, etag, location, body FROM idempotency \
             WHERE key = ? AND kept_at >= ?",
        )
        .bind(key)
        .bind(oldest.0.cast_signed())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        Ok(Some(KeptAnswer {
            fingerprint: row.try_get("fingerprint")?,
            status: row.try_get("status")?,
            etag: row.try_get("etag")?,
            location: row.try_get("location")?,
            body: row.try_get("body")?,
        }))
    }
}

/// Hidden, because the answer to a room's creation holds its PIN.
impl std::fmt::Debug for KeptAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeptAnswer({})", self.status)
    }
}
