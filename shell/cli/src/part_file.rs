//! A file that has its name only when it is whole, and that only its owner can read.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, PersistError};

use crate::Failure;
use crate::backups::file_failed;

/// What was written is gone again when this is dropped, unless it was kept.
pub(crate) struct PartFile {
    part: NamedTempFile,
    whole: PathBuf,
}

impl PartFile {
    /// Begins a file beside the one that it will be.
    pub fn beside(whole: &Path) -> Result<Self, Failure> {
        let folder = whole
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let name = whole.file_name().unwrap_or_default();
        let mut prefix = name.to_owned();
        prefix.push(".");
        let mut named = Builder::new();
        // Seen by whoever looks for what a kill left behind.
        let part = named.prefix(&prefix).suffix(".part").tempfile_in(folder);
        Ok(Self {
            part: part.map_err(|error| file_failed(whole, &error))?,
            whole: whole.to_owned(),
        })
    }

    /// It is on the disk under its name when this returns; a file of that name is written over.
    pub fn keep(self) -> Result<(), Failure> {
        self.keep_by(|part, whole| part.persist(whole))
    }

    /// The same where there is no file of that name, which is left as it is.
    pub fn keep_beside_others(self) -> Result<(), Failure> {
        self.keep_by(|part, whole| part.persist_noclobber(whole))
    }

    fn keep_by(
        self,
        persist: impl FnOnce(NamedTempFile, &Path) -> Result<File, PersistError>,
    ) -> Result<(), Failure> {
        let whole = self.whole;
        let kept = self.part.as_file().sync_all();
        let kept = kept.and_then(|()| Ok(persist(self.part, &whole)?));
        kept.map(|_| ())
            .map_err(|error| file_failed(&whole, &error))
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.part.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.part.flush()
    }
}
