//! Which of our addresses a peer can reach; asks the kernel's routing table, sends nothing.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::{Mutex, PoisonError};

/// Remembers the kernel's answer for each peer.
#[derive(Debug, Default)]
pub struct LocalAddress {
    known: Mutex<HashMap<IpAddr, IpAddr>>,
}

impl LocalAddress {
    /// The address that a packet to `remote` leaves from; `None` when there is no route.
    #[must_use]
    pub fn towards(&self, remote: SocketAddr) -> Option<IpAddr> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(local) = known.get(&remote.ip()) {
            return Some(*local);
        }
        let local = ask_the_kernel(remote)?;
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(remote.ip(), local);
        Some(local)
    }
}

/// Connecting a UDP socket picks a route and a source address without sending a packet.
fn ask_the_kernel(remote: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = match remote {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let probe = UdpSocket::bind((any, 0)).ok()?;
    probe.connect(remote).ok()?;
    probe.local_addr().ok().map(|address| address.ip())
}

/// Peers remembered; asking again costs three system calls.
const KNOWN_MAX: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_reached_from_loopback() {
        let addresses = LocalAddress::default();
        let peer = SocketAddr::from(([127, 0, 0, 1], 9));
        assert_eq!(addresses.towards(peer), Some(Ipv4Addr::LOCALHOST.into()));
    }
}
