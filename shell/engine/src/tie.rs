//! When a leg's socket may be connected to its peer, and when it must not be; touches no socket.
//!
//! A connected socket spares the kernel the way to the peer with every packet (an eighth of what a
//! leg costs), but it is deaf to everybody else, and who is a leg's peer is not decided here. So
//! it is connected only to the address that signalling named, which nobody may displace while it
//! speaks, and only for as long as it does speak.

use std::net::{IpAddr, SocketAddr};

#[derive(Debug)]
pub(crate) struct Tie {
    /// What signalling says of the peer.
    expected: Option<SocketAddr>,
    tied_to: Option<SocketAddr>,
    /// Packets in a row that came from where they were expected.
    steady_packets: u8,
    quiet_ticks: u8,
    bound_to: IpAddr,
    reached_at: ReachedAt,
}

/// At which of our addresses the peer reaches us: a connected socket has only one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReachedAt {
    Unknown,
    Asked,
    Known(IpAddr),
    /// Not where we would answer from, or the system does not say.
    Elsewhere,
}

/// How a packet is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The socket is connected to its destination.
    Tied,
    /// The socket is connected to nobody.
    Open,
    /// Connect it to the destination first.
    Tie,
    /// Disconnect it first.
    Untie,
}

impl Tie {
    pub fn new(bound_to: IpAddr) -> Self {
        Self {
            expected: None,
            tied_to: None,
            steady_packets: 0,
            quiet_ticks: 0,
            bound_to,
            reached_at: ReachedAt::of(bound_to),
        }
    }

    /// Signalling names the peer. True when the socket must be disconnected.
    #[must_use]
    pub fn expect(&mut self, peer: Option<SocketAddr>) -> bool {
        self.steady_packets = 0;
        if self.expected != peer {
            self.expected = peer;
            self.reached_at = ReachedAt::of(self.bound_to);
        }
        self.tied_to.is_some() && self.tied_to != peer
    }

    /// A datagram came. What is no RTP shows no life, as it shows the leg none.
    pub fn heard(&mut self, from: SocketAddr, datagram: &[u8]) {
        if !is_rtp(datagram) {
            return;
        }
        if Some(from) == self.expected {
            self.steady_packets = self.steady_packets.saturating_add(1);
            self.quiet_ticks = 0;
        } else {
            self.steady_packets = 0;
        }
    }

    /// Once in a tick. True when the socket must be disconnected.
    #[must_use]
    pub fn tick(&mut self) -> bool {
        self.quiet_ticks = self.quiet_ticks.saturating_add(1);
        self.tied_to.is_some() && self.quiet_ticks > QUIET_TICKS
    }

    pub fn is_tied(&self) -> bool {
        self.tied_to.is_some()
    }

    pub fn way_to(&self, destination: SocketAddr) -> Way {
        match self.tied_to {
            Some(tied) if tied == destination => Way::Tied,
            Some(_) => Way::Untie,
            None => {
                let is_steady = self.steady_packets >= STEADY_PACKETS;
                let is_expected = self.expected == Some(destination);
                let is_known = matches!(self.reached_at, ReachedAt::Known(_));
                if is_steady && is_expected && is_known {
                    Way::Tie
                } else {
                    Way::Open
                }
            }
        }
    }

    /// Whether the socket should be asked at which address packets reach it.
    pub fn wants_address(&self) -> bool {
        self.reached_at == ReachedAt::Unknown && self.steady_packets >= STEADY_PACKETS / 2
    }

    /// The socket was asked, or could not be.
    pub fn asked_for_address(&mut self, is_asked: bool) {
        self.reached_at = if is_asked {
            ReachedAt::Asked
        } else {
            ReachedAt::Elsewhere
        };
    }

    /// A packet reached us here. True when the socket need not be asked any more.
    #[must_use]
    pub fn reached(&mut self, at: IpAddr) -> bool {
        let is_news = self.reached_at == ReachedAt::Asked;
        if is_news {
            self.reached_at = ReachedAt::Known(at);
        }
        is_news
    }

    /// The socket is connected and has this address now. False when the peer does not reach it.
    #[must_use]
    pub fn tied(&mut self, to: SocketAddr, local: IpAddr) -> bool {
        self.tied_to = Some(to);
        self.reached_at == ReachedAt::Known(local)
    }

    /// It takes another second of good packets until it is tied again.
    pub fn untied(&mut self) {
        self.tied_to = None;
        self.steady_packets = 0;
        self.reached_at = ReachedAt::of(self.bound_to);
    }

    /// A socket that cannot be tied to this peer.
    pub fn give_up(&mut self) {
        self.untied();
        self.reached_at = ReachedAt::Elsewhere;
    }
}

impl ReachedAt {
    fn of(bound_to: IpAddr) -> Self {
        if bound_to.is_unspecified() {
            Self::Unknown
        } else {
            Self::Known(bound_to)
        }
    }
}

/// Version 2 (RFC 3550 §5.1), and none of the payload types that RTCP looks like (RFC 5761 §4).
fn is_rtp(datagram: &[u8]) -> bool {
    matches!(datagram, [first, second, ..] if first >> 6 == 2 && !(192..=223).contains(second))
}

/// A second of a usual stream.
const STEADY_PACKETS: u8 = 50;
/// Half of `limits::MEDIA_RELATCH`: when the leg would take another peer, the socket has long been
/// open to it.
const QUIET_TICKS: u8 = 50;

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use conclave_model::limits;

    use super::*;
    use crate::clock::TICK;

    const RTP: [u8; 12] = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

    fn steady(tie: &mut Tie, from: SocketAddr) {
        for _ in 0..STEADY_PACKETS {
            assert!(!tie.tick());
            tie.heard(from, &RTP);
        }
    }

    fn tied() -> Tie {
        let mut tie = Tie::new(HERE);
        assert!(!tie.expect(Some(at(4_000))));
        steady(&mut tie, at(4_000));
        assert_eq!(tie.way_to(at(4_000)), Way::Tie);
        assert!(tie.tied(at(4_000), HERE));
        tie
    }

    #[test]
    fn a_peer_that_signalling_did_not_name_is_never_tied_to() {
        let mut tie = Tie::new(HERE);
        assert!(!tie.expect(Some(at(4_000))));
        steady(&mut tie, at(5_000));
        assert_eq!(tie.way_to(at(5_000)), Way::Open);
        assert_eq!(tie.way_to(at(4_000)), Way::Open);
        let mut unnamed = Tie::new(HERE);
        steady(&mut unnamed, at(5_000));
        assert_eq!(unnamed.way_to(at(5_000)), Way::Open);
    }

    #[test]
    fn a_stranger_among_the_packets_puts_it_off() {
        let mut tie = Tie::new(HERE);
        assert!(!tie.expect(Some(at(4_000))));
        steady(&mut tie, at(4_000));
        tie.heard(at(6_000), &RTP);
        assert_eq!(tie.way_to(at(4_000)), Way::Open);
    }

    #[test]
    fn it_opens_before_the_leg_would_take_another_peer_whatever_else_comes() {
        let mut tie = tied();
        let rtcp = [0x80, 200, 0, 6];
        let ticks = (1_u32..).find(|_| {
            tie.heard(at(4_000), &rtcp);
            tie.heard(at(4_000), b"\0keep-alive");
            tie.tick()
        });
        assert!(TICK * ticks.unwrap() < limits::MEDIA_RELATCH);
        assert_eq!(tie.way_to(at(4_000)), Way::Tied, "until it is told");
        tie.untied();
        assert_eq!(tie.way_to(at(4_000)), Way::Open);
    }

    #[test]
    fn another_answer_opens_it_and_the_same_does_not() {
        let mut tie = tied();
        assert!(!tie.expect(Some(at(4_000))));
        assert_eq!(tie.way_to(at(4_000)), Way::Tied);
        assert!(tie.expect(Some(at(4_002))));
        assert!(tied().expect(None));
    }

    #[test]
    fn who_is_sent_to_elsewhere_is_untied() {
        assert_eq!(tied().way_to(at(7_000)), Way::Untie);
    }

    #[test]
    fn a_socket_of_all_addresses_is_tied_only_at_the_one_that_the_peer_reaches() {
        let mut tie = Tie::new(Ipv4Addr::UNSPECIFIED.into());
        assert!(!tie.expect(Some(at(4_000))));
        steady(&mut tie, at(4_000));
        assert_eq!(tie.way_to(at(4_000)), Way::Open);
        assert!(tie.wants_address());
        assert!(!tie.reached(HERE), "it was not asked");
        tie.asked_for_address(true);
        assert!(!tie.wants_address());
        assert!(tie.reached(HERE));
        assert_eq!(tie.way_to(at(4_000)), Way::Tie);
        assert!(!tie.tied(at(4_000), Ipv4Addr::LOCALHOST.into()));
        tie.give_up();
        steady(&mut tie, at(4_000));
        assert!(!tie.wants_address());
        assert_eq!(tie.way_to(at(4_000)), Way::Open);
    }
}
