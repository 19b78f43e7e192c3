//! Puts a checked backup in the place of what a data directory holds, and that aside; a crash in
//! the middle is made up for at the next start.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use tempfile::TempDir;

use crate::BackupError;
use crate::contents::{DATABASE, FOLDERS, RECORDINGS};

/// Where what was there before the last restore is kept, in the data directory.
pub const BEFORE: &str = "before-restore";

/// Takes a folder that is whole over as the one to be swapped in.
pub(crate) fn stage(folder: TempDir, data: &Path) -> Result<(), BackupError> {
    same_disk(data)?;
    let journal = fs::metadata(folder.path().join(JOURNALS[0]));
    if journal.is_ok_and(|journal| journal.len() > 0) {
        let why = io::Error::other("the restored database could not be closed");
        return Err(BackupError::Disk(why));
    }
    let restore = data.join(RESTORE);
    // What was staged before and not swapped in is not wanted any more.
    remove(&restore).map_err(BackupError::disk)?;
    fs::create_dir(&restore).map_err(BackupError::disk)?;
    fs::rename(folder.path(), restore.join(READY)).map_err(BackupError::disk)?;
    // There is nothing left to be taken away.
    let _ = folder.keep();
    sync(&restore)
        .and_then(|()| sync(data))
        .map_err(BackupError::disk)
}

/// Swaps in what was staged, if anything was; call it before the database is opened, by whoever
/// has claimed the directory. Whether something was restored.
///
/// # Errors
/// When the disk refuses; the next call goes on where this one stopped.
pub fn swap_in(data: &Path) -> Result<bool, BackupError> {
    swap(data).map_err(BackupError::disk)
}

fn swap(data: &Path) -> io::Result<bool> {
    let restore = data.join(RESTORE);
    let (ready, aside) = (restore.join(READY), restore.join(ASIDE));
    if ready.exists() {
        fs::create_dir_all(&aside)?;
        for item in ITEMS {
            // What is not there any more was swapped in before a crash.
            if ready.join(item).exists() {
                put_aside(data, &aside, item)?;
                fs::rename(ready.join(item), data.join(item))?;
            }
        }
        sync(data)?;
        remove(&ready)?;
    }
    let restored = aside.exists();
    if restored {
        remove(&data.join(BEFORE))?;
        fs::rename(&aside, data.join(BEFORE))?;
    }
    remove(&restore)?;
    sync(data)?;
    Ok(restored)
}

/// A database's journal goes with it: beside another one it would be played into that.
fn put_aside(data: &Path, aside: &Path, item: &str) -> io::Result<()> {
    let journals = if item == DATABASE {
        JOURNALS.as_slice()
    } else {
        &[]
    };
    for name in journals.iter().chain([&item]) {
        match fs::rename(data.join(name), aside.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// What cannot be renamed at the start would keep the server from starting.
fn same_disk(data: &Path) -> Result<(), BackupError> {
    let disk = |path: &Path| fs::symlink_metadata(path).map(|found| found.dev());
    let here = disk(data).map_err(BackupError::disk)?;
    for item in ITEMS {
        match disk(&data.join(item)) {
            Ok(there) if there != here => return Err(BackupError::OtherDisk(item.to_owned())),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

const ITEMS: [&str; 5] = [DATABASE, FOLDERS[0], FOLDERS[1], FOLDERS[2], RECORDINGS];
const JOURNALS: [&str; 2] = ["conclave.db-wal", "conclave.db-shm"];
/// Below the data directory while something waits to be swapped in.
const RESTORE: &str = "restore";
/// The new, whole.
const READY: &str = "ready";
/// The old, as far as it was moved.
const ASIDE: &str = "aside";

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    fn staged() -> TempDir {
        let data = tempfile::tempdir().expect("a directory");
        write(&data.path().join(DATABASE), "old");
        write(&data.path().join("conclave.db-wal"), "old journal");
        write(&data.path().join("playlists/jazz/one.ogg"), "old");
        write(&data.path().join("recordings/re_1/sound.ogg"), "old");
        let new = TempDir::new_in(data.path()).expect("a directory");
        write(&new.path().join(DATABASE), "new");
        fs::create_dir(new.path().join("playlists")).expect("a folder");
        fs::create_dir(new.path().join("prompts")).expect("a folder");
        fs::create_dir(new.path().join("sounds")).expect("a folder");
        stage(new, data.path()).expect("staged");
        data
    }

    fn read(data: &TempDir, name: &str) -> Option<String> {
        fs::read_to_string(data.path().join(name)).ok()
    }

    fn is_restored(data: &TempDir) {
        assert_eq!(read(data, DATABASE).as_deref(), Some("new"));
        assert_eq!(read(data, "conclave.db-wal"), None);
        assert_eq!(read(data, "playlists/jazz/one.ogg"), None);
        let kept = read(data, "recordings/re_1/sound.ogg");
        assert_eq!(kept.as_deref(), Some("old"), "not in the backup");
        assert!(!data.path().join(RESTORE).exists());
        for name in [DATABASE, "playlists/jazz/one.ogg"] {
            let before = read(data, &format!("{BEFORE}/{name}"));
            assert_eq!(before.as_deref(), Some("old"), "{name}");
        }
        let journal = read(data, &format!("{BEFORE}/conclave.db-wal"));
        assert_eq!(journal.as_deref(), Some("old journal"));
    }

    #[test]
    fn the_new_is_swapped_in_once_and_the_old_is_kept() {
        let data = staged();
        assert!(swap_in(data.path()).expect("swapped"));
        is_restored(&data);
        assert!(!swap_in(data.path()).expect("nothing to do"));
        is_restored(&data);
    }

    #[test]
    fn a_crash_at_any_step_is_made_up_for() {
        // What had happened until the crash, each with what happened before it.
        let steps: [fn(&Path, &Path) -> io::Result<()>; 5] = [
            |_, restore| fs::create_dir(restore.join(ASIDE)),
            |data, restore| put_aside(data, &restore.join(ASIDE), DATABASE),
            |data, restore| fs::rename(restore.join("ready/conclave.db"), data.join(DATABASE)),
            |data, restore| put_aside(data, &restore.join(ASIDE), "playlists"),
            |data, restore| fs::rename(restore.join("ready/playlists"), data.join("playlists")),
        ];
        for count in 0..=steps.len() {
            let data = staged();
            write(
                &data.path().join(BEFORE).join(DATABASE),
                "of an earlier restore",
            );
            for step in &steps[..count] {
                step(data.path(), &data.path().join(RESTORE)).expect("a step");
            }
            assert!(swap_in(data.path()).expect("swapped"), "{count}");
            is_restored(&data);
        }
    }

    #[test]
    fn half_a_stage_is_no_restore() {
        let data = tempfile::tempdir().expect("a directory");
        write(&data.path().join(DATABASE), "old");
        fs::create_dir(data.path().join(RESTORE)).expect("a folder");
        assert!(!swap_in(data.path()).expect("nothing to do"));
        assert_eq!(read(&data, DATABASE).as_deref(), Some("old"));
        assert!(!data.path().join(BEFORE).exists());
    }
}
