//! The data directory: private to its user, and used by one server at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::StoreError;

/// A data directory that nobody else uses while this lives; the system lets go of it even after a
/// kill.
#[derive(Debug)]
pub struct Claim {
    pub(crate) dir: PathBuf,
    _lock: File,
}

impl Claim {
    /// Makes the directory if need be, readable by nobody else, and claims it.
    ///
    /// # Errors
    /// When the directory cannot be used, or somebody else uses it.
    pub fn take(dir: &Path) -> Result<Claim, StoreError> {
        claim(dir)
    }

    /// The data directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

fn claim(dir: &Path) -> Result<Claim, StoreError> {
    let folder_error = |why| StoreError::Folder {
        path: dir.to_owned(),
        why,
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(folder_error)?;
    let lock = private_file(&dir.join("lock")).map_err(folder_error)?;
    match lock.try_lock() {
        Ok(()) => Ok(Claim {
            dir: dir.to_owned(),
            _lock: lock,
        }),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            path: dir.to_owned(),
        }),
        Err(TryLockError::Error(why)) => Err(folder_error(why)),
    }
}

/// Opens or makes a file that only its owner can read; SQLite gives its journals the same mode.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}
