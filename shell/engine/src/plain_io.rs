//! Packet I/O by one system call for each socket; decides nothing.
//!
//! Every leg sends from a port of its own, so that sends cannot be batched over legs by `sendmmsg`;
//! nearly every socket has one packet in every tick, so that asking all of them costs no more
//! calls than asking epoll first.

use std::io::IoSliceMut;
use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};
use std::os::fd::AsRawFd;

use conclave_media::{IdIndex, PacketSink, Port};
use conclave_model::{LegId, limits};
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg};

use crate::leg_sockets::LegSockets;
use crate::packet_io::{PacketIo, Receiver};

/// 80 ms of a stream that was held up; the rest comes in the next tick.
const PACKETS_PER_CALL: usize = 4;
/// RTCP comes every few seconds: each socket is asked once in this many ticks.
const RTCP_EVERY_TICKS: usize = 10;

pub(crate) struct PlainIo {
    slots: Vec<Option<(LegId, LegSockets)>>,
    free: Vec<usize>,
    index: IdIndex,
    headers: MultiHeaders<SockaddrStorage>,
    buffers: Box<[[u8; limits::RTP_PACKET_BYTES]; PACKETS_PER_CALL]>,
    turn: usize,
    send_failures: u64,
}

impl PlainIo {
    pub fn new(legs_max: usize) -> Self {
        let mut slots = Vec::with_capacity(legs_max);
        slots.resize_with(legs_max, || None);
        Self {
            slots,
            free: (0..legs_max).rev().collect(),
            index: IdIndex::with_capacity(legs_max),
            headers: MultiHeaders::preallocate(PACKETS_PER_CALL, None),
            buffers: Box::new([[0; limits::RTP_PACKET_BYTES]; PACKETS_PER_CALL]),
            turn: 0,
            send_failures: 0,
        }
    }
}

impl PacketIo for PlainIo {
    fn add(&mut self, leg: LegId, sockets: LegSockets) -> bool {
        let Some(slot) = self.free.last().copied() else {
            return false;
        };
        if !self.index.insert(leg.0, slot) {
            return false;
        }
        self.free.pop();
        self.slots[slot] = Some((leg, sockets));
        true
    }

    fn remove(&mut self, leg: LegId) -> Option<LegSockets> {
        let slot = self.index.remove(leg.0)?;
        self.free.push(slot);
        let (_, sockets) = self.slots[slot].take()?;
        Some(sockets)
    }

    fn receive(&mut self, each: &mut Receiver<'_>) {
        self.turn = (self.turn + 1) % RTCP_EVERY_TICKS;
        for (slot, entry) in self.slots.iter().enumerate() {
            let Some((leg, sockets)) = entry else {
                continue;
            };
            let (headers, buffers) = (&mut self.headers, &mut self.buffers);
            drain(&sockets.rtp, headers, buffers, |from, packet| {
                each(*leg, Port::Rtp, from, packet);
            });
            if slot % RTCP_EVERY_TICKS == self.turn {
                drain(&sockets.rtcp, headers, buffers, |from, packet| {
                    each(*leg, Port::Rtcp, from, packet);
                });
            }
        }
    }

    fn flush(&mut self) {}

    fn send_failures(&self) -> u64 {
        self.send_failures
    }
}

impl PacketSink for PlainIo {
    fn send(&mut self, leg: LegId, port: Port, to: SocketAddr, packet: &[u8]) {
        let slot = self.index.slot(leg.0);
        let Some((_, sockets)) = slot.and_then(|slot| self.slots[slot].as_ref()) else {
            self.send_failures += 1;
            return;
        };
        let socket = match port {
            Port::Rtp => &sockets.rtp,
            Port::Rtcp => &sockets.rtcp,
        };
        let to = match (sockets.is_v6, to.ip()) {
            (true, IpAddr::V4(ip)) => SocketAddr::new(ip.to_ipv6_mapped().into(), to.port()),
            (true, IpAddr::V6(_)) | (false, _) => to,
        };
        if socket.send_to(packet, to).is_err() {
            self.send_failures += 1;
        }
    }
}

/// One system call. What an earlier packet of ours brought back as an ICMP error is read away here.
fn drain(
    socket: &UdpSocket,
    headers: &mut MultiHeaders<SockaddrStorage>,
    buffers: &mut [[u8; limits::RTP_PACKET_BYTES]; PACKETS_PER_CALL],
    mut each: impl FnMut(SocketAddr, &[u8]),
) {
    let mut slices = buffers.each_mut().map(|buffer| [IoSliceMut::new(buffer)]);
    let flags = MsgFlags::MSG_DONTWAIT;
    let Ok(received) = recvmmsg(socket.as_raw_fd(), headers, slices.iter_mut(), flags, None) else {
        return;
    };
    for message in received {
        let from = message.address.as_ref().and_then(address_of);
        let is_whole = !message.flags.contains(MsgFlags::MSG_TRUNC);
        if let (Some(from), Some(packet), true) = (from, message.iovs().next(), is_whole) {
            each(from, packet);
        }
    }
}

fn address_of(storage: &SockaddrStorage) -> Option<SocketAddr> {
    if let Some(v4) = storage.as_sockaddr_in() {
        return Some(SocketAddr::V4(SocketAddrV4::from(*v4)));
    }
    let v6 = SocketAddrV6::from(*storage.as_sockaddr_in6()?);
    let ip = v6.ip().to_canonical();
    Some(if ip.is_ipv4() {
        SocketAddr::new(ip, v6.port())
    } else {
        SocketAddr::V6(v6)
    })
}
