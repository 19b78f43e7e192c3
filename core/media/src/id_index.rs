//! From an id to the slot where its owner lives; never allocates after it was made.

/// A sorted list of ids.
///
/// Ids are given out in rising order, so a new one nearly always goes to the end; a look-up among
/// 4 000 takes twelve steps in memory that the tick has in its cache anyway.
#[derive(Debug)]
pub struct IdIndex {
    entries: Vec<(u32, u32)>,
}

impl IdIndex {
    #[must_use]
    pub fn with_capacity(ids_max: usize) -> Self {
        Self {
            entries: Vec::with_capacity(ids_max),
        }
    }

    #[must_use]
    pub fn slot(&self, id: u32) -> Option<usize> {
        let at = self.find(id).ok()?;
        Some(self.entries[at].1 as usize)
    }

    /// False when there is no room or the id is already in: nothing was changed.
    #[must_use]
    pub fn insert(&mut self, id: u32, slot: usize) -> bool {
        let (Err(at), true) = (self.find(id), self.entries.len() < self.entries.capacity()) else {
            return false;
        };
        let Ok(slot) = u32::try_from(slot) else {
            return false;
        };
        self.entries.insert(at, (id, slot));
        true
    }

    pub fn remove(&mut self, id: u32) -> Option<usize> {
        let at = self.find(id).ok()?;
        Some(self.entries.remove(at).1 as usize)
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn find(&self, id: u32) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&id, |entry| entry.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_what_was_put_in_and_refuses_what_it_cannot_hold() {
        let mut index = IdIndex::with_capacity(2);
        assert!(index.insert(7, 70));
        assert!(index.insert(3, 30));
        assert!(!index.insert(5, 50), "full");
        assert_eq!(
            (index.slot(7), index.slot(3), index.slot(5)),
            (Some(70), Some(30), None)
        );
        assert_eq!(index.remove(7), Some(70));
        assert!(!index.insert(3, 31), "already in");
        assert!(index.insert(5, 50));
        assert_eq!(index.len(), 2);
    }
}
