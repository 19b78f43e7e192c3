//! The sockets of all video lines: what came in, what goes out; decides nothing.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd};

use conclave_contract::VideoLine;
use conclave_model::{LegId, limits};
use conclave_video::{VideoPort, VideoSink};

use super::sockets::LineSockets;

#[derive(Default)]
pub(crate) struct Lines {
    sockets: BTreeMap<VideoLine, LineSockets>,
    /// Packets that the system did not take.
    pub send_failures: u64,
}

impl Lines {
    pub fn add(&mut self, line: VideoLine, sockets: LineSockets) {
        self.sockets.insert(line, sockets);
    }

    pub fn remove(&mut self, line: VideoLine) -> Option<LineSockets> {
        self.sockets.remove(&line)
    }

    pub fn of_leg(&self, leg: LegId) -> Vec<VideoLine> {
        let lines = self.sockets.keys().copied();
        lines.filter(|line| line.leg == leg).collect()
    }

    /// Every socket, in the order of `iter`.
    pub fn fds(&self) -> impl Iterator<Item = (VideoLine, VideoPort, BorrowedFd<'_>)> {
        self.sockets.iter().flat_map(|(line, sockets)| {
            [
                (*line, VideoPort::Rtp, sockets.rtp.as_fd()),
                (*line, VideoPort::Rtcp, sockets.rtcp.as_fd()),
            ]
        })
    }

    /// The next datagram of a port; `None` when there is none now.
    pub fn receive(
        &self,
        line: VideoLine,
        port: VideoPort,
        buffer: &mut [u8],
    ) -> Option<(usize, SocketAddr)> {
        let sockets = self.sockets.get(&line)?;
        let socket = match port {
            VideoPort::Rtp => &sockets.rtp,
            VideoPort::Rtcp => &sockets.rtcp,
        };
        // An error may be the echo of a packet that nobody wanted: the next may be good.
        for _ in 0..ERRORS_AT_ONCE {
            match socket.recv_from(buffer) {
                Ok((length, from)) => return Some((length, plain(from))),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(_) => {}
            }
        }
        None
    }
}

impl VideoSink for Lines {
    fn send(&mut self, line: VideoLine, port: VideoPort, to: SocketAddr, packet: &[u8]) {
        let Some(sockets) = self.sockets.get(&line) else {
            return;
        };
        let socket = match port {
            VideoPort::Rtp => &sockets.rtp,
            VideoPort::Rtcp => &sockets.rtcp,
        };
        let is_sent = socket.send_to(packet, sockets.reachable(to)).is_ok();
        self.send_failures += u64::from(!is_sent);
    }
}

/// An IPv4 address that an IPv6 socket names is what signalling calls it.
fn plain(from: SocketAddr) -> SocketAddr {
    let ip: IpAddr = from.ip().to_canonical();
    SocketAddr::new(ip, from.port())
}

const ERRORS_AT_ONCE: usize = limits::VIDEO_PACKETS_AT_ONCE;
