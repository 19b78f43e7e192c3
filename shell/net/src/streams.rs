//! The table of open streams: who may open one, and which one bytes go to.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use conclave_sip::{ConnId, Path, Transmit, Transport};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::stream;
use crate::{Arrival, Counters, STREAMS_MAX};

pub struct Streams {
    open: Mutex<HashMap<ConnId, mpsc::Sender<Vec<u8>>>>,
    /// Peers being connected to: what was to be sent meanwhile goes over the one connection.
    connecting: Mutex<HashMap<SocketAddr, mpsc::Sender<Vec<u8>>>>,
    next: AtomicU64,
    arrivals: mpsc::Sender<Arrival>,
    counters: Arc<Counters>,
}

impl Streams {
    pub fn new(arrivals: mpsc::Sender<Arrival>, counters: Arc<Counters>) -> Streams {
        Streams {
            open: Mutex::default(),
            connecting: Mutex::default(),
            next: AtomicU64::new(1),
            arrivals,
            counters,
        }
    }

    /// Takes a stream that a peer opened, unless there are too many.
    pub fn accepted(self: &Arc<Self>, stream: TcpStream, local: SocketAddr, remote: SocketAddr) {
        let path = Path {
            transport: Transport::Tcp,
            local,
            remote,
            conn: None,
        };
        match self.enter() {
            Some((conn, to_send)) => self.spawn(stream, conn, path, to_send),
            None => {
                self.counters
                    .streams_refused
                    .fetch_add(1, Ordering::Relaxed);
            }
        }
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
            .map(|queue| queue.try_send(transmit.bytes));
        match queued {
            Some(Ok(())) => {}
            Some(Err(_)) => {
                self.counters
                    .streams_stalled
                    .fetch_add(1, Ordering::Relaxed);
                self.close(conn);
            }
            None => {
                self.counters.sends_failed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Forgets the stream; its task ends when it sees that its queue is gone.
    pub fn close(&self, conn: ConnId) {
        self.table().remove(&conn);
    }

    /// Connects once, however many messages ask for it before the connection is there.
    fn connect(self: &Arc<Self>, transmit: Transmit) {
        let Transmit { path, bytes } = transmit;
        let mut connecting = self
            .connecting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = connecting.get(&path.remote) {
            if queue.try_send(bytes).is_err() {
                self.counters.sends_failed.fetch_add(1, Ordering::Relaxed);
            }
            return;
        }
        let Some((conn, to_send)) = self.enter() else {
            self.counters
                .streams_refused
                .fetch_add(1, Ordering::Relaxed);
            return;
        };
        let Some(queue) = self.table().get(&conn).cloned() else {
            return;
        };
        // The queue is new and has room for the first message.
        let _ = queue.try_send(bytes);
        connecting.insert(path.remote, queue);
        drop(connecting);
        tokio::spawn(Arc::clone(self).open(conn, path, to_send));
    }

    async fn open(self: Arc<Self>, conn: ConnId, path: Path, to_send: mpsc::Receiver<Vec<u8>>) {
        let connecting = TcpStream::connect(path.remote);
        let opened = tokio::time::timeout(CONNECT_TIME_MAX, connecting).await;
        self.connecting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&path.remote);
        match opened {
            Ok(Ok(stream)) => {
                let local = stream.local_addr().unwrap_or(path.local);
                self.spawn(stream, conn, Path { local, ..path }, to_send);
            }
            Ok(Err(_)) | Err(_) => {
                self.counters.sends_failed.fetch_add(1, Ordering::Relaxed);
                self.close(conn);
                let _ = self.arrivals.send(Arrival::ConnectFailed { path }).await;
            }
        }
    }

    /// A number and a queue for a new stream; `None` when [`STREAMS_MAX`] are open.
    fn enter(&self) -> Option<(ConnId, mpsc::Receiver<Vec<u8>>)> {
        let mut open = self.table();
        if open.len() >= STREAMS_MAX {
            return None;
        }
        let conn = ConnId(self.next.fetch_add(1, Ordering::Relaxed));
        let (queue, to_send) = mpsc::channel(MESSAGES_WAITING_MAX);
        open.insert(conn, queue);
        Some((conn, to_send))
    }

    fn spawn(
        self: &Arc<Self>,
        stream: TcpStream,
        conn: ConnId,
        path: Path,
        to_send: mpsc::Receiver<Vec<u8>>,
    ) {
        let path = Path {
            conn: Some(conn),
            ..path
        };
        let streams = Arc::clone(self);
        let arrivals = self.arrivals.clone();
        tokio::spawn(async move {
            stream::run(stream, conn, path, to_send, &arrivals).await;
            streams.close(conn);
        });
    }

    fn table(&self) -> MutexGuard<'_, HashMap<ConnId, mpsc::Sender<Vec<u8>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// SIP messages queued for one slow reader before its stream is closed.
const MESSAGES_WAITING_MAX: usize = 256;
/// Shorter than the 32 s of a SIP transaction, longer than three lost SYNs.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(10);
