//! One stream: bytes both ways until either side has enough; holds no buffer while idle.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use conclave_model::limits;
use conclave_sip::ConnId;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use crate::Arrival;
use crate::queue::Waiting;

/// A TCP connection, or TLS over one.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for S {}

/// Who begins to speak on a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    We,
    /// Whoever opens a stream and then says nothing holds it no longer than a message may take.
    They,
}

/// Runs until the peer closes, the queue is dropped or the brain is gone.
pub async fn run(
    mut stream: impl Stream,
    conn: ConnId,
    first: First,
    mut to_send: mpsc::Receiver<Waiting>,
    arrivals: &mpsc::Sender<Arrival>,
) {
    let silent_until = Instant::now() + limits::SIP_STREAM_STALL;
    let mut has_spoken = first == First::We;
    loop {
        tokio::select! {
            bytes = poll_fn(|context| take(&mut stream, context)) => {
                let Some(bytes) = bytes else { break };
                has_spoken = true;
                // Waiting here holds back only this peer.
                if arrivals.send(Arrival::Stream { conn, bytes }).await.is_err() {
                    break;
                }
            }
            message = to_send.recv() => {
                let Some(message) = message else { break };
                // A peer that reads nothing would keep the socket for ever, long after the table
                // has forgotten the stream.
                let written = timeout(WRITE_TIME_MAX, write(&mut stream, &message.bytes)).await;
                if !matches!(written, Ok(Ok(()))) {
                    break;
                }
            }
            () = sleep_until(silent_until), if !has_spoken => break,
        }
    }
    // The word that ends TLS; whoever does not take it has gone already.
    let _ = timeout(FAREWELL_TIME_MAX, stream.shutdown()).await;
}

async fn write(stream: &mut impl Stream, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

/// What has arrived; `None` at the end of the stream. Not `async`: a buffer that lives across an
/// `await` lives in every idle stream.
fn take(stream: &mut impl Stream, context: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
    let mut buffer = [0; READ_BYTES];
    let mut filled = ReadBuf::new(&mut buffer);
    let read = Pin::new(stream).poll_read(context, &mut filled);
    read.map(|read| {
        let bytes = filled.filled();
        (read.is_ok() && !bytes.is_empty()).then(|| bytes.to_vec())
    })
}

/// The largest INVITE of a browser with all its candidates fits twice.
const READ_BYTES: usize = 8 * 1024;
/// 64·T1: whoever waited for the message has given up by then.
const WRITE_TIME_MAX: Duration = Duration::from_secs(32);
const FAREWELL_TIME_MAX: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;
    use tokio::net::{TcpListener, TcpStream};

    #[tokio::test]
    async fn an_idle_stream_holds_no_buffer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let remote = listener.local_addr().unwrap();
        let stream = TcpStream::connect(remote).await.unwrap();
        let (_queue, to_send) = crate::queue::queue(&Default::default());
        let (arrivals, _brain) = mpsc::channel(1);
        let idle = run(stream, ConnId(1), First::We, to_send, &arrivals);
        assert!(size_of_val(&idle) < 2_048, "{} bytes", size_of_val(&idle));
    }

    #[tokio::test(start_paused = true)]
    async fn who_opens_a_stream_and_says_nothing_is_left_and_who_spoke_once_may_be_silent() {
        for (says, held_for) in [(&b""[..], limits::SIP_STREAM_STALL), (b"\r\n", HOUR)] {
            let (mut theirs, ours) = duplex(64);
            let (_queue, to_send) = crate::queue::queue(&Default::default());
            let (arrivals, _brain) = mpsc::channel(1);
            let began = Instant::now();
            theirs.write_all(says).await.unwrap();
            let run = run(ours, ConnId(1), First::They, to_send, &arrivals);
            let _ = timeout(HOUR, run).await;
            assert_eq!(began.elapsed(), held_for, "{says:?}");
        }
    }

    const HOUR: Duration = Duration::from_secs(3_600);
}
