//! Which side protects its packets with which key; protects nothing.

use conclave_contract::Protection;
use conclave_model::{Chance, Encryption, SrtpKey, SrtpPolicy, SrtpSuite};

use crate::agreed::Line;
use crate::crypto_line::CryptoLine;
use crate::description::MediaLine;
use crate::tls_line::{AgreedTls, TlsSide};

/// What one side is willing to do about encryption: nothing, by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SrtpSide {
    pub policy: SrtpPolicy,
    /// One of each suite that is spoken, new for each exchange: the best first when we offer.
    pub keys: Vec<SrtpKey>,
    pub tls: TlsSide,
}

impl SrtpSide {
    /// To answer with: every suite that a peer may choose.
    #[must_use]
    pub fn answering(policy: SrtpPolicy, chance: &mut Chance) -> Self {
        Self::drawn(policy, &SrtpSuite::ALL, chance)
    }

    /// To offer: few, as a description must fit a datagram.
    #[must_use]
    pub fn offering(policy: SrtpPolicy, chance: &mut Chance) -> Self {
        Self::drawn(policy, &OFFERED, chance)
    }

    /// With these suites.
    #[must_use]
    pub fn drawn(policy: SrtpPolicy, suites: &[SrtpSuite], chance: &mut Chance) -> Self {
        let keys = match policy {
            SrtpPolicy::Off => Vec::new(),
            SrtpPolicy::Offered | SrtpPolicy::Required => {
                let suites = suites.iter();
                suites.map(|suite| SrtpKey::drawn(*suite, chance)).collect()
            }
        };
        Self {
            policy,
            keys,
            tls: TlsSide::Nothing,
        }
    }

    /// And with handshakes, unless nothing is encrypted.
    #[must_use]
    pub fn and_tls(self, tls: TlsSide) -> Self {
        let tls = match self.policy {
            SrtpPolicy::Off => TlsSide::Nothing,
            SrtpPolicy::Offered | SrtpPolicy::Required => tls,
        };
        Self { tls, ..self }
    }

    /// What is offered where nothing was agreed before.
    pub(crate) fn lines(&self) -> Vec<CryptoLine> {
        if self.offers_tls() {
            return Vec::new();
        }
        let keys = (1..).zip(&self.keys);
        keys.map(|(tag, key)| CryptoLine {
            tag,
            key: key.clone(),
        })
        .collect()
    }

    pub(crate) const fn offers_tls(&self) -> bool {
        matches!(self.tls, TlsSide::Offers(_))
    }

    /// The profile of the line that we offer (RFC 8643 §3.1 where the peer has the choice).
    pub(crate) const fn protocol(&self) -> &'static str {
        match (self.policy, &self.tls) {
            (SrtpPolicy::Off | SrtpPolicy::Offered, _) => "RTP/AVP",
            (SrtpPolicy::Required, TlsSide::Offers(_)) => "UDP/TLS/RTP/SAVPF",
            (SrtpPolicy::Required, TlsSide::Nothing | TlsSide::Answers(_)) => "RTP/SAVP",
        }
    }
}

impl Default for SrtpSide {
    fn default() -> Self {
        Self {
            policy: SrtpPolicy::Off,
            keys: Vec::new(),
            tls: TlsSide::Nothing,
        }
    }
}

/// Both sides' keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AgreedKeys {
    pub tag: u32,
    pub ours: SrtpKey,
    pub theirs: SrtpKey,
}

impl AgreedKeys {
    /// The peer's first line with a suite that is spoken here.
    fn answering(line: &MediaLine, side: &SrtpSide) -> Option<Self> {
        line.crypto.usable.iter().find_map(|theirs| {
            let suite = theirs.key.suite();
            let ours = side.keys.iter().find(|ours| ours.suite() == suite)?;
            Some(Self {
                tag: theirs.tag,
                ours: ours.clone(),
                theirs: theirs.key.clone(),
            })
        })
    }

    /// The answer's line, and that of our offer which it answers.
    pub(crate) fn answered(ours: &MediaLine, theirs: &MediaLine) -> Option<Self> {
        theirs.crypto.usable.iter().find_map(|answer| {
            let mut offered = ours.crypto.usable.iter();
            let offered = offered.find(|offered| offered.tag == answer.tag)?;
            (offered.key.suite() == answer.key.suite()).then(|| Self {
                tag: answer.tag,
                ours: offered.key.clone(),
                theirs: answer.key.clone(),
            })
        })
    }

    pub(crate) fn protection(&self) -> Protection {
        Protection {
            send: self.ours.clone(),
            receive: self.theirs.clone(),
        }
    }

    pub(crate) fn encryption(&self) -> Encryption {
        Encryption::Sdes(self.ours.suite())
    }

    pub(crate) fn line(&self) -> CryptoLine {
        CryptoLine {
            tag: self.tag,
            key: self.ours.clone(),
        }
    }

    /// A peer that keeps its key goes on where it was, and so do we.
    pub(crate) fn keep_ours_of(&mut self, before: &Self) {
        if self.theirs == before.theirs {
            self.ours = before.ours.clone();
        }
    }
}

/// How an offered line would be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shield {
    Plain,
    Keys(AgreedKeys),
    Tls(AgreedTls),
}

impl Shield {
    pub(crate) fn parts(self) -> (Option<AgreedKeys>, Option<AgreedTls>) {
        match self {
            Shield::Plain => (None, None),
            Shield::Keys(keys) => (Some(keys), None),
            Shield::Tls(tls) => (None, Some(tls)),
        }
    }
}

impl MediaLine {
    /// AVPF only adds feedback, which nobody is made to send (RFC 4585 §3.1).
    pub(crate) fn is_plain(&self) -> bool {
        ["RTP/AVP", "RTP/AVPF"].contains(&self.protocol.as_str())
    }

    /// Encrypted whatever happens, with keys from the description.
    fn is_secured(&self) -> bool {
        ["RTP/SAVP", "RTP/SAVPF"].contains(&self.protocol.as_str())
    }

    /// Encrypted whatever happens, with keys that are agreed on where the sound goes.
    pub(crate) fn is_tls(&self) -> bool {
        ["UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF"].contains(&self.protocol.as_str())
    }

    /// Whether it is an RTP line that can be spoken on, encrypted or not.
    pub(crate) fn is_spoken(&self) -> bool {
        self.is_plain() || self.is_secured() || self.is_tls()
    }

    /// How it would be answered; `None`: not at all. Keys that are there are taken before such that
    /// are only to be agreed on: the profile of those leaves no choice.
    pub(crate) fn shield(&self, side: &SrtpSide) -> Option<Shield> {
        let takes_keys = self.is_plain() || self.is_secured();
        let keys = AgreedKeys::answering(self, side).filter(|_| takes_keys);
        let tls = AgreedTls::answering(self, &side.tls).filter(|_| self.is_spoken());
        let secret = keys.map(Shield::Keys).or(tls.map(Shield::Tls));
        let plain = self.is_plain().then_some(Shield::Plain);
        match side.policy {
            SrtpPolicy::Off => plain,
            SrtpPolicy::Offered => secret.or(plain),
            SrtpPolicy::Required => secret,
        }
    }
}

/// The audio line of our next offer: its profile and its keys, as they were agreed.
pub(crate) fn offered_again(lines: &[Line], keys: Option<&AgreedKeys>) -> Vec<CryptoLine> {
    let is_there = lines.iter().any(|line| matches!(line, Line::Audio { .. }));
    let line = keys.filter(|_| is_there).map(AgreedKeys::line);
    line.into_iter().collect()
}

const OFFERED: [SrtpSuite; 3] = [
    SrtpSuite::AeadAes256Gcm,
    SrtpSuite::AesCm256HmacSha1Tag80,
    SrtpSuite::AesCm128HmacSha1Tag80,
];
