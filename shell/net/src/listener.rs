//! Accepts streams; hands each to [`crate::stream`].

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::local_address::LocalAddress;
use crate::reachable;
use crate::streams::{Entrance, Streams};

/// Listens and returns the address with its real port.
pub fn listen(
    address: SocketAddr,
    entrance: Entrance,
    streams: Arc<Streams>,
) -> io::Result<SocketAddr> {
    let socket = socket2::Socket::new(
        socket2::Domain::for_address(address),
        socket2::Type::STREAM,
        Some(socket2::Protocol::TCP),
    )?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // A restart must not wait for the last connections' TIME_WAIT.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    let listener = TcpListener::from_std(socket.into())?;
    let bound = listener.local_addr()?;
    tokio::spawn(async move {
        let addresses = LocalAddress::default();
        loop {
            match listener.accept().await {
                Ok((stream, remote)) => {
                    let local = stream
                        .local_addr()
                        .unwrap_or_else(|_| reachable(bound, remote, &addresses));
                    streams.accepted(stream, &entrance, local, remote);
                }
                // Out of file descriptors: the calls that are up matter more than new ones.
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
        }
    });
    Ok(bound)
}

const BACKLOG: i32 = 1_024;
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
