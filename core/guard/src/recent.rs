//! What is known of the sources that were heard last; forgets the one heard longest ago.

use std::collections::BTreeMap;

use conclave_model::Network;

/// A table that never has more than `most` sources.
///
/// Whoever floods it pushes out the silent ones, never those who go on speaking; what is lost with
/// a source is its fault or its proof, and both come back.
#[derive(Debug)]
pub(crate) struct Recent<V> {
    by_source: BTreeMap<Network, (u64, V)>,
    /// The order in which they were heard; each source once.
    by_turn: BTreeMap<u64, Network>,
    turn: u64,
    most: usize,
}

impl<V> Recent<V> {
    pub fn new(most: usize) -> Self {
        assert!(most > 0, "a table has room");
        Self {
            by_source: BTreeMap::new(),
            by_turn: BTreeMap::new(),
            turn: 0,
            most,
        }
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.by_source.len()
    }

    pub fn holds(&self, source: Network) -> bool {
        self.by_source.contains_key(&source)
    }

    #[cfg(test)]
    pub fn get(&self, source: Network) -> Option<&V> {
        self.by_source.get(&source).map(|(_, value)| value)
    }

    /// Of whom it is, without that they were heard now.
    pub fn peek_mut(&mut self, source: Network) -> Option<&mut V> {
        self.by_source.get_mut(&source).map(|(_, value)| value)
    }

    /// It is heard now, and is the last to be forgotten.
    pub fn heard(&mut self, source: Network, make: impl FnOnce() -> V) -> &mut V {
        self.turn += 1;
        let turn = self.turn;
        match self.by_source.get(&source) {
            Some((old, _)) => {
                self.by_turn.remove(old);
            }
            None if self.by_source.len() >= self.most => {
                if let Some((_, silent)) = self.by_turn.pop_first() {
                    self.by_source.remove(&silent);
                }
            }
            None => {}
        }
        self.by_turn.insert(turn, source);
        let entry = self.by_source.entry(source);
        let entry = entry.or_insert_with(|| (turn, make()));
        entry.0 = turn;
        &mut entry.1
    }

    pub fn forget(&mut self, source: Network) -> Option<V> {
        let (turn, value) = self.by_source.remove(&source)?;
        self.by_turn.remove(&turn);
        Some(value)
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.by_source.values().map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(number: u32) -> Network {
        Network::source(std::net::Ipv4Addr::from_bits(number).into())
    }

    #[test]
    fn who_speaks_stays_and_who_is_silent_is_forgotten() {
        let mut table = Recent::new(3);
        for number in 1..=3 {
            table.heard(source(number), || number);
        }
        table.heard(source(1), || 99);
        table.heard(source(4), || 4);
        assert_eq!(table.get(source(1)), Some(&1), "it spoke again");
        assert_eq!(table.get(source(2)), None);
        for number in 100..10_000 {
            table.heard(source(number), || number);
            table.heard(source(1), || 99);
            assert!(table.len() <= 3 && table.by_turn.len() == table.len());
        }
        assert_eq!(table.forget(source(1)), Some(1), "a flood forgets others");
        assert!(!table.holds(source(1)));
    }
}
