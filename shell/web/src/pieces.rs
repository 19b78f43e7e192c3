//! What a blocking thread writes, as the body of an answer; knows nothing of what it is.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use conclave_model::limits;
use futures_core::Stream;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

/// Takes bytes no faster than the client does.
pub(crate) struct Pieces {
    client: mpsc::Sender<io::Result<Bytes>>,
    runtime: Handle,
    held: Vec<u8>,
    /// In bytes.
    sent: u64,
    taken: watch::Receiver<u64>,
}

impl Pieces {
    /// Where to write, and the body that comes of it. Write where a thread may block.
    pub fn new(runtime: Handle) -> (Self, Body) {
        let (client, pieces) = mpsc::channel(PIECES_AHEAD);
        let (taking, taken) = watch::channel(0);
        let writer = Self {
            client,
            runtime,
            held: Vec::with_capacity(PIECE_BYTES),
            sent: 0,
            taken,
        };
        (writer, Body::from_stream(Arriving { pieces, taking }))
    }

    /// Waits until the connection has taken everything.
    pub fn end(&mut self) -> io::Result<()> {
        self.flush()?;
        let sent = self.sent;
        let all = self.taken.wait_for(|taken| *taken >= sent);
        let waiting = timeout(limits::API_CLIENT_PATIENCE, all);
        match self.runtime.block_on(waiting) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    /// Cuts the answer off, so that nobody takes it for whole.
    pub fn fail(&self, error: io::Error) {
        // A client that is gone needs no telling.
        let _ = self.client.try_send(Err(error));
    }

    pub fn runtime(&self) -> Handle {
        self.runtime.clone()
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.held, Vec::with_capacity(PIECE_BYTES));
        self.sent += piece.len() as u64;
        let sending = timeout(
            limits::API_CLIENT_PATIENCE,
            self.client.send(Ok(piece.into())),
        );
        match self.runtime.block_on(sending) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

struct Arriving {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    taking: watch::Sender<u64>,
}

impl Stream for Arriving {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.pieces.poll_recv(context);
        if let Poll::Ready(Some(Ok(piece))) = &polled {
            self.taking
                .send_modify(|taken| *taken += piece.len() as u64);
        }
        polled
    }
}

const PIECE_BYTES: usize = limits::BACKUP_PIECE_BYTES;
/// Between the disk and the socket: a quarter of a megabyte.
const PIECES_AHEAD: usize = 4;
