//! The profiles in memory and those on their way to the store; reads no option.

use std::sync::Arc;

use conclave_api::ProfileKey;
use conclave_model::confbridge::{OptionSection, ProfileRecord, Profiles, template_of};
use conclave_model::{PersonalPin, RoomRecord, limits};

/// Every profile. A change counts from the moment it is stored; until then there is no other.
#[derive(Debug, Default)]
pub(crate) struct ProfileShelf {
    /// Rooms have it too.
    all: Arc<Profiles>,
    changing: Option<ProfileChange>,
}

/// What is to become of a profile once it is stored.
#[derive(Clone, Debug)]
pub(crate) enum ProfileChange {
    Put(ProfileRecord),
    Delete(ProfileKey),
}

impl ProfileChange {
    pub fn key(&self) -> ProfileKey {
        match self {
            ProfileChange::Put(record) => key_of(record),
            ProfileChange::Delete(key) => key.clone(),
        }
    }
}

impl ProfileShelf {
    pub fn new(records: Vec<ProfileRecord>) -> Self {
        let mut all = Profiles::default();
        for record in records {
            all.put(record);
        }
        Self {
            all: Arc::new(all),
            changing: None,
        }
    }

    pub fn all(&self) -> &Arc<Profiles> {
        &self.all
    }

    pub fn get(&self, key: &ProfileKey) -> Option<&ProfileRecord> {
        self.all.get(key.section, &key.name)
    }

    pub fn is_full(&self) -> bool {
        self.all.len() >= limits::PROFILES
    }

    /// A change is on its way to the store.
    pub fn is_changing(&self) -> bool {
        self.changing.is_some()
    }

    /// The change was handed to the store.
    pub fn begin(&mut self, change: &ProfileChange) {
        self.changing = Some(change.clone());
    }

    /// The store did not take it: everything is as it was.
    pub fn abandon(&mut self) {
        self.changing = None;
    }

    pub fn commit(&mut self, change: &ProfileChange) {
        self.changing = None;
        let all = Arc::make_mut(&mut self.all);
        match change {
            ProfileChange::Put(record) => all.put(record.clone()),
            ProfileChange::Delete(key) => all.remove(key.section, &key.name),
        }
    }

    /// One that is being taken away cannot be named any more.
    pub fn may_be_named(&self, key: &ProfileKey) -> bool {
        let goes = matches!(&self.changing, Some(ProfileChange::Delete(gone)) if gone == key);
        self.get(key).is_some() && !goes
    }

    /// Whether a room's text begins with this profile, or one of its PINs names it, over others
    /// too.
    pub fn reaches(&self, room: &RoomRecord, key: &ProfileKey) -> bool {
        let begins = |text: &str| self.all.begins_with(key.section, &key.name, text);
        let names = |one: &PersonalPin| {
            let profile = one.profile.as_ref();
            let profile = profile.and_then(|name| self.all.get(OptionSection::User, name));
            profile.is_some_and(|profile| begins(&profile.text))
        };
        let is_for_people = key.section == OptionSection::User;
        let by_name = is_for_people && room.more_pins.personal.iter().any(names);
        by_name || uses(room, key) || begins(text_of(room, key))
    }

    /// The names of one kind.
    pub fn names(&self, section: OptionSection) -> Vec<String> {
        let of_kind = self.all.iter().filter(|one| one.section == section);
        of_kind.map(|one| one.name.to_string()).collect()
    }
}

pub(crate) fn key_of(record: &ProfileRecord) -> ProfileKey {
    ProfileKey {
        section: record.section,
        name: record.name.clone(),
    }
}

/// Whether a room's text names this profile.
pub(crate) fn begins_with(room: &RoomRecord, key: &ProfileKey) -> bool {
    template_of(key.section, text_of(room, key)).as_ref() == Some(&key.name)
}

fn text_of<'a>(room: &'a RoomRecord, key: &ProfileKey) -> &'a str {
    match key.section {
        OptionSection::Bridge => &room.options,
        OptionSection::User => &room.user_options,
    }
}

/// Whether a room's text begins with this profile, or one of its PINs names it.
pub(crate) fn uses(room: &RoomRecord, key: &ProfileKey) -> bool {
    let names = |one: &PersonalPin| one.profile.as_ref() == Some(&key.name);
    let is_for_people = key.section == OptionSection::User;
    begins_with(room, key) || (is_for_people && room.more_pins.personal.iter().any(names))
}
