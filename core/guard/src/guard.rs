//! Who is heard: sources, their pace, what they did, the blocks that came of it; parses nothing.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use conclave_model::{
    Allowance, BlockCause, BlockRecord, Network, UnixMillis, WallClock, is_neighbour, limits,
};

use crate::blocks::Blocks;
use crate::credit::Credit;
use crate::points::Points;
use crate::recent::Recent;
use crate::{Counters, Look, Offence};

/// What the operator chose.
#[derive(Clone, Debug)]
pub struct Rules {
    pub neighbours: Neighbours,
    /// Networks that are neighbours too.
    pub own_networks: Vec<Network>,
}

/// How those are taken whom nobody on the Internet can pretend to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Neighbours {
    /// Neither paced nor blocked, whatever they do.
    #[default]
    Trusted,
    /// As strangers: where a proxy or a forwarding router stands in front, everybody is one.
    AsStrangers,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            neighbours: Neighbours::Trusted,
            own_networks: Vec::new(),
        }
    }
}

/// What the owner must know, and the store must keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    Blocked(BlockRecord),
    /// It ended, or made room, or somebody lifted it.
    Unblocked(BlockRecord),
}

/// The post at the gate of one server, sans-IO.
#[derive(Debug)]
pub struct Guard {
    wall: WallClock,
    rules: Rules,
    strangers: Recent<Stranger>,
    newcomers: Allowance,
    conduct: Recent<Conduct>,
    vouched: Recent<()>,
    trusted: Vec<Network>,
    blocks: Blocks,
    news: VecDeque<News>,
    counters: Counters,
}

/// One that has not proved itself, as it was heard lately.
#[derive(Debug)]
struct Stranger {
    pace: Allowance,
    credit: Credit,
    /// It answered something that only who is there could have read.
    hears_us: bool,
}

/// What a source did.
#[derive(Debug, Default)]
struct Conduct {
    points: Points,
    /// Blocks in a row, and when the last one ends.
    times: u32,
    last_end_ms: u64,
}

impl Guard {
    /// `blocks` are those that the store has.
    #[must_use]
    pub fn new(wall: WallClock, rules: Rules, blocks: Vec<BlockRecord>) -> Self {
        let mut guard = Self {
            wall,
            rules,
            strangers: Recent::new(limits::STRANGERS),
            newcomers: Allowance::new(limits::NEWCOMER_BURST, limits::NEWCOMERS_PER_SECOND),
            conduct: Recent::new(limits::STRANGERS),
            vouched: Recent::new(limits::VOUCHED_SOURCES),
            trusted: Vec::new(),
            blocks: Blocks::default(),
            news: VecDeque::new(),
            counters: Counters::default(),
        };
        for block in blocks {
            guard.enter(block);
        }
        guard
    }

    // What comes ---------------------------------------------------------------------------------

    /// One datagram, before anybody parses it. `false`: it is dropped without an answer.
    pub fn hears_datagram(&mut self, now: Instant, address: IpAddr, bytes: &[u8]) -> bool {
        if self.is_trusted(address) {
            return true;
        }
        let source = Network::source(address);
        if self.blocks.holds(self.wall.at(now), address) {
            self.counters.dropped_blocked += 1;
            return false;
        }
        let is_vouched = self.vouched.holds(source);
        if !is_vouched && !self.is_paced(now, source, bytes.len()) {
            return false;
        }
        match Look::at(bytes) {
            Look::Plausible | Look::KeepAlive => true,
            Look::Scanner => {
                self.counters.dropped_scanner += 1;
                self.offend(now, address, Offence::Scanner);
                false
            }
            Look::Garbage => {
                self.counters.dropped_garbage += 1;
                self.offend(now, address, Offence::Garbage);
                false
            }
        }
    }

    /// A stream that was accepted. `false`: it is to be closed.
    pub fn hears_stream(&mut self, now: Instant, address: IpAddr) -> bool {
        self.hears_segment(now, address, &[])
    }

    /// The next bytes of a stream, cut anywhere. `false`: the stream is to be closed, for nobody
    /// could find the next message after a gap.
    pub fn hears_segment(&mut self, now: Instant, address: IpAddr, bytes: &[u8]) -> bool {
        if self.is_trusted(address) {
            return true;
        }
        if self.blocks.holds(self.wall.at(now), address) {
            self.counters.dropped_blocked += 1;
            return false;
        }
        let source = Network::source(address);
        if !self.vouched.holds(source) && !self.is_paced(now, source, bytes.len()) {
            return false;
        }
        if Look::betrays_scanner(bytes) {
            self.counters.dropped_scanner += 1;
            self.offend(now, address, Offence::Scanner);
            return false;
        }
        true
    }

    fn is_paced(&mut self, now: Instant, source: Network, bytes: usize) -> bool {
        if !self.strangers.holds(source) && self.newcomers.take(now, 1).is_err() {
            self.counters.dropped_newcomers += 1;
            return false;
        }
        let stranger = self.strangers.heard(source, || Stranger {
            pace: Allowance::new(limits::STRANGER_BURST, limits::STRANGER_PER_SECOND),
            credit: Credit::default(),
            hears_us: false,
        });
        if stranger.pace.take(now, 1).is_err() {
            self.counters.dropped_paced += 1;
            return false;
        }
        stranger.credit.came(bytes);
        true
    }

    // What goes ----------------------------------------------------------------------------------

    /// Whether a datagram may go there: somebody else may have asked for it under that address.
    pub fn may_answer(&mut self, address: IpAddr, bytes: usize) -> bool {
        let source = Network::source(address);
        if self.is_trusted(address) || self.vouched.holds(source) {
            return true;
        }
        // Whom we never heard, or forgot, we speak to for reasons of our own.
        let may = self
            .strangers
            .peek_mut(source)
            .is_none_or(|stranger| stranger.hears_us || stranger.credit.spend(bytes));
        if !may {
            self.counters.answers_held += 1;
        }
        may
    }

    /// It knows what only who reads our answers can know.
    pub fn hears_us(&mut self, address: IpAddr) {
        if let Some(stranger) = self.strangers.peek_mut(Network::source(address)) {
            stranger.hears_us = true;
        }
    }

    // What they did ------------------------------------------------------------------------------

    /// It proved itself: by a password, a PIN, or as a trunk's address. What it did is forgiven.
    pub fn vouch(&mut self, address: IpAddr) {
        let source = Network::source(address);
        self.vouched.heard(source, || ());
        if let Some(conduct) = self.conduct.peek_mut(source) {
            conduct.points = Points::default();
        }
    }

    /// Networks that somebody named as those of trunks, in place of those named before: neither
    /// paced nor blocked, whatever is sent under their addresses.
    pub fn set_trusted(&mut self, networks: Vec<Network>) {
        self.trusted = networks;
    }

    #[must_use]
    pub fn is_vouched(&self, address: IpAddr) -> bool {
        self.vouched.holds(Network::source(address))
    }

    /// What was too much for one that vouched for itself makes a stranger of it; what was too much
    /// for a stranger blocks it.
    pub fn offend(&mut self, now: Instant, address: IpAddr, offence: Offence) {
        if self.is_trusted(address) {
            return;
        }
        let source = Network::source(address);
        let conduct = self.conduct.heard(source, Conduct::default);
        let (forgiven, most) = (limits::OFFENCE_FORGIVEN, limits::OFFENCE_MOST);
        conduct.points.add(now, offence.points(), forgiven, most);
        if conduct.points.now(now, forgiven) < most {
            return;
        }
        conduct.points = Points::default();
        if self.vouched.forget(source).is_some() {
            return;
        }
        let at = self.wall.at(now);
        if at.0 > conduct.last_end_ms + millis(limits::BLOCK_MEMORY) {
            conduct.times = 0;
        }
        conduct.times = conduct.times.saturating_add(1);
        let lasts = block_time(conduct.times).min(offence.block_most());
        let until = UnixMillis(at.0 + millis(lasts));
        conduct.last_end_ms = until.0;
        let times = conduct.times;
        self.counters.blocks_made += 1;
        self.enter(BlockRecord {
            network: source,
            cause: offence.cause(),
            since: at,
            until: Some(until),
            times,
        });
    }

    // Blocks -------------------------------------------------------------------------------------

    /// By somebody's wish; `until`: `None` lasts until it is lifted.
    ///
    /// # Errors
    /// There are [`limits::BLOCKS_BY_HAND`] already. Nothing changes.
    pub fn block(
        &mut self,
        now: Instant,
        network: Network,
        until: Option<UnixMillis>,
    ) -> Result<BlockRecord, TooManyBlocks> {
        let known = self.blocks.get(network);
        let is_one = known.is_some_and(|block| block.cause == BlockCause::ByHand);
        if !is_one && self.blocks.by_hand() >= limits::BLOCKS_BY_HAND {
            return Err(TooManyBlocks);
        }
        let block = BlockRecord {
            network,
            cause: BlockCause::ByHand,
            since: self.wall.at(now),
            until,
            times: 1,
        };
        self.enter(block);
        Ok(block)
    }

    /// And what it did is forgotten.
    pub fn lift(&mut self, network: Network) -> Option<BlockRecord> {
        let block = self.blocks.take(network)?;
        self.conduct.forget(network);
        self.news.push_back(News::Unblocked(block));
        Some(block)
    }

    /// In the order of addresses.
    pub fn blocks(&self) -> impl Iterator<Item = &BlockRecord> {
        self.blocks.iter()
    }

    #[must_use]
    pub fn blocks_count(&self) -> usize {
        self.blocks.len()
    }

    #[must_use]
    pub fn is_blocked(&self, now: Instant, address: IpAddr) -> bool {
        !self.is_trusted(address) && self.blocks.holds(self.wall.at(now), address)
    }

    fn enter(&mut self, block: BlockRecord) {
        if let Some(pushed_out) = self.blocks.put(block) {
            self.news.push_back(News::Unblocked(pushed_out));
        }
        self.news.push_back(News::Blocked(block));
    }

    // Time and news ------------------------------------------------------------------------------

    /// Blocks end when they are to; early or late calls do no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        let at = self.wall.at(now);
        while let Some(block) = self.blocks.take_ended(at) {
            self.news.push_back(News::Unblocked(block));
        }
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        let end = self.blocks.next_end()?;
        let after = Duration::from_millis(end.0.saturating_sub(self.wall.wall.0));
        Some((self.wall.mono + after, "the end of a block"))
    }

    pub fn poll_news(&mut self) -> Option<News> {
        self.news.pop_front()
    }

    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    fn is_trusted(&self, address: IpAddr) -> bool {
        let holds = |networks: &[Network]| networks.iter().any(|one| one.contains(address));
        let is_near = || is_neighbour(address) || holds(&self.rules.own_networks);
        holds(&self.trusted) || (self.rules.neighbours == Neighbours::Trusted && is_near())
    }
}

/// There is no room for another block by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyBlocks;

fn block_time(times: u32) -> Duration {
    let growth = limits::BLOCK_GROWTH.saturating_pow(times.saturating_sub(1));
    limits::BLOCK_FIRST
        .saturating_mul(growth)
        .min(limits::BLOCK_LONGEST)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
