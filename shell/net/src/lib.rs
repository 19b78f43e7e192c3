//! SIP sockets: datagrams and streams in and out of the process; cannot parse.

mod crowd;
mod finder;
mod listener;
mod local_address;
mod names;
mod origins;
mod queue;
mod stream;
mod streams;
mod udp;
mod web_socket;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use conclave_cert::{ClientTls, ServerTls};
use conclave_sip::{ConnId, Path, Transmit, Transport};
use tokio::sync::mpsc;

pub use finder::Finder;
pub use names::Names;
pub use origins::Origins;

use crate::local_address::LocalAddress;
use crate::streams::{Entrance, Streams};
use crate::udp::UdpPort;

/// A transport and the address to listen on, such as `udp:192.0.2.1:5060`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bind {
    pub transport: Transport,
    pub address: SocketAddr,
}

/// What it takes to speak TLS and WebSockets.
#[derive(Clone)]
pub struct Secrecy {
    pub server: ServerTls,
    pub client: ClientTls,
    pub origins: Origins,
}

/// `udp:IP:PORT` and its like, as it is given.
impl fmt::Display for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.transport, self.address)
    }
}

/// What arrived from the wire.
#[derive(Debug)]
pub enum Arrival {
    Datagram {
        path: Path,
        bytes: Vec<u8>,
    },
    StreamOpened {
        conn: ConnId,
        path: Path,
    },
    Stream {
        conn: ConnId,
        bytes: Vec<u8>,
    },
    StreamClosed {
        conn: ConnId,
    },
    /// A stream that a transmit asked for could not be opened.
    ConnectFailed {
        path: Path,
    },
}

/// Every SIP socket of the process.
pub struct Net {
    udp: Vec<UdpPort>,
    streams: Arc<Streams>,
    bound: Vec<Bind>,
    counters: Arc<Counters>,
}

/// What was lost between the wire and the brain, for the metrics.
#[derive(Debug, Default)]
pub struct Counters {
    /// Datagrams dropped because the brain was behind; SIP over UDP sends again.
    pub datagrams_dropped: AtomicU64,
    /// Datagrams or stream bytes that could not be sent.
    pub sends_failed: AtomicU64,
    /// Connections refused because [`STREAMS_MAX`] were open, or too many from one source.
    pub streams_refused: AtomicU64,
    /// Connections on which TLS or a WebSocket was begun and not agreed upon in time.
    pub handshakes_failed: AtomicU64,
    /// Connections closed because the peer did not read what it asked for.
    pub streams_stalled: AtomicU64,
}

impl Net {
    /// [`Net::bind_with`] without TLS, and so without WebSockets.
    ///
    /// # Errors
    /// As of [`Net::bind_with`].
    pub async fn bind(binds: &[Bind]) -> io::Result<(Net, mpsc::Receiver<Arrival>)> {
        Self::bind_with(binds, None).await
    }

    /// Binds every address, or none: the error names the address that could not be had.
    ///
    /// # Errors
    /// The address is in use, is not ours, or needs rights or a certificate that we do not have.
    pub async fn bind_with(
        binds: &[Bind],
        secrecy: Option<Secrecy>,
    ) -> io::Result<(Net, mpsc::Receiver<Arrival>)> {
        let (arrivals, brain) = mpsc::channel(ARRIVALS_WAITING_MAX);
        let counters = Arc::new(Counters::default());
        let streams = Arc::new(Streams::new(
            arrivals.clone(),
            Arc::clone(&counters),
            secrecy.as_ref().map(|secrecy| secrecy.client.clone()),
        ));
        let mut net = Net {
            udp: Vec::new(),
            streams,
            bound: Vec::new(),
            counters,
        };
        for bind in binds {
            let address = match bind.transport {
                Transport::Udp => {
                    let port = UdpPort::bind(bind.address).map_err(|error| named(bind, &error))?;
                    let address = port.address();
                    port.spawn_reader(arrivals.clone(), Arc::clone(&net.counters));
                    net.udp.push(port);
                    address
                }
                Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => {
                    let entrance = entrance(bind.transport, secrecy.as_ref());
                    let entrance = entrance.ok_or_else(|| {
                        let error = io::Error::from(io::ErrorKind::Unsupported);
                        named(bind, &error)
                    })?;
                    listener::listen(bind.address, entrance, Arc::clone(&net.streams))
                        .map_err(|error| named(bind, &error))?
                }
            };
            net.bound.push(Bind {
                transport: bind.transport,
                address,
            });
        }
        Ok((net, brain))
    }

    /// The addresses that are really listened on, with the port that a 0 became.
    #[must_use]
    pub fn bound(&self) -> &[Bind] {
        &self.bound
    }

    #[must_use]
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    /// Sends, or counts that it could not: SIP itself notices what is missing.
    pub fn send(&self, transmit: Transmit) {
        if transmit.path.transport.is_stream() {
            self.streams.send(transmit);
        } else {
            self.send_datagram(&transmit);
        }
    }

    /// From now on, whoever is connected to at this place over TLS must prove to be `name`; anybody
    /// else there must prove to be the address. A stream that is open already is not looked at.
    pub fn expect(&self, remote: SocketAddr, name: &str) {
        self.streams.expect(remote, name);
    }

    /// Closes a stream whose framing is lost, after what is queued for it.
    pub fn close(&self, conn: ConnId) {
        self.streams.close(conn);
    }

    fn send_datagram(&self, transmit: &Transmit) {
        let local = transmit.path.local;
        let from_there = self.udp.iter().find(|port| port.is(local));
        let same_family = || {
            self.udp
                .iter()
                .find(|port| port.address().is_ipv4() == local.is_ipv4())
        };
        let sent = from_there
            .or_else(same_family)
            .is_some_and(|port| port.send(&transmit.bytes, transmit.path.remote));
        if !sent {
            self.counters.sends_failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// How streams of a transport begin; `None` without what it takes, and for datagrams.
fn entrance(transport: Transport, secrecy: Option<&Secrecy>) -> Option<Entrance> {
    let origins = || secrecy.map(|secrecy| Arc::new(secrecy.origins.clone()));
    let server = || secrecy.map(|secrecy| secrecy.server.clone());
    match transport {
        Transport::Udp => None,
        Transport::Tcp => Some(Entrance::Tcp),
        Transport::Tls => server().map(Entrance::Tls),
        Transport::Ws => origins().map(Entrance::Ws),
        Transport::Wss => server()
            .zip(origins())
            .map(|(tls, of)| Entrance::Wss(tls, of)),
    }
}

fn named(bind: &Bind, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot listen on {bind}: {error}"))
}

/// A burst of a thousand calls sends a few thousand messages within one second.
const ARRIVALS_WAITING_MAX: usize = 4_096;

/// Connections at once: half of what file descriptors allow beside two sockets a call.
pub const STREAMS_MAX: usize = 4_000;

/// Our own addresses as one peer sees them; shared by everything bound to a wildcard.
fn reachable(bound: SocketAddr, remote: SocketAddr, known: &LocalAddress) -> SocketAddr {
    if bound.ip().is_unspecified() {
        SocketAddr::new(known.towards(remote).unwrap_or(bound.ip()), bound.port())
    } else {
        bound
    }
}
