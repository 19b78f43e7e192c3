//! The lite side of ICE (RFC 8445 §2.5): answers checks, and knows which path was chosen.
//!
//! It has candidates of its own addresses only and sends no check: the peer finds the way here, and
//! says which it takes. What the peer says of its own addresses does not matter for that; names of
//! mDNS among them need not be looked up.

use std::net::SocketAddr;
use std::time::Instant;

use conclave_model::{IceCredentials, limits};

use crate::{Class, Integrity, Message, binding_error, binding_success};

/// One session's checks.
#[derive(Debug)]
pub struct Lite {
    ours: IceCredentials,
    /// Of the peer; it names both.
    their_ufrag: String,
    chosen: Option<Path>,
}

/// A way to the peer that it wants.
#[derive(Clone, Copy, Debug)]
struct Path {
    to: SocketAddr,
    priority: u32,
    checked_at: Instant,
}

/// What came of a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// For whoever sent it. Never longer than what came: nobody is flooded by our answers.
    pub answer: Option<Vec<u8>>,
    /// Sound goes there from now on.
    pub chosen: Option<SocketAddr>,
    pub refusal: Option<Refusal>,
}

/// Why a check was not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is no check at all.
    NotStun,
    /// 400: it proves nothing.
    Incomplete,
    /// 401: it is not the peer's.
    Stranger,
    /// 420: it wants more than is known.
    Unknown,
    /// 487: a lite side never decides.
    RoleConflict,
}

impl Lite {
    #[must_use]
    pub fn new(ours: IceCredentials, theirs: &IceCredentials) -> Self {
        Self {
            ours,
            their_ufrag: theirs.ufrag().to_owned(),
            chosen: None,
        }
    }

    /// Where the peer wants its packets; `None` until it chose.
    #[must_use]
    pub fn chosen(&self) -> Option<SocketAddr> {
        self.chosen.map(|path| path.to)
    }

    /// A datagram whose first byte is that of STUN.
    pub fn handle(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) -> Check {
        let Ok(message) = Message::parse(datagram) else {
            return Check::refused(None, Refusal::NotStun);
        };
        // A keep-alive (RFC 8445 §11) is no question, and of answers none was asked for.
        if message.class() != Class::Request {
            return Check {
                answer: None,
                chosen: None,
                refusal: None,
            };
        }
        let answer = match self.judge(&message) {
            Ok(()) => binding_success(message.transaction(), from, self.ours.password()),
            Err(refusal) => {
                let answer = self.refuse(&message, refusal);
                let answer = Some(answer).filter(|answer| answer.len() <= datagram.len());
                return Check::refused(answer, refusal);
            }
        };
        let before = self.chosen();
        if message.uses_candidate() {
            self.nominate(now, from, message.priority().unwrap_or(0));
        } else if let Some(path) = self.chosen.as_mut().filter(|path| path.to == from) {
            path.checked_at = now;
        }
        Check {
            answer: Some(answer).filter(|answer| answer.len() <= datagram.len()),
            chosen: self.chosen().filter(|to| Some(*to) != before),
            refusal: None,
        }
    }

    fn judge(&self, message: &Message<'_>) -> Result<(), Refusal> {
        let integrity = message.integrity(self.ours.password());
        let Some(username) = message.username() else {
            return Err(Refusal::Incomplete);
        };
        if integrity == Integrity::Missing || !message.has_fingerprint() {
            return Err(Refusal::Incomplete);
        }
        let names = username.split_once(':');
        let is_peer =
            names.is_some_and(|(to, from)| to == self.ours.ufrag() && from == self.their_ufrag);
        if integrity == Integrity::Wrong || !is_peer {
            return Err(Refusal::Stranger);
        }
        if !message.unknown().is_empty() {
            return Err(Refusal::Unknown);
        }
        if message.is_controlled() {
            return Err(Refusal::RoleConflict);
        }
        Ok(())
    }

    fn refuse(&self, message: &Message<'_>, refusal: Refusal) -> Vec<u8> {
        let id = message.transaction();
        let password = Some(self.ours.password());
        match refusal {
            Refusal::NotStun | Refusal::Incomplete => binding_error(id, 400, &[], None),
            Refusal::Stranger => binding_error(id, 401, &[], None),
            Refusal::Unknown => binding_error(id, 420, &message.unknown(), password),
            Refusal::RoleConflict => binding_error(id, 487, &[], password),
        }
    }

    /// Of several paths the one with the highest priority is taken (RFC 8445 §8.3.1), unless it
    /// is dead: a phone that leaves its WLAN goes on by a worse one.
    fn nominate(&mut self, now: Instant, from: SocketAddr, priority: u32) {
        let is_better = self.chosen.is_none_or(|path| {
            let silent = now.saturating_duration_since(path.checked_at);
            path.to == from || priority >= path.priority || silent >= limits::ICE_PATH_SILENT
        });
        if is_better {
            self.chosen = Some(Path {
                to: from,
                priority,
                checked_at: now,
            });
        }
    }
}

impl Check {
    const fn refused(answer: Option<Vec<u8>>, refusal: Refusal) -> Self {
        Self {
            answer,
            chosen: None,
            refusal: Some(refusal),
        }
    }
}
