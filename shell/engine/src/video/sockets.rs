//! The two UDP sockets of one video line; reads and writes nothing by itself.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};

use crate::ports::PortPool;
use crate::socket_pair::{bind_udp, open_pair, reachable};

/// RTP on an even port, RTCP on the one above (RFC 3550 §11).
pub(crate) struct LineSockets {
    pub rtp: UdpSocket,
    pub rtcp: UdpSocket,
    pub port: u16,
    is_v6: bool,
}

impl LineSockets {
    /// On the next pair of the pool that the system lets us have.
    pub fn open(ip: IpAddr, pool: &mut PortPool) -> Option<Self> {
        let (port, [rtp, rtcp]) = open_pair(ip, pool, bind)?;
        Some(Self {
            rtp,
            rtcp,
            port,
            is_v6: ip.is_ipv6(),
        })
    }

    /// The address as a socket of this family names it.
    pub fn reachable(&self, to: SocketAddr) -> SocketAddr {
        reachable(self.is_v6, to)
    }
}

fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    bind_udp(address, ASSURED, |socket| {
        let _ = socket.set_recv_buffer_size(BUFFER_BYTES);
        let _ = socket.set_send_buffer_size(BUFFER_BYTES);
    })
}

/// A whole picture at once, which may be 100 kB, as the kernel counts it.
const BUFFER_BYTES: usize = 256 * 1024;
/// DSCP AF41, 34 (RFC 4594 §4.3: multimedia conferencing), above the two bits of congestion.
const ASSURED: u32 = 34 << 2;
