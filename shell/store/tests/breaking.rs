//! A killed writer, a damaged file, a newer file: nothing acknowledged is lost, nothing bad used.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use common::room;
use conclave_store::{Store, StoreError};

const CHILD_DIR: &str = "CONCLAVE_STORE_TEST_CHILD";

/// Not a test of its own: the next test runs it in a second process.
#[tokio::test]
async fn the_writer_that_gets_killed() {
    let Some(dir) = std::env::var_os(CHILD_DIR) else {
        return;
    };
    let store = Store::open(dir.as_ref()).await.unwrap();
    let newest = newest(&store).await;
    for version in newest + 1.. {
        let mut room = room(u32::try_from(version % 50).unwrap());
        room.version = version;
        store.put_room(&room).await.unwrap();
        println!("written {}", room.version);
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    for round in 1..=3 {
        let promised = write_until_killed(dir.path(), 60);
        assert!(promised >= round * 60);
        let store = Store::open(dir.path()).await.unwrap();
        let kept = newest(&store).await;
        assert!(kept >= promised, "{kept} kept, {promised} promised");
        assert_eq!(store.load_rooms().await.unwrap().len(), 50);
        store.close().await;
    }
}

async fn newest(store: &Store) -> u64 {
    let rooms = store.load_rooms().await.unwrap();
    rooms.iter().map(|room| room.version).max().unwrap_or(0)
}

/// Runs the writer until it has said `lines` times that it wrote, and kills it in the next write.
fn write_until_killed(dir: &std::path::Path, lines: usize) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_writer_that_gets_killed", "--nocapture"])
        .env(CHILD_DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let promised = output
        .lines()
        .filter_map(|line| line.unwrap().strip_prefix("written ")?.parse().ok())
        .nth(lines - 1)
        .expect("the writer ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
    promised
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("conclave.db");
    let garbage = vec![b'x'; 8_192];
    std::fs::write(&file, &garbage).unwrap();
    let error = Store::open(dir.path()).await.err().unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), garbage);
}

#[tokio::test]
async fn a_torn_database_is_noticed_when_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    for number in 0..200 {
        store.put_room(&room(number)).await.unwrap();
    }
    store.close().await;
    let file = dir.path().join("conclave.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let length = bytes.len();
    bytes[8_192..length - 4_096].fill(0xA5);
    std::fs::write(&file, bytes).unwrap();
    let error = Store::open(dir.path()).await.err().unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

async fn opened_by_hand(dir: &std::path::Path) -> sqlx::SqlitePool {
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.join("conclave.db"));
    sqlx::SqlitePool::connect_with(file).await.unwrap()
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    Store::open(dir.path()).await.unwrap().close().await;
    let pool = opened_by_hand(dir.path()).await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (999, 'from the future', 1, x'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let error = Store::open(dir.path()).await.err().unwrap();
    assert!(
        matches!(error, StoreError::Newer { found: 999, .. }),
        "{error}"
    );
}

/// Before version 6 a token had the name of its maker and nothing else.
#[tokio::test]
async fn tokens_of_an_older_version_become_those_of_their_makers() {
    let dir = tempfile::tempdir().unwrap();
    Store::open(dir.path()).await.unwrap().close().await;
    let pool = opened_by_hand(dir.path()).await;
    for step in [
        "DROP INDEX tokens_by_user",
        "ALTER TABLE tokens DROP COLUMN user",
        "DROP TABLE profiles",
        "DROP TABLE menus",
        "ALTER TABLE rooms DROP COLUMN keypad",
        "ALTER TABLE rooms DROP COLUMN moderator_keypad",
        "ALTER TABLE rooms DROP COLUMN moderator_pin",
        "ALTER TABLE rooms DROP COLUMN personal_pins",
        "ALTER TABLE recordings DROP COLUMN file_name",
        "DROP TABLE trunk_settings",
        "DROP TABLE trunks",
        "DROP TABLE extensions",
        "ALTER TABLE calls DROP COLUMN encryption",
        "ALTER TABLE calls DROP COLUMN packets_forged",
        "DROP TABLE registrations",
        "DROP TABLE phones",
        "DELETE FROM _sqlx_migrations WHERE version >= 6",
        "INSERT INTO users (id, name, role, created_at) \
         VALUES ('us_00000000000170008000000000000001', 'Anna', 'admin', 1)",
        "INSERT INTO tokens (id, hash, name, permissions, created_by, created_at) VALUES \
         ('tk_00000000000170008000000000000001', x'01', 'hers', '', 'anna', 1), \
         ('tk_00000000000170008000000000000002', x'02', 'nobody', '', 'the command line', 1)",
    ] {
        sqlx::query(step).execute(&pool).await.unwrap();
    }
    pool.close().await;
    let store = Store::open(dir.path()).await.unwrap();
    let anna = store.load_users().await.unwrap().remove(0).id;
    let tokens = store.load_tokens().await.unwrap();
    let users: Vec<_> = tokens.iter().map(|token| token.user).collect();
    assert_eq!(users, [Some(anna), None]);
}

#[tokio::test]
async fn a_data_directory_that_is_a_file_is_named_in_the_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = Store::open(file.path()).await.err().unwrap();
    assert!(matches!(error, StoreError::Folder { .. }), "{error}");
    assert!(error.to_string().contains(file.path().to_str().unwrap()));
}
