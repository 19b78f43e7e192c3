//! The schema, step by step; a step that was released is never changed.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr, SqliteConnection, SqlitePool};

use crate::StoreError;

/// Brings the database to the newest schema we know.
pub(crate) async fn run(pool: &SqlitePool) -> Result<(), StoreError> {
    done(migrator(|_| true).run(pool).await)
}

/// Takes only the steps of these versions, as far as we know them, in an empty database.
pub(crate) async fn run_those(
    database: &mut SqliteConnection,
    versions: &[i64],
) -> Result<(), StoreError> {
    let known = |version: &i64| STEPS.iter().any(|(step, _, _)| step == version);
    if let Some(newer) = versions.iter().find(|version| !known(version)) {
        return Err(newer_than_known(*newer));
    }
    done(
        migrator(|version| versions.contains(&version))
            .run(database)
            .await,
    )
}

fn migrator(wanted: impl Fn(i64) -> bool) -> Migrator {
    let steps = STEPS.iter().filter(|(version, _, _)| wanted(*version));
    let migrations = steps.map(|(version, name, sql)| {
        let sql = sql.into_sql_str();
        Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect())
}

fn done(result: Result<(), MigrateError>) -> Result<(), StoreError> {
    match result {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(found)) => Err(newer_than_known(found)),
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
            Err(error.into())
        }
        Err(other) => Err(StoreError::damaged(other.to_string())),
    }
}

fn newer_than_known(found: i64) -> StoreError {
    StoreError::Newer {
        found,
        known: STEPS.last().map_or(0, |(version, _, _)| *version),
    }
}

const STEPS: [(i64, &str, &str); 15] = [
    (1, "first", include_str!("../migrations/0001_first.sql")),
    (2, "access", include_str!("../migrations/0002_access.sql")),
    (
        3,
        "recordings",
        include_str!("../migrations/0003_recordings.sql"),
    ),
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
    (7, "pins", include_str!("../migrations/0007_pins.sql")),
    (8, "menus", include_str!("../migrations/0008_menus.sql")),
    (
        9,
        "profiles",
        include_str!("../migrations/0009_profiles.sql"),
    ),
    (
        10,
        "pin profiles",
        include_str!("../migrations/0010_pin_profiles.sql"),
    ),
    (
        11,
        "recording names",
        include_str!("../migrations/0011_recording_names.sql"),
    ),
    (
        16,
        "extensions",
        include_str!("../migrations/0016_extensions.sql"),
    ),
    (
        17,
        "encryption",
        include_str!("../migrations/0017_encryption.sql"),
    ),
    (18, "phones", include_str!("../migrations/0018_phones.sql")),
    (19, "trunks", include_str!("../migrations/0019_trunks.sql")),
];
