//! The operator's own sounds by name, ready to be played; reads no file.

use std::collections::BTreeMap;
use std::sync::Arc;

use conclave_contract::Clip;

/// Every sound that was uploaded. Renewed as a whole when one comes or goes.
#[derive(Clone, Debug, Default)]
pub struct Shelf(BTreeMap<Arc<str>, Clip>);

impl Shelf {
    #[must_use]
    pub fn clip(&self, name: &str) -> Option<&Clip> {
        self.0.get(name)
    }

    /// In the order of the alphabet.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }
}

impl FromIterator<(Arc<str>, Clip)> for Shelf {
    fn from_iter<T: IntoIterator<Item = (Arc<str>, Clip)>>(sounds: T) -> Self {
        Self(sounds.into_iter().collect())
    }
}
