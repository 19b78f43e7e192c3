//! One stream: bytes both ways until either side has enough; holds no buffer while idle.

use std::time::Duration;

use conclave_sip::{ConnId, Path};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::Arrival;

/// Runs until the peer closes, the queue is dropped or the brain is gone.
pub async fn run(
    mut stream: TcpStream,
    conn: ConnId,
    path: Path,
    mut to_send: mpsc::Receiver<Vec<u8>>,
    arrivals: &mpsc::Sender<Arrival>,
) {
    // A SIP message is one write; waiting for more only delays it.
    let _ = stream.set_nodelay(true);
    if arrivals
        .send(Arrival::StreamOpened { conn, path })
        .await
        .is_err()
    {
        return;
    }
    loop {
        tokio::select! {
            readable = stream.readable() => {
                if readable.is_err() || !read(&stream, conn, arrivals).await {
                    break;
                }
            }
            message = to_send.recv() => {
                let Some(bytes) = message else { break };
                // A peer that reads nothing would keep the socket for ever, long after the table
                // has forgotten the stream.
                let written = timeout(WRITE_TIME_MAX, stream.write_all(&bytes)).await;
                if !matches!(written, Ok(Ok(()))) {
                    break;
                }
            }
        }
    }
    let _ = arrivals.send(Arrival::StreamClosed { conn }).await;
}

/// Passes on what has arrived; false at the end of the stream.
async fn read(stream: &TcpStream, conn: ConnId, arrivals: &mpsc::Sender<Arrival>) -> bool {
    match take(stream) {
        Taken::Bytes(bytes) => {
            // Waiting here holds back only this peer.
            arrivals.send(Arrival::Stream { conn, bytes }).await.is_ok()
        }
        Taken::Nothing => true,
        Taken::End => false,
    }
}

enum Taken {
    Bytes(Vec<u8>),
    Nothing,
    End,
}

/// Not `async`: a buffer that lives across an `await` lives in every idle stream.
fn take(stream: &TcpStream) -> Taken {
    let mut buffer = [0; READ_BYTES];
    match stream.try_read(&mut buffer) {
        Ok(0) => Taken::End,
        Ok(length) => Taken::Bytes(buffer[..length].to_vec()),
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Taken::Nothing,
        Err(_) => Taken::End,
    }
}

/// The largest INVITE of a browser with all its candidates fits twice.
const READ_BYTES: usize = 8 * 1024;
/// 64·T1: whoever waited for the message has given up by then.
const WRITE_TIME_MAX: Duration = Duration::from_secs(32);

#[cfg(test)]
mod tests {
    use super::*;
    use conclave_sip::Transport;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn an_idle_stream_holds_no_buffer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let remote = listener.local_addr().unwrap();
        let stream = TcpStream::connect(remote).await.unwrap();
        let path = Path {
            transport: Transport::Tcp,
            local: stream.local_addr().unwrap(),
            remote,
            conn: None,
        };
        let (_queue, to_send) = mpsc::channel(1);
        let (arrivals, _brain) = mpsc::channel(1);
        let idle = run(stream, ConnId(1), path, to_send, &arrivals);
        assert!(size_of_val(&idle) < 2_048, "{} bytes", size_of_val(&idle));
    }
}
