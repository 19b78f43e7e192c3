//! Every prompt as a clip, decoded once: an operator's, where there is one, else ours.

mod replaced;
mod texts;

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use conclave_contract::Clip;
use conclave_model::{Language, Prompt};

use crate::prompts::replaced::Replaced;
use crate::sound_directory::SoundDirectory;
use crate::{DecodeFault, decode, embedded};

/// Prompts by name and language: those that replace ours one by one, then those of an operator's
/// directory, then ours.
pub struct Prompts {
    replaced: Replaced,
    directory: Option<SoundDirectory>,
    clips: Mutex<BTreeMap<(Language, Prompt), Slot>>,
}

/// Filled by whoever comes first; others wait for that one file, not for the whole map.
type Slot = Arc<OnceLock<Option<Clip>>>;

/// What is known of one prompt in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct PromptSummary {
    pub prompt: Prompt,
    pub language: Language,
    /// What ours says; a tone says nothing.
    pub text: Option<String>,
    /// Another sound was put in its place.
    pub replaced: bool,
    pub duration_ms: u64,
}

/// What was wrong with a sound that was to replace a prompt.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    #[error(transparent)]
    NoSound(#[from] DecodeFault),
    #[error("the prompts' folder: {0}")]
    Disk(#[from] io::Error),
}

impl Prompts {
    /// `folder` keeps what replaces single prompts, and is made if need be.
    ///
    /// # Errors
    /// When `folder` cannot be made, or `directory` is no directory that can be read.
    pub(crate) fn open(folder: &Path, directory: Option<&Path>) -> io::Result<Self> {
        let directory = directory.map(SoundDirectory::open).transpose()?;
        Ok(Self {
            replaced: Replaced::open(folder)?,
            directory,
            clips: Mutex::default(),
        })
    }

    /// As it is spoken now.
    #[must_use]
    pub fn clip(&self, prompt: Prompt, language: Language) -> Option<Clip> {
        let slot = {
            let mut clips = self.clips.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(clips.entry((language, prompt)).or_default())
        };
        slot.get_or_init(|| self.load(prompt, language)).clone()
    }

    /// Every prompt in every language.
    #[must_use]
    pub fn list(&self) -> Vec<PromptSummary> {
        let each =
            Prompt::all().flat_map(|prompt| Language::ALL.map(|language| (prompt, language)));
        each.map(|(prompt, language)| self.show(prompt, language))
            .collect()
    }

    #[must_use]
    pub fn show(&self, prompt: Prompt, language: Language) -> PromptSummary {
        let clip = self.clip(prompt, language);
        PromptSummary {
            prompt,
            language,
            text: texts::of(prompt, language),
            replaced: self.replaced.has(prompt, language),
            duration_ms: clip.map_or(0, |clip| clip.duration_ms()),
        }
    }

    /// Puts a sound in the place of a prompt, once it has been decoded; whoever is spoken to from
    /// now on hears it.
    ///
    /// # Errors
    /// [`PromptError`]; the prompt stays as it was.
    pub fn replace(
        &self,
        prompt: Prompt,
        language: Language,
        content: &mut dyn Read,
    ) -> Result<(), PromptError> {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        decode::decode(Box::new(Cursor::new(bytes.clone())), None, SAMPLES_MAX)?;
        self.replaced.put(prompt, language, &bytes)?;
        self.forget(prompt, language);
        Ok(())
    }

    /// Goes back to ours, or that of the operator's directory.
    ///
    /// # Errors
    /// Whatever a disk can do.
    pub fn restore(&self, prompt: Prompt, language: Language) -> io::Result<()> {
        self.replaced.remove(prompt, language)?;
        self.forget(prompt, language);
        Ok(())
    }

    /// Decodes all there are, those of the door first.
    pub(crate) fn decode_all(&self) {
        for prompt in Prompt::all() {
            for language in Language::ALL {
                let _ = self.clip(prompt, language);
            }
        }
    }

    fn forget(&self, prompt: Prompt, language: Language) {
        let mut clips = self.clips.lock().unwrap_or_else(PoisonError::into_inner);
        clips.remove(&(language, prompt));
    }

    fn load(&self, prompt: Prompt, language: Language) -> Option<Clip> {
        let theirs = || {
            let directory = self.directory.as_ref()?;
            directory.clip(prompt, language)
        };
        self.replaced
            .clip(prompt, language)
            .or_else(theirs)
            .or_else(|| built_in(prompt, language))
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
