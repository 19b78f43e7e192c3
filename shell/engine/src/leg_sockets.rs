//! The two UDP sockets of one leg; reads and writes nothing.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};

use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::ReceiveTimestampns;
use socket2::{Domain, Protocol, Socket, Type};

use crate::ports::PortPool;

/// RTP on an even port, RTCP on the one above (RFC 3550 §11).
pub(crate) struct LegSockets {
    pub rtp: UdpSocket,
    pub rtcp: UdpSocket,
    pub port: u16,
    /// An IPv6 socket, for which IPv4 addresses must be mapped.
    pub is_v6: bool,
}

impl LegSockets {
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
                        tracing::warn!(%error, %ip, port, "no media port could be bound");
                        return None;
                    }
                }
            }
        }
        None
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
    let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES);
    // Sockets are read once in a tick; jitter is measured by when packets came.
    let _ = setsockopt(&socket, ReceiveTimestampns, &true);
    if address.is_ipv6() {
        let _ = socket.set_only_v6(false);
        let _ = socket.set_tclass_v6(EXPEDITED);
    } else {
        let _ = socket.set_tos_v4(EXPEDITED);
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// A second of packets, as the kernel counts them (about 800 bytes each): more would be too old.
const RECEIVE_BUFFER_BYTES: usize = 64 * 1024;
/// DSCP EF, 46 (RFC 3246), above the two bits of congestion notification.
const EXPEDITED: u32 = 46 << 2;
