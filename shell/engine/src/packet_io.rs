//! How a worker moves packets; the face that plain system calls wear, and io_uring can.

use std::net::SocketAddr;
use std::time::Instant;

use conclave_media::{PacketSink, Port};
use conclave_model::LegId;

use crate::leg_sockets::LegSockets;

/// Takes a datagram: when it arrived, whose, on which port, from where, and what.
pub(crate) type Receiver<'a> = dyn FnMut(Instant, LegId, Port, SocketAddr, &[u8]) + 'a;

/// The sockets of one worker's legs. Nothing in it waits, and but for `add` nothing allocates.
pub(crate) trait PacketIo: PacketSink {
    /// False when there is no room: the sockets are dropped.
    fn add(&mut self, leg: LegId, sockets: LegSockets) -> bool;

    fn remove(&mut self, leg: LegId) -> Option<LegSockets>;

    /// Hands over what has arrived since the last time.
    fn receive(&mut self, now: Instant, each: &mut Receiver<'_>);

    /// Everything handed to `send` is on its way after this.
    fn flush(&mut self);

    /// Packets that the system did not take.
    fn send_failures(&self) -> u64;
}
