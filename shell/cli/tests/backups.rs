//! `conclave backup` and `conclave restore` as they are typed, against the web face of a server.

#![allow(clippy::unwrap_used)] // A test may fail.

#[path = "../../web/tests/common/mod.rs"]
mod common;
mod typing;

use std::os::unix::fs::PermissionsExt;

use conclave_cli::Exit;
use serde_json::Value;
use typing::{exit, open_server, typed};

#[tokio::test]
async fn a_backup_is_written_for_its_owner_alone_and_looked_over() {
    let server = open_server().await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("monday.conclave-backup");
    std::fs::write(&file, "of last week").unwrap();
    let shown = file.display();
    let said = typed(&server, &format!("backup {shown}")).await.unwrap();
    assert!(said.contains("PINs and the hashes of passwords"), "{said}");
    let found = file.metadata().unwrap();
    assert_eq!(found.permissions().mode() & 0o777, 0o600);
    assert!(said.contains(&format!("({} bytes)", found.len())), "{said}");
    assert_eq!(dir.path().read_dir().unwrap().count(), 1, "no part is left");

    let checked = typed(&server, &format!("restore --check {shown}")).await;
    let checked = checked.unwrap();
    assert!(checked.contains("rooms             0\n"), "{checked}");
    assert!(
        checked.ends_with("it can be restored; nothing was changed\n"),
        "{checked}"
    );
    let json = typed(&server, &format!("-o json restore --check {shown}")).await;
    let json: Value = serde_json::from_str(&json.unwrap()).unwrap();
    assert_eq!(json["state"], "checked");
}

#[tokio::test]
async fn what_cannot_be_restored_says_why() {
    let server = open_server().await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("monday.conclave-backup");
    let shown = file.display();
    assert_eq!(
        exit(&server, &format!("restore {shown}")).await,
        Exit::Failed
    );
    typed(&server, &format!("backup {shown}")).await.unwrap();
    // The brain of these tests counts three calls.
    assert_eq!(
        exit(&server, &format!("restore {shown}")).await,
        Exit::Conflict
    );
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(
        exit(&server, &format!("restore --force {shown}")).await,
        Exit::Refused
    );
    let nowhere = dir.path().join("nowhere/file");
    let ended = exit(&server, &format!("backup {}", nowhere.display())).await;
    assert_eq!(ended, Exit::Failed);
}
