//! How the two UDP sockets of a stream are opened and reach a peer; knows no stream.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};

use socket2::{Domain, Protocol, Socket, Type};

use crate::ports::PortPool;

/// Takes the next pair of the pool that the system lets us have: RTP on an even port, RTCP on the
/// one above (RFC 3550 §11). A port that another program holds goes to the end of the pool.
pub(crate) fn open_pair(
    ip: IpAddr,
    pool: &mut PortPool,
    bind: fn(SocketAddr) -> io::Result<UdpSocket>,
) -> Option<(u16, [UdpSocket; 2])> {
    let both = |port: u16| -> io::Result<[UdpSocket; 2]> {
        Ok([
            bind(SocketAddr::new(ip, port))?,
            bind(SocketAddr::new(ip, port + 1))?,
        ])
    };
    for _ in 0..pool.free() {
        let port = pool.take()?;
        match both(port) {
            Ok(sockets) => return Some((port, sockets)),
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

/// A socket that never waits, bound to this address. `class` is a DSCP above the two bits of
/// congestion notification.
pub(crate) fn bind_udp(
    address: SocketAddr,
    class: u32,
    wish: fn(&Socket),
) -> io::Result<UdpSocket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    socket.set_nonblocking(true)?;
    // All of these are wishes: a kernel or container that refuses them still carries calls.
    wish(&socket);
    if address.is_ipv6() {
        let _ = socket.set_only_v6(false);
        let _ = socket.set_tclass_v6(class);
    } else {
        let _ = socket.set_tos_v4(class);
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// The address as a socket of this family names it.
pub(crate) fn reachable(is_v6: bool, to: SocketAddr) -> SocketAddr {
    match (is_v6, to.ip()) {
        (true, IpAddr::V4(ip)) => SocketAddr::new(ip.to_ipv6_mapped().into(), to.port()),
        (true, IpAddr::V6(_)) | (false, _) => to,
    }
}
