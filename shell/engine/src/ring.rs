//! What passes between the brain and a worker; both rings are bounded.

use std::net::SocketAddr;

use conclave_contract::Event;
use conclave_media::{Order, Retired, Wish};
use conclave_model::LegId;

use crate::leg_sockets::LegSockets;

/// Orders on their way to one worker: a whole office that dials in at nine o'clock.
pub(crate) const ORDERS: usize = 4_096;
/// News on its way back.
pub(crate) const REPORTS: usize = 16_384;

pub(crate) enum ToWorker {
    Order(Order),
    /// An `OpenLeg` comes after its sockets.
    Sockets(LegId, LegSockets),
    /// Signalling names the peer of a leg anew.
    Expect(LegId, Option<SocketAddr>),
}

pub(crate) enum FromWorker {
    Event(Event),
    /// The deck will soon be short of this: see `Deck::poll_wish`.
    Wish(Wish),
    /// To be dropped; of a leg, with its sockets, before its `LegClosed`.
    Retired(Retired, Option<LegSockets>),
}
