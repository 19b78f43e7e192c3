//! A data directory goes into a file and comes back, and a file that is none is refused.

#![allow(clippy::unwrap_used)] // A test may fail.

use std::fs;
use std::io::Write;
use std::path::Path;

use conclave_backup::{Backup, BackupError, Manifest, Recordings, check, swap_in};
use conclave_model::confbridge::MenuName;
use conclave_model::{Chance, RoomId, RoomLanguage, RoomRecord, UnixMillis};
use conclave_store::{AuditRow, Store};
use tar::{Builder, EntryType, Header};
use tempfile::TempDir;

fn room(extension: &str) -> RoomRecord {
    RoomRecord {
        id: RoomId::mint(UnixMillis(1), &mut Chance::from_seed([1; 32])),
        title: "Standup".parse().unwrap(),
        extension: extension.parse().unwrap(),
        message: true,
        music: None,
        pin: Some("627184".parse().unwrap()),
        more_pins: conclave_model::MorePins {
            moderator: Some("4711".parse().unwrap()),
            personal: conclave_model::MorePins::read_personal("member 98127 Anna").unwrap(),
        },
        language: RoomLanguage::Auto,
        options: String::new(),
        user_options: String::new(),
        keypad: MenuName::standard(),
        moderator_keypad: MenuName::standard(),
        created_at: UnixMillis(1),
        version: 1,
    }
}

fn line() -> AuditRow {
    AuditRow {
        id: 0,
        at: UnixMillis(9),
        actor: "machine".to_owned(),
        name: "the command line".to_owned(),
        address: None,
        action: "system.restored".to_owned(),
        object: "backup".to_owned(),
        detail: String::new(),
    }
}

/// A data directory with a room, a track with a long name, a replaced prompt and a recording.
async fn data() -> (TempDir, Store) {
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(data.path()).await.unwrap();
    store.put_room(&room("801")).await.unwrap();
    write(
        data.path(),
        &format!("playlists/jazz/{}.ogg", "long-".repeat(22)),
        &[7; 70_000],
    );
    write(data.path(), "playlists/jazz/.order", b"one");
    write(data.path(), "playlists/jazz/empty.ogg", b"");
    write(data.path(), "prompts/en/pin-please", b"say it");
    write(data.path(), "sounds/gong", b"strike it");
    write(data.path(), "recordings/re_1/sound.ogg", &[1; 512]);
    write(data.path(), "conclave.toml", b"language = \"de\"");
    write(data.path(), "token", b"secret of this machine");
    (data, store)
}

fn write(data: &Path, name: &str, content: &[u8]) {
    fs::create_dir_all(data.join(name).parent().unwrap()).unwrap();
    fs::write(data.join(name), content).unwrap();
}

async fn made(store: &Store, recordings: Recordings) -> Vec<u8> {
    let scratch = tempfile::tempdir().unwrap();
    let at = UnixMillis(1_700_000_000_000);
    let backup = Backup::prepare(store, scratch.path(), recordings, "0.1.0", at);
    let backup = backup.await.unwrap();
    let length = backup.bytes();
    let mut bytes = Vec::new();
    backup.write(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, length, "the length was told before");
    assert_eq!(scratch.path().read_dir().unwrap().count(), 0);
    bytes
}

async fn refused(bytes: &[u8]) -> BackupError {
    let scratch = tempfile::tempdir().unwrap();
    let error = check(bytes, scratch.path()).await.unwrap_err();
    assert!(error.is_of_the_file(), "{error:?}");
    assert_eq!(scratch.path().read_dir().unwrap().count(), 0, "{error}");
    error
}

#[tokio::test]
async fn what_was_backed_up_comes_back_and_nothing_else() {
    let (old, store) = data().await;
    let bytes = made(&store, Recordings::Without).await;
    store.delete_room(room("801").id).await.unwrap();
    write(old.path(), "playlists/new/two.ogg", b"new");
    store.close().await;

    let checked = check(bytes.as_slice(), old.path()).await.unwrap();
    let view = checked.view().clone();
    assert_eq!((view.rooms, view.users, view.prompts), (1, 0, 1));
    assert_eq!(view.sounds, 1);
    assert_eq!((view.playlists, view.tracks, view.recordings), (1, 2, None));
    assert_eq!(view.made_at, "2023-11-14T22:13:20.000Z");
    assert!(!checked.put_settings(old.path()).unwrap(), "there is one");
    checked.stage(old.path(), &line()).await.unwrap();
    assert!(!old.path().join("playlists/jazz/two.ogg").exists());
    assert!(
        old.path().join("playlists/new").exists(),
        "nothing was changed yet"
    );
    assert!(swap_in(old.path()).unwrap());

    let store = Store::open(old.path()).await.unwrap();
    let rooms = store.load_rooms().await.unwrap();
    assert_eq!(rooms, [room("801")], "with its PIN");
    let audit = store.audit(None, Some("backup"), 9).await.unwrap();
    assert_eq!(audit[0].action, "system.restored");
    let long = format!("playlists/jazz/{}.ogg", "long-".repeat(22));
    assert_eq!(fs::read(old.path().join(long)).unwrap().len(), 70_000);
    let read = |name: &str| fs::read(old.path().join(name)).ok();
    assert_eq!(read("playlists/jazz/.order").as_deref(), Some(&b"one"[..]));
    assert_eq!(read("playlists/new/two.ogg"), None);
    assert!(read("before-restore/playlists/new/two.ogg").is_some());
    assert!(read("recordings/re_1/sound.ogg").is_some(), "stays");
    assert_eq!(
        read("token").as_deref(),
        Some(&b"secret of this machine"[..])
    );
}

#[tokio::test]
async fn a_new_machine_gets_all_of_it_but_not_the_token() {
    let (_old, store) = data().await;
    let bytes = made(&store, Recordings::With).await;
    let new = tempfile::tempdir().unwrap();
    let checked = check(bytes.as_slice(), new.path()).await.unwrap();
    assert_eq!(checked.view().recordings, Some(1));
    assert!(checked.put_settings(new.path()).unwrap());
    checked.stage(new.path(), &line()).await.unwrap();
    swap_in(new.path()).unwrap();
    assert!(new.path().join("recordings/re_1/sound.ogg").exists());
    assert!(new.path().join("conclave.toml").exists());
    assert!(!new.path().join("token").exists());
    let store = Store::open(new.path()).await.unwrap();
    assert_eq!(store.load_rooms().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_drawing_that_is_renewed_meanwhile_is_the_one_of_the_beginning() {
    let (data, store) = data().await;
    write(data.path(), "recordings/re_1/waveform.json", b"[1, 2]");
    write(data.path(), "recordings/re_1/.waveform", b"[1");
    let scratch = tempfile::tempdir().unwrap();
    let backup = Backup::prepare(
        &store,
        scratch.path(),
        Recordings::With,
        "0.1.0",
        UnixMillis(1),
    );
    let backup = backup.await.unwrap();
    write(data.path(), "next", b"[]");
    let drawing = data.path().join("recordings/re_1/waveform.json");
    fs::rename(data.path().join("next"), drawing).unwrap();
    fs::remove_file(data.path().join("recordings/re_1/.waveform")).unwrap();
    let mut bytes = Vec::new();
    backup.write(&mut bytes).unwrap();
    let new = tempfile::tempdir().unwrap();
    let checked = check(bytes.as_slice(), new.path()).await.unwrap();
    checked.stage(new.path(), &line()).await.unwrap();
    swap_in(new.path()).unwrap();
    let drawing = fs::read(new.path().join("recordings/re_1/waveform.json"));
    assert_eq!(drawing.unwrap(), b"[1, 2]");
    assert!(!new.path().join("recordings/re_1/.waveform").exists());
}

#[tokio::test]
async fn a_part_of_a_backup_is_refused() {
    let (_data, store) = data().await;
    let bytes = made(&store, Recordings::Without).await;
    for length in [0, 10, 512, 1_024, bytes.len() / 2, bytes.len() - 2_000] {
        refused(&bytes[..length]).await;
    }
    refused(b"no backup at all").await;
    assert!(matches!(
        refused(&[0; 4_096]).await,
        BackupError::NoManifest
    ));
}

#[tokio::test]
async fn a_single_changed_byte_is_found() {
    let (_data, store) = data().await;
    let bytes = made(&store, Recordings::Without).await;
    let sound = bytes.windows(64).position(|part| part == [7; 64]).unwrap();
    for at in [600, sound, bytes.len() / 3] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        refused(&damaged).await;
    }
}

/// A tar file of these members, and a manifest that lists what it is given.
fn hostile(members: &[(&str, EntryType, &[u8])], manifest: &Manifest) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    let text = serde_json::to_vec(manifest).unwrap();
    let last = ("manifest.json", EntryType::Regular, text.as_slice());
    for (name, kind, content) in members.iter().chain([&last]) {
        let mut head = Header::new_gnu();
        // As it is: the library itself would refuse to write some of these names.
        head.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        head.set_entry_type(*kind);
        head.set_size(content.len() as u64);
        if *kind == EntryType::Symlink {
            head.set_link_name("/etc").unwrap();
        }
        head.set_cksum();
        builder.append(&head, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn manifest(format: u32) -> Manifest {
    Manifest {
        format,
        version: "9.9.9".to_owned(),
        made_at: "2026-11-05T09:30:00.000Z".to_owned(),
        recordings: false,
        files: Vec::new(),
    }
}

#[tokio::test]
async fn what_leads_out_of_the_directory_is_refused() {
    use EntryType::{Directory, GNUSparse, Link, Regular, Symlink, XHeader};
    let dir = tempfile::tempdir().unwrap();
    for (name, kind) in [
        ("../outside", Regular),
        ("/tmp/outside", Regular),
        ("playlists/../../outside", Regular),
        ("playlists/a", Symlink),
        ("playlists/a", Link),
        ("playlists/a", Directory),
        ("playlists/a", GNUSparse),
        ("playlists/a", XHeader),
        ("token", Regular),
        ("conclave.db-wal", Regular),
        ("recordings/a/b/c", Regular),
    ] {
        let bytes = hostile(&[(name, kind, b"x")], &manifest(1));
        let error = refused(&bytes).await;
        assert!(matches!(error, BackupError::Strange(_)), "{name}: {error}");
    }
    let twice = [
        ("prompts/a", Regular, &b"x"[..]),
        ("prompts/a", Regular, b"y"),
    ];
    let error = refused(&hostile(&twice, &manifest(1))).await;
    assert!(matches!(error, BackupError::Strange(_)), "{error}");
    for twisted in [
        [
            ("prompts/a", Regular, &b"x"[..]),
            ("prompts/a/b", Regular, b"y"),
        ],
        [("prompts/a/b", Regular, b"y"), ("prompts/a", Regular, b"x")],
    ] {
        let error = refused(&hostile(&twisted, &manifest(1))).await;
        assert!(matches!(error, BackupError::Strange(_)), "{error}");
    }
    let unlisted = [("prompts/a", Regular, &b"x"[..])];
    let error = refused(&hostile(&unlisted, &manifest(1))).await;
    assert!(matches!(error, BackupError::Strange(_)), "{error}");
    assert_eq!(dir.path().read_dir().unwrap().count(), 0);
}

#[tokio::test]
async fn a_name_of_a_megabyte_is_not_taken_in() {
    let long = vec![b'a'; 1_000_000];
    let members = [("././@LongLink", EntryType::GNULongName, long.as_slice())];
    let mut bytes = hostile(&members, &manifest(1));
    let file = hostile(&[("x", EntryType::Regular, b"x")], &manifest(1));
    bytes.truncate(512 + 1_000_448);
    bytes.write_all(&file).unwrap();
    let error = refused(&bytes).await;
    let BackupError::Strange(name) = error else {
        panic!("{error}");
    };
    assert!(name.len() < 200, "{}", name.len());
}

#[tokio::test]
async fn a_newer_or_empty_or_foreign_one_is_refused_in_words() {
    let newer = refused(&hostile(&[], &manifest(2))).await;
    assert!(newer.to_string().contains("newer version"), "{newer}");
    let empty = refused(&hostile(&[], &manifest(1))).await;
    assert!(empty.to_string().contains("no database"), "{empty}");

    let text =
        b"no database at all, but a text that is long enough to be looked at: it goes on and \
                 on, for a hundred bytes and more.";
    let foreign = refused(&with_database(text)).await;
    assert!(
        matches!(foreign, BackupError::DamagedDatabase(_)),
        "{foreign:?}"
    );
    let nothing = refused(&with_database(b"")).await;
    assert!(
        nothing.to_string().contains("no database of Conclave"),
        "{nothing}"
    );
}

#[tokio::test]
async fn a_database_with_something_of_somebody_elses_is_refused() {
    let (data, store) = data().await;
    let copy = data.path().join("copy");
    store.copy_into(&copy).await.unwrap();
    let ours = fs::read(copy).unwrap();
    let view = check(with_database(&ours).as_slice(), data.path()).await;
    assert_eq!(view.unwrap().view().rooms, 1);
    let (index, other) = (b"ON calls (room, id)", b"ON calls (id, room)");
    let at = ours.windows(index.len()).position(|part| part == index);
    let mut theirs = ours.clone();
    theirs[at.unwrap()..][..other.len()].copy_from_slice(other);
    let error = refused(&with_database(&theirs)).await;
    assert!(error.to_string().contains("calls_by_room"), "{error}");
}

/// A backup with this database and nothing else.
fn with_database(database: &[u8]) -> Vec<u8> {
    let mut listed = manifest(1);
    listed.files.push(conclave_backup::Entry {
        path: "conclave.db".to_owned(),
        bytes: database.len() as u64,
        sha256: sha256(database),
    });
    hostile(&[("conclave.db", EntryType::Regular, database)], &listed)
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    let hash = sha2::Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
