//! The lines about the way of the packets (ICE, RFC 8839), read and written; checks no way.

use std::fmt::Write;
use std::net::IpAddr;

use conclave_model::IceCredentials;

use crate::description::{Attributes, MediaLine};

/// What one side does about ICE: nothing, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IceSide {
    #[default]
    Nothing,
    /// Offers of it are answered as the lite side; these are new with each exchange.
    Answers(IceCredentials),
    /// It is offered too, as the full side, as a test phone does.
    Offers(IceCredentials),
}

/// Checks that were agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreedIce {
    pub ours: IceCredentials,
    pub theirs: IceCredentials,
    is_lite: bool,
}

impl AgreedIce {
    /// `None` too where the peer checks no more than we do, as there would be no check at all, and
    /// where its reports want a way of their own: of that we have none to be checked, and whoever
    /// misses it gives all of ICE up (RFC 8839 §4.2.5) and sends by ways that were never proven.
    pub(crate) fn answering(line: &MediaLine, side: &IceSide) -> Option<Self> {
        let theirs = line.ice.credentials.clone().filter(|_| line.rtcp_mux)?;
        let (ours, is_lite) = match side {
            IceSide::Nothing => return None,
            IceSide::Answers(ours) => (ours.clone(), true),
            IceSide::Offers(ours) => (ours.clone(), false),
        };
        (!(is_lite && line.ice.is_lite)).then_some(Self {
            ours,
            theirs,
            is_lite,
        })
    }

    pub(crate) fn answered(ours: &MediaLine, theirs: &MediaLine) -> Option<Self> {
        let is_lite = ours.ice.is_lite;
        let agreed = Self {
            ours: ours.ice.credentials.clone()?,
            theirs: theirs.ice.credentials.clone()?,
            is_lite,
        };
        (!(is_lite && theirs.ice.is_lite)).then_some(agreed)
    }

    /// A peer that goes on with its names is answered with ours; new ones begin anew (RFC 8839
    /// §4.4.1.1.1).
    pub(crate) fn keep_ours_of(&mut self, before: &Self) {
        if self.theirs == before.theirs {
            self.ours = before.ours.clone();
        }
    }

    pub(crate) fn line(&self) -> OwnIceLine {
        OwnIceLine {
            credentials: self.ours.clone(),
            is_lite: self.is_lite,
        }
    }
}

/// What we write of it.
pub(crate) struct OwnIceLine {
    credentials: IceCredentials,
    pub is_lite: bool,
}

impl OwnIceLine {
    pub(crate) fn offering(side: &IceSide) -> Option<Self> {
        match side {
            IceSide::Nothing | IceSide::Answers(_) => None,
            IceSide::Offers(credentials) => Some(Self {
                credentials: credentials.clone(),
                is_lite: false,
            }),
        }
    }

    /// With the one candidate that there is: the port of the sound, which reports share with it.
    pub(crate) fn write(&self, text: &mut String, at: IpAddr, port: u16) -> std::fmt::Result {
        let (ufrag, password) = (self.credentials.ufrag(), self.credentials.password());
        write!(text, "a=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}\r\n")?;
        write!(
            text,
            "a=candidate:1 1 UDP {HOST_PRIORITY} {at} {port} typ host\r\n"
        )
    }
}

/// What a peer's line says of it, itself or for all lines.
#[derive(Clone, Debug)]
pub(crate) struct IceLines {
    pub credentials: Option<IceCredentials>,
    is_lite: bool,
}

impl IceLines {
    pub(crate) fn read(own: &Attributes<'_>, shared: &Attributes<'_>) -> Self {
        let first = |name| own.values(name).chain(shared.values(name)).next();
        let names = first("ice-ufrag").zip(first("ice-pwd"));
        Self {
            credentials: names.and_then(|(ufrag, password)| IceCredentials::read(ufrag, password)),
            is_lite: shared.has("ice-lite"),
        }
    }
}

/// A host's own address, the only one, of RTP (RFC 8445 §5.1.2.1).
const HOST_PRIORITY: u32 = (126 << 24) | (65_535 << 8) | (256 - 1);
