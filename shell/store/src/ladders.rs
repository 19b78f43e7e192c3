//! What was said about calls on the wire as rows, for the newest calls only.

use conclave_model::{CallId, CallLadder, LadderMessage, LadderWay, UnixMillis};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::calls::{FORGOTTEN_AT_ONCE, transport};
use crate::{Store, StoreError};

impl Store {
    /// Keeps the messages of calls that are in the log, with one write to the disk, all or none.
    /// Those of other calls are not kept.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_ladders(&self, ladders: &[CallLadder]) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        for ladder in ladders {
            insert(&mut transaction, ladder).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// What was said about a call; `None` when it is not known (any more, or yet).
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a row cannot be read.
    pub async fn show_ladder(&self, call: CallId) -> Result<Option<CallLadder>, StoreError> {
        let rows = sqlx::query(
            "SELECT m.*, c.messages_skipped FROM call_messages m JOIN calls c ON c.id = m.call \
             WHERE m.call = ? ORDER BY m.number",
        )
        .bind(call.to_string())
        .fetch_all(&self.readers)
        .await?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let skipped = first.try_get("messages_skipped")?;
        let messages = rows.iter().map(|row| {
            read(row).map_err(|why| StoreError::damaged(format!("messages of {call}: {why}")))
        });
        Ok(Some(CallLadder {
            call,
            messages: messages.collect::<Result<_, _>>()?,
            skipped,
        }))
    }

    /// Forgets the messages of all calls but the `calls_kept` newest; of so few at a time that no
    /// other write waits for long.
    ///
    /// # Errors
    /// Whatever a database can do.
    pub async fn forget_ladders(&self, calls_kept: u32) -> Result<(), StoreError> {
        sqlx::query(
            "DELETE FROM call_messages WHERE call IN (SELECT DISTINCT call FROM call_messages \
             WHERE call <= (SELECT id FROM calls ORDER BY id DESC LIMIT 1 OFFSET ?) LIMIT ?)",
        )
        .bind(calls_kept)
        .bind(FORGOTTEN_AT_ONCE)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

async fn insert(connection: &mut SqliteConnection, ladder: &CallLadder) -> Result<(), StoreError> {
    let call = ladder.call.to_string();
    let known = sqlx::query("UPDATE calls SET messages_skipped = ? WHERE id = ?")
        .bind(ladder.skipped)
        .bind(&call)
        .execute(&mut *connection)
        .await?;
    if known.rows_affected() == 0 {
        return Ok(());
    }
    for (number, message) in ladder.messages.iter().enumerate() {
        sqlx::query(
            "INSERT OR REPLACE INTO call_messages (call, number, at, way, transport, local, \
             remote, text, bytes_left_out) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&call)
        .bind(i64::try_from(number).unwrap_or(i64::MAX))
        .bind(message.at.0.cast_signed())
        .bind(message.way.code())
        .bind(message.transport)
        .bind(message.local.to_string())
        .bind(message.remote.to_string())
        .bind(message.text.as_str())
        .bind(message.bytes_left_out)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

fn read(row: &SqliteRow) -> Result<LadderMessage, Box<dyn std::error::Error + Send + Sync>> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let way = text("way")?;
    let at: i64 = row.try_get("at")?;
    Ok(LadderMessage {
        at: UnixMillis(at.cast_unsigned()),
        way: if way == LadderWay::In.code() {
            LadderWay::In
        } else {
            LadderWay::Out
        },
        transport: transport(&text("transport")?)?,
        local: text("local")?.parse()?,
        remote: text("remote")?.parse()?,
        text: text("text")?,
        bytes_left_out: row.try_get("bytes_left_out")?,
    })
}
