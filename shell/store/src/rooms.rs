//! Rooms as rows.

use conclave_model::{MorePins, Pin, PlaylistName, RoomId, RoomRecord, UnixMillis};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::{Store, StoreError};

impl Store {
    /// Every room, by extension.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the room whose row no longer keeps the rules of the record.
    pub async fn load_rooms(&self) -> Result<Vec<RoomRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, title, extension, message, music, pin, moderator_pin, personal_pins, \
             language, options, user_options, keypad, moderator_keypad, created_at, version \
             FROM rooms ORDER BY length(extension), extension",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(room).collect()
    }

    /// Keeps a room, new or changed. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::ExtensionTaken`], [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_room(&self, room: &RoomRecord) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        put(&mut connection, room).await
    }

    /// Forgets a room; one that is not there is no error. Its calls stay in the call log.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn delete_room(&self, id: RoomId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM rooms WHERE id = ?")
            .bind(id.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

pub(crate) async fn put(
    connection: &mut SqliteConnection,
    room: &RoomRecord,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO rooms (id, title, extension, message, music, pin, moderator_pin, \
         personal_pins, language, options, user_options, keypad, moderator_keypad, \
         created_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, \
         extension = excluded.extension, message = excluded.message, music = excluded.music, \
         pin = excluded.pin, moderator_pin = excluded.moderator_pin, \
         personal_pins = excluded.personal_pins, language = excluded.language, \
         options = excluded.options, user_options = excluded.user_options, \
         keypad = excluded.keypad, moderator_keypad = excluded.moderator_keypad, \
         version = excluded.version",
    )
    .bind(room.id.to_string())
    .bind(room.title.as_str())
    .bind(room.extension.as_str())
    .bind(room.message)
    .bind(room.music.as_ref().map(PlaylistName::as_str))
    .bind(room.pin.as_ref().map(Pin::reveal))
    .bind(room.more_pins.moderator.as_ref().map(Pin::reveal))
    .bind(room.more_pins.personal_text())
    .bind(room.language.to_string())
    .bind(room.options.as_str())
    .bind(room.user_options.as_str())
    .bind(room.keypad.as_str())
    .bind(room.moderator_keypad.as_str())
    .bind(room.created_at.0.cast_signed())
    .bind(room.version.cast_signed())
    .execute(connection)
    .await
    .map_err(|error| StoreError::or_taken(error, StoreError::ExtensionTaken))?;
    Ok(())
}

fn room(row: &SqliteRow) -> Result<RoomRecord, StoreError> {
    let id: String = row.try_get("id")?;
    read(row).map_err(|why| StoreError::damaged(format!("room {id}: {why}")))
}

fn read(row: &SqliteRow) -> Result<RoomRecord, Box<dyn std::error::Error + Send + Sync>> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let optional = |column: &str| row.try_get::<Option<String>, _>(column);
    Ok(RoomRecord {
        id: text("id")?.parse()?,
        title: text("title")?.parse()?,
        extension: text("extension")?.parse()?,
        message: row.try_get("message")?,
        music: optional("music")?.map(|name| name.parse()).transpose()?,
        pin: optional("pin")?.map(|pin| pin.parse()).transpose()?,
        more_pins: MorePins {
            moderator: optional("moderator_pin")?
                .map(|pin| pin.parse())
                .transpose()?,
            personal: MorePins::read_personal(&text("personal_pins")?)?,
        },
        language: text("language")?.parse()?,
        options: text("options")?,
        user_options: text("user_options")?,
        keypad: text("keypad")?.parse()?,
        moderator_keypad: text("moderator_keypad")?.parse()?,
        created_at: UnixMillis(row.try_get::<i64, _>("created_at")?.cast_unsigned()),
        version: row.try_get::<i64, _>("version")?.cast_unsigned(),
    })
}
