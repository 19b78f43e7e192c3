//! The accounts of telephones in memory and on their way to the store; proves nothing.

use std::collections::BTreeMap;

use conclave_model::{PhoneId, PhoneRecord, PhoneUser};

/// Every account. A change counts from the moment it is stored; until then its user is reserved
/// and it takes no other change.
#[derive(Debug, Default)]
pub(crate) struct Phones {
    by_user: BTreeMap<PhoneUser, PhoneRecord>,
    by_id: BTreeMap<PhoneId, PhoneUser>,
    /// How many accounts are shown under a number.
    numbers: BTreeMap<String, usize>,
    changing: BTreeMap<PhoneId, PhoneUser>,
}

/// What is to become of an account once it is stored.
#[derive(Clone, Debug)]
pub(crate) enum PhoneChange {
    Put(Box<PhoneRecord>),
    Delete(Box<PhoneRecord>),
}

impl PhoneChange {
    pub fn record(&self) -> &PhoneRecord {
        match self {
            PhoneChange::Put(record) | PhoneChange::Delete(record) => record,
        }
    }
}

impl Phones {
    pub fn new(records: Vec<PhoneRecord>) -> Self {
        let mut phones = Self::default();
        for record in records {
            phones.put(record);
        }
        phones
    }

    pub fn get(&self, id: PhoneId) -> Option<&PhoneRecord> {
        self.by_user.get(self.by_id.get(&id)?)
    }

    /// Whose this user is, as it came over the wire.
    pub fn of_user(&self, user: &str) -> Option<&PhoneRecord> {
        self.by_user.get(&user.parse().ok()?)
    }

    /// Whether a caller says with this that it is one of ours.
    pub fn is_claimed_by(&self, user: &str) -> bool {
        self.of_user(user).is_some() || self.numbers.contains_key(user)
    }

    /// In the order of the users.
    pub fn iter(&self) -> impl Iterator<Item = &PhoneRecord> {
        self.by_user.values()
    }

    /// With those that are being made.
    pub fn len(&self) -> usize {
        let being_made = |one: &&PhoneId| !self.by_id.contains_key(*one);
        self.by_id.len() + self.changing.keys().filter(being_made).count()
    }

    /// It is somebody's, or about to be.
    pub fn holds(&self, user: &PhoneUser) -> bool {
        self.by_user.contains_key(user) || self.changing.values().any(|one| one == user)
    }

    pub fn is_changing(&self, id: PhoneId) -> bool {
        self.changing.contains_key(&id)
    }

    /// The change was handed to the store.
    pub fn begin(&mut self, change: &PhoneChange) {
        let record = change.record();
        self.changing.insert(record.id, record.user.clone());
    }

    /// The store did not take it: everything is as it was.
    pub fn abandon(&mut self, change: &PhoneChange) {
        self.changing.remove(&change.record().id);
    }

    /// The store has it.
    pub fn commit(&mut self, change: &PhoneChange) {
        self.abandon(change);
        match change {
            PhoneChange::Put(record) => self.put(PhoneRecord::clone(record)),
            PhoneChange::Delete(record) => self.take(record.id),
        }
    }

    fn put(&mut self, record: PhoneRecord) {
        self.take(record.id);
        let number = record.shown_number().to_owned();
        *self.numbers.entry(number).or_default() += 1;
        self.by_id.insert(record.id, record.user.clone());
        self.by_user.insert(record.user.clone(), record);
    }

    fn take(&mut self, id: PhoneId) {
        let user = self.by_id.remove(&id);
        let Some(record) = user.and_then(|user| self.by_user.remove(&user)) else {
            return;
        };
        if let Some(count) = self.numbers.get_mut(record.shown_number()) {
            *count -= 1;
            if *count == 0 {
                self.numbers.remove(record.shown_number());
            }
        }
    }
}
