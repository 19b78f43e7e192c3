//! The numbers that are no room, in memory and on their way to the store; knows no caller.

use std::collections::BTreeMap;

use conclave_model::{Extension, HouseService, ServiceExtension};

use crate::rooms::sort_key;

/// Every such number. A change counts from the moment it is stored; until then the number is
/// reserved and takes no other change.
#[derive(Debug, Default)]
pub(crate) struct Extensions {
    by_number: BTreeMap<Extension, ServiceExtension>,
    changing: BTreeMap<Extension, ExtensionChange>,
}

/// What is to become of a number once it is stored.
#[derive(Clone, Debug)]
pub(crate) enum ExtensionChange {
    Put(ServiceExtension),
    Delete(Extension),
}

impl ExtensionChange {
    pub fn extension(&self) -> &Extension {
        match self {
            ExtensionChange::Put(record) => &record.extension,
            ExtensionChange::Delete(extension) => extension,
        }
    }
}

impl Extensions {
    pub fn new(records: Vec<ServiceExtension>) -> Self {
        let records = records.into_iter();
        Self {
            by_number: records.map(|one| (one.extension.clone(), one)).collect(),
            changing: BTreeMap::new(),
        }
    }

    pub fn get(&self, extension: &Extension) -> Option<&ServiceExtension> {
        self.by_number.get(extension)
    }

    /// What is heard under what was dialled.
    pub fn dialled(&self, number: &str) -> Option<&HouseService> {
        let extension = number.parse().ok()?;
        self.get(&extension).map(|record| &record.service)
    }

    /// In the order of the numbers.
    pub fn sorted(&self) -> Vec<&ServiceExtension> {
        let mut all: Vec<_> = self.by_number.values().collect();
        all.sort_by_key(|one| sort_key(&one.extension));
        all
    }

    /// With those that are being made.
    pub fn len(&self) -> usize {
        let being_made = |one: &&Extension| !self.by_number.contains_key(*one);
        self.by_number.len() + self.changing.keys().filter(being_made).count()
    }

    /// No room may have it: it is one of these, or about to be.
    pub fn holds(&self, extension: &Extension) -> bool {
        self.by_number.contains_key(extension) || self.is_changing(extension)
    }

    pub fn is_changing(&self, extension: &Extension) -> bool {
        self.changing.contains_key(extension)
    }

    /// The change was handed to the store.
    pub fn begin(&mut self, change: &ExtensionChange) {
        let number = change.extension().clone();
        self.changing.insert(number, change.clone());
    }

    /// The store did not take it: everything is as it was.
    pub fn abandon(&mut self, change: &ExtensionChange) {
        self.changing.remove(change.extension());
    }

    /// The store has it: gives back what is new, or what is gone.
    pub fn commit(&mut self, change: &ExtensionChange) -> Option<ServiceExtension> {
        self.abandon(change);
        match change {
            ExtensionChange::Put(record) => {
                let number = record.extension.clone();
                self.by_number.insert(number, record.clone());
                Some(record.clone())
            }
            ExtensionChange::Delete(extension) => self.by_number.remove(extension),
        }
    }
}
