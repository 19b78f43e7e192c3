//! Where a line's packets come from and go to (symmetric RTP, RFC 4961); knows no packet's content.
//!
//! The rule is that of sound: we send where signalling said until a good packet comes, and to where
//! it came from after that. Another source takes its place only when it is the signalled one, or
//! when the peer was silent for `limits::MEDIA_RELATCH`, or when signalling names a new address.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use conclave_contract::VideoSpec;
use conclave_model::limits;

#[derive(Debug, Default)]
pub(crate) struct Latch {
    signalled: Option<SocketAddr>,
    signalled_rtcp: Option<SocketAddr>,
    rtcp_mux: bool,
    peer: Option<(SocketAddr, Instant)>,
    rtcp_peer: Option<SocketAddr>,
}

impl Latch {
    /// What was agreed, for the first time or anew.
    pub fn signal(&mut self, spec: &VideoSpec) {
        if spec.remote.is_some() && spec.remote != self.signalled {
            self.peer = None;
            self.rtcp_peer = None;
        }
        self.signalled = spec.remote;
        self.signalled_rtcp = spec.remote_rtcp;
        self.rtcp_mux = spec.rtcp_mux;
    }

    /// Whether a good packet from there is the peer's.
    pub fn accepts(&mut self, now: Instant, from: SocketAddr) -> bool {
        let is_other = |(peer, heard_at): (SocketAddr, Instant)| {
            let is_fresh = now.saturating_duration_since(heard_at) < limits::MEDIA_RELATCH;
            peer != from && is_fresh
        };
        if self.peer.is_some_and(is_other) && self.signalled != Some(from) {
            return false;
        }
        if self.peer.is_none_or(|(peer, _)| peer != from) {
            self.rtcp_peer = None;
        }
        self.peer = Some((from, now));
        true
    }

    /// Whether RTCP from there is the peer's: same host as its RTP. Answers go there.
    pub fn accepts_rtcp(&mut self, from: SocketAddr) -> bool {
        let host = self.rtp().map(|address| address.ip());
        let signalled = self.signalled_rtcp.map(|address| address.ip());
        let is_peer = [host, signalled].contains(&Some(from.ip()));
        if is_peer {
            self.rtcp_peer = Some(from);
        }
        is_peer
    }

    /// Where to send RTP; `None` while nobody has said.
    pub fn rtp(&self) -> Option<SocketAddr> {
        let peer = self.peer.map(|(address, _)| address);
        peer.or(self.signalled).filter(is_reachable)
    }

    /// Where to send RTCP.
    pub fn rtcp(&self) -> Option<SocketAddr> {
        if self.rtcp_mux {
            return self.rtp();
        }
        let above = || {
            let mut address = self.rtp()?;
            address.set_port(address.port().checked_add(1)?);
            Some(address)
        };
        let known = self.rtcp_peer.or(self.signalled_rtcp).or_else(above);
        known.filter(is_reachable)
    }

    pub fn shares_port(&self) -> bool {
        self.rtcp_mux
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
