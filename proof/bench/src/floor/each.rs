//! A socket for each leg and a system call for each packet; batches nothing over legs.

use std::io::{self, IoSliceMut};
use std::net::{SocketAddr, SocketAddrV4, UdpSocket};
use std::os::fd::AsRawFd;

use nix::cmsg_space;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, MultiHeaders, SockaddrIn, recvmmsg};
use nix::sys::time::TimeSpec;

use super::{Carrier, Counted, Io, PACKET_BYTES};

pub(super) struct Each {
    io: Io,
    legs: Vec<Leg>,
    rtcp: Vec<UdpSocket>,
    inbox: Inbox,
    turn: usize,
}

struct Leg {
    socket: UdpSocket,
    peer: Option<SocketAddr>,
    packet: [u8; PACKET_BYTES],
    length: usize,
}

/// What `recvmmsg` writes into.
struct Inbox {
    headers: MultiHeaders<SockaddrIn>,
    buffers: Box<[[u8; 1_500]; PACKETS_PER_CALL]>,
    /// So that reading the stamps is not left out as useless.
    newest: TimeSpec,
}

impl Each {
    pub fn new(io: Io, sockets: Vec<UdpSocket>, rtcp: Vec<UdpSocket>) -> Self {
        let leg = |socket| Leg {
            socket,
            peer: None,
            packet: [0; PACKET_BYTES],
            length: 0,
        };
        Self {
            io,
            legs: sockets.into_iter().map(leg).collect(),
            rtcp,
            inbox: Inbox::new(),
            turn: 0,
        }
    }
}

impl Carrier for Each {
    fn tick(&mut self, counted: &mut Counted) -> io::Result<()> {
        let is_connected = matches!(self.io, Io::Connected | Io::RecvmmsgConnected);
        let is_many = matches!(self.io, Io::Recvmmsg | Io::RecvmmsgConnected);
        for leg in &mut self.legs {
            let (knew, socket) = (leg.peer.is_some(), &leg.socket);
            let received = if is_many {
                self.inbox.drain(socket, |from, packet| {
                    leg.peer = Some(from);
                    leg.length = packet.len().min(PACKET_BYTES);
                    leg.packet[..leg.length].copy_from_slice(&packet[..leg.length]);
                })
            } else if is_connected && knew {
                u64::from(socket.recv(&mut leg.packet).is_ok())
            } else if let Ok((length, from)) = socket.recv_from(&mut leg.packet) {
                (leg.peer, leg.length) = (Some(from), length);
                1
            } else {
                0
            };
            counted.received += received;
            if let (true, false, Some(peer)) = (is_connected, knew, leg.peer) {
                socket.connect(peer)?;
            }
        }
        self.turn = (self.turn + 1) % RTCP_EVERY_TICKS;
        for socket in self.rtcp.iter().skip(self.turn).step_by(RTCP_EVERY_TICKS) {
            self.inbox.drain(socket, |_, _| {});
        }
        for leg in &self.legs {
            let packet = &leg.packet[..leg.length];
            let sent = match leg.peer {
                Some(_) if is_connected => leg.socket.send(packet),
                Some(peer) => leg.socket.send_to(packet, peer),
                None => continue,
            };
            counted.sent += u64::from(sent.is_ok());
        }
        Ok(())
    }
}

impl Inbox {
    fn new() -> Self {
        let stamp = cmsg_space!(TimeSpec);
        Self {
            headers: MultiHeaders::preallocate(PACKETS_PER_CALL, Some(stamp)),
            buffers: Box::new([[0; 1_500]; PACKETS_PER_CALL]),
            newest: TimeSpec::new(0, 0),
        }
    }

    fn drain(&mut self, socket: &UdpSocket, mut each: impl FnMut(SocketAddr, &[u8])) -> u64 {
        let buffers = self.buffers.each_mut();
        let mut slices = buffers.map(|buffer| [IoSliceMut::new(buffer)]);
        let (headers, flags) = (&mut self.headers, MsgFlags::MSG_DONTWAIT);
        let received = recvmmsg(socket.as_raw_fd(), headers, slices.iter_mut(), flags, None);
        let mut count = 0;
        for message in received.into_iter().flatten() {
            let stamps = message.cmsgs().into_iter().flatten();
            for stamp in stamps {
                if let ControlMessageOwned::ScmTimestampns(stamp) = stamp {
                    self.newest = stamp;
                }
            }
            if let (Some(from), Some(packet)) = (message.address, message.iovs().next()) {
                each(SocketAddr::V4(SocketAddrV4::from(from)), packet);
                count += 1;
            }
        }
        count
    }
}

/// As the server does it.
const PACKETS_PER_CALL: usize = 4;
const RTCP_EVERY_TICKS: usize = 10;
