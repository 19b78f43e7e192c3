//! The room records in memory and the changes on their way to the store; knows no caller.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use conclave_model::{Extension, RoomId, RoomRecord};

/// Every room that exists. A change counts from the moment it is stored; until then its extension
/// is reserved, and the room takes no other change.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    by_id: BTreeMap<RoomId, Arc<RoomRecord>>,
    by_extension: BTreeMap<Extension, RoomId>,
    reserved: BTreeMap<Extension, RoomId>,
    changing: BTreeSet<RoomId>,
}

/// What is to become of the records once it is stored.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Create(Arc<RoomRecord>),
    Update(Arc<RoomRecord>),
    Delete(RoomId),
}

impl Change {
    pub fn room(&self) -> RoomId {
        match self {
            Change::Create(record) | Change::Update(record) => record.id,
            Change::Delete(id) => *id,
        }
    }

    fn extension(&self) -> Option<&Extension> {
        match self {
            Change::Create(record) | Change::Update(record) => Some(&record.extension),
            Change::Delete(_) => None,
        }
    }
}

impl Rooms {
    pub fn new(records: Vec<RoomRecord>) -> Self {
        let mut rooms = Self::default();
        for record in records {
            rooms.put(Arc::new(record));
        }
        rooms
    }

    pub fn get(&self, id: RoomId) -> Option<&Arc<RoomRecord>> {
        self.by_id.get(&id)
    }

    /// The room that is reached under what was dialled.
    pub fn dialled(&self, number: &str) -> Option<&Arc<RoomRecord>> {
        let extension = number.parse().ok()?;
        self.by_extension(&extension)
    }

    pub fn by_extension(&self, extension: &Extension) -> Option<&Arc<RoomRecord>> {
        self.by_id.get(self.by_extension.get(extension)?)
    }

    /// In the order of extensions as numbers.
    pub fn sorted(&self) -> Vec<&Arc<RoomRecord>> {
        let mut rooms: Vec<_> = self.by_id.values().collect();
        rooms.sort_by_key(|room| sort_key(&room.extension));
        rooms
    }

    pub fn iter(&self) -> impl Iterator<Item = &RoomRecord> + Clone {
        self.by_id.values().map(AsRef::as_ref)
    }

    /// With those that are being made.
    pub fn len(&self) -> usize {
        let being_made = |id: &&RoomId| !self.by_id.contains_key(id);
        self.by_id.len() + self.changing.iter().filter(being_made).count()
    }

    /// Who has this extension, or is about to have it.
    pub fn holder(&self, extension: &Extension) -> Option<RoomId> {
        let holder = self.by_extension.get(extension);
        holder.or(self.reserved.get(extension)).copied()
    }

    /// `is_free`: of all that is no room.
    pub fn next_free_extension(
        &self,
        pool: RangeInclusive<u64>,
        is_free: impl Fn(&Extension) -> bool,
    ) -> Option<Extension> {
        pool.filter_map(|number| number.to_string().parse().ok())
            .find(|extension| self.holder(extension).is_none() && is_free(extension))
    }

    pub fn is_changing(&self, id: RoomId) -> bool {
        self.changing.contains(&id)
    }

    /// The change was handed to the store.
    pub fn begin(&mut self, change: &Change) {
        self.changing.insert(change.room());
        if let Some(extension) = change.extension()
            && !self.by_extension.contains_key(extension)
        {
            self.reserved.insert(extension.clone(), change.room());
        }
    }

    /// The store did not take it: everything is as it was.
    pub fn abandon(&mut self, change: &Change) {
        self.changing.remove(&change.room());
        if let Some(extension) = change.extension()
            && self.reserved.get(extension) == Some(&change.room())
        {
            self.reserved.remove(extension);
        }
    }

    /// The store has it: gives back the record as it was before, if there was one.
    pub fn commit(&mut self, change: &Change) -> Option<Arc<RoomRecord>> {
        self.abandon(change);
        let old = self.by_id.remove(&change.room());
        if let Some(old) = &old {
            self.by_extension.remove(&old.extension);
        }
        match change {
            Change::Create(record) | Change::Update(record) => self.put(Arc::clone(record)),
            Change::Delete(_) => {}
        }
        old
    }

    fn put(&mut self, record: Arc<RoomRecord>) {
        self.by_extension
            .insert(record.extension.clone(), record.id);
        self.by_id.insert(record.id, record);
    }

    #[cfg(test)]
    pub fn nothing_is_pending(&self) -> bool {
        self.reserved.is_empty() && self.changing.is_empty()
    }
}

/// Shorter numbers first, so that 99 comes before 100.
pub(crate) fn sort_key(extension: &Extension) -> (usize, String) {
    let text = extension.as_str();
    (text.len(), text.to_owned())
}
