//! Asks the guard about whoever comes, and lets guesses at a PIN wait; judges nobody itself.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use conclave_guard::{Counters, Guard, Guesses, Neighbours, News, Offence, Rules};
use conclave_model::{CallId, Network, Origin, RoomId};
use conclave_room::DoorVerdict;
use conclave_sip::{ConnId, Path, Transmit, Transport};

use crate::node::Sleeper;
use crate::{Event, LogLevel, Node, NodeConfig};

/// The guard of one node, and the answers to PINs that wait.
#[derive(Debug)]
pub(crate) struct Gate {
    pub guard: Guard,
    pub guesses: Guesses,
    held: BTreeMap<CallId, DoorVerdict>,
}

impl Gate {
    pub fn new(config: &NodeConfig) -> Self {
        let rules = Rules {
            neighbours: if config.guard_neighbours {
                Neighbours::AsStrangers
            } else {
                Neighbours::Trusted
            },
            own_networks: config.own_networks.clone(),
        };
        Self {
            guard: Guard::new(config.wall, rules, config.blocks.clone()),
            guesses: Guesses::default(),
            held: BTreeMap::new(),
        }
    }

    /// It proved itself: by a password, a PIN, or as a trunk's address.
    pub fn vouch(&mut self, source: IpAddr) {
        self.guard.vouch(source);
    }

    /// It did what honest ones rarely do.
    pub fn offend(&mut self, now: Instant, source: IpAddr, offence: Offence) {
        self.guard.offend(now, source, offence);
    }
}

// At the gate --------------------------------------------------------------------------------

impl Node {
    pub(crate) fn datagram_came(&mut self, now: Instant, path: Path, bytes: &[u8]) {
        if self
            .guard
            .guard
            .hears_datagram(now, path.remote.ip(), bytes)
        {
            self.ua.handle_datagram(now, path, bytes);
        }
    }

    pub(crate) fn stream_came(&mut self, now: Instant, conn: ConnId, path: Path) {
        if self.guard.guard.hears_stream(now, path.remote.ip()) {
            self.ua.handle_stream_opened(now, conn, path);
        } else {
            self.outbox.event(Event::CloseConn(conn));
        }
    }

    pub(crate) fn segment_came(&mut self, now: Instant, conn: ConnId, bytes: &[u8]) {
        let remote = self.ua.path_of(conn).map(|path| path.remote.ip());
        let hears = |remote| self.guard.guard.hears_segment(now, remote, bytes);
        if remote.is_none_or(hears) {
            self.ua.handle_stream(now, conn, bytes);
        } else {
            self.outbox.event(Event::CloseConn(conn));
            self.ua.handle_stream_closed(now, conn);
            self.unregister_stream(now, conn);
        }
    }

    /// The next datagram or segment that may go. What somebody else may have asked for under an
    /// address that never answered us stays here, beyond a bound.
    pub(crate) fn next_transmit(&mut self) -> Option<Transmit> {
        loop {
            let transmit = self.ua.poll_transmit()?;
            let is_answer = transmit.bytes.starts_with(b"SIP/2.0 ");
            if transmit.path.transport != Transport::Udp || !is_answer {
                return Some(transmit);
            }
            let to = transmit.path.remote.ip();
            if self.guard.guard.may_answer(to, transmit.bytes.len()) {
                return Some(transmit);
            }
        }
    }

    /// The caller acknowledged our answer, which has a tag that nobody guesses.
    pub(crate) fn caller_hears_us(&mut self, id: CallId) {
        if let Some(call) = self.calls.get(id) {
            self.guard.guard.hears_us(call.caller().remote.ip());
        }
    }

    /// Of a stranger: whom we know may dial what they like.
    pub(crate) fn dialled_nobody(&mut self, now: Instant, origin: Origin, address: IpAddr) {
        if origin == Origin::Stranger {
            self.guard.offend(now, address, Offence::UnknownNumber);
        }
    }

    /// What the guard decided, for the log.
    pub(crate) fn tell_of_blocks(&mut self) {
        while let Some(news) = self.guard.guard.poll_news() {
            let sentence = match news {
                News::Blocked(block) => format!(
                    "{} is not heard any more: {}, {}",
                    block.network,
                    block.cause.sentence(),
                    match block.until {
                        Some(_) => format!("block {} in a row", block.times),
                        None => "until it is lifted".to_owned(),
                    }
                ),
                News::Unblocked(block) => format!("{} is heard again", block.network),
            };
            self.outbox.log(LogLevel::Warning, sentence);
        }
    }

    /// How much was not heard, for the metrics.
    #[must_use]
    pub fn guard_counters(&self) -> &Counters {
        self.guard.guard.counters()
    }

    /// Networks that are not heard at the moment.
    #[must_use]
    pub fn blocks_count(&self) -> usize {
        self.guard.guard.blocks_count()
    }

    /// Networks of trunks: known, whatever comes under their addresses.
    pub fn trust(&mut self, networks: Vec<Network>) {
        self.guard.guard.set_trusted(networks);
    }
}

// At the door --------------------------------------------------------------------------------

impl Node {
    /// An answer of this call's waits: it is not asked again.
    pub(crate) fn holds_answer(&self, id: CallId) -> bool {
        self.guard.held.contains_key(&id)
    }

    /// What the door says to a PIN, at once or later.
    pub(crate) fn answer_in_time(
        &mut self,
        now: Instant,
        id: CallId,
        room: RoomId,
        verdict: DoorVerdict,
    ) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let (origin, address) = (call.caller().origin, call.caller().remote.ip());
        let is_stranger = origin == Origin::Stranger;
        let wait = match verdict {
            DoorVerdict::NotYet => None,
            DoorVerdict::Admitted(_)
            | DoorVerdict::AdmittedAs(..)
            | DoorVerdict::Refused(_)
            | DoorVerdict::Wrong { .. } => {
                is_stranger.then(|| self.guard.guesses.wait(now, room, address))
            }
        };
        match verdict {
            DoorVerdict::NotYet => {}
            DoorVerdict::Wrong { .. } => self.guessed_wrong(now, room, is_stranger, address),
            DoorVerdict::Admitted(_) | DoorVerdict::AdmittedAs(..) | DoorVerdict::Refused(_) => {
                self.guard.guesses.right(room, address);
                self.guard.vouch(address);
            }
        }
        match wait.filter(|wait| !wait.is_zero()) {
            None => self.answer_pin(now, id, verdict),
            Some(wait) => {
                self.guard.held.insert(id, verdict);
                let why = "the answer to a guess at a PIN";
                self.deadlines
                    .set(Sleeper::Guess(id), Some((now + wait, why)));
            }
        }
    }

    fn guessed_wrong(&mut self, now: Instant, room: RoomId, is_stranger: bool, from: IpAddr) {
        if is_stranger {
            self.guard.offend(now, from, Offence::WrongPin);
        }
        let Some(alarm) = self.guard.guesses.wrong(now, room, from) else {
            return;
        };
        let Some(record) = self.rooms.get(room) else {
            return;
        };
        self.outbox.log(
            LogLevel::Warning,
            format!(
                "Somebody guesses the PIN of room {}: {} wrong ones from {} sources; unknown \
                 callers of this room wait longer for an answer",
                record.extension, alarm.wrong, alarm.sources
            ),
        );
    }

    /// The time has come that somebody waited for.
    pub(crate) fn answer_held(&mut self, now: Instant, id: CallId) {
        if let Some(verdict) = self.guard.held.remove(&id) {
            self.answer_pin(now, id, verdict);
        }
    }

    pub(crate) fn forget_held(&mut self, id: CallId) {
        if self.guard.held.remove(&id).is_some() {
            self.deadlines.set(Sleeper::Guess(id), None);
        }
    }
}
