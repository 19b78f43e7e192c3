//! The two UDP sockets of one leg, and whom they are connected to; reads and writes nothing.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};

use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::{Ipv4PacketInfo, Ipv6RecvPacketInfo, ReceiveTimestampns};

use crate::ports::PortPool;
use crate::socket_pair::{bind_udp, open_pair, reachable};
use crate::tie::Tie;

/// RTP on an even port, RTCP on the one above (RFC 3550 §11).
pub(crate) struct LegSockets {
    pub rtp: UdpSocket,
    pub rtcp: UdpSocket,
    pub port: u16,
    /// An IPv6 socket, for which IPv4 addresses must be mapped.
    pub is_v6: bool,
    /// Whom the RTP socket is connected to.
    pub tie: Tie,
}

impl LegSockets {
    /// On the next pair of the pool that the system lets us have.
    pub fn open(ip: IpAddr, pool: &mut PortPool) -> Option<Self> {
        let (port, [rtp, rtcp]) = open_pair(ip, pool, bind)?;
        Some(Self {
            rtp,
            rtcp,
            port,
            is_v6: ip.is_ipv6(),
            tie: Tie::new(ip),
        })
    }

    /// Signalling names the peer: nobody else may be unheard.
    pub fn expect(&mut self, peer: Option<SocketAddr>) {
        if self.tie.expect(peer) {
            self.untie();
        }
    }

    /// Connects the RTP socket; where it cannot be, it stays open to everybody.
    pub fn tie_to(&mut self, peer: SocketAddr) {
        if rustix::net::connect(&self.rtp, &self.reachable(peer)).is_err() {
            self.tie.give_up();
            return;
        }
        let local = self.rtp.local_addr().map(|local| local.ip().to_canonical());
        if !local.is_ok_and(|local| self.tie.tied(peer, local)) {
            self.untie();
            self.tie.give_up();
        }
    }

    /// A datagram came to the RTP socket, at this address of ours where that was asked for.
    pub fn note(&mut self, from: SocketAddr, reached_at: Option<IpAddr>, datagram: &[u8]) {
        self.tie.heard(from, datagram);
        if reached_at.is_some_and(|at| self.tie.reached(at)) {
            self.ask_for_address(false);
        } else if self.tie.wants_address() {
            self.ask_for_address(true);
        }
    }

    /// Has packets say at which of our addresses they arrived, or not any more.
    fn ask_for_address(&mut self, wanted: bool) {
        let asked = if self.is_v6 {
            setsockopt(&self.rtp, Ipv6RecvPacketInfo, &wanted)
        } else {
            setsockopt(&self.rtp, Ipv4PacketInfo, &wanted)
        };
        if wanted {
            self.tie.asked_for_address(asked.is_ok());
        }
    }

    /// Opens the RTP socket to everybody again.
    pub fn untie(&mut self) {
        self.tie.untied();
        // Cannot fail for a UDP socket that is bound.
        let _ = rustix::net::connect_unspec(&self.rtp);
    }

    /// The address as a socket of this family names it.
    pub fn reachable(&self, to: SocketAddr) -> SocketAddr {
        reachable(self.is_v6, to)
    }
}

fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    bind_udp(address, EXPEDITED, |socket| {
        let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES);
        // Sockets are read once in a tick; jitter is measured by when packets came.
        let _ = setsockopt(socket, ReceiveTimestampns, &true);
    })
}

/// A second of packets, as the kernel counts them (about 800 bytes each): more would be too old.
const RECEIVE_BUFFER_BYTES: usize = 64 * 1024;
/// DSCP EF, 46 (RFC 3246), above the two bits of congestion notification.
const EXPEDITED: u32 = 46 << 2;
