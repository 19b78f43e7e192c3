//! A file that has its name only when it is whole, and that only its owner can read.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

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
        let part = NamedTempFile::with_prefix_in(".conclave-backup-", folder);
        Ok(Self {
            part: part.map_err(|error| file_failed(whole, &error))?,
            whole: whole.to_owned(),
        })
    }

    /// It is on the disk under its name when this returns.
    pub fn keep(self) -> Result<(), Failure> {
        let whole = self.whole;
        let kept = self.part.as_file().sync_all();
        let kept = kept.and_then(|()| Ok(self.part.persist(&whole)?));
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
