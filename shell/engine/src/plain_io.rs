//! Packet I/O by one system call for each socket; decides nothing.
//!
//! Every leg sends from a port of its own, so that sends cannot be batched over legs by `sendmmsg`;
//! nearly every socket has one packet in every tick, so that asking all of them costs no more
//! calls than asking epoll first.

use std::io::IoSliceMut;
use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use conclave_media::{IdIndex, PacketSink, Port};
use conclave_model::{LegId, limits};
use nix::cmsg_space;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg};
use nix::sys::time::TimeSpec;

use crate::leg_sockets::LegSockets;
use crate::packet_io::{PacketIo, Receiver};

/// 80 ms of a stream that was held up; the rest comes in the next tick.
const PACKETS_PER_CALL: usize = 4;
/// RTCP comes every few seconds: each socket is asked once in this many ticks.
const RTCP_EVERY_TICKS: usize = 10;

/// Longer than any pause of a worker that is made up for.
const AGE_MAX: Duration = Duration::from_millis(200);

pub(crate) struct PlainIo {
    slots: Vec<Option<(LegId, LegSockets)>>,
    free: Vec<usize>,
    index: IdIndex,
    inbox_v4: Inbox,
    inbox_v6: Inbox,
    turn: usize,
    /// One above the highest slot that is taken.
    used: usize,
    send_failures: u64,
}

/// What the kernel writes into for one call. It shortens the space for addresses to what it used,
/// which nobody lengthens again: sockets of both families must not share it.
struct Inbox {
    headers: MultiHeaders<SockaddrStorage>,
    buffers: Box<[[u8; limits::RTP_PACKET_BYTES]; PACKETS_PER_CALL]>,
}

/// The same moment by the clock that ticks follow and the one that the kernel stamps packets with.
#[derive(Clone, Copy)]
struct Moment {
    now: Instant,
    wall: Duration,
}

impl PlainIo {
    pub fn new(legs_max: usize) -> Self {
        let mut slots = Vec::with_capacity(legs_max);
        slots.resize_with(legs_max, || None);
        Self {
            slots,
            free: (0..legs_max).rev().collect(),
            index: IdIndex::with_capacity(legs_max),
            inbox_v4: Inbox::new(),
            inbox_v6: Inbox::new(),
            turn: 0,
            used: 0,
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
        self.used = self.used.max(slot + 1);
        true
    }

    fn remove(&mut self, leg: LegId) -> Option<LegSockets> {
        let slot = self.index.remove(leg.0)?;
        self.free.push(slot);
        let (_, sockets) = self.slots[slot].take()?;
        while self.used > 0 && self.slots[self.used - 1].is_none() {
            self.used -= 1;
        }
        Some(sockets)
    }

    fn receive(&mut self, now: Instant, each: &mut Receiver<'_>) {
        let moment = Moment::at(now);
        self.turn = (self.turn + 1) % RTCP_EVERY_TICKS;
        for (slot, entry) in self.slots[..self.used].iter().enumerate() {
            let Some((leg, sockets)) = entry else {
                continue;
            };
            let inbox = if sockets.is_v6 {
                &mut self.inbox_v6
            } else {
                &mut self.inbox_v4
            };
            inbox.drain(&sockets.rtp, moment, |at, from, packet| {
                each(at, *leg, Port::Rtp, from, packet);
            });
            if slot % RTCP_EVERY_TICKS == self.turn {
                inbox.drain(&sockets.rtcp, moment, |at, from, packet| {
                    each(at, *leg, Port::Rtcp, from, packet);
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

impl Inbox {
    fn new() -> Self {
        let stamp = cmsg_space!(TimeSpec);
        Self {
            headers: MultiHeaders::preallocate(PACKETS_PER_CALL, Some(stamp)),
            buffers: Box::new([[0; limits::RTP_PACKET_BYTES]; PACKETS_PER_CALL]),
        }
    }

    /// One system call. What an earlier packet of ours brought back as an ICMP error is read away.
    fn drain(
        &mut self,
        socket: &UdpSocket,
        moment: Moment,
        mut each: impl FnMut(Instant, SocketAddr, &[u8]),
    ) {
        let mut slices = self
            .buffers
            .each_mut()
            .map(|buffer| [IoSliceMut::new(buffer)]);
        let (headers, flags) = (&mut self.headers, MsgFlags::MSG_DONTWAIT);
        let received = recvmmsg(socket.as_raw_fd(), headers, slices.iter_mut(), flags, None);
        for message in received.into_iter().flatten() {
            let from = message.address.as_ref().and_then(address_of);
            let is_whole = !message.flags.contains(MsgFlags::MSG_TRUNC);
            let stamp = message
                .cmsgs()
                .ok()
                .and_then(|mut all| all.find_map(|part| stamp_of(&part)));
            let at = stamp.map_or(moment.now, |stamp| moment.arrival(stamp));
            if let (Some(from), Some(packet), true) = (from, message.iovs().next(), is_whole) {
                each(at, from, packet);
            }
        }
    }
}

impl Moment {
    fn at(now: Instant) -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH);
        let wall = wall.unwrap_or_default().saturating_sub(now.elapsed());
        Self { now, wall }
    }

    /// Never in the future, and never long ago: the wall clock may be set at any time.
    fn arrival(&self, stamp: Duration) -> Instant {
        let age = self.wall.saturating_sub(stamp).min(AGE_MAX);
        self.now.checked_sub(age).unwrap_or(self.now)
    }
}

fn stamp_of(message: &ControlMessageOwned) -> Option<Duration> {
    if let ControlMessageOwned::ScmTimestampns(stamp) = message {
        Some(Duration::from(*stamp))
    } else {
        None
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

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;
    use crate::ports::PortPool;

    /// What came for whom, from where, and how old it was.
    fn receive(io: &mut PlainIo) -> Vec<(LegId, Port, SocketAddr, Vec<u8>, Duration)> {
        let (now, mut all) = (Instant::now(), Vec::new());
        for _ in 0..RTCP_EVERY_TICKS {
            io.receive(now, &mut |at, leg, port, from, packet| {
                all.push((leg, port, from, packet.to_vec(), now - at));
            });
        }
        all
    }

    #[test]
    fn both_families_are_served_and_packets_bear_the_time_they_came() {
        let mut pool = PortPool::new(&(21_700..=21_799));
        let mut io = PlainIo::new(4);
        let phones: [IpAddr; 3] = [
            Ipv4Addr::LOCALHOST.into(),
            Ipv6Addr::LOCALHOST.into(),
            Ipv4Addr::LOCALHOST.into(),
        ];
        let binds: [IpAddr; 3] = [
            Ipv4Addr::LOCALHOST.into(),
            Ipv6Addr::LOCALHOST.into(),
            Ipv6Addr::UNSPECIFIED.into(),
        ];
        // The kernel begins to stamp packets a moment after the first socket asks for it.
        let first = LegSockets::open(Ipv4Addr::LOCALHOST.into(), &mut pool).unwrap();
        std::thread::sleep(Duration::from_millis(200));
        let mut expected = Vec::new();
        for (number, (phone, bind)) in (0..).zip(phones.into_iter().zip(binds)) {
            let Some(sockets) = LegSockets::open(bind, &mut pool) else {
                assert!(bind.is_ipv6(), "a machine without IPv6");
                continue;
            };
            let phone_socket = UdpSocket::bind((phone, 0)).unwrap();
            let from = phone_socket.local_addr().unwrap();
            let (leg, port) = (LegId(number), sockets.port);
            assert!(io.add(leg, sockets));
            for text in [b"one", b"two"] {
                phone_socket.send_to(text, (phone, port)).unwrap();
                expected.push((leg, Port::Rtp, from, text.to_vec()));
            }
            phone_socket.send_to(b"RTCP", (phone, port + 1)).unwrap();
            expected.push((leg, Port::Rtcp, from, b"RTCP".to_vec()));
            io.send(leg, Port::Rtp, from, b"back");
            let mut answer = [0; 4];
            assert_eq!(phone_socket.recv_from(&mut answer).unwrap().1.port(), port);
        }
        let waited = Duration::from_millis(30);
        std::thread::sleep(waited);
        let mut received = receive(&mut io);
        assert!(
            received.iter().all(|packet| packet.4 >= waited),
            "{received:?}"
        );
        received.sort_by_key(|packet| (packet.0, packet.1));
        let received = received
            .into_iter()
            .map(|packet| (packet.0, packet.1, packet.2, packet.3));
        assert_eq!(received.collect::<Vec<_>>(), expected);
        assert_eq!(io.send_failures(), 0);
        drop(first);
    }

    #[test]
    fn a_removed_leg_is_neither_read_nor_written() {
        let mut pool = PortPool::new(&(21_800..=21_809));
        let mut io = PlainIo::new(1);
        let ip = Ipv4Addr::LOCALHOST.into();
        let open = |pool: &mut PortPool| LegSockets::open(ip, pool).unwrap();
        assert!(io.add(LegId(1), open(&mut pool)));
        assert!(!io.add(LegId(2), open(&mut pool)), "there is room for one");
        assert!(io.remove(LegId(1)).is_some());
        assert!(io.remove(LegId(1)).is_none());
        io.send(LegId(1), Port::Rtp, SocketAddr::new(ip, 9), b"lost");
        assert_eq!(io.send_failures(), 1);
        assert!(receive(&mut io).is_empty());
    }
}
