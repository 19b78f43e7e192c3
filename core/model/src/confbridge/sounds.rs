//! Which sound takes the place of which; holds no sound.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::SoundName;
use crate::Prompt;

/// What an option names as a sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoundChoice {
    Silence,
    /// By the name of its file.
    Ours(Prompt),
    /// One that the operator uploaded.
    File(Arc<str>),
}

impl SoundChoice {
    /// `silence`, the name of a prompt of ours, or of a file; nothing where nothing is typed.
    #[must_use]
    pub fn read(value: &str) -> Option<Self> {
        if value.is_empty() {
            return None;
        }
        if value.eq_ignore_ascii_case("silence") {
            return Some(SoundChoice::Silence);
        }
        let ours = Prompt::of_stem(value).map(SoundChoice::Ours);
        ours.or_else(|| Some(SoundChoice::File(value.into())))
    }
}

/// The sounds that a room has in place of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sounds(BTreeMap<SoundName, SoundChoice>);

impl Sounds {
    /// `None`: ours.
    #[must_use]
    pub fn chosen(&self, name: SoundName) -> Option<&SoundChoice> {
        self.0.get(&name)
    }

    pub(super) fn choose(&mut self, name: SoundName, choice: SoundChoice) {
        self.0.insert(name, choice);
    }
}
