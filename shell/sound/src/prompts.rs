//! Every prompt as a clip, decoded once; knows no sentence.

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use conclave_contract::Clip;
use conclave_model::{Language, Prompt};

use crate::sound_directory::SoundDirectory;
use crate::{decode, embedded};

/// Prompts by name and language, from an operator's directory first, from ours otherwise.
pub(crate) struct Prompts {
    directory: Option<SoundDirectory>,
    clips: Mutex<BTreeMap<(Language, Prompt), Slot>>,
}

/// Filled by whoever comes first; others wait for that one file, not for the whole map.
type Slot = Arc<OnceLock<Option<Clip>>>;

impl Prompts {
    /// # Errors
    /// When `directory` is no directory that can be read.
    pub(crate) fn open(directory: Option<&Path>) -> io::Result<Self> {
        let directory = directory.map(SoundDirectory::open).transpose()?;
        Ok(Self {
            directory,
            clips: Mutex::default(),
        })
    }

    pub(crate) fn clip(&self, prompt: Prompt, language: Language) -> Option<Clip> {
        let slot = {
            let mut clips = self.clips.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(clips.entry((language, prompt)).or_default())
        };
        slot.get_or_init(|| self.load(prompt, language)).clone()
    }

    /// Decodes all there are, those of the door first.
    pub(crate) fn decode_all(&self) {
        for prompt in Prompt::all() {
            for language in Language::ALL {
                let _ = self.clip(prompt, language);
            }
        }
    }

    fn load(&self, prompt: Prompt, language: Language) -> Option<Clip> {
        let theirs = self
            .directory
            .as_ref()
            .and_then(|theirs| theirs.clip(prompt, language));
        theirs.or_else(|| built_in(prompt, language))
    }
}

fn built_in(prompt: Prompt, language: Language) -> Option<Clip> {
    let stem = prompt.file_stem();
    let spoken = embedded::file(&format!("{}/{stem}.opus", language.tag()));
    let Some(bytes) = spoken.or_else(|| embedded::file(&format!("tones/{stem}.opus"))) else {
        tracing::error!(prompt = stem, %language, "prompt is missing");
        return None;
    };
    match decode::decode(Box::new(Cursor::new(bytes)), Some("opus"), SAMPLES_MAX) {
        Ok(samples) => Some(Clip::new(samples)),
        Err(fault) => {
            tracing::error!(prompt = stem, %language, %fault, "prompt cannot be decoded");
            None
        }
    }
}

/// A minute: what nobody would listen to.
const SAMPLES_MAX: usize = 60 * Clip::SAMPLE_RATE_HZ as usize;
