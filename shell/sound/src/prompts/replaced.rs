//! Sounds in the place of single prompts, a file for each; decodes them, and knows no sentence.

use std::fs;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use conclave_contract::Clip;
use conclave_model::{Language, Prompt};

use crate::decode;

/// A folder with a folder for each language. The files have no ending: their content says what
/// they are.
pub(super) struct Replaced {
    folder: PathBuf,
}

impl Replaced {
    /// # Errors
    /// When the folders cannot be made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        for language in Language::ALL {
            fs::create_dir_all(folder.join(language.tag()))?;
        }
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    pub fn has(&self, prompt: Prompt, language: Language) -> bool {
        self.file(prompt, language).is_file()
    }

    pub fn clip(&self, prompt: Prompt, language: Language) -> Option<Clip> {
        let bytes = fs::read(self.file(prompt, language)).ok()?;
        match decode::decode(Box::new(Cursor::new(bytes)), None, super::SAMPLES_MAX) {
            Ok(samples) => Some(Clip::new(samples)),
            Err(fault) => {
                let prompt = prompt.file_stem();
                tracing::warn!(prompt, %language, %fault, "replaced prompt skipped");
                None
            }
        }
    }

    /// A crash leaves the old file or the new one.
    pub fn put(&self, prompt: Prompt, language: Language, bytes: &[u8]) -> io::Result<()> {
        let file = self.file(prompt, language);
        let being_written = file.with_extension("new");
        fs::write(&being_written, bytes)?;
        fs::rename(being_written, file)
    }

    pub fn remove(&self, prompt: Prompt, language: Language) -> io::Result<()> {
        match fs::remove_file(self.file(prompt, language)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Names come from our own list, so none can lead out of the folder.
    fn file(&self, prompt: Prompt, language: Language) -> PathBuf {
        self.folder.join(language.tag()).join(prompt.file_stem())
    }
}
