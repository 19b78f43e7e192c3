//! Which files of a data directory are in a backup, and under which names; reads none of them.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};

use conclave_model::limits;

use crate::BackupError;

pub(crate) const DATABASE: &str = "conclave.db";
/// Says where this machine listens: in the backup, but put in place only where there is none.
pub const SETTINGS: &str = "conclave.toml";
/// Always replaced as a whole.
pub(crate) const FOLDERS: [&str; 3] = ["playlists", "prompts", "sounds"];
/// In a backup only when asked for.
pub(crate) const RECORDINGS: &str = "recordings";

/// A file on the disk and its name in the backup.
#[derive(Debug)]
pub(crate) struct Source {
    pub from: PathBuf,
    /// Of a file that was changed lately, because another may take its place under its name: the
    /// drawing of a recording that is being made does so every minute.
    pub held: Option<File>,
    pub name: String,
    /// As long as it was when it was found: a file that grows is taken up to there.
    pub bytes: u64,
}

/// Every file below the folder `name` of `data`; a folder that is not there is empty.
///
/// Links are followed: music that an operator linked to is to sound on the next machine, too.
pub(crate) fn below(data: &Path, name: &str, into: &mut Vec<Source>) -> Result<(), BackupError> {
    let mut to_hold = limits::BACKUP_HELD;
    folder(&data.join(name), name, 1, &mut to_hold, into)
}

fn folder(
    from: &Path,
    name: &str,
    depth: usize,
    to_hold: &mut usize,
    into: &mut Vec<Source>,
) -> Result<(), BackupError> {
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(BackupError::disk(error)),
    };
    let entries = entries.collect::<io::Result<Vec<_>>>();
    let mut entries = entries.map_err(BackupError::disk)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let Ok(inner) = entry.file_name().into_string() else {
            continue;
        };
        // Being written, and gone before it is read.
        if name.starts_with(RECORDINGS) && inner.starts_with('.') {
            continue;
        }
        let name = format!("{name}/{inner}");
        // Gone since, or a link to nowhere: not there.
        let Ok(found) = fs::metadata(entry.path()) else {
            continue;
        };
        if found.is_dir() && depth < DEPTH {
            folder(&entry.path(), &name, depth + 1, to_hold, into)?;
        } else if found.is_file() && may_be_in(&name) {
            if into.len() >= limits::BACKUP_FILES {
                return Err(BackupError::TooManyFiles);
            }
            into.push(source(entry.path(), name, &found, to_hold)?);
        }
    }
    Ok(())
}

fn source(
    from: PathBuf,
    name: String,
    found: &Metadata,
    to_hold: &mut usize,
) -> Result<Source, BackupError> {
    let age = found.modified().ok().and_then(|at| at.elapsed().ok());
    // Without an age it is of the future, or as new.
    let is_new = age.is_none_or(|age| age < limits::BACKUP_LATELY);
    let held = if is_new && *to_hold > 0 {
        *to_hold -= 1;
        Some(File::open(&from).map_err(BackupError::disk)?)
    } else {
        None
    };
    let bytes = match &held {
        Some(file) => file.metadata().map_err(BackupError::disk)?.len(),
        None => found.len(),
    };
    Ok(Source {
        from,
        held,
        name,
        bytes,
    })
}

/// Whether a name leads to a file that a backup has, and nowhere else.
pub(crate) fn may_be_in(name: &str) -> bool {
    if name == DATABASE || name == SETTINGS {
        return true;
    }
    let mut parts = Path::new(name).components();
    let Some(Component::Normal(first)) = parts.next() else {
        return false;
    };
    let known = FOLDERS.iter().chain([&RECORDINGS]).any(|one| first == *one);
    let inside = parts.all(|part| matches!(part, Component::Normal(_)));
    let depth = name.split('/').count();
    let plain = name.split('/').all(|part| !matches!(part, "" | "."));
    let odd = |c: char| c.is_control() || c == '\\';
    known && inside && plain && depth > 1 && depth <= DEPTH + 1 && fits(name) && !name.contains(odd)
}

fn fits(name: &str) -> bool {
    let part = name.split('/').map(str::len).max().unwrap_or(0);
    name.len() <= limits::BACKUP_PATH_BYTES && part <= PART_BYTES
}

/// As long as a name may be on Linux (`NAME_MAX`).
const PART_BYTES: usize = 255;

/// `playlists/NAME/TRACK`, `recordings/ID/FILE`.
pub(crate) const DEPTH: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        for name in [
            "../conclave.db",
            "/etc/passwd",
            "playlists/../../x",
            "playlists/./x",
            "playlists//x",
            "playlists/..\\x",
            "playlists",
            "playlists/",
            "playlists/a/b/c",
            "playlists/a\nb",
            "recordings2/x",
            "token",
            "lock",
            "conclave.db-wal",
            "",
        ] {
            assert!(!may_be_in(name), "{name}");
        }
        assert!(may_be_in(&format!("prompts/{}", "a".repeat(255))));
        assert!(!may_be_in(&format!("prompts/{}", "a".repeat(256))));
        for name in [
            "conclave.db",
            "conclave.toml",
            "prompts/x",
            "playlists/jazz/one.ogg",
        ] {
            assert!(may_be_in(name), "{name}");
        }
    }

    #[test]
    fn links_are_followed_and_rounds_end() {
        let data = tempfile::tempdir().expect("a directory");
        let elsewhere = tempfile::tempdir().expect("a directory");
        fs::write(elsewhere.path().join("one.ogg"), b"12345").expect("written");
        fs::create_dir_all(data.path().join("playlists/round")).expect("a folder");
        let link = |to: &Path, name: &str| {
            let at = data.path().join("playlists").join(name);
            std::os::unix::fs::symlink(to, at).expect("a link");
        };
        link(elsewhere.path(), "jazz");
        link(Path::new("/nowhere/at/all"), "gone");
        link(&data.path().join("playlists"), "round/again");
        let mut found = Vec::new();
        below(data.path(), "playlists", &mut found).expect("readable");
        let names: Vec<_> = found
            .iter()
            .map(|file| (file.name.as_str(), file.bytes))
            .collect();
        assert_eq!(names, [("playlists/jazz/one.ogg", 5)]);
        below(data.path(), "nothing", &mut found).expect("an empty folder");
        assert_eq!(found.len(), 1);
    }
}
