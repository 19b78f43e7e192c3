//! Who asks for proofs and judges them; is handed what is known of a user, and knows no user.

use conclave_model::{Chance, DigestAlgorithm, Ha1Set, UnixMillis, limits};
use subtle::ConstantTimeEq;

use super::challenge::{Challenge, Qop};
use super::credentials::Credentials;
use super::hash::{Question, ha1_set, hex};
use super::nonce::{NonceKey, seconds};
use super::used::UsedNonces;

/// Asks and judges for one realm. It remembers what proved something, bounded, and nothing of who
/// proved nothing.
pub struct Authority {
    realm: String,
    /// What it asks for and takes, the one it likes best first.
    offered: Vec<DigestAlgorithm>,
    key: NonceKey,
    used: UsedNonces,
    chance: Chance,
    /// Stands in for a user that there is not, so that the work is the same.
    nobody: Ha1Set,
}

/// What credentials are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Right,
    /// The password is right, but the nonce is old or was used so before: ask again.
    Stale,
    Wrong,
}

impl Authority {
    #[must_use]
    pub fn new(realm: &str, mut chance: Chance) -> Self {
        let mut password = [0; 32];
        chance.fill(&mut password);
        Self {
            realm: realm.to_owned(),
            offered: DigestAlgorithm::ALL.to_vec(),
            key: NonceKey::new(&mut chance),
            used: UsedNonces::default(),
            nobody: ha1_set("", realm, &hex(&password)),
            chance,
        }
    }

    /// Asks for these alone and takes no other, the one it likes best first.
    #[must_use]
    pub fn offering(mut self, algorithms: Vec<DigestAlgorithm>) -> Self {
        self.offered = algorithms;
        self
    }

    #[must_use]
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// One challenge for every algorithm that is offered, all with one new nonce.
    pub fn challenges(&mut self, at: UnixMillis, stale: bool) -> Vec<Challenge> {
        let nonce = self.key.make(at, &mut self.chance);
        let challenge = |algorithm| Challenge {
            realm: self.realm.clone(),
            nonce: nonce.clone(),
            algorithm,
            qop: Some(Qop::Auth),
            opaque: None,
            stale,
        };
        self.offered.iter().copied().map(challenge).collect()
    }

    /// Whether who sent this knows the password of `known`, which is what is kept of the user that
    /// the credentials name; `None`, there is no such user, is as much work and never right.
    pub fn judge(
        &mut self,
        at: UnixMillis,
        credentials: &Credentials,
        method: &str,
        known: Option<&Ha1Set>,
    ) -> Proof {
        let ha1 = known.unwrap_or(&self.nobody).of(credentials.algorithm);
        let count = credentials.counted.as_ref();
        let digits = count.map(|counted| format!("{:08x}", counted.count));
        let question = Question {
            method,
            uri: &credentials.uri,
            nonce: &credentials.nonce,
            counted: count
                .zip(digits.as_deref())
                .map(|(counted, digits)| [counted.qop.token(), digits, &counted.cnonce]),
            body: None,
        };
        let is_right = bool::from(question.answer(ha1).ct_eq(&credentials.response));
        let nonce = self.key.open(&credentials.nonce);
        // We never ask for the content, and a proof for another realm is none for ours.
        let is_asked = count.is_none_or(|counted| counted.qop == Qop::Auth)
            && credentials.realm == self.realm
            && self.offered.contains(&credentials.algorithm);
        if !is_right || !is_asked || known.is_none() {
            return Proof::Wrong;
        }
        let now_s = seconds(at);
        let oldest_s = now_s.saturating_sub(limits::SIP_NONCE_LIFE_S);
        self.used.forget_before(oldest_s);
        // Who does not count uses a nonce once.
        let count = count.map_or(1, |counted| counted.count);
        let fresh = nonce.filter(|nonce| (oldest_s..=now_s).contains(&nonce.made_s));
        match fresh {
            Some(nonce) if self.used.take(nonce, count, limits::SIP_NONCES) => Proof::Right,
            Some(_) | None => Proof::Stale,
        }
    }

    /// Whether this nonce is one of ours, of this start of the server, however old.
    #[must_use]
    pub fn has_made(&self, nonce: &str) -> bool {
        self.key.open(nonce).is_some()
    }

    /// Nonces of which it is remembered how often they were used.
    #[must_use]
    pub fn nonces_in_use(&self) -> usize {
        self.used.len()
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority")
            .field("realm", &self.realm)
            .field("nonces_in_use", &self.used.len())
            .finish_non_exhaustive()
    }
}
