//! Where packets leave a deck; knows neither sockets nor batches.

use std::net::SocketAddr;

use conclave_model::LegId;

/// Which of a leg's two ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Port {
    /// The even one: sound, telephone events and, with RFC 5761, RTCP too.
    Rtp,
    /// The odd one above it.
    Rtcp,
}

/// Takes what a tick sends, in the order in which it is sent.
///
/// Called on the tick: it must neither allocate nor wait. A packet it cannot take is lost, as one
/// in a network is.
pub trait PacketSink {
    fn send(&mut self, leg: LegId, port: Port, to: SocketAddr, packet: &[u8]);
}
