//! The other end of a handshake (DTLS) and of checks (ICE, the full side); hears no sound.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use conclave_contract::Protection;
use conclave_dtls::{Association, Failure, Identity, Output, Role};
use conclave_model::{Chance, IceCredentials};
use conclave_sdp::{Agreed, AgreedIce, AgreedTls, IceSide, Setup, TlsSide};
use conclave_sip::Why;
use conclave_stun::{Class, Message, binding_request};
use zeroize::Zeroizing;

/// Of one phone.
pub struct Handshaker {
    shown: Identity,
    /// Of the certificate that it announces: mostly the same.
    announced: Identity,
    ice: Option<IceCredentials>,
    chance: Chance,
    /// It never shakes hands.
    pub is_shy: bool,
    /// Checks are proved with this in place of the password.
    pub wrong_password: Option<String>,
    remote: Option<SocketAddr>,
    tls: Option<(AgreedTls, Option<Association>)>,
    checks: Option<Checks>,
    keys: Option<Protection>,
    out: VecDeque<(SocketAddr, Vec<u8>)>,
    pub failures: Vec<Failure>,
    /// Good answers to checks.
    pub checks_answered: u64,
    pub checks_refused: u64,
    /// How many handshakes were begun.
    pub handshakes: u64,
}

struct Checks {
    terms: AgreedIce,
    next_at: Instant,
    is_open: bool,
}

impl Handshaker {
    #[must_use]
    pub fn new(seed: u8) -> Self {
        let shown = identity();
        Self {
            announced: shown.clone(),
            shown,
            ice: None,
            chance: Chance::from_seed([seed; 32]),
            is_shy: false,
            wrong_password: None,
            remote: None,
            tls: None,
            checks: None,
            keys: None,
            out: VecDeque::new(),
            failures: Vec::new(),
            checks_answered: 0,
            checks_refused: 0,
            handshakes: 0,
        }
    }

    /// It looks for the way too.
    #[must_use]
    pub fn with_ice(mut self) -> Self {
        self.ice = Some(IceCredentials::drawn(&mut self.chance));
        self
    }

    /// It shows another certificate than it announces.
    pub fn show_another(&mut self) {
        self.shown = identity();
    }

    /// The checks begin anew.
    pub fn restart(&mut self, chance: &mut Chance) {
        self.ice = Some(IceCredentials::drawn(chance));
    }

    #[must_use]
    pub fn sides(&self) -> (TlsSide, IceSide) {
        let ice = self.ice.clone().map_or(IceSide::Nothing, IceSide::Offers);
        (TlsSide::Offers(self.announced.fingerprint().clone()), ice)
    }

    pub fn agree(&mut self, now: Instant, agreed: &Agreed) {
        self.remote = agreed.remote;
        match &agreed.tls {
            None => self.tls = None,
            Some(terms) => {
                let is_same = |(known, _): &(AgreedTls, _)| known.is_as(terms);
                if !self.tls.as_ref().is_some_and(is_same) {
                    self.tls = Some((terms.clone(), None));
                }
            }
        }
        let known = self.checks.as_ref().map(|checks| &checks.terms);
        if known != agreed.ice.as_ref() {
            self.checks = agreed.ice.clone().map(|terms| Checks {
                terms,
                next_at: now,
                is_open: false,
            });
        }
        self.handle_timeout(now);
    }

    #[must_use]
    pub fn awaits_keys(&self) -> bool {
        let association = self.tls.as_ref().map(|(_, association)| association);
        association.is_some_and(|it| !it.as_ref().is_some_and(Association::is_done))
    }

    pub fn take_keys(&mut self) -> Option<Protection> {
        self.keys.take()
    }

    pub fn poll(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        self.out.pop_front()
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Why)> {
        let checks = self.checks.as_ref().map(|checks| checks.next_at);
        let association = self.tls.as_ref().and_then(|(_, it)| it.as_ref());
        let handshake = association.and_then(Association::poll_timeout);
        let next = checks.into_iter().chain(handshake).min()?;
        Some((next, "a phone's handshake"))
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        self.check(now);
        self.begin(now);
        if let Some((_, Some(association))) = &mut self.tls {
            association.handle_timeout(now);
        }
        self.drain();
    }

    pub fn hear(&mut self, now: Instant, _from: SocketAddr, bytes: &[u8]) {
        if let Ok(message) = Message::parse(bytes) {
            match (message.class(), &mut self.checks) {
                (Class::Success, Some(checks)) => {
                    self.checks_answered += 1;
                    checks.is_open = true;
                    self.begin(now);
                }
                (Class::Error, _) => self.checks_refused += 1,
                (Class::Success, None) | (Class::Request | Class::Indication, _) => {}
            }
        } else if let Some((_, Some(association))) = &mut self.tls {
            association.handle(now, bytes);
        }
        self.drain();
    }

    fn check(&mut self, now: Instant) {
        let (Some(checks), Some(to)) = (&mut self.checks, self.remote) else {
            return;
        };
        if checks.next_at > now {
            return;
        }
        checks.next_at = now + CHECKED_EVERY;
        let AgreedIce { ours, theirs, .. } = &checks.terms;
        let username = format!("{}:{}", theirs.ufrag(), ours.ufrag());
        let password = self.wrong_password.as_deref().unwrap_or(theirs.password());
        let mut id = [0; 12];
        for part in id.chunks_exact_mut(4) {
            part.copy_from_slice(&self.chance.u32().to_be_bytes());
        }
        let check = binding_request(id, &username, password, PRIORITY, true, true);
        self.out.push_back((to, check));
    }

    /// As soon as there is a way.
    fn begin(&mut self, now: Instant) {
        let is_open = self.checks.as_ref().is_none_or(|checks| checks.is_open);
        if let Some((terms, association @ None)) = &mut self.tls
            && is_open
            && !self.is_shy
        {
            let role = match terms.setup {
                Setup::Active => Role::Active,
                Setup::Passive => Role::Passive,
            };
            self.handshakes += 1;
            *association = Some(Association::new(&self.shown, role, &terms.theirs, now));
        }
        self.drain();
    }

    fn drain(&mut self) {
        let Some((_, Some(association))) = &mut self.tls else {
            return;
        };
        while let Some(output) = association.poll() {
            match output {
                Output::Send(bytes) => self.out.extend(self.remote.map(|to| (to, bytes))),
                Output::Keys(keys) => {
                    self.keys = Some(Protection {
                        send: keys.send,
                        receive: keys.receive,
                    });
                }
                Output::Failed(failure) => self.failures.push(failure),
            }
        }
    }
}

/// A certificate that nobody signed.
///
/// # Panics
/// When the cryptographic library makes none.
#[must_use]
pub fn identity() -> Identity {
    let made = rcgen::generate_simple_self_signed(vec!["phone".to_owned()]).expect("a certificate");
    let key = Zeroizing::new(made.signing_key.serialize_der());
    Identity::new(made.cert.der(), key).expect("an identity")
}

const CHECKED_EVERY: Duration = Duration::from_millis(500);
/// Of a host's own address, as browsers have it.
const PRIORITY: u32 = 2_122_260_223;
