//! Who is not heard at the moment, and until when; never decides who.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use conclave_model::{BlockCause, BlockRecord, Network, UnixMillis, limits};

/// The list of blocks. Looking an address up costs one search and, of the few that people made, a
/// comparison each.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    by_network: BTreeMap<Network, BlockRecord>,
    by_end: BTreeSet<(UnixMillis, Network)>,
    /// Those of more than one source.
    wide: Vec<Network>,
}

impl Blocks {
    pub fn get(&self, network: Network) -> Option<&BlockRecord> {
        self.by_network.get(&network)
    }

    pub fn len(&self) -> usize {
        self.by_network.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &BlockRecord> {
        self.by_network.values()
    }

    pub fn by_hand(&self) -> usize {
        self.iter()
            .filter(|block| block.cause == BlockCause::ByHand)
            .count()
    }

    pub fn holds(&self, at: UnixMillis, address: IpAddr) -> bool {
        let lasts = |block: &BlockRecord| block.until.is_none_or(|until| until > at);
        if self.get(Network::source(address)).is_some_and(lasts) {
            return true;
        }
        let mut wide = self.wide.iter();
        wide.any(|network| network.contains(address) && self.get(*network).is_some_and(lasts))
    }

    /// Puts it in the place of one of the same network. `None`: nothing had to make room.
    pub fn put(&mut self, block: BlockRecord) -> Option<BlockRecord> {
        self.take(block.network);
        let full = self.by_network.len() >= limits::BLOCKS;
        let pushed_out = if full { self.ending_first() } else { None };
        if let Some(old) = pushed_out {
            self.take(old.network);
        }
        if let Some(until) = block.until {
            self.by_end.insert((until, block.network));
        }
        if Network::source(block.network.first()) != block.network {
            self.wide.push(block.network);
        }
        self.by_network.insert(block.network, block);
        pushed_out
    }

    pub fn take(&mut self, network: Network) -> Option<BlockRecord> {
        let block = self.by_network.remove(&network)?;
        if let Some(until) = block.until {
            self.by_end.remove(&(until, network));
        }
        self.wide.retain(|other| *other != network);
        Some(block)
    }

    pub fn next_end(&self) -> Option<UnixMillis> {
        self.by_end.first().map(|(until, _)| *until)
    }

    /// One whose time is over.
    pub fn take_ended(&mut self, at: UnixMillis) -> Option<BlockRecord> {
        let (until, network) = *self.by_end.first()?;
        if until > at {
            return None;
        }
        self.take(network)
    }

    fn ending_first(&self) -> Option<BlockRecord> {
        let ours = |(_, network): &&(UnixMillis, Network)| {
            let block = self.get(*network);
            block.is_some_and(|block| block.cause != BlockCause::ByHand)
        };
        let (_, network) = self.by_end.iter().find(ours)?;
        self.get(*network).copied()
    }
}
