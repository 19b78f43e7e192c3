//! Menus of keys as rows.

use conclave_model::UnixMillis;
use conclave_model::confbridge::{MenuMistake, MenuName, MenuRecord};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::{Store, StoreError};

impl Store {
    /// Every menu that is no preset, by name.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the menu whose row no longer keeps the rules of the record.
    pub async fn load_menus(&self) -> Result<Vec<MenuRecord>, StoreError> {
        let rows = sqlx::query("SELECT name, text, created_at, version FROM menus ORDER BY name")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(menu).collect()
    }

    /// Keeps a menu, new or changed. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn put_menu(&self, menu: &MenuRecord) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        put(&mut connection, menu).await
    }

    /// Forgets a menu; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and whatever a database can do.
    pub async fn delete_menu(&self, name: &MenuName) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        delete(&mut connection, name).await
    }
}

pub(crate) async fn put(
    connection: &mut SqliteConnection,
    menu: &MenuRecord,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO menus (name, text, created_at, version) VALUES (?, ?, ?, ?) \
         ON CONFLICT (name) DO UPDATE SET text = excluded.text, version = excluded.version",
    )
    .bind(menu.name.as_str())
    .bind(&*menu.text)
    .bind(menu.created_at.0.cast_signed())
    .bind(menu.version.cast_signed())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn delete(
    connection: &mut SqliteConnection,
    name: &MenuName,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM menus WHERE name = ?")
        .bind(name.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

fn menu(row: &SqliteRow) -> Result<MenuRecord, StoreError> {
    let name: String = row.try_get("name")?;
    read(row, &name).map_err(|why| StoreError::damaged(format!("menu {name}: {why}")))
}

fn read(
    row: &SqliteRow,
    name: &str,
) -> Result<MenuRecord, Box<dyn std::error::Error + Send + Sync>> {
    let text: String = row.try_get("text")?;
    let created_at = UnixMillis(row.try_get::<i64, _>("created_at")?.cast_unsigned());
    let record = MenuRecord::new(name.parse()?, &text, created_at).map_err(|why| match why {
        MenuMistake::Line(line) => format!("line {line} is not understood"),
        MenuMistake::TooLong => "it has too many lines".to_owned(),
    })?;
    Ok(MenuRecord {
        version: row.try_get::<i64, _>("version")?.cast_unsigned(),
        ..record
    })
}
