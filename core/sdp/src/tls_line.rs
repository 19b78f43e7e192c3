//! The lines of keys that the two ends agree on where the sound goes (RFC 5763, RFC 8122), read and
//! written; shakes no hands.

use std::fmt::Write;

use conclave_model::{Fingerprint, limits};

use crate::description::{Attributes, MediaLine};

/// What one side does about DTLS-SRTP: nothing, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TlsSide {
    #[default]
    Nothing,
    /// Offers of it are answered; the certificate that is shown has this fingerprint.
    Answers(Fingerprint),
    /// It is offered too, in the place of keys, as a test phone does.
    Offers(Fingerprint),
}

impl TlsSide {
    pub(crate) const fn fingerprint(&self) -> Option<&Fingerprint> {
        match self {
            TlsSide::Nothing => None,
            TlsSide::Answers(ours) | TlsSide::Offers(ours) => Some(ours),
        }
    }
}

/// Who begins the handshake (RFC 4145 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setup {
    /// We do.
    Active,
    /// We wait for the peer.
    Passive,
}

impl Setup {
    const fn name(self) -> &'static str {
        match self {
            Setup::Active => "active",
            Setup::Passive => "passive",
        }
    }
}

/// A handshake that was agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreedTls {
    pub ours: Fingerprint,
    /// The peer's certificate has one of these; never empty.
    pub theirs: Vec<Fingerprint>,
    pub setup: Setup,
    /// The peer left it to us who begins.
    is_our_choice: bool,
}

impl AgreedTls {
    /// We wait wherever we may: the peer knows the way first.
    pub(crate) fn answering(line: &MediaLine, side: &TlsSide) -> Option<Self> {
        let ours = side.fingerprint()?.clone();
        let theirs = Some(&line.tls.fingerprints).filter(|prints| !prints.is_empty())?;
        Some(Self {
            ours,
            theirs: theirs.clone(),
            setup: line.tls.setup.our_role()?,
            is_our_choice: line.tls.setup == Word::ActPass,
        })
    }

    /// What this answer makes of our offer.
    pub(crate) fn answered(ours: &MediaLine, theirs: &MediaLine) -> Option<Self> {
        let own = ours.tls.fingerprints.first()?.clone();
        let prints = Some(&theirs.tls.fingerprints).filter(|prints| !prints.is_empty())?;
        Some(Self {
            ours: own,
            theirs: prints.clone(),
            setup: theirs.tls.setup.our_role()?,
            is_our_choice: false,
        })
    }

    /// Whether nothing is to begin anew: the same two ends in the same roles.
    #[must_use]
    pub fn is_as(&self, other: &Self) -> bool {
        let is_same = self.theirs == other.theirs && self.ours == other.ours;
        is_same && self.setup == other.setup
    }

    /// The same two ends go on as they are (RFC 8842 §5.3).
    pub(crate) fn keep_role_of(&mut self, before: &Self) {
        if self.is_our_choice && self.theirs == before.theirs {
            self.setup = before.setup;
        }
    }

    pub(crate) fn answer_line(&self) -> OwnTlsLine {
        OwnTlsLine {
            fingerprint: self.ours.clone(),
            setup: self.setup.name(),
        }
    }
}

/// What we write of it.
pub(crate) struct OwnTlsLine {
    fingerprint: Fingerprint,
    setup: &'static str,
}

impl OwnTlsLine {
    /// The peer may choose who begins.
    pub(crate) fn offering(fingerprint: &Fingerprint) -> Self {
        Self {
            fingerprint: fingerprint.clone(),
            setup: "actpass",
        }
    }

    pub(crate) fn write(&self, text: &mut String) -> std::fmt::Result {
        let Self { fingerprint, setup } = self;
        write!(text, "a=fingerprint:{fingerprint}\r\na=setup:{setup}\r\n")
    }
}

/// What a peer's line says of it, itself or for all lines.
#[derive(Clone, Debug)]
pub(crate) struct TlsLines {
    /// Those that can be trusted.
    pub fingerprints: Vec<Fingerprint>,
    setup: Word,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    ActPass,
    Active,
    Passive,
    HoldConn,
}

impl Word {
    /// What is left for us to be.
    const fn our_role(self) -> Option<Setup> {
        match self {
            Word::ActPass | Word::Active => Some(Setup::Passive),
            Word::Passive => Some(Setup::Active),
            Word::HoldConn => None,
        }
    }
}

impl TlsLines {
    pub(crate) fn read(own: &Attributes<'_>, shared: &Attributes<'_>) -> Self {
        let prints = |level: &Attributes<'_>| -> Vec<Fingerprint> {
            let lines = level.values("fingerprint").take(limits::SDP_FINGERPRINTS);
            lines.filter_map(Fingerprint::read).collect()
        };
        let has_own = own.values("fingerprint").next().is_some();
        let level = if has_own { own } else { shared };
        let setup = own.values("setup").chain(shared.values("setup")).next();
        let setup = setup.unwrap_or("").to_ascii_lowercase();
        Self {
            fingerprints: prints(level),
            setup: match setup.as_str() {
                "active" => Word::Active,
                "passive" => Word::Passive,
                "holdconn" => Word::HoldConn,
                // Unsaid in an offer it means `active` (RFC 4145 §4.1), which comes to the same.
                _ => Word::ActPass,
            },
        }
    }
}
