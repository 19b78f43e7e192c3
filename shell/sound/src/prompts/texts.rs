//! What each prompt says, from the list that they were rendered from; holds no sound.

use std::sync::LazyLock;

use conclave_model::{Language, Prompt};
use toml::Table;

/// `None` for a tone.
pub(super) fn of(prompt: Prompt, language: Language) -> Option<String> {
    let texts = MANIFEST.get("prompts")?.get(prompt.file_stem())?;
    Some(texts.get(language.tag())?.as_str()?.to_owned())
}

static MANIFEST: LazyLock<Table> = LazyLock::new(|| {
    include_str!("../../../../prompts/manifest.toml")
        .parse()
        .expect("a test reads our own list")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spoken_has_a_text_in_every_language_and_a_tone_has_none() {
        let text = |prompt, language| of(prompt, language).unwrap_or_default();
        assert_eq!(text(Prompt::PinPlease, Language::English), "Pin, please.");
        assert_eq!(text(Prompt::Number(7), Language::German), "sieben");
        assert_eq!(of(Prompt::JoinTone, Language::English), None);
    }
}
