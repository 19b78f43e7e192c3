//! The table of open streams: who may open one, and which one bytes go to.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use conclave_cert::{ClientTls, ServerTls};
use conclave_model::limits;
use conclave_sip::{ConnId, Path, Transmit, Transport};
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::crowd::{Crowd, Place};
use crate::queue::{Full, Queue, Waiting, queue};
use crate::stream::{self, First, Stream};
use crate::{Arrival, Counters, Origins, STREAMS_MAX, web_socket};

pub struct Streams {
    open: Mutex<HashMap<ConnId, Queue>>,
    /// Peers being connected to: what was to be sent meanwhile goes over the one connection.
    connecting: Mutex<HashMap<(Transport, SocketAddr), Queue>>,
    next: AtomicU64,
    arrivals: mpsc::Sender<Arrival>,
    counters: Arc<Counters>,
    /// Bytes that wait for streams to take them.
    waiting: Arc<AtomicUsize>,
    crowd: Arc<Crowd>,
    shaking: Arc<Crowd>,
    client: Option<ClientTls>,
    /// Who is to be found where over TLS.
    expected: Mutex<BTreeMap<SocketAddr, String>>,
}

/// How a stream begins that somebody opens to us.
#[derive(Clone)]
pub enum Entrance {
    Tcp,
    Tls(ServerTls),
    Ws(Arc<Origins>),
    Wss(ServerTls, Arc<Origins>),
}

impl Entrance {
    fn transport(&self) -> Transport {
        match self {
            Entrance::Tcp => Transport::Tcp,
            Entrance::Tls(_) => Transport::Tls,
            Entrance::Ws(_) => Transport::Ws,
            Entrance::Wss(..) => Transport::Wss,
        }
    }
}

/// A stream's entry in the table, and the other end of its queue.
struct Entered {
    conn: ConnId,
    to_send: mpsc::Receiver<Waiting>,
    _place: Place,
}

impl Streams {
    pub fn new(
        arrivals: mpsc::Sender<Arrival>,
        counters: Arc<Counters>,
        client: Option<ClientTls>,
    ) -> Streams {
        Streams {
            open: Mutex::default(),
            connecting: Mutex::default(),
            next: AtomicU64::new(1),
            arrivals,
            counters,
            waiting: Arc::default(),
            crowd: Crowd::new(STREAMS_MAX, limits::SIP_STREAMS_OF_SOURCE),
            shaking: Crowd::new(limits::SIP_HANDSHAKES, limits::SIP_HANDSHAKES_OF_SOURCE),
            client,
            expected: Mutex::default(),
        }
    }

    /// Takes a stream that a peer opened, unless there are too many.
    pub fn accepted(
        self: &Arc<Self>,
        stream: TcpStream,
        entrance: &Entrance,
        local: SocketAddr,
        remote: SocketAddr,
    ) {
        prepare(&stream);
        let path = Path {
            transport: entrance.transport(),
            local,
            remote,
            conn: None,
        };
        if matches!(entrance, Entrance::Tcp) {
            if let Some(entered) = self.enter_or_count(remote) {
                tokio::spawn(Arc::clone(self).carry(stream, path, First::They, entered));
            }
            return;
        }
        let Some(shaking) = self.shaking.enter(remote.ip()) else {
            self.count(&self.counters.streams_refused);
            return;
        };
        let (streams, entrance) = (Arc::clone(self), entrance.clone());
        tokio::spawn(async move {
            let shaken = streams.shake(stream, entrance, path, shaking).await;
            if shaken.is_none() {
                streams.count(&streams.counters.handshakes_failed);
            }
        });
    }

    /// Agrees on how the stream is spoken on, then carries it; `None`: nothing was agreed upon.
    async fn shake(
        self: &Arc<Self>,
        stream: TcpStream,
        entrance: Entrance,
        path: Path,
        shaking: Place,
    ) -> Option<()> {
        match entrance {
            Entrance::Tcp => {}
            Entrance::Tls(tls) => {
                let stream = tls.accept(stream).await.ok()?;
                drop(shaking);
                if let Some(entered) = self.enter_or_count(path.remote) {
                    tokio::spawn(Arc::clone(self).carry(stream, path, First::They, entered));
                }
            }
            Entrance::Ws(origins) => {
                self.shake_web_socket(stream, origins, path, shaking)
                    .await?
            }
            Entrance::Wss(tls, origins) => {
                let stream = tls.accept(stream).await.ok()?;
                self.shake_web_socket(stream, origins, path, shaking)
                    .await?;
            }
        }
        Some(())
    }

    async fn shake_web_socket(
        self: &Arc<Self>,
        stream: impl Stream,
        origins: Arc<Origins>,
        path: Path,
        shaking: Place,
    ) -> Option<()> {
        let socket = web_socket::accept(stream, origins).await?;
        drop(shaking);
        if let Some(entered) = self.enter_or_count(path.remote) {
            let streams = Arc::clone(self);
            tokio::spawn(async move {
                let conn = entered.conn;
                if streams.opened(conn, path).await {
                    web_socket::run(socket, conn, entered.to_send, &streams.arrivals).await;
                }
                streams.closed(conn).await;
            });
        }
        Some(())
    }

    /// Sends on the path's stream; opens one when the path names none.
    pub fn send(self: &Arc<Self>, transmit: Transmit) {
        let Some(conn) = transmit.path.conn else {
            self.connect(transmit);
            return;
        };
        let queued = self
            .table()
            .get(&conn)
            .map(|queue| queue.put(transmit.bytes));
        match queued {
            Some(Ok(())) => {}
            Some(Err(Full)) => {
                self.count(&self.counters.streams_stalled);
                self.close(conn);
            }
            None => self.count(&self.counters.sends_failed),
        }
    }

    /// Forgets the stream; its task ends when it sees that its queue is gone.
    pub fn close(&self, conn: ConnId) {
        self.table().remove(&conn);
    }

    pub fn expect(&self, remote: SocketAddr, name: &str) {
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        if expected.len() >= limits::TLS_NAMES_EXPECTED && !expected.contains_key(&remote) {
            // Whoever is forgotten must be asked for again, and is refused until then.
            expected.pop_first();
        }
        expected.insert(remote, name.to_owned());
    }

    /// Connects once, however many messages ask for it before the connection is there.
    fn connect(self: &Arc<Self>, transmit: Transmit) {
        let Transmit { path, bytes } = transmit;
        let place = (path.transport, path.remote);
        let mut connecting = self
            .connecting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = connecting.get(&place) {
            if queue.put(bytes).is_err() {
                self.count(&self.counters.sends_failed);
            }
            return;
        }
        let Some(entered) = self.enter_or_count(path.remote) else {
            return;
        };
        let Some(queue) = self.table().get(&entered.conn).cloned() else {
            return;
        };
        if queue.put(bytes).is_err() {
            self.count(&self.counters.sends_failed);
        }
        connecting.insert(place, queue);
        drop(connecting);
        tokio::spawn(Arc::clone(self).open(path, entered));
    }

    async fn open(self: Arc<Self>, path: Path, entered: Entered) {
        let opened = self.reach(path).await;
        self.connecting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&(path.transport, path.remote));
        match opened {
            Ok(Reached::Tcp(stream, local)) => {
                self.carry(stream, Path { local, ..path }, First::We, entered)
                    .await;
            }
            Ok(Reached::Tls(stream, local)) => {
                self.carry(*stream, Path { local, ..path }, First::We, entered)
                    .await;
            }
            Err(why) => {
                let (transport, remote) = (path.transport, path.remote);
                tracing::warn!("no connection to {transport}:{remote}: {why}");
                self.count(&self.counters.sends_failed);
                self.close(entered.conn);
                let _ = self.arrivals.send(Arrival::ConnectFailed { path }).await;
            }
        }
    }

    async fn reach(&self, path: Path) -> io::Result<Reached> {
        let client = match path.transport {
            Transport::Udp | Transport::Ws | Transport::Wss => {
                return Err(io::ErrorKind::Unsupported.into());
            }
            Transport::Tcp => None,
            Transport::Tls => {
                let client = self.client.as_ref();
                Some(client.ok_or_else(|| io::Error::from(io::ErrorKind::Unsupported))?)
            }
        };
        let connecting = timeout(CONNECT_TIME_MAX, TcpStream::connect(path.remote)).await;
        let stream = connecting.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
        prepare(&stream);
        let local = stream.local_addr().unwrap_or(path.local);
        let Some(client) = client else {
            return Ok(Reached::Tcp(stream, local));
        };
        let expected = || {
            let expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
            expected.get(&path.remote).cloned()
        };
        let name = expected().unwrap_or_else(|| path.remote.ip().to_string());
        let stream = client.connect(&name, stream).await?;
        Ok(Reached::Tls(Box::new(stream), local))
    }

    /// Tells of the stream, carries what it brings, and tells of its end.
    async fn carry(self: Arc<Self>, stream: impl Stream, path: Path, first: First, of: Entered) {
        if self.opened(of.conn, path).await {
            stream::run(stream, of.conn, first, of.to_send, &self.arrivals).await;
        }
        self.closed(of.conn).await;
    }

    async fn opened(&self, conn: ConnId, path: Path) -> bool {
        let path = Path {
            conn: Some(conn),
            ..path
        };
        let opened = Arrival::StreamOpened { conn, path };
        self.arrivals.send(opened).await.is_ok()
    }

    async fn closed(&self, conn: ConnId) {
        self.close(conn);
        let _ = self.arrivals.send(Arrival::StreamClosed { conn }).await;
    }

    /// A number and a queue for a new stream; `None`, and counted, when there are too many.
    fn enter_or_count(&self, remote: SocketAddr) -> Option<Entered> {
        let Some(place) = self.crowd.enter(remote.ip()) else {
            self.count(&self.counters.streams_refused);
            return None;
        };
        let conn = ConnId(self.next.fetch_add(1, Ordering::Relaxed));
        let (queue, to_send) = queue(&self.waiting);
        self.table().insert(conn, queue);
        Some(Entered {
            conn,
            to_send,
            _place: place,
        })
    }

    fn count(&self, counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn table(&self) -> MutexGuard<'_, HashMap<ConnId, Queue>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that we opened, and its address on our side.
enum Reached {
    Tcp(TcpStream, SocketAddr),
    Tls(Box<conclave_cert::ClientStream<TcpStream>>, SocketAddr),
}

/// A failure costs some speed, or keeps somebody who is gone a little longer.
fn prepare(stream: &TcpStream) {
    // A SIP message is one write; waiting for more only delays it.
    let _ = stream.set_nodelay(true);
    let probes = TcpKeepalive::new()
        .with_time(PROBED_AFTER)
        .with_interval(PROBED_EVERY)
        .with_retries(PROBES_LOST);
    let _ = SockRef::from(stream).set_tcp_keepalive(&probes);
}

/// Shorter than the 32 s of a SIP transaction, longer than three lost SYNs.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(10);
/// A phone whose plug was pulled says nothing of it: it is gone after four minutes.
const PROBED_AFTER: Duration = Duration::from_secs(120);
const PROBED_EVERY: Duration = Duration::from_secs(30);
const PROBES_LOST: u32 = 4;
