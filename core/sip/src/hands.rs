//! What every part of the user agent works with: the ways out, time's queue, chance, counters.

use std::collections::VecDeque;

use conclave_model::Chance;

use crate::message::{Fields, Message, Reply, reply_head, reply_path, write_reply};
use crate::timers::Timers;
use crate::wires::Wires;
use crate::{ConnId, Counters, Event, MessageCopy, Path, Transmit, UaConfig};

pub(crate) struct Hands {
    pub(crate) config: UaConfig,
    pub(crate) chance: Chance,
    pub(crate) counters: Counters,
    pub(crate) timers: Timers,
    pub(crate) wires: Wires,
    pub(crate) transmits: VecDeque<Transmit>,
    pub(crate) events: VecDeque<Event>,
    pub(crate) closes: VecDeque<ConnId>,
    pub(crate) copies: VecDeque<MessageCopy>,
    /// Makes the tags of stateless replies the same for a request that comes again.
    tag_secret: u64,
}

impl Hands {
    pub(crate) fn new(config: UaConfig, mut chance: Chance) -> Self {
        let tag_secret = chance.u64();
        Self {
            config,
            chance,
            counters: Counters::default(),
            timers: Timers::default(),
            wires: Wires::default(),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
            closes: VecDeque::new(),
            copies: VecDeque::new(),
            tag_secret,
        }
    }

    pub(crate) fn tell(&mut self, event: Event) {
        self.events.push_back(event);
    }

    pub(crate) fn send_request(&mut self, path: Path, bytes: Vec<u8>) {
        self.counters.requests_out += 1;
        self.send(path, bytes);
    }

    pub(crate) fn send_response(&mut self, path: Path, bytes: Vec<u8>) {
        self.counters.responses_out += 1;
        self.send(path, bytes);
    }

    pub(crate) fn send_again(&mut self, path: Path, bytes: Vec<u8>) {
        self.counters.retransmissions_out += 1;
        self.send(path, bytes);
    }

    /// Takes back what was said last, if it has not been fetched yet.
    pub(crate) fn unsend(&mut self, bytes: &[u8]) {
        let is_last = |last: &Transmit| !bytes.is_empty() && last.bytes == bytes;
        if self.transmits.back().is_some_and(is_last) {
            self.transmits.pop_back();
            self.counters.responses_out -= 1;
            if self.config.copies {
                self.copies.pop_back();
            }
        }
    }

    /// Bytes that are no message.
    pub(crate) fn send(&mut self, path: Path, bytes: Vec<u8>) {
        let path = if path.transport.is_stream() {
            self.wires.resolve(path)
        } else {
            path
        };
        if self.config.copies {
            self.copies.extend(MessageCopy::sent(path, &bytes));
        }
        self.transmits.push_back(Transmit { path, bytes });
    }

    /// Answers without remembering (RFC 3261 §8.2.7): a request that comes again gets the same.
    ///
    /// What cannot be answered (no usable Via) is dropped, and an ACK never is answered.
    pub(crate) fn reply_stateless(&mut self, request: &Message, path: Path, reply: &Reply) {
        let Some(via) = request.top_via() else {
            self.counters.garbage_in += 1;
            return;
        };
        if request.method() == crate::message::Method::Ack {
            return;
        }
        self.count_refusal(reply.status);
        let tag = self.stateless_tag(via.branch(), request.call_id());
        let head = reply_head(request, path, &tag);
        let bytes = write_reply(&head, &self.config.server_name, reply);
        self.send_response(reply_path(&via, path), bytes);
    }

    pub(crate) fn count_refusal(&mut self, status: u16) {
        if status >= 300 {
            *self.counters.refused.entry(status).or_default() += 1;
        }
    }

    /// FNV-1a: it needs to be the same again, not to be secret.
    fn stateless_tag(&self, branch: &[u8], call_id: &[u8]) -> String {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = branch.iter().chain(call_id).fold(self.tag_secret, step);
        format!("s{hash:016x}")
    }

    /// The headers that say what we can: `allow` in a dialog, or outside of one.
    pub(crate) fn abilities(fields: &mut Fields, allow: &str) {
        fields.add("Allow", allow);
        fields.add("Supported", SUPPORTED);
    }

    /// A tag nobody can guess (RFC 3261 §19.3).
    pub(crate) fn new_tag(&mut self) -> String {
        format!("{:016x}", self.chance.u64())
    }
}

/// The extensions we understand when a peer requires them.
pub(crate) const SUPPORTED: &str = "timer, 100rel";
