//! A menu: which keys do what, no keys twice; knows nobody who presses them.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::super::SoundChoice;
use super::{MenuAction, MenuKeys, MenuSound};
use crate::Digit;

/// Keys and what is done for them, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuEntry {
    pub keys: MenuKeys,
    /// At least one.
    pub actions: Vec<MenuAction>,
}

/// Entries in the order in which they were written, no keys twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Menu(Vec<MenuEntry>);

impl Menu {
    /// A later entry takes the place of an earlier one with the same keys.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = MenuEntry>) -> Self {
        let mut menu = Self::default();
        for entry in entries {
            menu.0.retain(|earlier| earlier.keys != entry.keys);
            menu.0.push(entry);
        }
        menu
    }

    #[must_use]
    pub fn entries(&self) -> &[MenuEntry] {
        &self.0
    }

    /// The entry of exactly these keys.
    #[must_use]
    pub fn find(&self, typed: &[Digit]) -> Option<&MenuEntry> {
        self.0.iter().find(|entry| entry.keys.digits() == typed)
    }

    /// The operator's sounds that the entries name.
    #[must_use]
    pub fn sound_files(&self) -> BTreeSet<Arc<str>> {
        self.0.iter().flat_map(MenuEntry::sound_files).collect()
    }

    /// Whether longer keys begin with these.
    #[must_use]
    pub fn goes_on_after(&self, typed: &[Digit]) -> bool {
        self.0
            .iter()
            .any(|entry| entry.keys.begins_with(typed) && entry.keys.digits().len() > typed.len())
    }
}

impl MenuEntry {
    /// The operator's sounds that it plays, in their order.
    pub fn sound_files(&self) -> impl Iterator<Item = Arc<str>> {
        let played = self.actions.iter().flat_map(|action| match action {
            MenuAction::Playback(sounds) | MenuAction::PlaybackAndContinue(sounds) => &sounds[..],
            MenuAction::DialplanExec(_) | MenuAction::Deed(_) => &[],
        });
        played.filter_map(|sound| match sound {
            MenuSound::Sound(SoundChoice::File(file)) => Some(Arc::clone(file)),
            MenuSound::Sound(SoundChoice::Silence | SoundChoice::Ours(_))
            | MenuSound::Keys
            | MenuSound::AdminKeys => None,
        })
    }
}

/// As ConfBridge's file has it, without the head of the section.
impl fmt::Display for Menu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

impl fmt::Display for MenuEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let actions: Vec<String> = self.actions.iter().map(ToString::to_string).collect();
        write!(f, "{}={}", self.keys.as_key(), actions.join(","))
    }
}
