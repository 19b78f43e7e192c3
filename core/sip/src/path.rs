//! Where a message came from and where its answer goes; opens no socket.

use std::net::SocketAddr;

use crate::Transport;

/// One accepted or opened stream, numbered by the shell and never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnId(pub u64);

/// Both ends of the way a message took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    pub transport: Transport,
    /// Our own address as the peer can reach it, never a wildcard.
    pub local: SocketAddr,
    pub remote: SocketAddr,
    /// The stream, when there is one. A transmit over a stream with `None` asks the shell to
    /// connect, which it cannot do for a WebSocket.
    pub conn: Option<ConnId>,
}

/// Bytes for the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmit {
    pub path: Path,
    pub bytes: Vec<u8>,
}

/// What a deadline is for, in words for a log line.
pub type Why = &'static str;
