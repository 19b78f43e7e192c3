//! The menus of one's own in memory and those on their way to the store; presses no key.

use std::collections::BTreeMap;
use std::sync::Arc;

use conclave_model::RoomRecord;
use conclave_model::confbridge::{MenuName, MenuPreset, MenuRecord};
use conclave_room::Menus;

/// Every menu that is no preset. A change counts from the moment it is stored; until then the menu
/// takes no other change.
#[derive(Debug, Default)]
pub(crate) struct MenuShelf {
    by_name: BTreeMap<MenuName, MenuRecord>,
    changing: BTreeMap<MenuName, MenuChange>,
}

/// What is to become of a menu once it is stored.
#[derive(Clone, Debug)]
pub(crate) enum MenuChange {
    Put(MenuRecord),
    Delete(MenuName),
}

impl MenuChange {
    pub fn name(&self) -> &MenuName {
        match self {
            MenuChange::Put(record) => &record.name,
            MenuChange::Delete(name) => name,
        }
    }
}

impl MenuShelf {
    pub fn new(records: Vec<MenuRecord>) -> Self {
        let by_name = records.into_iter();
        Self {
            by_name: by_name.map(|one| (one.name.clone(), one)).collect(),
            changing: BTreeMap::new(),
        }
    }

    pub fn get(&self, name: &MenuName) -> Option<&MenuRecord> {
        self.by_name.get(name)
    }

    /// By name.
    pub fn iter(&self) -> impl Iterator<Item = &MenuRecord> {
        self.by_name.values()
    }

    /// With those that are being made.
    pub fn len(&self) -> usize {
        let being_made = |name: &&MenuName| !self.by_name.contains_key(*name);
        self.by_name.len() + self.changing.keys().filter(being_made).count()
    }

    /// One that is being taken away cannot be chosen any more.
    pub fn may_be_chosen(&self, name: &MenuName) -> bool {
        let is_there = match self.changing.get(name) {
            Some(MenuChange::Delete(_)) => false,
            Some(MenuChange::Put(_)) | None => self.get(name).is_some(),
        };
        name.preset().is_some() || is_there
    }

    /// The names that a room may choose from, presets first.
    pub fn names(&self) -> Vec<String> {
        let presets = MenuPreset::ALL.into_iter().map(MenuPreset::menu_name);
        let own = self.by_name.keys().cloned();
        presets.chain(own).map(|name| name.to_string()).collect()
    }

    pub fn is_changing(&self, name: &MenuName) -> bool {
        self.changing.contains_key(name)
    }

    /// The change was handed to the store.
    pub fn begin(&mut self, change: &MenuChange) {
        self.changing.insert(change.name().clone(), change.clone());
    }

    /// The store did not take it: everything is as it was.
    pub fn abandon(&mut self, change: &MenuChange) {
        self.changing.remove(change.name());
    }

    pub fn commit(&mut self, change: &MenuChange) {
        self.abandon(change);
        match change {
            MenuChange::Put(record) => {
                self.by_name.insert(record.name.clone(), record.clone());
            }
            MenuChange::Delete(name) => {
                self.by_name.remove(name);
            }
        }
    }

    /// What keys do in a room. One that names a menu which is not there any more has the standard.
    pub fn of(&self, room: &RoomRecord) -> Menus {
        let menu = |name: &MenuName, for_moderators: bool| match (name.preset(), self.get(name)) {
            (Some(preset), _) => Arc::new(preset.menu(for_moderators)),
            (None, Some(record)) => Arc::clone(&record.menu),
            (None, None) => Arc::new(MenuPreset::Modern.menu(for_moderators)),
        };
        Menus {
            members: menu(&room.keypad, false),
            moderators: menu(&room.moderator_keypad, true),
        }
    }
}

/// Whether a room has chosen this menu.
pub(crate) fn has_chosen(room: &RoomRecord, name: &MenuName) -> bool {
    room.keypad == *name || room.moderator_keypad == *name
}
