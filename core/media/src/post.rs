//! Datagrams of handshakes and checks on their way, in buffers that are there; reads none.

use std::collections::VecDeque;
use std::net::SocketAddr;

use conclave_model::{LegId, Moment, limits};

use crate::sink::{PacketSink, Port};

/// Of one deck. What it has no buffer for is lost, as in a network.
pub(crate) struct Post {
    /// Empty, each with room for the longest.
    buffers: Vec<Vec<u8>>,
    /// More were asked for, and are not here yet.
    is_awaiting: bool,
    outgoing: VecDeque<Parcel>,
}

struct Parcel {
    leg: LegId,
    to: SocketAddr,
    bytes: Vec<u8>,
}

/// How many datagrams one leg may still hand up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Porch {
    taken: u8,
    since: Moment,
}

impl Post {
    pub fn new() -> Self {
        let mut buffers = Vec::with_capacity(BUFFERS_MAX);
        buffers.extend(fresh_buffers());
        Self {
            buffers,
            is_awaiting: false,
            outgoing: VecDeque::with_capacity(BUFFERS_MAX),
        }
    }

    /// A copy to hand up; `None` where it is too long, or no buffer is left.
    pub fn take_in(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        if datagram.len() > limits::HANDSHAKE_DATAGRAM_BYTES {
            return None;
        }
        let mut bytes = self.buffers.pop()?;
        bytes.extend_from_slice(datagram);
        Some(bytes)
    }

    /// A buffer that was not needed after all.
    pub fn keep(&mut self, mut buffer: Vec<u8>) {
        buffer.clear();
        if self.buffers.len() < self.buffers.capacity() {
            self.buffers.push(buffer);
        }
    }

    /// Whether buffers must be brought. Says so once.
    pub fn take_wish(&mut self) -> bool {
        let is_wished = !self.is_awaiting && self.buffers.len() <= limits::HANDSHAKE_BUFFERS / 2;
        self.is_awaiting |= is_wished;
        is_wished
    }

    /// What was wished for. The list comes back without them, or with those that have no room.
    pub fn refill(&mut self, list: &mut Vec<Vec<u8>>) {
        self.is_awaiting = false;
        while self.buffers.len() < BUFFERS_MAX
            && let Some(buffer) = list.pop()
        {
            self.buffers.push(buffer);
        }
    }

    /// To be sent in the next tick; comes back where too many are waiting.
    pub fn send(&mut self, leg: LegId, to: SocketAddr, bytes: Vec<u8>) -> Result<(), Vec<u8>> {
        if self.outgoing.len() == BUFFERS_MAX {
            return Err(bytes);
        }
        self.outgoing.push_back(Parcel { leg, to, bytes });
        Ok(())
    }

    /// Sends the next one, and gives back what held it.
    pub fn deliver(&mut self, sink: &mut impl PacketSink) -> Option<Vec<u8>> {
        let Parcel { leg, to, bytes } = self.outgoing.pop_front()?;
        sink.send(leg, Port::Rtp, to, &bytes);
        Some(bytes)
    }
}

impl Porch {
    /// Whether one more may be handed up.
    pub fn lets_in(&mut self, now: Moment) -> bool {
        if !now.is_within(std::time::Duration::from_secs(1), self.since) {
            *self = Self {
                taken: 0,
                since: now,
            };
        }
        let is_free = self.taken < limits::HANDSHAKE_DATAGRAMS;
        self.taken += u8::from(is_free);
        is_free
    }
}

/// As many as a deck begins with, and as it is brought.
pub(crate) fn fresh_buffers() -> Vec<Vec<u8>> {
    let buffer = || Vec::with_capacity(limits::HANDSHAKE_DATAGRAM_BYTES);
    std::iter::repeat_with(buffer)
        .take(limits::HANDSHAKE_BUFFERS)
        .collect()
}

/// Half of the first are left when as many more come.
const BUFFERS_MAX: usize = 2 * limits::HANDSHAKE_BUFFERS;
