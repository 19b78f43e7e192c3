//! How a worker moves packets; the face that plain system calls wear, and others could.

use std::net::SocketAddr;

use conclave_media::{PacketSink, Port};
use conclave_model::{LegId, Moment};

use crate::arrivals::Arrivals;
use crate::leg_sockets::LegSockets;

/// RTCP comes every few seconds: each socket for it is asked once in this many ticks.
pub(crate) const RTCP_EVERY_TICKS: usize = 25;

/// Takes a datagram: when it arrived, whose, on which port, from where, and what.
pub(crate) type Receiver<'a> = dyn FnMut(Moment, LegId, Port, SocketAddr, &[u8]) + 'a;

/// The sockets of one worker's legs. Nothing in it waits, and but for `add` nothing allocates.
pub(crate) trait PacketIo: PacketSink {
    /// False when there is no room: the sockets are dropped.
    fn add(&mut self, leg: LegId, sockets: LegSockets) -> bool;

    fn remove(&mut self, leg: LegId) -> Option<LegSockets>;

    /// Signalling names the leg's peer: from now on packets from there must be heard.
    fn expect(&mut self, leg: LegId, peer: Option<SocketAddr>);

    /// Hands over what has arrived for this leg since the last time, of its sound alone:
    /// [`PacketIo::receive`], which comes next, leaves it out.
    fn receive_first(&mut self, arrivals: Arrivals, leg: LegId, each: &mut Receiver<'_>);

    /// Hands over what has arrived since the last time.
    fn receive(&mut self, arrivals: Arrivals, each: &mut Receiver<'_>);

    /// Everything handed to `send` is on its way after this.
    fn flush(&mut self);

    fn health(&self) -> IoHealth;
}

/// What packet I/O counts of its own work: running totals, but for the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IoHealth {
    /// System calls that asked for packets.
    pub receive_calls: u64,
    /// System calls that sent packets.
    pub send_calls: u64,
    /// Packets that the system did not take.
    pub send_failures: u64,
    /// Legs whose RTP socket is connected to the peer now, which makes sending cheaper.
    pub connected: u64,
}

impl IoHealth {
    pub(crate) const fn as_array(self) -> [u64; 4] {
        [
            self.receive_calls,
            self.send_calls,
            self.send_failures,
            self.connected,
        ]
    }

    pub(crate) const fn from_array(values: [u64; 4]) -> Self {
        let [receive_calls, send_calls, send_failures, connected] = values;
        Self {
            receive_calls,
            send_calls,
            send_failures,
            connected,
        }
    }
}
