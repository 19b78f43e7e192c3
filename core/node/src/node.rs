//! The node's front desk: hands every input to the part that owns it, decides nothing.

use std::time::Instant;

use conclave_contract::Command;
use conclave_model::{Chance, RoomRecord};
use conclave_sip::{Transmit, Why};

use crate::{Event, Input, NodeConfig};

/// One running server's control brain, sans-IO: feed it, then drain [`Node::poll_transmit`],
/// [`Node::poll_command`] and [`Node::poll_event`] to the end, then wait until
/// [`Node::poll_timeout`].
pub struct Node {}

#[allow(unused_variables)]
impl Node {
    /// `rooms` are the records as the store has them.
    #[must_use]
    pub fn new(config: NodeConfig, rooms: Vec<RoomRecord>, chance: Chance) -> Self {
        Self {}
    }

    pub fn handle_input(&mut self, now: Instant, input: Input<'_>) {}

    /// The deadline of [`Node::poll_timeout`] has come; early or late calls do no harm.
    pub fn handle_timeout(&mut self, now: Instant) {}

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Why)> {
        None
    }

    /// SIP for the wire.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        None
    }

    /// Words for the media plane, in order.
    pub fn poll_command(&mut self) -> Option<Command> {
        None
    }

    pub fn poll_event(&mut self) -> Option<Event> {
        None
    }
}
