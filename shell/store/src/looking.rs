//! A database that came from elsewhere, looked over before a server takes it for its own; changes
//! nothing in it.

use std::collections::BTreeSet;
use std::path::Path;

use conclave_model::limits;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};

use crate::store::careful;
use crate::{StoreError, migrations};

/// Looks over the database in this file, which nobody may be writing: it has the tables and indexes
/// that a version of ours made and nothing else, neither triggers nor views nor columns that are
/// computed; it is whole; and nothing in it is larger than a server takes in.
///
/// # Errors
/// [`StoreError::Newer`], [`StoreError::Damaged`] with what was found, and whatever a database can
/// do.
pub async fn look_over(file: &Path) -> Result<(), StoreError> {
    let mut sent = careful(file)
        .read_only(true)
        .immutable(true)
        .connect()
        .await?;
    let looked = look(&mut sent).await;
    sent.close().await?;
    looked
}

/// The shape first: everything after it runs over tables that are known to be plain.
async fn look(sent: &mut SqliteConnection) -> Result<(), StoreError> {
    let shape = shape_of(sent).await?;
    let versions = versions_in(sent, &shape).await?;
    let mut ours = SqliteConnectOptions::new()
        .in_memory(true)
        .connect()
        .await?;
    migrations::run_those(&mut ours, &versions).await?;
    let expected = shape_of(&mut ours).await?;
    if let Some(strange) = shape.symmetric_difference(&expected).next() {
        let what = format!(
            "its {} {:?} is not ours",
            strange.kind,
            shown(&strange.name)
        );
        return Err(StoreError::damaged(what));
    }
    if columns_of(sent, VERSIONS).await? != columns_of(&mut ours, VERSIONS).await? {
        return Err(StoreError::damaged("its list of versions is not ours"));
    }
    is_whole(sent).await?;
    has_bounds(sent, &shape).await
}

/// One entry of a schema.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Thing {
    kind: String,
    name: String,
    /// Which table it belongs to.
    table: String,
    /// How it was made; left out where the library makes it, whose other versions do otherwise.
    sql: Option<String>,
}

async fn shape_of(database: &mut SqliteConnection) -> Result<BTreeSet<Thing>, StoreError> {
    let rows = sqlx::query("SELECT type, name, tbl_name, sql FROM sqlite_schema LIMIT ?")
        .bind(THINGS_MAX)
        .fetch_all(database)
        .await?;
    let things = rows.iter().map(|row| {
        let name: String = row.try_get("name")?;
        let sql: Option<String> = row.try_get("sql")?;
        Ok(Thing {
            kind: row.try_get("type")?,
            table: row.try_get("tbl_name")?,
            sql: sql.filter(|_| name != VERSIONS),
            name,
        })
    });
    things.collect()
}

/// Which steps of the schema were done in it.
async fn versions_in(
    database: &mut SqliteConnection,
    shape: &BTreeSet<Thing>,
) -> Result<Vec<i64>, StoreError> {
    let is_table = |thing: &Thing| thing.name == VERSIONS && thing.kind == "table";
    let columns = columns_of(database, VERSIONS).await?;
    if !shape.iter().any(is_table) || columns.iter().any(|column| column.is_computed) {
        return Err(StoreError::damaged("it is no database of Conclave"));
    }
    let versions = sqlx::query_scalar("SELECT version FROM _sqlx_migrations ORDER BY 1 LIMIT ?")
        .bind(THINGS_MAX)
        .fetch_all(database)
        .await?;
    Ok(versions)
}

#[derive(PartialEq, Eq)]
struct Column {
    name: String,
    kind: String,
    is_computed: bool,
}

async fn columns_of(
    database: &mut SqliteConnection,
    table: &str,
) -> Result<Vec<Column>, StoreError> {
    let rows = sqlx::query("SELECT name, type, hidden FROM pragma_table_xinfo(?)")
        .bind(table)
        .fetch_all(database)
        .await?;
    let columns = rows.iter().map(|row| {
        Ok(Column {
            name: row.try_get("name")?,
            kind: row.try_get("type")?,
            is_computed: row.try_get::<i64, _>("hidden")? != 0,
        })
    });
    columns.collect()
}

/// Finds what the look at every opening does not: indexes that do not fit, and rows that refer to
/// nothing.
async fn is_whole(database: &mut SqliteConnection) -> Result<(), StoreError> {
    let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *database)
        .await?;
    if found != "ok" {
        return Err(StoreError::damaged(shown(&found)));
    }
    let orphans = sqlx::query("PRAGMA foreign_key_check")
        .fetch_optional(database)
        .await?;
    match orphans {
        Some(_) => Err(StoreError::damaged("a row refers to one that is not there")),
        None => Ok(()),
    }
}

/// A server reads some tables whole, and any value: neither may be larger than it would make them.
async fn has_bounds(
    database: &mut SqliteConnection,
    shape: &BTreeSet<Thing>,
) -> Result<(), StoreError> {
    for table in shape.iter().filter(|thing| thing.kind == "table") {
        let columns = columns_of(database, &table.name).await?;
        let large = |column: &Column| format!("octet_length(\"{}\") > {VALUE_MAX}", column.name);
        let any = columns.iter().map(large).collect::<Vec<_>>().join(" OR ");
        // The names are those of our own tables: the shape was compared with theirs.
        let sql = format!("SELECT 1 FROM \"{}\" WHERE {any} LIMIT 1", table.name);
        let found = sqlx::query(AssertSqlSafe(sql)).fetch_optional(&mut *database);
        if found.await?.is_some() {
            let what = format!("a value in {} is too large", table.name);
            return Err(StoreError::damaged(what));
        }
    }
    for (table, most) in ROWS {
        if !shape.iter().any(|thing| thing.name == table) {
            continue;
        }
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut *database)
            .await?;
        if count.cast_unsigned() > most {
            let what = format!("it has {count} {table}, and {most} is the most");
            return Err(StoreError::damaged(what));
        }
    }
    Ok(())
}

/// What stands in a hostile file is not repeated whole.
fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).collect()
}

/// Kept by the library that takes the steps.
const VERSIONS: &str = "_sqlx_migrations";
/// Ours are a few dozen.
const THINGS_MAX: i64 = 1_000;
const VALUE_MAX: usize = limits::DATABASE_VALUE_BYTES;
const ROWS: [(&str, u64); 4] = [
    ("rooms", limits::ROOMS as u64),
    ("users", limits::USERS as u64),
    ("tokens", limits::API_TOKENS as u64),
    ("webhooks", limits::WEBHOOKS),
];
const SHOWN_CHARS: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use std::path::PathBuf;
    use tempfile::TempDir;

    /// The copy of a new store, after these statements.
    async fn copy(statements: &[&str]) -> (TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        let file = dir.path().join("copy");
        store.copy_into(&file).await.unwrap();
        store.close().await;
        let options = SqliteConnectOptions::new().filename(&file);
        let mut database = options.foreign_keys(false).connect().await.unwrap();
        for statement in statements {
            let sql = AssertSqlSafe((*statement).to_owned());
            sqlx::query(sql).execute(&mut database).await.unwrap();
        }
        database.close().await.unwrap();
        (dir, file)
    }

    #[tokio::test]
    async fn ours_is_ours() {
        let (_dir, file) = copy(&[]).await;
        look_over(&file).await.unwrap();
    }

    #[tokio::test]
    async fn one_of_an_older_version_is_ours_too() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("old");
        let options = SqliteConnectOptions::new().filename(&file);
        let options = options.create_if_missing(true);
        let mut database = options.connect().await.unwrap();
        migrations::run_those(&mut database, &[1]).await.unwrap();
        database.close().await.unwrap();
        look_over(&file).await.unwrap();
    }

    #[tokio::test]
    async fn whatever_is_not_ours_is_refused() {
        for (statement, named) in [
            (
                "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM users; END",
                "trigger",
            ),
            ("CREATE VIEW v AS SELECT * FROM users", "view"),
            ("CREATE TABLE more (a)", "table"),
            ("CREATE INDEX i ON users (upper(name))", "index"),
            ("CREATE VIRTUAL TABLE f USING fts5(a)", "table"),
            ("ALTER TABLE users ADD COLUMN more TEXT", "users"),
            (
                "ALTER TABLE users ADD COLUMN more TEXT AS (upper(name))",
                "users",
            ),
            ("DROP INDEX audit_by_object", "audit_by_object"),
            ("DROP TABLE users", "users"),
            (
                "ALTER TABLE _sqlx_migrations ADD COLUMN m AS (version)",
                "no database of Conclave",
            ),
            (
                "ALTER TABLE _sqlx_migrations ADD COLUMN m",
                "list of versions",
            ),
            ("DROP TABLE _sqlx_migrations", "no database of Conclave"),
        ] {
            let (_dir, file) = copy(&[statement]).await;
            let error = look_over(&file).await.unwrap_err();
            assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
            assert!(error.to_string().contains(named), "{statement}: {error}");
        }
    }

    #[tokio::test]
    async fn what_a_server_could_not_carry_is_refused() {
        let users = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1001) \
                     INSERT INTO users (id, name, role, created_at) SELECT i, i, 'owner', 1 FROM n";
        let large = "INSERT INTO audit (at, actor, name, action, object, detail) \
                     VALUES (1, '', '', '', '', hex(zeroblob(600000)))";
        let orphan = "INSERT INTO sessions VALUES (x'00', 'us_nobody', 1, 1)";
        for (statement, named) in [
            (users, "1001 users"),
            (large, "value in audit"),
            (orphan, "a row refers"),
        ] {
            let (_dir, file) = copy(&[statement]).await;
            let error = look_over(&file).await.unwrap_err();
            assert!(error.to_string().contains(named), "{error}");
        }
    }

    #[tokio::test]
    async fn a_newer_one_says_so_and_what_is_none_too() {
        let (_dir, file) =
            copy(&["UPDATE _sqlx_migrations SET version = 99 WHERE version = 5"]).await;
        let error = look_over(&file).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Newer { found: 99, .. }),
            "{error:?}"
        );
        for content in [&b""[..], b"text", &[0; 8_192]] {
            std::fs::write(&file, content).unwrap();
            look_over(&file).await.unwrap_err();
        }
    }

    #[tokio::test]
    async fn every_page_is_looked_at() {
        let (_dir, file) = copy(&[]).await;
        let whole = std::fs::read(&file).unwrap();
        let mut found = 0;
        for page in 1..whole.len() / 4_096 {
            let mut damaged = whole.clone();
            damaged[page * 4_096..page * 4_096 + 64].fill(0x55);
            std::fs::write(&file, damaged).unwrap();
            found += usize::from(look_over(&file).await.is_err());
        }
        assert_eq!(found, whole.len() / 4_096 - 1);
    }

    #[tokio::test]
    async fn who_is_signed_in_is_in_no_copy() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        let session = crate::SessionRow {
            user: None,
            created_at: conclave_model::UnixMillis(1),
            used_at: conclave_model::UnixMillis(1),
        };
        let hash = *b"0123456789abcdef0123456789abcdef";
        store.open_session(&hash, session, 9).await.unwrap();
        let file = dir.path().join("copy");
        store.copy_into(&file).await.unwrap();
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(32).any(|part| part == hash));
        assert!(store.session(&hash).await.unwrap().is_some(), "still there");
    }
}
