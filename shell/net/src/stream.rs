//! One stream: bytes both ways until either side has enough; holds no buffer while idle.

use conclave_sip::{ConnId, Path};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

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
                if stream.write_all(&bytes).await.is_err() {
                    break;
                }
            }
        }
    }
    let _ = arrivals.send(Arrival::StreamClosed { conn }).await;
}

/// Passes on what has arrived; false at the end of the stream. The buffer lives only here, so ten
/// thousand idle connections hold none.
async fn read(stream: &TcpStream, conn: ConnId, arrivals: &mpsc::Sender<Arrival>) -> bool {
    let mut buffer = [0; READ_BYTES];
    match stream.try_read(&mut buffer) {
        Ok(0) => false,
        Ok(length) => {
            // Waiting here holds back only this peer.
            let bytes = buffer[..length].to_vec();
            arrivals.send(Arrival::Stream { conn, bytes }).await.is_ok()
        }
        Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
    }
}

/// The largest INVITE of a browser with all its candidates fits twice.
const READ_BYTES: usize = 8 * 1024;
