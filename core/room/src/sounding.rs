//! What is heard for each sound of a room: ours, the operator's or nothing; plays none of it.

use conclave_contract::Segment;
use conclave_model::Language;
use conclave_model::confbridge::{SoundChoice, SoundName, Sounds};

use crate::{Room, Shelf};

/// The sounds a room has chosen, and where the operator's are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sounding<'a> {
    pub(crate) sounds: &'a Sounds,
    pub(crate) shelf: &'a Shelf,
}

impl Room {
    /// What is to be played for a sound, to somebody of this language; empty: nothing.
    #[must_use]
    pub fn sound(&self, name: SoundName, language: Language) -> Vec<Segment> {
        self.sounding().of(name, language)
    }

    pub(crate) fn sounding(&self) -> Sounding<'_> {
        Sounding {
            sounds: &self.rules.bridge.sounds,
            shelf: &self.shelf,
        }
    }
}

impl Sounding<'_> {
    /// One that was taken away meanwhile is said in our words.
    pub(crate) fn of(self, name: SoundName, language: Language) -> Vec<Segment> {
        let chosen = self.in_place(name, language);
        chosen.unwrap_or_else(|| ours(name, language))
    }

    /// What was chosen in place of ours; `None`: ours, or nothing that is there.
    pub(crate) fn in_place(self, name: SoundName, language: Language) -> Option<Vec<Segment>> {
        match self.sounds.chosen(name)? {
            SoundChoice::File(file) if self.shelf.clip(file).is_none() => None,
            choice @ (SoundChoice::Silence | SoundChoice::Ours(_) | SoundChoice::File(_)) => {
                Some(self.of_choice(choice, language))
            }
        }
    }

    /// A sound that takes the place of none of ours; nothing where there is no such file.
    pub(crate) fn of_choice(self, choice: &SoundChoice, language: Language) -> Vec<Segment> {
        self.shelf.segment(choice, language).into_iter().collect()
    }
}

fn ours(name: SoundName, language: Language) -> Vec<Segment> {
    let prompt = name.ours();
    let segment = prompt.map(|prompt| Segment::Prompt(prompt, language));
    segment.into_iter().collect()
}
