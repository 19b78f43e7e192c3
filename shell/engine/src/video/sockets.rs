//! The two UDP sockets of one video line; reads and writes nothing by itself.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};

use socket2::{Domain, Protocol, Socket, Type};

use crate::ports::PortPool;

/// RTP on an even port, RTCP on the one above (RFC 3550 §11).
pub(crate) struct LineSockets {
    pub rtp: UdpSocket,
    pub rtcp: UdpSocket,
    pub port: u16,
    is_v6: bool,
}

impl LineSockets {
    /// Takes the next pair of the pool that the system lets us have. A port that another program
    /// holds goes to the end of the pool.
    pub fn open(ip: IpAddr, pool: &mut PortPool) -> Option<Self> {
        for _ in 0..pool.free() {
            let port = pool.take()?;
            match Self::bind(ip, port) {
                Ok(sockets) => return Some(sockets),
                Err(error) => {
                    pool.give_back(port);
                    if error.kind() != io::ErrorKind::AddrInUse {
                        tracing::warn!(%error, %ip, port, "no port for pictures could be bound");
                        return None;
                    }
                }
            }
        }
        None
    }

    /// The address as a socket of this family names it.
    pub fn reachable(&self, to: SocketAddr) -> SocketAddr {
        match (self.is_v6, to.ip()) {
            (true, IpAddr::V4(ip)) => SocketAddr::new(ip.to_ipv6_mapped().into(), to.port()),
            (true, IpAddr::V6(_)) | (false, _) => to,
        }
    }

    fn bind(ip: IpAddr, port: u16) -> io::Result<Self> {
        Ok(Self {
            rtp: bind(SocketAddr::new(ip, port))?,
            rtcp: bind(SocketAddr::new(ip, port + 1))?,
            port,
            is_v6: ip.is_ipv6(),
        })
    }
}

fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    socket.set_nonblocking(true)?;
    // All of these are wishes: a kernel or container that refuses them still carries calls.
    let _ = socket.set_recv_buffer_size(BUFFER_BYTES);
    let _ = socket.set_send_buffer_size(BUFFER_BYTES);
    if address.is_ipv6() {
        let _ = socket.set_only_v6(false);
        let _ = socket.set_tclass_v6(ASSURED);
    } else {
        let _ = socket.set_tos_v4(ASSURED);
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// A whole picture at once, which may be 100 kB, as the kernel counts it.
const BUFFER_BYTES: usize = 256 * 1024;
/// DSCP AF41, 34 (RFC 4594 §4.3: multimedia conferencing), above the two bits of congestion.
const ASSURED: u32 = 34 << 2;
