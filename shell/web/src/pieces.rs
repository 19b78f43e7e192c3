//! What a blocking thread writes, as the body of an answer; knows nothing of what it is.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use conclave_model::limits;
use futures_core::Stream;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Takes bytes no faster than the client does.
pub(crate) struct Pieces {
    client: mpsc::Sender<io::Result<Bytes>>,
    runtime: Handle,
    held: Vec<u8>,
}

impl Pieces {
    /// Where to write, and the body that comes of it. Write where a thread may block.
    pub fn new(runtime: Handle) -> (Self, Body) {
        let (client, pieces) = mpsc::channel(PIECES_AHEAD);
        let writer = Self {
            client,
            runtime,
            held: Vec::with_capacity(PIECE_BYTES),
        };
        (writer, Body::from_stream(Arriving(pieces)))
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

struct Arriving(mpsc::Receiver<io::Result<Bytes>>);

impl Stream for Arriving {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

const PIECE_BYTES: usize = limits::BACKUP_PIECE_BYTES;
/// Between the disk and the socket: a quarter of a megabyte.
const PIECES_AHEAD: usize = 4;
