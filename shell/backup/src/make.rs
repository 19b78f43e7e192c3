//! Makes a backup of a data directory, also while a server uses it; keeps none.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use conclave_api::rfc3339;
use conclave_model::{UnixMillis, limits};
use conclave_store::{Store, look_over};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::BackupError;
use crate::contents::{DATABASE, FOLDERS, RECORDINGS, SETTINGS, Source, below};
use crate::disk::has_room;
use crate::manifest::{Entry, FORMAT, MANIFEST, Manifest, hex};
use crate::member::{END_BYTES, room, write_end, write_gap, write_head};

/// Whether recordings are in a backup: they are most of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recordings {
    With,
    Without,
}

/// A backup that is ready to be written.
///
/// It is a tar file without compression: sound is compressed already, its size is known before its
/// first byte, and nothing in it can grow when it is read.
#[derive(Debug)]
pub struct Backup {
    /// Gone when the backup is.
    _database: NamedTempFile,
    sources: Vec<Source>,
    /// With hashes of zeros until the files were read.
    manifest: Manifest,
}

impl Backup {
    /// Copies the database as it is at this moment into `scratch` and lists the files. `version` is
    /// that of the program, `now` is said in the manifest.
    ///
    /// # Errors
    /// When the directory cannot be read, the disk is full or the database fails.
    pub async fn prepare(
        store: &Store,
        scratch: &Path,
        recordings: Recordings,
        version: &str,
        now: UnixMillis,
    ) -> Result<Self, BackupError> {
        let database = NamedTempFile::with_prefix_in("backup-", scratch);
        let database = database.map_err(BackupError::disk)?;
        let database_bytes = store.dir().join(DATABASE).metadata();
        let database_bytes = database_bytes.map_err(BackupError::disk)?.len();
        has_room(scratch, database_bytes)?;
        store.copy_into(database.path()).await?;
        // What could not be restored is said now, and not when it is needed.
        look_over(database.path()).await?;
        let data = store.dir();
        let mut sources = vec![Source {
            from: database.path().to_owned(),
            held: None,
            name: DATABASE.to_owned(),
            bytes: database.path().metadata().map_err(BackupError::disk)?.len(),
        }];
        if let Ok(found) = data.join(SETTINGS).metadata() {
            sources.push(Source {
                from: data.join(SETTINGS),
                held: None,
                name: SETTINGS.to_owned(),
                bytes: found.len(),
            });
        }
        for folder in FOLDERS {
            below(data, folder, &mut sources)?;
        }
        if recordings == Recordings::With {
            below(data, RECORDINGS, &mut sources)?;
        }
        let files = sources.iter().map(|source| Entry {
            path: source.name.clone(),
            bytes: source.bytes,
            sha256: hex(&[0; 32]),
        });
        let manifest = Manifest {
            format: FORMAT,
            version: version.to_owned(),
            made_at: rfc3339(now),
            recordings: recordings == Recordings::With,
            files: files.collect(),
        };
        Ok(Self {
            _database: database,
            sources,
            manifest,
        })
    }

    /// How long the file will be.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let sources = self.sources.iter();
        let files: u64 = sources.map(|file| room(&file.name, file.bytes)).sum();
        let manifest = room(MANIFEST, text_of(&self.manifest).len() as u64);
        files + manifest + END_BYTES
    }

    /// How many files are in it.
    #[must_use]
    pub fn files(&self) -> usize {
        self.sources.len()
    }

    /// Writes it.
    ///
    /// # Errors
    /// When a file is gone or shorter than it was, or the output takes nothing more. What was
    /// written is then no backup: its manifest is missing.
    pub fn write(mut self, out: &mut impl Write) -> io::Result<()> {
        for (source, entry) in self.sources.iter().zip(&mut self.manifest.files) {
            entry.sha256 = write_file(out, source)?;
        }
        let text = text_of(&self.manifest);
        write_head(out, MANIFEST, text.len() as u64)?;
        out.write_all(&text)?;
        write_gap(out, text.len() as u64)?;
        write_end(out)?;
        out.flush()
    }
}

/// The hash of what was written.
fn write_file(out: &mut impl Write, source: &Source) -> io::Result<String> {
    let name = &source.name;
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{name}: {error}"));
    let opened;
    let mut file = match &source.held {
        Some(held) => held,
        None => {
            opened = File::open(&source.from).map_err(named)?;
            &opened
        }
    };
    write_head(out, name, source.bytes)?;
    let mut hash = Sha256::new();
    let mut left = source.bytes;
    let mut piece = vec![0; limits::BACKUP_PIECE_BYTES];
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
        let length = file.read(&mut piece[..most]).map_err(named)?;
        if length == 0 {
            let why = format!("{name} became shorter while it was read; try again");
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        hash.update(&piece[..length]);
        out.write_all(&piece[..length])?;
        left -= length as u64;
    }
    write_gap(out, source.bytes)?;
    Ok(hex(&hash.finalize()))
}

fn text_of(manifest: &Manifest) -> Vec<u8> {
    serde_json::to_vec_pretty(manifest).expect("texts and numbers are JSON")
}
