//! Where one stream's packets come from and go to (symmetric RTP, RFC 4961); knows no content.
//!
//! The one rule: we send where signalling said until a good packet (RTP of an agreed payload type)
//! comes. Its source is then the peer, for both directions. Another source takes its place only
//! when it is the signalled one, or when the peer was silent for `limits::MEDIA_RELATCH`, or when
//! signalling names a new address. Everybody else is a stranger. Where the way is checked (ICE),
//! what signalling names is the peer and nobody else is.

use std::net::{IpAddr, SocketAddr};

use conclave_model::{Moment, limits};

/// The peer of one stream, as signalling named it and as its packets showed it.
#[derive(Debug, Default)]
pub struct Latch {
    signalled: Option<SocketAddr>,
    signalled_rtcp: Option<SocketAddr>,
    rtcp_mux: bool,
    is_checked: bool,
    peer: Option<Peer>,
    rtcp_peer: Option<SocketAddr>,
}

#[derive(Debug)]
struct Peer {
    address: SocketAddr,
    heard_at: Moment,
}

/// Whose packet it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Of the peer, as before.
    Peer,
    /// The peer from now on; what it sends may be a stream of its own.
    NewPeer,
    /// Of somebody else: to be dropped.
    Stranger,
}

impl Latch {
    /// `None` while nobody has said an address.
    #[must_use]
    pub fn new(
        signalled: Option<SocketAddr>,
        signalled_rtcp: Option<SocketAddr>,
        rtcp_mux: bool,
    ) -> Self {
        Self {
            signalled,
            signalled_rtcp,
            rtcp_mux,
            is_checked: false,
            peer: None,
            rtcp_peer: None,
        }
    }

    /// The way to the named address is checked on its own, or not.
    pub fn set_checked(&mut self, is_checked: bool) {
        self.is_checked = is_checked;
    }

    /// A new answer: an address that was not named before makes us forget the peer.
    pub fn signal(&mut self, remote: Option<SocketAddr>, rtcp: Option<SocketAddr>, rtcp_mux: bool) {
        if remote.is_some() && remote != self.signalled {
            self.peer = None;
            self.rtcp_peer = None;
        }
        self.signalled = remote;
        self.signalled_rtcp = rtcp;
        self.rtcp_mux = rtcp_mux;
    }

    /// Judges the source of a good RTP packet.
    pub fn judge(&mut self, now: Moment, from: SocketAddr) -> Source {
        if self.is_checked && self.signalled != Some(from) {
            return Source::Stranger;
        }
        let known = match &mut self.peer {
            Some(peer) if peer.address == from => {
                peer.heard_at = now;
                return Source::Peer;
            }
            Some(peer) => now.is_within(limits::MEDIA_RELATCH, peer.heard_at),
            None => false,
        };
        if known && self.signalled != Some(from) {
            return Source::Stranger;
        }
        self.peer = Some(Peer {
            address: from,
            heard_at: now,
        });
        self.rtcp_peer = None;
        Source::NewPeer
    }

    /// Whether RTCP from there is the peer's: same host as its RTP. Answers go there.
    pub fn judge_rtcp(&mut self, from: SocketAddr) -> bool {
        let host = self.rtp().map(|address| address.ip());
        let signalled = self.signalled_rtcp.map(|address| address.ip());
        let is_peer = [host, signalled].contains(&Some(from.ip()));
        if is_peer {
            self.rtcp_peer = Some(from);
        }
        is_peer
    }

    /// Where to send RTP; `None` while nobody has said.
    #[must_use]
    pub fn rtp(&self) -> Option<SocketAddr> {
        let peer = self.peer.as_ref().map(|peer| peer.address);
        let peer = peer.filter(|_| !self.is_checked);
        peer.or(self.signalled).filter(is_reachable)
    }

    /// Whether RTCP goes by the port of RTP (RFC 5761).
    #[must_use]
    pub fn shares_port(&self) -> bool {
        self.rtcp_mux
    }

    /// Where to send RTCP.
    #[must_use]
    pub fn rtcp(&self) -> Option<SocketAddr> {
        if self.rtcp_mux {
            return self.rtp();
        }
        let above = || {
            let mut address = self.rtp()?;
            address.set_port(address.port().checked_add(1)?);
            Some(address)
        };
        self.rtcp_peer
            .or(self.signalled_rtcp)
            .or_else(above)
            .filter(is_reachable)
    }
}

/// `0.0.0.0` is an old way to say hold; port 0 is no port.
fn is_reachable(address: &SocketAddr) -> bool {
    let somewhere = match address.ip() {
        IpAddr::V4(ip) => !ip.is_unspecified() && !ip.is_broadcast(),
        IpAddr::V6(ip) => !ip.is_unspecified(),
    };
    somewhere && address.port() != 0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    #[test]
    fn the_first_good_packet_decides_and_a_stranger_is_refused() {
        let now = Moment::EPOCH;
        let mut latch = Latch::new(Some(at(4_000)), None, false);
        assert_eq!(latch.rtp(), Some(at(4_000)));
        assert_eq!(latch.judge(now, at(5_000)), Source::NewPeer);
        assert_eq!(latch.rtp(), Some(at(5_000)));
        assert_eq!(latch.judge(now, at(6_000)), Source::Stranger);
        assert_eq!(latch.judge(now, at(5_000)), Source::Peer);
    }

    #[test]
    fn the_signalled_address_wins_over_whoever_was_first() {
        let now = Moment::EPOCH;
        let mut latch = Latch::new(Some(at(4_000)), None, false);
        latch.judge(now, at(5_000));
        assert_eq!(latch.judge(now, at(4_000)), Source::NewPeer);
        assert_eq!(latch.judge(now, at(5_000)), Source::Stranger);
    }

    #[test]
    fn after_silence_another_source_may_follow() {
        let now = Moment::EPOCH;
        let mut latch = Latch::new(None, None, false);
        latch.judge(now, at(5_000));
        let nearly = now + limits::MEDIA_RELATCH - Duration::from_millis(1);
        assert_eq!(latch.judge(nearly, at(6_000)), Source::Stranger);
        let after = now + limits::MEDIA_RELATCH;
        assert_eq!(latch.judge(after, at(6_000)), Source::NewPeer);
    }

    #[test]
    fn a_way_that_is_checked_is_gone_by_nobody_else() {
        let now = Moment::EPOCH;
        let mut latch = Latch::new(None, None, true);
        latch.set_checked(true);
        assert_eq!(latch.judge(now, at(5_000)), Source::Stranger);
        latch.signal(Some(at(4_000)), None, true);
        assert_eq!(latch.judge(now, at(4_000)), Source::NewPeer);
        assert_eq!(
            latch.judge(now + limits::MEDIA_RELATCH, at(5_000)),
            Source::Stranger
        );
        latch.signal(Some(at(6_000)), None, true);
        assert_eq!(latch.judge(now, at(4_000)), Source::Stranger, "of before");
        assert_eq!(
            (latch.rtp(), latch.rtcp()),
            (Some(at(6_000)), Some(at(6_000)))
        );
    }

    #[test]
    fn only_a_changed_answer_forgets_the_peer() {
        let now = Moment::EPOCH;
        let mut latch = Latch::new(Some(at(4_000)), None, false);
        latch.judge(now, at(5_000));
        latch.signal(Some(at(4_000)), None, false);
        assert_eq!(latch.rtp(), Some(at(5_000)));
        latch.signal(Some(at(4_500)), None, false);
        assert_eq!(latch.rtp(), Some(at(4_500)));
        assert_eq!(latch.judge(now, at(6_000)), Source::NewPeer);
    }

    #[test]
    fn rtcp_goes_beside_rtp_until_it_is_seen_elsewhere_on_the_same_host() {
        let mut latch = Latch::new(Some(at(4_000)), None, false);
        assert_eq!(latch.rtcp(), Some(at(4_001)));
        assert!(!latch.judge_rtcp(SocketAddr::from(([203, 0, 113, 9], 4_001))));
        assert!(latch.judge_rtcp(at(7_777)));
        assert_eq!(latch.rtcp(), Some(at(7_777)));
        latch.signal(Some(at(4_000)), None, true);
        assert_eq!(latch.rtcp(), Some(at(4_000)));
    }

    #[test]
    fn nothing_is_sent_to_nowhere() {
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 4_000));
        let latch = Latch::new(Some(nowhere), None, false);
        assert_eq!((latch.rtp(), latch.rtcp()), (None, None));
    }
}
