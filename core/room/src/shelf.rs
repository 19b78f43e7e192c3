//! The operator's own sounds by name, ready to be played; reads no file.

use std::collections::BTreeMap;
use std::sync::Arc;

use conclave_contract::{Clip, Segment};
use conclave_model::Language;
use conclave_model::confbridge::SoundChoice;

/// Every sound that was uploaded. Renewed as a whole when one comes or goes.
#[derive(Clone, Debug, Default)]
pub struct Shelf(BTreeMap<Arc<str>, Clip>);

impl Shelf {
    #[must_use]
    pub fn clip(&self, name: &str) -> Option<&Clip> {
        self.0.get(name)
    }

    /// What is to be played for a choice; nothing where there is no such file.
    #[must_use]
    pub fn segment(&self, choice: &SoundChoice, language: Language) -> Option<Segment> {
        match choice {
            SoundChoice::Silence => None,
            SoundChoice::Ours(prompt) => Some(Segment::Prompt(*prompt, language)),
            SoundChoice::File(file) => self.clip(file).cloned().map(Segment::Clip),
        }
    }

    /// In the order of the alphabet.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }
}

impl FromIterator<(Arc<str>, Clip)> for Shelf {
    fn from_iter<T: IntoIterator<Item = (Arc<str>, Clip)>>(sounds: T) -> Self {
        Self(sounds.into_iter().collect())
    }
}
