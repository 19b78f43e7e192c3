//! Packet I/O by one system call for each socket; decides nothing.
//!
//! Every leg sends from a port of its own, so that sends cannot be batched over legs by `sendmmsg`;
//! nearly every socket has one packet in every tick, so that asking all of them costs no more
//! calls than asking epoll first. io_uring, with one submission for all receives and one for all
//! sends, was measured at 5.4 µs a leg and tick, these calls at 5.3; multishot receives at 6.

use std::io::IoSliceMut;
use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::Duration;

use conclave_media::{PacketSink, Port};
use conclave_model::{LegId, Moment, limits};
use nix::cmsg_space;
use nix::errno::Errno;
use nix::libc::{in_pktinfo, in6_pktinfo};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, RecvMsg, SockaddrStorage, recvmsg};
use nix::sys::time::TimeSpec;
use rustix::net::SendFlags;

use crate::arrivals::Arrivals;
use crate::leg_sockets::LegSockets;
use crate::leg_table::LegTable;
use crate::packet_io::{IoHealth, PacketIo, RTCP_EVERY_TICKS, Receiver};
use crate::tie::Way;

/// 80 ms of a stream that was held up; the rest comes in the next tick.
const PACKETS_PER_TICK: usize = 4;

pub(crate) struct PlainIo {
    lines: LegTable<Line>,
    inbox: Inbox,
    turn: usize,
    asked_at: Option<Moment>,
    health: IoHealth,
}

/// What is known of one leg's sockets.
struct Line {
    sockets: LegSockets,
    /// Packets of RTP that the last tick found.
    last_packets: usize,
    /// This tick's have been received before those of all others.
    was_first: bool,
}

/// What the kernel writes into for one call.
struct Inbox {
    calls: u64,
    notes: Vec<u8>,
    buffer: Box<[u8; limits::RTP_PACKET_BYTES]>,
}

/// What one call to the kernel brought.
enum Brought<'a> {
    Packet {
        /// `None` where the system does not stamp packets.
        at: Option<Moment>,
        from: SocketAddr,
        /// Our address that it reached, where that was asked for.
        reached_at: Option<IpAddr>,
        packet: &'a [u8],
    },
    /// Too long, from nowhere, or the echo of a packet of ours that could not be delivered.
    Junk,
    Nothing,
}

impl PlainIo {
    pub fn new(legs_max: usize) -> Self {
        Self {
            lines: LegTable::new(legs_max),
            inbox: Inbox::new(),
            turn: 0,
            asked_at: None,
            health: IoHealth::default(),
        }
    }
}

impl PacketIo for PlainIo {
    fn add(&mut self, leg: LegId, sockets: LegSockets) -> bool {
        let last_packets = 0;
        let line = Line {
            sockets,
            last_packets,
            was_first: false,
        };
        self.lines.insert(leg, line)
    }

    fn remove(&mut self, leg: LegId) -> Option<LegSockets> {
        self.lines.remove(leg).map(|line| line.sockets)
    }

    fn expect(&mut self, leg: LegId, peer: Option<SocketAddr>) {
        if let Some(line) = self.lines.get_mut(leg) {
            line.sockets.expect(peer);
        }
    }

    fn receive_first(&mut self, arrivals: Arrivals, leg: LegId, each: &mut Receiver<'_>) {
        let asked_before = self.asked_at;
        let Some(line) = self.lines.get_mut(leg).filter(|line| !line.was_first) else {
            return;
        };
        line.receive_rtp(
            &mut self.inbox,
            arrivals,
            asked_before,
            |at, from, packet| {
                each(at, leg, Port::Rtp, from, packet);
            },
        );
        line.was_first = true;
    }

    fn receive(&mut self, arrivals: Arrivals, each: &mut Receiver<'_>) {
        let asked_before = self.asked_at.replace(arrivals.now);
        self.turn = (self.turn + 1) % RTCP_EVERY_TICKS;
        self.health.connected = 0;
        for (slot, leg, line) in self.lines.iter_mut() {
            if !std::mem::take(&mut line.was_first) {
                line.receive_rtp(
                    &mut self.inbox,
                    arrivals,
                    asked_before,
                    |at, from, packet| {
                        each(at, leg, Port::Rtp, from, packet);
                    },
                );
            }
            self.health.connected += u64::from(line.sockets.tie.is_tied());
            if slot % RTCP_EVERY_TICKS == self.turn {
                line.receive_rtcp(&mut self.inbox, arrivals, |at, from, packet| {
                    each(at, leg, Port::Rtcp, from, packet);
                });
            }
        }
    }

    fn flush(&mut self) {}

    fn health(&self) -> IoHealth {
        let receive_calls = self.inbox.calls;
        IoHealth {
            receive_calls,
            ..self.health
        }
    }
}

impl PacketSink for PlainIo {
    fn send(&mut self, leg: LegId, port: Port, to: SocketAddr, packet: &[u8]) {
        let line = self.lines.get_mut(leg);
        let is_sent = line.is_some_and(|line| match port {
            Port::Rtp => line.send_rtp(to, packet),
            Port::Rtcp => {
                let to = line.sockets.reachable(to);
                send_to(&line.sockets.rtcp, to, packet)
            }
        });
        self.health.send_calls += 1;
        self.health.send_failures += u64::from(!is_sent);
    }
}

impl Line {
    /// Asks again only where more is likely: after a tick that did not bring one packet, and when
    /// the packet at hand was left behind by the tick before.
    fn receive_rtp(
        &mut self,
        inbox: &mut Inbox,
        arrivals: Arrivals,
        asked_before: Option<Moment>,
        mut each: impl FnMut(Moment, SocketAddr, &[u8]),
    ) {
        if self.sockets.tie.tick() {
            self.sockets.untie();
        }
        let mut packets = 0;
        for _ in 0..PACKETS_PER_TICK {
            match inbox.ask(&self.sockets.rtp, arrivals) {
                Brought::Packet {
                    at,
                    from,
                    reached_at,
                    packet,
                } => {
                    packets += 1;
                    self.sockets.note(from, reached_at, packet);
                    each(at.unwrap_or(arrivals.now), from, packet);
                    let is_fresh = at.zip(asked_before).is_some_and(|(at, asked)| at > asked);
                    if is_fresh && packets == 1 && self.last_packets == 1 {
                        break;
                    }
                }
                Brought::Junk => {}
                Brought::Nothing => break,
            }
        }
        self.last_packets = packets;
    }

    fn receive_rtcp(
        &mut self,
        inbox: &mut Inbox,
        arrivals: Arrivals,
        mut each: impl FnMut(Moment, SocketAddr, &[u8]),
    ) {
        for _ in 0..PACKETS_PER_TICK {
            match inbox.ask(&self.sockets.rtcp, arrivals) {
                Brought::Packet {
                    at, from, packet, ..
                } => {
                    each(at.unwrap_or(arrivals.now), from, packet);
                }
                Brought::Junk => {}
                Brought::Nothing => return,
            }
        }
    }

    /// False when the system did not take it.
    fn send_rtp(&mut self, to: SocketAddr, packet: &[u8]) -> bool {
        let sockets = &mut self.sockets;
        match sockets.tie.way_to(to) {
            Way::Tied => {}
            Way::Tie => sockets.tie_to(to),
            Way::Untie => sockets.untie(),
            Way::Open => {}
        }
        if sockets.tie.way_to(to) == Way::Tied {
            if rustix::net::send(&sockets.rtp, packet, SendFlags::DONTWAIT).is_ok() {
                return true;
            }
            // The peer's port was closed, or the way to it has changed.
            sockets.untie();
        }
        send_to(&sockets.rtp, sockets.reachable(to), packet)
    }
}

fn send_to(socket: &UdpSocket, to: SocketAddr, packet: &[u8]) -> bool {
    rustix::net::sendto(socket, packet, SendFlags::DONTWAIT, &to).is_ok()
}

impl Inbox {
    fn new() -> Self {
        Self {
            calls: 0,
            notes: cmsg_space!(TimeSpec, in_pktinfo, in6_pktinfo),
            buffer: Box::new([0; limits::RTP_PACKET_BYTES]),
        }
    }

    /// One system call.
    fn ask(&mut self, socket: &UdpSocket, arrivals: Arrivals) -> Brought<'_> {
        self.calls += 1;
        let mut slices = [IoSliceMut::new(&mut *self.buffer)];
        let notes = Some(self.notes.as_mut_slice());
        let flags = MsgFlags::MSG_DONTWAIT;
        let message: RecvMsg<'_, '_, SockaddrStorage> =
            match recvmsg(socket.as_raw_fd(), &mut slices, notes, flags) {
                Ok(message) => message,
                Err(Errno::EAGAIN) => return Brought::Nothing,
                Err(_) => return Brought::Junk,
            };
        let from = message.address.as_ref().and_then(address_of);
        let (Some(from), false) = (from, message.flags.contains(MsgFlags::MSG_TRUNC)) else {
            return Brought::Junk;
        };
        let (mut at, mut reached_at) = (None, None);
        for note in message.cmsgs().into_iter().flatten() {
            read(&note, arrivals, &mut at, &mut reached_at);
        }
        let length = message.bytes;
        Brought::Packet {
            at,
            from,
            reached_at,
            packet: &self.buffer[..length],
        }
    }
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "the kernel may say more than it was asked for"
)]
fn read(
    note: &ControlMessageOwned,
    arrivals: Arrivals,
    at: &mut Option<Moment>,
    reached_at: &mut Option<IpAddr>,
) {
    match note {
        ControlMessageOwned::ScmTimestampns(stamp) => {
            *at = Some(arrivals.arrival(Duration::from(*stamp)));
        }
        ControlMessageOwned::Ipv4PacketInfo(info) => {
            let octets = info.ipi_addr.s_addr.to_ne_bytes();
            *reached_at = Some(IpAddr::from(octets));
        }
        ControlMessageOwned::Ipv6PacketInfo(info) => {
            *reached_at = Some(IpAddr::from(info.ipi6_addr.s6_addr).to_canonical());
        }
        _ => {}
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
    use super::PlainIo;
    use crate::packet_io_tests as every_form;

    #[test]
    fn both_families_are_served_and_packets_bear_the_time_they_came() {
        every_form::both_families_are_served_and_packets_bear_the_time_they_came(PlainIo::new);
    }

    #[test]
    fn a_removed_leg_is_neither_read_nor_written() {
        every_form::a_removed_leg_is_neither_read_nor_written(PlainIo::new);
    }

    #[test]
    fn a_settled_peer_alone_is_heard_until_it_falls_silent() {
        every_form::a_settled_peer_alone_is_heard_until_it_falls_silent(PlainIo::new);
    }

    #[test]
    fn another_answer_opens_the_socket_at_once() {
        every_form::another_answer_opens_the_socket_at_once(PlainIo::new);
    }

    #[test]
    fn sending_elsewhere_opens_the_socket_at_once() {
        every_form::sending_elsewhere_opens_the_socket_at_once(PlainIo::new);
    }

    #[test]
    fn a_phone_that_closes_its_port_costs_nothing_but_its_packets() {
        every_form::a_phone_that_closes_its_port_costs_nothing_but_its_packets(PlainIo::new);
    }

    #[test]
    fn a_burst_is_read_whole() {
        every_form::a_burst_is_read_whole(PlainIo::new);
    }
}
