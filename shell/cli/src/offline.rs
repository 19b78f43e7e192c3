//! Progress and words of backups where no server runs; makes and restores none.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use conclave_api::RestoreView;

use crate::backups::{file_failed, show, told};
use crate::client::file_name;
use crate::output::Output;
use crate::part_file::PartFile;
use crate::progress::{Progress, Way};
use crate::{Failure, Format};

/// Shows a backup being made or restored.
pub struct Offline<'a> {
    output: Output<'a>,
}

impl<'a> Offline<'a> {
    #[must_use]
    pub fn new(format: Format, out: &'a mut (dyn Write + Send)) -> Self {
        let output = Output { format, out };
        Self { output }
    }

    /// Writes a file by `write`, which is given where to, and replaces `path` by it when it is
    /// whole; `bytes` is how long it will be.
    ///
    /// # Errors
    /// What `write` failed with, and what the disk refuses.
    pub fn write(
        &mut self,
        path: &Path,
        bytes: u64,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let mut file = PartFile::beside(path)?;
        let mut counted = Counted {
            inner: &mut file,
            progress: Progress::of(file_name(path)?, Some(bytes), self.output.format, Way::Down),
        };
        let written = write(&mut counted);
        drop(counted);
        written.map_err(|error| file_failed(path, &error))?;
        file.keep()?;
        told(path, bytes, &mut self.output)
    }

    /// Opens a file whose reading is shown.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(&self, path: &Path) -> Result<impl Read + use<>, Failure> {
        let file = File::open(path).map_err(|error| file_failed(path, &error))?;
        let length = file.metadata().ok().map(|found| found.len());
        Ok(Counted {
            inner: file,
            progress: Progress::of(file_name(path)?, length, self.output.format, Way::Up),
        })
    }

    /// Says what became of a backup.
    ///
    /// # Errors
    /// When standard output takes nothing.
    pub fn show(&mut self, view: &RestoreView) -> Result<(), Failure> {
        show(view, &mut self.output)
    }
}

/// Passes bytes on and shows how many.
struct Counted<T> {
    inner: T,
    progress: Progress,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.inner.write(bytes)?;
        self.progress.advance(length as u64);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(bytes)?;
        self.progress.advance(length as u64);
        Ok(length)
    }
}

impl<T> Drop for Counted<T> {
    fn drop(&mut self) {
        self.progress.end();
    }
}
