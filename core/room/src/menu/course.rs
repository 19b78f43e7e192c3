//! The actions of one entry while they are done one after the other; does none.

use std::vec;

use conclave_model::Digit;
use conclave_model::confbridge::{Menu, MenuAction, MenuEntry};

/// What is left of an entry.
pub(crate) struct Course {
    keys: Vec<Digit>,
    left: vec::IntoIter<MenuAction>,
    /// A key ended one of its sounds: none of them is played any more.
    is_hushed: bool,
}

impl Course {
    pub(crate) fn new(entry: MenuEntry) -> Self {
        Self {
            keys: entry.keys.digits().to_vec(),
            left: entry.actions.into_iter(),
            is_hushed: false,
        }
    }

    pub(crate) fn next(&mut self) -> Option<MenuAction> {
        let is_hushed = self.is_hushed;
        self.left.find(|action| match action {
            MenuAction::Playback(_) | MenuAction::PlaybackAndContinue(_) => !is_hushed,
            MenuAction::DialplanExec(_) | MenuAction::Deed(_) => true,
        })
    }

    pub(crate) fn is_done(&self) -> bool {
        self.left.as_slice().is_empty()
    }

    /// A key ended the sound that this one plays: the entry that it leads to.
    pub(crate) fn go_on(&mut self, digit: Digit, menu: &Menu) -> Option<Course> {
        self.is_hushed = true;
        let mut keys = self.keys.clone();
        keys.push(digit);
        menu.find(&keys).cloned().map(Course::new)
    }
}
