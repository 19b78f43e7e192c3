//! Events on their way to webhooks as rows, and what became of them.

use std::time::Duration;

use conclave_model::{Attempt, Delivery, DeliveryId, DeliveryState, UnixMillis, WebhookId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Store, StoreError};

impl Store {
    /// Keeps new deliveries with one write. Where more than `at_most` would wait for a webhook, the
    /// rest is dropped and counted there; says how many were.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn add_deliveries(
        &self,
        deliveries: &[Delivery],
        at_most: u64,
    ) -> Result<u64, StoreError> {
        let mut dropped = 0;
        let mut transaction = self.writer.begin().await?;
        for delivery in deliveries {
            let (due_at, delivered) = columns(delivery.state);
            let added = sqlx::query(
                "INSERT INTO deliveries (id, webhook, event_type, body, created_at, due_at, \
                 delivered, attempts) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0 WHERE ?8 > \
                 (SELECT count(*) FROM deliveries WHERE webhook = ?2 AND due_at IS NOT NULL) \
                 AND EXISTS (SELECT 1 FROM webhooks WHERE id = ?2)",
            )
            .bind(delivery.id.to_string())
            .bind(delivery.webhook.to_string())
            .bind(delivery.event_type.as_str())
            .bind(delivery.body.as_str())
            .bind(delivery.created_at.0.cast_signed())
            .bind(due_at)
            .bind(delivered)
            .bind(at_most.cast_signed())
            .execute(&mut *transaction)
            .await?
            .rows_affected();
            if added == 0 {
                dropped += 1;
                sqlx::query("UPDATE webhooks SET dropped = dropped + 1 WHERE id = ?")
                    .bind(delivery.webhook.to_string())
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        transaction.commit().await?;
        Ok(dropped)
    }

    /// When the next delivery of each webhook is due, for those that have one.
    ///
    /// # Errors
    /// Whatever a database can do.
    pub async fn deliveries_next(&self) -> Result<Vec<(WebhookId, UnixMillis)>, StoreError> {
        let rows = sqlx::query(
            "SELECT webhook, min(due_at) AS next FROM deliveries WHERE due_at IS NOT NULL \
             GROUP BY webhook",
        )
        .fetch_all(&self.readers)
        .await?;
        let read = |row: &SqliteRow| -> Result<_, Box<dyn std::error::Error + Send + Sync>> {
            let webhook = row.try_get::<String, _>("webhook")?.parse()?;
            Ok((
                webhook,
                UnixMillis(row.try_get::<i64, _>("next")?.cast_unsigned()),
            ))
        };
        let all = rows.iter().map(read).collect::<Result<_, _>>();
        all.map_err(|why| StoreError::damaged(format!("a delivery: {why}")))
    }

    /// At most `limit` deliveries of a webhook that are due, the longest due first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the delivery whose row cannot be read.
    pub async fn deliveries_due(
        &self,
        webhook: WebhookId,
        now: UnixMillis,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM deliveries WHERE webhook = ? AND due_at <= ? \
             ORDER BY due_at, id LIMIT ?",
        )
        .bind(webhook.to_string())
        .bind(now.0.cast_signed())
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(delivery).collect()
    }

    /// Notes an attempt and where the delivery is now. One that was forgotten meanwhile is no
    /// error; nothing waits for a webhook that was switched off meanwhile.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn note_attempt(
        &self,
        id: DeliveryId,
        attempt: &Attempt,
        state: DeliveryState,
    ) -> Result<(), StoreError> {
        let (due_at, delivered) = columns(state);
        sqlx::query(
            "UPDATE deliveries SET delivered = ?2, attempts = attempts + 1, last_at = ?3, \
             last_status = ?4, last_error = ?5, last_ms = ?6, due_at = CASE WHEN \
             (SELECT enabled FROM webhooks WHERE id = deliveries.webhook) THEN ?1 END \
             WHERE id = ?7",
        )
        .bind(due_at)
        .bind(delivered)
        .bind(attempt.at.0.cast_signed())
        .bind(attempt.status)
        .bind(attempt.error.as_deref())
        .bind(i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX))
        .bind(id.to_string())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Makes a delivery wait anew, as if it had never been tried; says whether it is there.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn redeliver(
        &self,
        webhook: WebhookId,
        id: DeliveryId,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let found = sqlx::query(
            "UPDATE deliveries SET due_at = ?, delivered = 0, attempts = 0 \
             WHERE id = ? AND webhook = ?",
        )
        .bind(now.0.cast_signed())
        .bind(id.to_string())
        .bind(webhook.to_string())
        .execute(&self.writer)
        .await?;
        Ok(found.rows_affected() > 0)
    }

    /// One delivery of a webhook.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when its row cannot be read.
    pub async fn delivery(
        &self,
        webhook: WebhookId,
        id: DeliveryId,
    ) -> Result<Option<Delivery>, StoreError> {
        let row = sqlx::query("SELECT * FROM deliveries WHERE id = ? AND webhook = ?")
            .bind(id.to_string())
            .bind(webhook.to_string())
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(delivery).transpose()
    }

    /// The newest deliveries of a webhook before this one, newest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the delivery whose row cannot be read.
    pub async fn list_deliveries(
        &self,
        webhook: WebhookId,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let before = before.map_or("~".to_owned(), |id| id.to_string());
        let rows = sqlx::query(
            "SELECT * FROM deliveries WHERE webhook = ? AND id < ? ORDER BY id DESC LIMIT ?",
        )
        .bind(webhook.to_string())
        .bind(before)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(delivery).collect()
    }

    /// How many wait for each webhook that any waits for.
    ///
    /// # Errors
    /// Whatever a database can do.
    pub async fn deliveries_waiting(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT webhook, count(*) AS waiting FROM deliveries WHERE due_at IS NOT NULL \
             GROUP BY webhook",
        )
        .fetch_all(&self.readers)
        .await?;
        let counts = rows.iter().map(|row| {
            let waiting = row.try_get::<i64, _>("waiting")?.cast_unsigned();
            Ok((row.try_get("webhook")?, waiting))
        });
        counts
            .collect::<Result<_, sqlx::Error>>()
            .map_err(Into::into)
    }

    /// Forgets deliveries that ended and were made before `before`, and of each webhook the oldest
    /// beyond `rows_max`.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn forget_deliveries(
        &self,
        before: UnixMillis,
        rows_max: u64,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM deliveries WHERE due_at IS NULL AND created_at < ?")
            .bind(before.0.cast_signed())
            .execute(&self.writer)
            .await?;
        sqlx::query(
            "DELETE FROM deliveries WHERE id IN (SELECT id FROM (SELECT id, row_number() \
             OVER (PARTITION BY webhook ORDER BY id DESC) AS place FROM deliveries \
             WHERE due_at IS NULL) WHERE place > ?)",
        )
        .bind(rows_max.cast_signed())
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

const fn columns(state: DeliveryState) -> (Option<i64>, bool) {
    match state {
        DeliveryState::Waiting { due_at } => (Some(due_at.0.cast_signed()), false),
        DeliveryState::Delivered => (None, true),
        DeliveryState::Failed => (None, false),
    }
}

fn delivery(row: &SqliteRow) -> Result<Delivery, StoreError> {
    let id: String = row.try_get("id")?;
    read(row).map_err(|why| StoreError::damaged(format!("delivery {id}: {why}")))
}

fn read(row: &SqliteRow) -> Result<Delivery, Box<dyn std::error::Error + Send + Sync>> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let moment = |column: &str| {
        let millis = row.try_get::<Option<i64>, _>(column);
        millis.map(|millis| millis.map(|millis| UnixMillis(millis.cast_unsigned())))
    };
    let state = match moment("due_at")? {
        Some(due_at) => DeliveryState::Waiting { due_at },
        None if row.try_get("delivered")? => DeliveryState::Delivered,
        None => DeliveryState::Failed,
    };
    let took = row.try_get::<Option<i64>, _>("last_ms")?.unwrap_or(0);
    let (status, error) = (row.try_get("last_status")?, row.try_get("last_error")?);
    let last = moment("last_at")?.map(|at| Attempt {
        at,
        status,
        error,
        took: Duration::from_millis(took.cast_unsigned()),
    });
    Ok(Delivery {
        id: text("id")?.parse()?,
        webhook: text("webhook")?.parse()?,
        event_type: text("event_type")?,
        body: text("body")?,
        created_at: UnixMillis(row.try_get::<i64, _>("created_at")?.cast_unsigned()),
        state,
        attempts: row.try_get("attempts")?,
        last,
    })
}
