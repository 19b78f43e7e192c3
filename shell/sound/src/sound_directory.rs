//! An operator's own prompts in Asterisk's layout: LANGUAGE/NAME.FORMAT; knows no sentence of ours.

use std::fs;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use conclave_contract::Clip;
use conclave_model::{Language, Prompt};

use crate::raw_formats::RawFormat;
use crate::{DecodeFault, asterisk_names, decode};

/// A directory such as `/usr/share/asterisk/sounds`.
pub(crate) struct SoundDirectory {
    root: PathBuf,
}

impl SoundDirectory {
    /// # Errors
    /// When it is no directory that can be read.
    pub(crate) fn open(root: &Path) -> io::Result<Self> {
        fs::read_dir(root)?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// The prompt as it is spoken there; what is missing is named in the log.
    pub(crate) fn clip(&self, prompt: Prompt, language: Language) -> Option<Clip> {
        let phrases = asterisk_names::phrases(prompt, language);
        let said = phrases
            .iter()
            .find_map(|phrase| self.phrase(phrase, language));
        if said.is_none() {
            let wanted = phrases.first().map(|phrase| phrase.join(" "));
            let prompt = prompt.file_stem();
            tracing::info!(prompt, %language, wanted, "not in the sounds directory; ours is used");
        }
        said.map(Clip::new)
    }

    fn phrase(&self, names: &[String], language: Language) -> Option<Vec<i16>> {
        let mut whole = Vec::new();
        for name in names {
            whole.extend(self.sound(name, language)?);
        }
        Some(whole)
    }

    /// Names come from our own table, so none can lead out of the directory.
    fn sound(&self, name: &str, language: Language) -> Option<Vec<i16>> {
        FORMATS.into_iter().find_map(|ending| {
            let path = self
                .root
                .join(language.tag())
                .join(format!("{name}.{ending}"));
            let bytes = fs::read(&path).ok()?;
            match decoded(bytes, ending) {
                Ok(samples) => Some(samples),
                Err(fault) => {
                    tracing::warn!(file = %path.display(), %fault, "sound skipped");
                    None
                }
            }
        })
    }
}

fn decoded(bytes: Vec<u8>, ending: &'static str) -> Result<Vec<i16>, DecodeFault> {
    match RawFormat::from_ending(ending) {
        Some(format) => format.decode(&bytes),
        None => decode::decode(Box::new(Cursor::new(bytes)), Some(ending), SAMPLES_MAX),
    }
}

/// The best sound first: Asterisk's packages hold the same prompt in several. GSM is not decoded.
const FORMATS: [&str; 15] = [
    "sln48", "sln32", "sln24", "sln16", "opus", "flac", "g722", "wav", "ogg", "mp3", "sln", "raw",
    "ulaw", "alaw", "pcm",
];
/// Asterisk's longest sentence lasts half a minute.
const SAMPLES_MAX: usize = 120 * Clip::SAMPLE_RATE_HZ as usize;
