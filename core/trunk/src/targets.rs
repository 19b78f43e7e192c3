//! The ways to one peer in the order in which they are tried (RFC 3263 §4.2); looks nothing up.

use std::net::IpAddr;

use conclave_model::{Chance, limits};
use conclave_sip::{Found, Path};

/// One of them is in use; the next is tried when that does not answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Targets {
    ways: Vec<Path>,
    current: usize,
}

impl Targets {
    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }

    pub fn current(&self) -> Option<Path> {
        self.ways.get(self.current).copied()
    }

    /// What a lookup brought. The way in use stays in use if it is still among them and
    /// `is_content`.
    pub fn replace(&mut self, found: Vec<Found>, is_content: bool, chance: &mut Chance) {
        let before = self.current();
        self.ways = ordered(found, chance);
        let same = |way: &Path| {
            before.is_some_and(|old| (old.remote, old.transport) == (way.remote, way.transport))
        };
        let kept = self.ways.iter().position(same).filter(|_| is_content);
        self.current = kept.unwrap_or(0);
    }

    /// The next way. False: that was the last, and the first is next.
    pub fn advance(&mut self) -> bool {
        self.current += 1;
        if self.current < self.ways.len() {
            return true;
        }
        self.current = 0;
        false
    }

    pub fn has_address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.ways
            .iter()
            .any(|way| way.remote.ip().to_canonical() == address)
    }
}

/// By rank, and among equals by lot, each as likely as its weight says (RFC 2782).
fn ordered(mut found: Vec<Found>, chance: &mut Chance) -> Vec<Path> {
    found.sort_by_key(|way| (way.rank, way.weight));
    let mut ways: Vec<Path> = Vec::new();
    while let Some(first) = found.first() {
        let rank = first.rank;
        let equals = found.iter().take_while(|way| way.rank == rank).count();
        let weights = found[..equals].iter().map(|way| u32::from(way.weight));
        let sum: u32 = weights.clone().sum();
        let lot = chance.below(sum.saturating_add(1));
        let mut running = 0;
        let chosen = weights.into_iter().position(|weight| {
            running += weight;
            running >= lot
        });
        let way = found.remove(chosen.unwrap_or(0)).path;
        let known = |old: &Path| (old.remote, old.transport) == (way.remote, way.transport);
        if !ways.iter().any(known) {
            ways.push(way);
        }
    }
    ways.truncate(limits::TRUNK_TARGETS);
    ways
}

#[cfg(test)]
mod tests {
    use conclave_sip::Transport;

    use super::*;

    fn found(last: u8, rank: u32, weight: u16) -> Found {
        let path = Path {
            transport: Transport::Udp,
            local: ([192, 0, 2, 1], 5060).into(),
            remote: ([198, 51, 100, last], 5060).into(),
            conn: None,
        };
        Found { path, rank, weight }
    }

    fn last(path: &Path) -> String {
        path.remote.to_string()
    }

    #[test]
    fn lower_ranks_come_first_and_weights_share() {
        let mut chance = Chance::from_seed([3; 32]);
        let mut firsts = [0_u32; 4];
        for _ in 0..2_000 {
            let ways = ordered(
                vec![
                    found(3, 20, 0),
                    found(1, 10, 10),
                    found(2, 10, 30),
                    found(2, 30, 1),
                ],
                &mut chance,
            );
            assert_eq!(ways.len(), 3, "one that is named twice is tried once");
            assert!(last(&ways[2]).ends_with(".3:5060"));
            firsts[if last(&ways[0]).contains(".1:") { 1 } else { 2 }] += 1;
        }
        // A quarter and three quarters.
        assert!((400..600).contains(&firsts[1]), "{firsts:?}");
    }

    #[test]
    fn the_way_in_use_is_kept_while_it_serves() {
        let mut chance = Chance::from_seed([3; 32]);
        let mut targets = Targets::default();
        let list = vec![found(1, 1, 0), found(2, 2, 0)];
        targets.replace(list.clone(), false, &mut chance);
        assert!(targets.advance());
        let second = targets.current();
        targets.replace(list.clone(), true, &mut chance);
        assert_eq!(targets.current(), second);
        targets.replace(list, false, &mut chance);
        assert_ne!(targets.current(), second);
        assert!(targets.advance());
        assert!(!targets.advance(), "all were tried");
        assert!(targets.has_address([198, 51, 100, 2].into()));
        assert!(!targets.has_address([198, 51, 100, 3].into()));
    }

    #[test]
    fn a_name_with_a_hundred_addresses_is_cut() {
        let mut chance = Chance::from_seed([3; 32]);
        let many = (0..100).map(|last| found(last, 1, 0)).collect();
        assert_eq!(ordered(many, &mut chance).len(), limits::TRUNK_TARGETS);
    }
}
