//! The inputs that are kept in files, a folder for each target; damages none.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Failure, Target};

/// The folder with one folder for each target.
#[derive(Clone, Debug)]
pub struct Corpus(PathBuf);

/// A file or folder of the corpus cannot be used.
#[derive(Debug)]
pub struct CorpusError(String);

impl std::fmt::Display for CorpusError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CorpusError {}

impl Corpus {
    /// The one that is kept with this crate.
    #[must_use]
    pub fn kept() -> Self {
        Self(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"))
    }

    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// In the order of their names.
    ///
    /// # Errors
    /// A file cannot be read, or there is none.
    pub fn of(&self, target: &Target) -> Result<Vec<Vec<u8>>, CorpusError> {
        let folder = self.0.join(target.name);
        let said = |error: std::io::Error| CorpusError(format!("{}: {error}", folder.display()));
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder).map_err(said)? {
            files.push(entry.map_err(said)?.path());
        }
        files.sort();
        if files.is_empty() {
            let nothing = format!("{}: there is no input in it", folder.display());
            return Err(CorpusError(nothing));
        }
        files
            .iter()
            .map(|file| {
                fs::read(file).map_err(|error| CorpusError(format!("{}: {error}", file.display())))
            })
            .collect()
    }

    /// Keeps an input under a name.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep(&self, target: &str, name: &str, input: &[u8]) -> Result<PathBuf, CorpusError> {
        let folder = self.0.join(target);
        let file = folder.join(name);
        let said = |error: std::io::Error| CorpusError(format!("{}: {error}", file.display()));
        fs::create_dir_all(&folder).map_err(said)?;
        fs::write(&file, input).map_err(said)?;
        Ok(file)
    }

    /// A failing input is tried first from now on.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_failure(&self, failure: &Failure) -> Result<PathBuf, CorpusError> {
        self.keep(failure.target, &failure.file_name(), &failure.input)
    }
}
