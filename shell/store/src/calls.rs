//! The call log as rows, newest first.

use std::time::Duration;

use conclave_model::{
    CallEnd, CallId, CallMoment, CallRecord, CallVerdict, Codec, Encryption, FarReception, RoomId,
    Timeline, UnixMillis,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::{Store, StoreError};

/// Which calls to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// Calls that reached this room.
    pub room: Option<RoomId>,
    /// Only calls older than this one: the last of the page before.
    pub before: Option<CallId>,
    /// Part of the caller's number or name, or of what was dialled; case of A to Z does not matter.
    pub text: Option<String>,
    /// Calls that began at this moment or later.
    pub from: Option<UnixMillis>,
    /// Calls that began before this moment.
    pub to: Option<UnixMillis>,
    /// Only calls that somebody should look at.
    pub problems: bool,
}

impl Store {
    /// Keeps a call that has ended.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_call(&self, call: &CallRecord) -> Result<(), StoreError> {
        self.put_calls(std::slice::from_ref(call)).await
    }

    /// Keeps several calls with one write to the disk, all of them or none.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_calls(&self, calls: &[CallRecord]) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        for call in calls {
            insert(&mut transaction, call).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Forgets calls that ended before `before`, and the oldest beyond `rows_max`; at most
    /// [`FORGOTTEN_AT_ONCE`] of each, so that no other write waits for long. Says how many.
    ///
    /// # Errors
    /// Whatever a database can do.
    pub async fn forget_calls(&self, before: UnixMillis, rows_max: u64) -> Result<u64, StoreError> {
        // The oldest by id, which is the order in time: nothing is searched where nothing is old.
        let too_old = sqlx::query(
            "DELETE FROM calls WHERE id IN (SELECT id FROM \
             (SELECT id, ended_at FROM calls ORDER BY id LIMIT ?) WHERE ended_at < ?)",
        )
        .bind(FORGOTTEN_AT_ONCE)
        .bind(before.0.cast_signed())
        .execute(&self.writer)
        .await?
        .rows_affected();
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM calls")
            .fetch_one(&self.readers)
            .await?;
        let excess = rows.cast_unsigned().saturating_sub(rows_max);
        if excess == 0 {
            return Ok(too_old);
        }
        let too_many =
            sqlx::query("DELETE FROM calls WHERE id IN (SELECT id FROM calls ORDER BY id LIMIT ?)")
                .bind(excess.min(u64::from(FORGOTTEN_AT_ONCE)).cast_signed())
                .execute(&self.writer)
                .await?
                .rows_affected();
        Ok(too_old + too_many)
    }

    /// At most `limit` calls, newest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the call whose row cannot be read.
    pub async fn list_calls(
        &self,
        filter: CallFilter,
        limit: u32,
    ) -> Result<Vec<CallRecord>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM calls WHERE id < ");
        query.push_bind(filter.before.map_or("~".to_owned(), |id| id.to_string()));
        if let Some(room) = filter.room {
            query.push(" AND room = ").push_bind(room.to_string());
        }
        if let Some(text) = filter.text {
            let text = text.to_ascii_lowercase();
            query
                .push(" AND (instr(lower(from_number), ")
                .push_bind(text.clone());
            query
                .push(") OR instr(lower(ifnull(from_name, '')), ")
                .push_bind(text.clone());
            query
                .push(") OR instr(lower(dialled), ")
                .push_bind(text)
                .push("))");
        }
        if let Some(from) = filter.from {
            query
                .push(" AND started_at >= ")
                .push_bind(from.0.cast_signed());
        }
        if let Some(to) = filter.to {
            query
                .push(" AND started_at < ")
                .push_bind(to.0.cast_signed());
        }
        if filter.problems {
            query.push(" AND problem = 1");
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
        let rows = query.build().fetch_all(&self.readers).await?;
        rows.iter().map(call).collect()
    }

    /// One call; `None` when it never was, or has not ended.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when its row cannot be read.
    pub async fn show_call(&self, id: CallId) -> Result<Option<CallRecord>, StoreError> {
        let row = sqlx::query("SELECT * FROM calls WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(call).transpose()
    }
}

async fn insert(connection: &mut SqliteConnection, call: &CallRecord) -> Result<(), StoreError> {
    let millis = |at: UnixMillis| at.0.cast_signed();
    sqlx::query(
        "INSERT OR REPLACE INTO calls (id, started_at, answered_at, joined_at, ended_at, \
         from_number, from_name, dialled, remote, transport, sip_call_id, room, room_title, codec, \
         pins_wrong, end_code, packets_received, packets_lost, jitter_max_us, packets_sent, \
         far_packets_lost, far_jitter_max_us, round_trip_us, timeline, problem, encryption, \
         packets_forged) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(call.id.to_string())
    .bind(millis(call.started_at))
    .bind(call.answered_at.map(millis))
    .bind(call.joined_at.map(millis))
    .bind(millis(call.ended_at))
    .bind(call.from_number.as_str())
    .bind(call.from_name.as_deref())
    .bind(call.dialled.as_str())
    .bind(call.remote.to_string())
    .bind(call.transport)
    .bind(call.sip_call_id.as_str())
    .bind(call.room.map(|room| room.to_string()))
    .bind(call.room_title.as_deref())
    .bind(call.codec.map(Codec::name))
    .bind(call.pins_wrong)
    .bind(call.end.code())
    .bind(call.packets_received.cast_signed())
    .bind(call.packets_lost.cast_signed())
    .bind(micros(call.jitter_max))
    .bind(call.packets_sent.cast_signed())
    .bind(call.far.map(|far| far.packets_lost.cast_signed()))
    .bind(call.far.map(|far| micros(far.jitter_max)))
    .bind(call.round_trip.map(micros))
    .bind(written(&call.timeline, call.started_at))
    .bind(CallVerdict::of(call).is_problem())
    .bind(call.encryption.map(|how| how.to_string()))
    .bind(call.packets_forged.cast_signed())
    .execute(connection)
    .await?;
    Ok(())
}

fn call(row: &SqliteRow) -> Result<CallRecord, StoreError> {
    let id: String = row.try_get("id")?;
    read(row).map_err(|why| StoreError::damaged(format!("call {id}: {why}")))
}

fn read(row: &SqliteRow) -> Result<CallRecord, Box<dyn std::error::Error + Send + Sync>> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let optional = |column: &str| row.try_get::<Option<String>, _>(column);
    let count = |column: &str| row.try_get::<i64, _>(column).map(i64::cast_unsigned);
    let moment = |column: &str| row.try_get::<Option<i64>, _>(column).map(at);
    let codec = optional("codec")?;
    let end = text("end_code")?;
    let started_at = UnixMillis(count("started_at")?);
    let far_lost: Option<i64> = row.try_get("far_packets_lost")?;
    let far_jitter: Option<i64> = row.try_get("far_jitter_max_us")?;
    let round_trip: Option<i64> = row.try_get("round_trip_us")?;
    Ok(CallRecord {
        id: text("id")?.parse()?,
        started_at,
        answered_at: moment("answered_at")?,
        joined_at: moment("joined_at")?,
        ended_at: UnixMillis(count("ended_at")?),
        from_number: text("from_number")?,
        from_name: optional("from_name")?,
        dialled: text("dialled")?,
        remote: text("remote")?.parse()?,
        transport: transport(&text("transport")?)?,
        sip_call_id: text("sip_call_id")?,
        room: optional("room")?.map(|room| room.parse()).transpose()?,
        room_title: optional("room_title")?,
        codec: Codec::ALL
            .into_iter()
            .find(|known| Some(known.name()) == codec.as_deref()),
        encryption: optional("encryption")?.and_then(|words| Encryption::from_words(&words)),
        pins_wrong: row.try_get("pins_wrong")?,
        end: CallEnd::from_code(&end).ok_or_else(|| format!("unknown end {end:?}"))?,
        packets_received: count("packets_received")?,
        packets_lost: count("packets_lost")?,
        packets_forged: count("packets_forged")?,
        jitter_max: Duration::from_micros(count("jitter_max_us")?),
        packets_sent: count("packets_sent")?,
        far: far_lost.map(|lost| FarReception {
            packets_lost: lost.cast_unsigned(),
            jitter_max: Duration::from_micros(far_jitter.unwrap_or(0).cast_unsigned()),
        }),
        round_trip: round_trip.map(|micros| Duration::from_micros(micros.cast_unsigned())),
        timeline: timeline(&text("timeline")?, started_at)?,
    })
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

fn written(timeline: &Timeline, started_at: UnixMillis) -> String {
    let steps = timeline.steps().iter().map(|step| {
        let after = step.at.0.saturating_sub(started_at.0);
        format!("{after} {}", step.what.code())
    });
    steps.collect::<Vec<_>>().join(",")
}

fn timeline(text: &str, started_at: UnixMillis) -> Result<Timeline, String> {
    let mut timeline = Timeline::default();
    for step in text.split(',').filter(|step| !step.is_empty()) {
        let unreadable = || format!("unreadable moment {step:?}");
        let (after, code) = step.split_once(' ').ok_or_else(unreadable)?;
        let after: u64 = after.parse().map_err(|_| unreadable())?;
        let moment = CallMoment::from_code(code).ok_or_else(unreadable)?;
        timeline.note(UnixMillis(started_at.0.saturating_add(after)), moment);
    }
    Ok(timeline)
}

fn at(millis: Option<i64>) -> Option<UnixMillis> {
    millis.map(|millis| UnixMillis(millis.cast_unsigned()))
}

pub(crate) fn transport(name: &str) -> Result<&'static str, String> {
    TRANSPORTS
        .into_iter()
        .find(|known| *known == name)
        .ok_or_else(|| format!("unknown transport {name:?}"))
}

/// Some 20 ms of a disk.
pub const FORGOTTEN_AT_ONCE: u32 = 1_000;

const TRANSPORTS: [&str; 5] = ["udp", "tcp", "tls", "ws", "wss"];
