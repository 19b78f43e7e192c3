//! The schema, step by step; a step that was released is never changed.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr, SqlitePool};

use crate::StoreError;

/// Brings the database to the newest schema we know.
pub(crate) async fn run(pool: &SqlitePool) -> Result<(), StoreError> {
    let migrations = STEPS
        .iter()
        .map(|(version, name, sql)| {
            let sql = sql.into_sql_str();
            Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
        })
        .collect();
    match Migrator::with_migrations(migrations).run(pool).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(found)) => Err(StoreError::Newer {
            found,
            known: STEPS.last().map_or(0, |(version, _, _)| *version),
        }),
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
            Err(error.into())
        }
        Err(other) => Err(StoreError::damaged(other.to_string())),
    }
}

const STEPS: [(i64, &str, &str); 5] = [
    (1, "first", include_str!("../migrations/0001_first.sql")),
    (2, "access", include_str!("../migrations/0002_access.sql")),
    (
        4,
        "call details",
        include_str!("../migrations/0004_call_details.sql"),
    ),
    (
        5,
        "webhooks",
        include_str!("../migrations/0005_webhooks.sql"),
    ),
    (
        6,
        "token users",
        include_str!("../migrations/0006_token_users.sql"),
    ),
];
