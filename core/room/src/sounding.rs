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
    pub(crate) fn of(self, name: SoundName, language: Language) -> Vec<Segment> {
        match self.sounds.chosen(name) {
            Some(choice) => self.chosen(choice, name, language),
            None => ours(name, language),
        }
    }

    /// One that was taken away meanwhile is said in our words.
    fn chosen(self, choice: &SoundChoice, name: SoundName, language: Language) -> Vec<Segment> {
        match choice {
            SoundChoice::File(file) if self.shelf.clip(file).is_none() => ours(name, language),
            SoundChoice::Silence | SoundChoice::Ours(_) | SoundChoice::File(_) => {
                self.of_choice(choice, language)
            }
        }
    }

    /// A sound that takes the place of none of ours; nothing where there is no such file.
    pub(crate) fn of_choice(self, choice: &SoundChoice, language: Language) -> Vec<Segment> {
        let segment = match choice {
            SoundChoice::Silence => None,
            SoundChoice::Ours(prompt) => Some(Segment::Prompt(*prompt, language)),
            SoundChoice::File(file) => self.shelf.clip(file).cloned().map(Segment::Clip),
        };
        segment.into_iter().collect()
    }
}

fn ours(name: SoundName, language: Language) -> Vec<Segment> {
    let prompt = name.ours();
    let segment = prompt.map(|prompt| Segment::Prompt(prompt, language));
    segment.into_iter().collect()
}
