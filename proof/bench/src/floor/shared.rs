//! Few sockets for all legs, and many packets in one system call; looks nobody up by address.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::UdpSocket;
use std::os::fd::AsRawFd;

use nix::sys::socket::sockopt::UdpGroSegment;
use nix::sys::socket::{
    ControlMessage, MsgFlags, MultiHeaders, SockaddrIn, recvmmsg, recvmsg, sendmmsg, sendmsg,
    setsockopt,
};

use super::{Carrier, Counted, PACKET_OF_TRAIN_BYTES};

/// Packets of many peers.
pub(super) struct Shared {
    sockets: Vec<UdpSocket>,
    headers: MultiHeaders<SockaddrIn>,
    send_headers: MultiHeaders<SockaddrIn>,
    buffers: Vec<[u8; 1_500]>,
    lengths: Vec<usize>,
    peers: Vec<Option<SockaddrIn>>,
}

/// Trains of equal packets to and from one peer.
pub(super) struct Segments {
    socket: UdpSocket,
    train: Vec<u8>,
}

impl Shared {
    pub fn new(sockets: Vec<UdpSocket>) -> Self {
        Self {
            sockets,
            headers: MultiHeaders::preallocate(BATCH, None),
            send_headers: MultiHeaders::preallocate(BATCH, None),
            buffers: vec![[0; 1_500]; BATCH],
            lengths: Vec::with_capacity(BATCH),
            peers: Vec::with_capacity(BATCH),
        }
    }

    /// One batch in; how many.
    fn receive(&mut self, socket: usize) -> usize {
        // The kernel shortens the space for addresses to what it used, which is the same for all.
        let fd = self.sockets[socket].as_raw_fd();
        self.lengths.clear();
        self.peers.clear();
        let buffers = self.buffers.iter_mut();
        let mut slices: [[IoSliceMut<'_>; 1]; BATCH] = {
            let mut buffers = buffers.map(|buffer| [IoSliceMut::new(buffer)]);
            std::array::from_fn(|_| buffers.next().unwrap_or_else(|| [IoSliceMut::new(&mut [])]))
        };
        let flags = MsgFlags::MSG_DONTWAIT;
        let received = recvmmsg(fd, &mut self.headers, slices.iter_mut(), flags, None);
        for message in received.into_iter().flatten() {
            self.lengths.push(message.bytes);
            self.peers.push(message.address);
        }
        self.peers.len()
    }

    fn send(&mut self, socket: usize) -> usize {
        let fd = self.sockets[socket].as_raw_fd();
        let packets = self.buffers.iter().zip(&self.lengths);
        let mut packets = packets.map(|(buffer, length)| [IoSlice::new(&buffer[..*length])]);
        let slices: [[IoSlice<'_>; 1]; BATCH] =
            std::array::from_fn(|_| packets.next().unwrap_or([IoSlice::new(&[])]));
        let flags = MsgFlags::MSG_DONTWAIT;
        let headers = &mut self.send_headers;
        let slices = slices[..self.peers.len()].iter();
        sendmmsg(fd, headers, slices, &self.peers, [], flags).map_or(0, Iterator::count)
    }
}

impl Carrier for Shared {
    fn tick(&mut self, counted: &mut Counted) -> io::Result<()> {
        for socket in 0..self.sockets.len() {
            loop {
                let received = self.receive(socket);
                counted.received += received as u64;
                if received > 0 {
                    counted.sent += self.send(socket) as u64;
                }
                if received < BATCH {
                    break;
                }
            }
        }
        Ok(())
    }
}

impl Segments {
    pub fn new(mut sockets: Vec<UdpSocket>) -> io::Result<Self> {
        let socket = sockets.pop().ok_or(io::ErrorKind::InvalidInput)?;
        setsockopt(&socket, UdpGroSegment, &true)?;
        Ok(Self {
            socket,
            train: vec![0; 65_536],
        })
    }
}

impl Carrier for Segments {
    fn tick(&mut self, counted: &mut Counted) -> io::Result<()> {
        let fd = self.socket.as_raw_fd();
        loop {
            let mut space = [IoSliceMut::new(&mut self.train)];
            let flags = MsgFlags::MSG_DONTWAIT;
            let Ok(message) = recvmsg::<SockaddrIn>(fd, &mut space, None, flags) else {
                return Ok(());
            };
            let (bytes, peer) = (message.bytes, message.address);
            let packets = bytes.div_ceil(PACKET_OF_TRAIN_BYTES.into()) as u64;
            counted.received += packets;
            let train = [IoSlice::new(&self.train[..bytes])];
            let segments = [ControlMessage::UdpGsoSegments(&PACKET_OF_TRAIN_BYTES)];
            let segments = if packets > 1 { &segments[..] } else { &[] };
            if sendmsg(fd, &train, segments, flags, peer.as_ref()).is_ok() {
                counted.sent += packets;
            }
        }
    }
}

const BATCH: usize = 64;
