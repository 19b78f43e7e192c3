//! Lets the web face keep prompts in the sound library, in the words of each.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use conclave_api::{PromptSpoken, PromptView};
use conclave_model::{Codec, Language, Prompt};
use conclave_sound::{PromptError, PromptSummary, Prompts, heard_by};
use conclave_web::PlaylistError;

use crate::playlists::failed;

/// The prompts' keeper.
pub struct Speaker(pub Arc<Prompts>);

impl conclave_web::Prompts for Speaker {
    fn list(&self) -> Vec<PromptView> {
        let view = |prompt: Prompt| PromptView {
            name: prompt.file_stem(),
            spoken: Language::ALL
                .map(|language| spoken(self.0.show(prompt, language)))
                .to_vec(),
        };
        Prompt::all().map(view).collect()
    }

    fn listen(
        &self,
        prompt: Prompt,
        language: Language,
        codec: Codec,
    ) -> Result<Vec<u8>, PlaylistError> {
        let sound = self.0.clip(prompt, language);
        let sound = sound.ok_or_else(|| PlaylistError::Failed("a prompt is silent".to_owned()))?;
        Ok(heard_by(codec, &sound))
    }

    fn replace(
        &self,
        prompt: Prompt,
        language: Language,
        upload: &Path,
    ) -> Result<PromptSpoken, PlaylistError> {
        let mut content = File::open(upload).map_err(|error| failed(&error))?;
        self.0
            .replace(prompt, language, &mut content)
            .map_err(|error| match error {
                PromptError::NoSound(fault) => PlaylistError::NotSound(fault.to_string()),
                PromptError::Disk(error) => failed(&error),
            })?;
        Ok(spoken(self.0.show(prompt, language)))
    }

    fn restore(&self, prompt: Prompt, language: Language) -> Result<(), PlaylistError> {
        self.0
            .restore(prompt, language)
            .map_err(|error| failed(&error))
    }
}

fn spoken(summary: PromptSummary) -> PromptSpoken {
    PromptSpoken {
        language: summary.language.tag().to_owned(),
        text: summary.text,
        replaced: summary.replaced,
        seconds: summary.duration_ms as f64 / 1_000.0,
    }
}
