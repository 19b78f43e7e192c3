//! When the kernel got a datagram, by the clock that we measure with; reads no content.

use std::io::{self, IoSliceMut};
use std::net::{SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nix::cmsg_space;
use nix::sys::socket::sockopt::{RcvBufForce, ReceiveTimestampns};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt};
use nix::sys::time::TimeSpec;
use socket2::{Domain, Socket, Type};

/// A socket that stamps what it gets and holds a great deal of it.
pub(crate) fn open(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, None)?;
    socket.set_nonblocking(true)?;
    if setsockopt(&socket, RcvBufForce, &RECEIVE_BUFFER_BYTES).is_err() {
        // Without the right to pass the system's limit: as much as it gives.
        let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES);
    }
    // What is measured is when a packet came, not when we had the time to look.
    setsockopt(&socket, ReceiveTimestampns, &true)?;
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// One datagram, if one is there: its length, its source and its arrival.
pub(crate) fn receive(
    socket: &UdpSocket,
    buffer: &mut [u8],
) -> Option<(usize, SocketAddr, Instant)> {
    let mut stamp = cmsg_space!(TimeSpec);
    let mut slices = [IoSliceMut::new(buffer)];
    let flags = MsgFlags::MSG_DONTWAIT;
    let message =
        recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut slices, Some(&mut stamp), flags);
    let clock = TwoClocks::read();
    let message = message.ok()?;
    let from = message.address.as_ref().and_then(address_of)?;
    let parts = message.cmsgs().into_iter().flatten();
    let at = parts.into_iter().find_map(|part| clock.arrival(&part));
    Some((message.bytes, from, at.unwrap_or(clock.now)))
}

/// The same moment by the clock that we measure with and the one that the kernel stamps with.
#[derive(Clone, Copy)]
pub(crate) struct TwoClocks {
    pub now: Instant,
    wall: Duration,
}

impl TwoClocks {
    pub(crate) fn read() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            now: Instant::now(),
            wall: wall.unwrap_or_default(),
        }
    }

    pub(crate) fn arrival(&self, message: &ControlMessageOwned) -> Option<Instant> {
        let ControlMessageOwned::ScmTimestampns(stamp) = message else {
            return None;
        };
        let stamp = Duration::from(*stamp);
        // One that came while we were reading is newer than our look at the clocks.
        match self.wall.checked_sub(stamp) {
            Some(age) => self.now.checked_sub(age.min(AGE_BELIEVED)),
            None => Some(self.now + (stamp - self.wall).min(AGE_BELIEVED)),
        }
    }
}

pub(crate) fn address_of(storage: &SockaddrStorage) -> Option<SocketAddr> {
    if let Some(v4) = storage.as_sockaddr_in() {
        return Some(SocketAddr::V4(SocketAddrV4::from(*v4)));
    }
    let v6 = SocketAddrV6::from(*storage.as_sockaddr_in6()?);
    Some(SocketAddr::V6(v6))
}

/// 8 000 packets as the kernel counts them: a third of a second of 500 legs. The kernel doubles it.
const RECEIVE_BUFFER_BYTES: usize = 4 << 20;
/// The wall clock may be set at any time.
const AGE_BELIEVED: Duration = Duration::from_secs(2);
