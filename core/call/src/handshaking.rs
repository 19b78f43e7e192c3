//! What a call agrees on where its sound goes: its keys (DTLS) and the way there (ICE).
//!
//! It reads no description, and sends nothing itself.

use std::net::SocketAddr;
use std::time::Instant;

use conclave_contract::{Handshakes, LegSpec, Protection};
use conclave_dtls::{Association, Failure, Identity, Role};
use conclave_model::{CallEnd, Encryption, limits};
use conclave_sdp::{Agreed, AgreedIce, AgreedTls, Setup, TlsSide};
use conclave_stun::Lite;

/// Of one call. Without anything agreed it does nothing.
#[derive(Debug)]
pub(crate) struct Handshaking {
    /// `None`: no handshake is done here.
    identity: Option<Identity>,
    /// Where signalling says the peer is.
    signalled: Option<SocketAddr>,
    keys: Option<Keys>,
    way: Option<Way>,
}

/// One handshake, and what came of it.
#[derive(Debug)]
struct Keys {
    terms: AgreedTls,
    association: Association,
    /// Where the peer's part of it came from last.
    peer: Option<SocketAddr>,
    protection: Option<Protection>,
}

/// The checks of one session.
#[derive(Debug)]
struct Way {
    terms: AgreedIce,
    lite: Lite,
    /// Where the peer wants its packets; that of the checks before, as long as these chose none.
    chosen: Option<SocketAddr>,
    /// From where good checks came, the last one last.
    proven: Vec<SocketAddr>,
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Outcome {
    Send {
        to: SocketAddr,
        bytes: Vec<u8>,
    },
    /// [`Handshaking::complete`] says something else than before.
    Changed,
    /// There will be no keys.
    Failed(CallEnd),
}

impl Handshaking {
    pub const fn new(identity: Option<Identity>) -> Self {
        Self {
            identity,
            signalled: None,
            keys: None,
            way: None,
        }
    }

    /// For the descriptions.
    pub fn tls_side(identity: Option<&Identity>) -> TlsSide {
        let print = identity.map(|identity| identity.fingerprint().clone());
        print.map_or(TlsSide::Nothing, TlsSide::Answers)
    }

    /// An offer and an answer were exchanged: what is as it was goes on, all else begins anew.
    pub fn agree(&mut self, now: Instant, agreed: Option<&Agreed>) {
        self.signalled = agreed.and_then(|agreed| agreed.remote);
        let terms = agreed.and_then(|agreed| agreed.tls.as_ref());
        let is_same = |keys: &Keys| terms.is_some_and(|terms| keys.terms.is_as(terms));
        if !self.keys.as_ref().is_some_and(is_same) {
            let both = self.identity.as_ref().zip(terms);
            self.keys = both.map(|(identity, terms)| Keys::new(identity, terms, now));
        }
        let terms = agreed.and_then(|agreed| agreed.ice.as_ref());
        if self.way.as_ref().map(|way| &way.terms) != terms {
            let chosen = self.way.as_ref().and_then(|way| way.chosen);
            self.way = terms.map(|terms| Way::new(terms, chosen));
        }
    }

    /// Says to the leg what came of it so far.
    pub fn complete(&self, spec: &mut LegSpec) {
        if let Some(keys) = &self.keys {
            spec.protection.clone_from(&keys.protection);
            spec.handshakes = match keys.protection {
                Some(_) => Handshakes::Heard,
                None => Handshakes::Awaited,
            };
        }
        if let Some(way) = &self.way {
            spec.remote = way.chosen;
        }
    }

    /// Whether sound waits for keys.
    pub fn awaits_keys(&self) -> bool {
        let keys = self.keys.as_ref();
        keys.is_some_and(|keys| keys.protection.is_none())
    }

    /// What the keys that were agreed on are used with.
    pub fn encryption(&self) -> Option<Encryption> {
        let protection = self.keys.as_ref()?.protection.as_ref()?;
        Some(Encryption::Dtls(protection.send.suite()))
    }

    /// A datagram that came to the port of the sound and is none.
    pub fn handle(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) -> Vec<Outcome> {
        let mut out = Vec::new();
        match datagram.first() {
            // RFC 7983 §7.
            Some(0..=3) => self.check_came(now, from, datagram, &mut out),
            Some(20..=63) => self.handshake_came(now, from, datagram),
            Some(_) | None => {}
        }
        self.drain(&mut out);
        out
    }

    pub fn handle_timeout(&mut self, now: Instant) -> Vec<Outcome> {
        let mut out = Vec::new();
        if let Some(keys) = &mut self.keys
            && keys.association.poll_timeout().is_some_and(|at| at <= now)
        {
            keys.association.handle_timeout(now);
        }
        self.drain(&mut out);
        out
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        self.keys.as_ref()?.association.poll_timeout()
    }

    fn check_came(
        &mut self,
        now: Instant,
        from: SocketAddr,
        datagram: &[u8],
        out: &mut Vec<Outcome>,
    ) {
        let Some(way) = &mut self.way else {
            return;
        };
        let check = way.lite.handle(now, from, datagram);
        if check.refusal.is_none() && check.answer.is_some() {
            way.proven.retain(|known| *known != from);
            way.proven.push(from);
            if way.proven.len() > limits::ICE_WAYS {
                way.proven.remove(0);
            }
        }
        if let Some(bytes) = check.answer {
            out.push(Outcome::Send { to: from, bytes });
        }
        if let Some(chosen) = check.chosen {
            let before = way.chosen.replace(chosen);
            if before != way.chosen {
                out.push(Outcome::Changed);
            }
        }
    }

    /// Where ways are checked, a handshake comes by one of them.
    fn handshake_came(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) {
        let is_proven = |way: &Way| way.proven.contains(&from);
        if let Some(keys) = &mut self.keys
            && self.way.as_ref().is_none_or(is_proven)
        {
            if !keys.association.is_done() {
                keys.peer = Some(from);
            }
            keys.association.handle(now, datagram);
        }
    }

    fn drain(&mut self, out: &mut Vec<Outcome>) {
        let Some(keys) = &mut self.keys else {
            return;
        };
        let to = match &self.way {
            Some(way) => way.chosen.or(keys.peer),
            None => keys.peer.or(self.signalled),
        };
        while let Some(output) = keys.association.poll() {
            match output {
                // What has no way yet is sent again.
                conclave_dtls::Output::Send(bytes) => {
                    out.extend(to.map(|to| Outcome::Send { to, bytes }));
                }
                conclave_dtls::Output::Keys(agreed) => {
                    keys.protection = Some(Protection {
                        send: agreed.send,
                        receive: agreed.receive,
                    });
                    out.push(Outcome::Changed);
                }
                conclave_dtls::Output::Failed(failure) => {
                    out.push(Outcome::Failed(end_of(&failure)));
                }
            }
        }
    }
}

impl Keys {
    fn new(identity: &Identity, terms: &AgreedTls, now: Instant) -> Self {
        let role = match terms.setup {
            Setup::Active => Role::Active,
            Setup::Passive => Role::Passive,
        };
        Self {
            association: Association::new(identity, role, &terms.theirs, now),
            terms: terms.clone(),
            peer: None,
            protection: None,
        }
    }
}

impl Way {
    fn new(terms: &AgreedIce, chosen: Option<SocketAddr>) -> Self {
        Self {
            lite: Lite::new(terms.ours.clone(), &terms.theirs),
            terms: terms.clone(),
            chosen,
            proven: Vec::new(),
        }
    }
}

const fn end_of(failure: &Failure) -> CallEnd {
    match failure {
        Failure::WrongFingerprint => CallEnd::WrongCertificate,
        Failure::Broken(_) | Failure::NoProfile | Failure::TimedOut => CallEnd::NoKeys,
    }
}
