//! Unpacks a backup and compares every file with the manifest; trusts no name in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use conclave_model::limits;
use sha2::{Digest, Sha256};
use tar::{Archive, EntryType};

use crate::BackupError;
use crate::contents::{DATABASE, DEPTH, FOLDERS, RECORDINGS, may_be_in};
use crate::manifest::{Entry, FORMAT, MANIFEST, Manifest, hex};
use crate::member::read_long_name;

/// Unpacks into an empty folder. Every folder that the backup replaces is there afterwards, also
/// when nothing is in it.
///
/// # Errors
/// What is wrong with it. What was unpacked until then stays: use a folder of its own.
pub(crate) fn unpack(backup: impl Read, into: &Path) -> Result<Manifest, BackupError> {
    let mut archive = Archive::new(backup);
    let mut found = BTreeMap::new();
    let mut long_name = None;
    // Raw: a name of a gigabyte, or a file with holes, is not looked at before we say so.
    let entries = archive.entries().map_err(BackupError::Unreadable)?;
    for entry in entries.raw(true) {
        let mut entry = entry.map_err(BackupError::Unreadable)?;
        let kind = entry.header().entry_type();
        if kind == EntryType::GNULongName && long_name.is_none() {
            long_name = Some(read_long_name(&mut entry)?);
            continue;
        }
        let short = || String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let name = long_name.take().unwrap_or_else(short);
        if kind != EntryType::Regular {
            return Err(BackupError::Strange(shown(&name)));
        }
        if name == MANIFEST {
            let manifest = read_manifest(&mut entry)?;
            compare(&manifest, &found)?;
            make_folders(&manifest, into)?;
            sync(into, DEPTH).map_err(BackupError::disk)?;
            return Ok(manifest);
        }
        if !may_be_in(&name) || found.contains_key(&name) {
            return Err(BackupError::Strange(shown(&name)));
        }
        if found.len() >= limits::BACKUP_FILES {
            return Err(BackupError::TooManyFiles);
        }
        // Something else is a folder there, or a file where this has its folder.
        let at = into.join(&name);
        if at.exists() || at.ancestors().skip(1).any(Path::is_file) {
            return Err(BackupError::Strange(shown(&name)));
        }
        let (bytes, sha256) = keep(&mut entry, &at)?;
        let path = name.clone();
        found.insert(
            name,
            Entry {
                path,
                bytes,
                sha256,
            },
        );
    }
    Err(BackupError::NoManifest)
}

/// Writes one file that only its owner can read; its length and hash.
fn keep(content: &mut impl Read, path: &Path) -> Result<(u64, String), BackupError> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(path).map_err(BackupError::disk)?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut piece = vec![0; limits::BACKUP_PIECE_BYTES];
    loop {
        let length = content.read(&mut piece).map_err(BackupError::Unreadable)?;
        if length == 0 {
            break;
        }
        hash.update(&piece[..length]);
        file.write_all(&piece[..length])
            .map_err(BackupError::disk)?;
        bytes += length as u64;
    }
    file.sync_all().map_err(BackupError::disk)?;
    Ok((bytes, hex(&hash.finalize())))
}

fn read_manifest(content: &mut impl Read) -> Result<Manifest, BackupError> {
    let mut text = Vec::new();
    let read = content
        .take(limits::BACKUP_MANIFEST_BYTES)
        .read_to_end(&mut text);
    read.map_err(BackupError::Unreadable)?;
    // Of a newer format nothing but its number may be known.
    let format = serde_json::from_slice::<Format>(&text);
    let format = format.map_err(|_| BackupError::NoManifest)?.format;
    if format > FORMAT {
        return Err(BackupError::NewerFormat(format));
    }
    serde_json::from_slice(&text).map_err(|_| BackupError::NoManifest)
}

#[derive(serde::Deserialize)]
struct Format {
    format: u32,
}

fn compare(manifest: &Manifest, found: &BTreeMap<String, Entry>) -> Result<(), BackupError> {
    for file in &manifest.files {
        if found.get(&file.path) != Some(file) {
            return Err(BackupError::Damaged(shown(&file.path)));
        }
    }
    let listed: BTreeSet<_> = manifest.files.iter().map(|file| &file.path).collect();
    if let Some(extra) = found.keys().find(|name| !listed.contains(name)) {
        return Err(BackupError::Strange(shown(extra)));
    }
    if !found.contains_key(DATABASE) {
        return Err(BackupError::NoDatabase);
    }
    Ok(())
}

fn make_folders(manifest: &Manifest, into: &Path) -> Result<(), BackupError> {
    for folder in FOLDERS {
        private_folder(&into.join(folder))?;
    }
    if manifest.recordings {
        private_folder(&into.join(RECORDINGS))?;
    } else if into.join(RECORDINGS).exists() {
        return Err(BackupError::Strange(RECORDINGS.to_owned()));
    }
    Ok(())
}

/// Every folder is on the disk: the files in them are.
fn sync(folder: &Path, depth: usize) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if depth > 0 && entry.file_type()?.is_dir() {
            sync(&entry.path(), depth - 1)?;
        }
    }
    File::open(folder)?.sync_all()
}

fn private_folder(path: &Path) -> Result<(), BackupError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(path).map_err(BackupError::disk)
}

/// A hostile name is not repeated whole.
fn shown(name: &str) -> String {
    name.chars().take(120).collect()
}
