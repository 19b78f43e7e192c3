//! Webhooks as rows; what is on its way to them is in `deliveries`.

use conclave_model::{UnixMillis, Webhook, WebhookId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::{Store, StoreError};

impl Store {
    /// Every webhook, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the webhook whose row cannot be read.
    pub async fn load_webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        let rows = sqlx::query("SELECT * FROM webhooks ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(webhook).collect()
    }

    /// One webhook.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when its row cannot be read.
    pub async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
        let row = sqlx::query("SELECT * FROM webhooks WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(webhook).transpose()
    }

    /// Keeps a new webhook, unless there are `at_most` already; says whether it did.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn add_webhook(&self, webhook: &Webhook, at_most: u64) -> Result<bool, StoreError> {
        let added = sqlx::query(
            "INSERT INTO webhooks (id, url, note, types, numbers, enabled, secret, created_by, \
             created_at, dropped) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, 0 \
             WHERE (SELECT count(*) FROM webhooks) < ?",
        )
        .bind(webhook.id.to_string())
        .bind(webhook.url.as_str())
        .bind(webhook.note.as_str())
        .bind(webhook.types.join(" "))
        .bind(webhook.numbers.name())
        .bind(webhook.enabled)
        .bind(webhook.secret.as_str())
        .bind(webhook.created_by.as_str())
        .bind(webhook.created_at.0.cast_signed())
        .bind(at_most.cast_signed())
        .execute(&self.writer)
        .await?;
        Ok(added.rows_affected() > 0)
    }

    /// Keeps what somebody may set of a webhook. One that was switched on begins anew; of one that
    /// is off, what waits is given up.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn set_webhook(&self, webhook: &Webhook) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "UPDATE webhooks SET url = ?2, note = ?3, types = ?4, numbers = ?5, \
             failing_since = CASE WHEN ?6 AND NOT enabled THEN NULL ELSE failing_since END, \
             disabled_why = CASE WHEN ?6 THEN NULL ELSE disabled_why END, \
             enabled = ?6 WHERE id = ?1",
        )
        .bind(webhook.id.to_string())
        .bind(webhook.url.as_str())
        .bind(webhook.note.as_str())
        .bind(webhook.types.join(" "))
        .bind(webhook.numbers.name())
        .bind(webhook.enabled)
        .execute(&mut *transaction)
        .await?;
        if !webhook.enabled {
            give_up(&mut transaction, webhook.id).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Keeps a new secret; the one before signs too until `old_until`.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn set_webhook_secret(
        &self,
        id: WebhookId,
        secret: &str,
        old_until: UnixMillis,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE webhooks SET old_secret = secret, old_secret_until = ?3, secret = ?2 \
             WHERE id = ?1",
        )
        .bind(id.to_string())
        .bind(secret)
        .bind(old_until.0.cast_signed())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Forgets a webhook and everything on its way to it; says whether it was there.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn delete_webhook(&self, id: WebhookId) -> Result<bool, StoreError> {
        let deleted = sqlx::query("DELETE FROM webhooks WHERE id = ?")
            .bind(id.to_string())
            .execute(&self.writer)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Notes the first failure after a success, or with `None` a success.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn note_webhook_failing(
        &self,
        id: WebhookId,
        since: Option<UnixMillis>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE webhooks SET failing_since = \
             CASE WHEN ?2 IS NULL THEN NULL ELSE coalesce(failing_since, ?2) END WHERE id = ?1",
        )
        .bind(id.to_string())
        .bind(since.map(|since| since.0.cast_signed()))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Disables a webhook and gives up what waits for it; says whether it was enabled.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn disable_webhook(&self, id: WebhookId, why: &str) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let disabled = sqlx::query(
            "UPDATE webhooks SET enabled = 0, disabled_why = ? WHERE id = ? AND enabled",
        )
        .bind(why)
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        give_up(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(disabled > 0)
    }
}

/// What waits for a webhook is tried no more; somebody may still send it again.
async fn give_up(writer: &mut SqliteConnection, id: WebhookId) -> Result<(), StoreError> {
    sqlx::query("UPDATE deliveries SET due_at = NULL WHERE webhook = ? AND due_at IS NOT NULL")
        .bind(id.to_string())
        .execute(writer)
        .await?;
    Ok(())
}

fn webhook(row: &SqliteRow) -> Result<Webhook, StoreError> {
    let id: String = row.try_get("id")?;
    read(row).map_err(|why| StoreError::damaged(format!("webhook {id}: {why}")))
}

fn read(row: &SqliteRow) -> Result<Webhook, Box<dyn std::error::Error + Send + Sync>> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let moment = |column: &str| {
        let millis = row.try_get::<Option<i64>, _>(column);
        millis.map(|millis| millis.map(|millis| UnixMillis(millis.cast_unsigned())))
    };
    let old_secret: Option<String> = row.try_get("old_secret")?;
    Ok(Webhook {
        id: text("id")?.parse()?,
        url: text("url")?.parse()?,
        note: text("note")?,
        types: text("types")?.split(' ').map(str::to_owned).collect(),
        numbers: text("numbers")?.parse()?,
        enabled: row.try_get("enabled")?,
        disabled_why: row.try_get("disabled_why")?,
        secret: text("secret")?,
        old_secret: old_secret.zip(moment("old_secret_until")?),
        created_by: text("created_by")?,
        created_at: UnixMillis(row.try_get::<i64, _>("created_at")?.cast_unsigned()),
        failing_since: moment("failing_since")?,
        dropped: row.try_get::<i64, _>("dropped")?.cast_unsigned(),
    })
}
