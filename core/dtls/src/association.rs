//! One handshake and what follows it: datagrams in, datagrams and keys out; knows no address.
//!
//! The one part of the core that draws chance for itself: the library makes its secrets, and a
//! secret that a seed could replay would be none. What it does with them depends on what it is
//! told alone.

use std::collections::VecDeque;
use std::fmt;
use std::time::Instant;

use conclave_model::{Fingerprint, SrtpKey, SrtpSuite, limits};
use dimpl::{Dtls, KeyingMaterial, SrtpProfile};

use crate::{Failure, Identity, Output, Role, SrtpKeys};

/// DTLS 1.2 with one peer (RFC 5763, RFC 5764).
pub struct Association {
    /// `None`: it failed.
    dtls: Option<Box<Dtls>>,
    role: Role,
    /// The peer's certificate has one of these.
    expected: Vec<Fingerprint>,
    peer: Peer,
    /// When it must be done.
    deadline: Instant,
    /// When the library wants to be woken.
    wake_at: Option<Instant>,
    out: VecDeque<Output>,
}

/// What is known of who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Peer {
    Unknown,
    /// It showed the certificate that was signalled, and has not yet proved that it is its own.
    Recognised,
    /// It has keys.
    Proven,
}

impl Association {
    /// `expected`: what the peer's description says of its certificate; of several, those with the
    /// strongest hash count (RFC 8122 §5). None at all: nobody is recognised.
    #[must_use]
    pub fn new(identity: &Identity, role: Role, expected: &[Fingerprint], now: Instant) -> Self {
        let strongest = expected.iter().map(Fingerprint::hash).max();
        let expected = expected.iter().filter(|it| Some(it.hash()) == strongest);
        let config = std::sync::Arc::clone(&identity.config);
        let mut dtls = Dtls::new_12(config, identity.certificate(), now);
        dtls.set_active(role == Role::Active);
        let mut association = Self {
            dtls: Some(Box::new(dtls)),
            role,
            expected: expected.cloned().collect(),
            peer: Peer::Unknown,
            deadline: now + limits::DTLS_HANDSHAKE,
            wake_at: None,
            out: VecDeque::new(),
        };
        association.advance(now);
        association
    }

    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Whether it has given its keys.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.peer == Peer::Proven
    }

    /// A datagram of the peer.
    pub fn handle(&mut self, now: Instant, datagram: &[u8]) {
        if let Some(dtls) = &mut self.dtls {
            let handled = dtls.handle_timeout(now);
            let handled = handled.and_then(|()| dtls.handle_packet(datagram));
            self.note(handled);
            self.drain();
        }
    }

    /// The deadline has come.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.peer != Peer::Proven && now >= self.deadline {
            self.fail(Failure::TimedOut);
        }
        self.advance(now);
    }

    /// When to wake it: a datagram is to be sent again, or the time is over.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.dtls.as_ref()?;
        let deadline = (self.peer != Peer::Proven).then_some(self.deadline);
        let wake_at = self.wake_at.filter(|_| self.peer != Peer::Proven);
        deadline.into_iter().chain(wake_at).min()
    }

    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    fn advance(&mut self, now: Instant) {
        if let Some(dtls) = &mut self.dtls {
            let handled = dtls.handle_timeout(now);
            self.note(handled);
            self.drain();
        }
    }

    fn note(&mut self, handled: Result<(), dimpl::Error>) {
        match handled {
            Ok(()) => {}
            Err(dimpl::Error::Timeout(_)) => self.fail(Failure::TimedOut),
            // Once there are keys, sound does not depend on it.
            Err(_) if self.peer == Peer::Proven => self.dtls = None,
            Err(error) => self.fail(Failure::Broken(error.to_string())),
        }
    }

    fn fail(&mut self, failure: Failure) {
        if self.dtls.take().is_some() && self.peer != Peer::Proven {
            self.out.push_back(Output::Failed(failure));
        }
    }

    /// Takes all that the library has to say.
    fn drain(&mut self) {
        let mut buffer = [0; 2 * limits::DTLS_DATAGRAM_BYTES];
        while let Some(dtls) = &mut self.dtls {
            match dtls.poll_output(&mut buffer) {
                dimpl::Output::Packet(packet) => self.out.push_back(Output::Send(packet.to_vec())),
                dimpl::Output::PeerCert(certificate) => {
                    // All are compared, so that the time does not tell which one it is.
                    let fits = |fits, print: &Fingerprint| fits | print.is_of(certificate);
                    if self.expected.iter().fold(false, fits) {
                        self.peer = Peer::Recognised;
                    } else {
                        self.fail(Failure::WrongFingerprint);
                    }
                }
                dimpl::Output::KeyingMaterial(material, profile) => {
                    self.take_keys(&material, profile);
                }
                dimpl::Output::Connected if self.peer == Peer::Unknown => {
                    self.fail(Failure::WrongFingerprint);
                }
                dimpl::Output::Connected => {}
                dimpl::Output::Timeout(at) => {
                    self.wake_at = Some(at);
                    return;
                }
                dimpl::Output::BufferTooSmall { .. } => {
                    self.fail(Failure::Broken("a datagram is too long".to_owned()));
                }
                // Nobody is to send data here, and the call ends by signalling.
                dimpl::Output::ApplicationData(_) | dimpl::Output::CloseNotify | _ => {}
            }
        }
    }

    fn take_keys(&mut self, material: &KeyingMaterial, profile: SrtpProfile) {
        if self.peer != Peer::Recognised {
            self.fail(Failure::WrongFingerprint);
            return;
        }
        match keys_in(material, profile, self.role) {
            Some(keys) => {
                self.peer = Peer::Proven;
                self.out.push_back(Output::Keys(keys));
            }
            None => self.fail(Failure::NoProfile),
        }
    }
}

/// Client's key, server's key, client's salt, server's salt (RFC 5764 §4.2).
fn keys_in(material: &[u8], profile: SrtpProfile, role: Role) -> Option<SrtpKeys> {
    let suite = match profile {
        SrtpProfile::AES128_CM_SHA1_80 => SrtpSuite::AesCm128HmacSha1Tag80,
        SrtpProfile::AEAD_AES_128_GCM => SrtpSuite::AeadAes128Gcm,
        SrtpProfile::AEAD_AES_256_GCM => SrtpSuite::AeadAes256Gcm,
        _ => return None,
    };
    let (keys, salts) = material.split_at_checked(2 * suite.key_bytes())?;
    let (client_key, server_key) = keys.split_at_checked(suite.key_bytes())?;
    let (client_salt, server_salt) = salts.split_at_checked(suite.salt_bytes())?;
    let joined = |key: &[u8], salt: &[u8]| {
        let joined = zeroize::Zeroizing::new([key, salt].concat());
        SrtpKey::new(suite, &joined).ok()
    };
    let client = joined(client_key, client_salt)?;
    let server = joined(server_key, server_salt)?;
    Some(match role {
        Role::Active => SrtpKeys {
            send: client,
            receive: server,
        },
        Role::Passive => SrtpKeys {
            send: server,
            receive: client,
        },
    })
}

impl fmt::Debug for Association {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { role, peer, .. } = self;
        write!(f, "Association({role:?}, {peer:?}, ..)")
    }
}
