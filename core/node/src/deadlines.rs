//! Which of many machines wants to be woken first; knows nothing of why it wakes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use conclave_sip::Why;

/// One deadline for each key, the earliest found without a search.
#[derive(Debug)]
pub struct Deadlines<K> {
    by_time: BTreeSet<(Instant, K)>,
    by_key: BTreeMap<K, (Instant, Why)>,
}

impl<K: Ord + Copy> Deadlines<K> {
    /// Sets, moves or (with `None`) clears the deadline of `key`.
    pub fn set(&mut self, key: K, deadline: Option<(Instant, Why)>) {
        let old = match deadline {
            Some(new) => self.by_key.insert(key, new),
            None => self.by_key.remove(&key),
        };
        if let Some((at, _)) = old {
            self.by_time.remove(&(at, key));
        }
        if let Some((at, _)) = deadline {
            self.by_time.insert((at, key));
        }
    }

    #[must_use]
    pub fn first(&self) -> Option<(Instant, Why)> {
        let (_, key) = self.by_time.first()?;
        self.by_key.get(key).copied()
    }

    /// Takes out one key whose time has come; its owner sets the next one.
    pub fn take_due(&mut self, now: Instant) -> Option<K> {
        let (at, key) = *self.by_time.first()?;
        if at > now {
            return None;
        }
        self.by_time.remove(&(at, key));
        self.by_key.remove(&key);
        Some(key)
    }

    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.by_time.is_empty() && self.by_key.is_empty()
    }
}

impl<K> Default for Deadlines<K> {
    fn default() -> Self {
        Self {
            by_time: BTreeSet::new(),
            by_key: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_earliest_comes_first_and_a_moved_deadline_is_found_once() {
        #[expect(
            clippy::disallowed_methods,
            reason = "a test needs some instant to start from"
        )]
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut deadlines = Deadlines::default();
        deadlines.set(1, Some((at(9), "late")));
        deadlines.set(2, Some((at(5), "middle")));
        deadlines.set(1, Some((at(1), "early")));
        assert_eq!(deadlines.first(), Some((at(1), "early")));
        assert_eq!(deadlines.take_due(start), None);
        assert_eq!(deadlines.take_due(at(9)), Some(1));
        deadlines.set(2, None);
        assert_eq!(deadlines.take_due(at(9)), None);
        assert!(deadlines.is_empty());
    }
}
