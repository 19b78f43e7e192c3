//! A file that has its name only when it is whole, and that only its owner can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::backups::file_failed;

/// What was written is gone again when this is dropped, unless it was kept.
pub(crate) struct PartFile {
    file: File,
    part: PathBuf,
    whole: PathBuf,
}

impl PartFile {
    /// Begins a file beside the one that it will be.
    pub fn beside(whole: &Path) -> Result<Self, Failure> {
        let mut part = whole.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let file = options.open(&part);
        Ok(Self {
            file: file.map_err(|error| file_failed(&part, &error))?,
            part,
            whole: whole.to_owned(),
        })
    }

    /// It is on the disk under its name when this returns.
    pub fn keep(self) -> Result<(), Failure> {
        let kept = self.file.sync_all();
        let kept = kept.and_then(|()| fs::rename(&self.part, &self.whole));
        kept.map_err(|error| file_failed(&self.whole, &error))
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        // Renamed already, if it was kept.
        let _ = fs::remove_file(&self.part);
    }
}
