//! The `a=extmap` line of RFC 6464 audio levels, read and written; knows no other extension.

use conclave_contract::LevelExtension;

use crate::LevelRole;
use crate::description::Attributes;

/// What one side's line says: the number, and which way it wants the levels to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LevelLine {
    pub extension: LevelExtension,
    pub sends: bool,
    pub receives: bool,
}

impl LevelLine {
    /// The first usable line (RFC 8285 §5), unless its number stands for something else too.
    ///
    /// Levels that are encrypted on their own (RFC 6904) have another URI and are not read.
    pub(crate) fn read(attributes: &Attributes<'_>) -> Option<Self> {
        let lines = || attributes.values("extmap").filter_map(ExtMap::read);
        let line = lines().find(|line| line.uri == URI && line.is_usable())?;
        let is_ambiguous = lines().any(|other| other.id == line.id && other.uri != URI);
        if is_ambiguous {
            return None;
        }
        let (sends, receives) = match line.direction {
            None | Some("sendrecv") => (true, true),
            Some("sendonly") => (true, false),
            Some("recvonly") => (false, true),
            Some(_) => (false, false),
        };
        let extension = LevelExtension {
            id: u8::try_from(line.id).ok()?,
            // RFC 6464 §4: on, unless it says otherwise.
            has_voice_flag: !line
                .parameters
                .split_ascii_whitespace()
                .any(|it| it == "vad=off"),
        };
        Some(Self {
            extension,
            sends,
            receives,
        })
    }

    /// What we write in an offer; `previous` keeps its number (RFC 8285 §7).
    pub(crate) fn offered(role: LevelRole, previous: Option<LevelExtension>) -> Option<Self> {
        let extension = previous.unwrap_or(LevelExtension {
            id: ID_CUSTOMARY,
            has_voice_flag: true,
        });
        Self::of(role, extension)
    }

    /// What we write when it was agreed that the levels go our way.
    pub(crate) fn of(role: LevelRole, extension: LevelExtension) -> Option<Self> {
        let (sends, receives) = match role {
            LevelRole::Nothing => return None,
            LevelRole::Reads => (false, true),
            LevelRole::Tells => (true, false),
        };
        Some(Self {
            extension,
            sends,
            receives,
        })
    }

    /// Whether the other side's line lets us do what we want.
    pub(crate) fn suits(&self, role: LevelRole) -> bool {
        match role {
            LevelRole::Nothing => false,
            LevelRole::Reads => self.sends,
            LevelRole::Tells => self.receives,
        }
    }

    /// Whether this offer of ours was taken up, under the same number.
    pub(crate) fn is_met_by(&self, answer: Option<Self>) -> bool {
        answer.is_some_and(|answer| {
            answer.extension.id == self.extension.id && answer.suits(self.role())
        })
    }

    pub(crate) const fn role(&self) -> LevelRole {
        match (self.sends, self.receives) {
            (true, false) => LevelRole::Tells,
            (_, true) => LevelRole::Reads,
            (false, false) => LevelRole::Nothing,
        }
    }

    pub(crate) fn text(&self) -> String {
        let LevelExtension { id, has_voice_flag } = self.extension;
        let direction = match (self.sends, self.receives) {
            (true, true) => "",
            (true, false) => "/sendonly",
            (false, true) => "/recvonly",
            (false, false) => "/inactive",
        };
        let vad = if has_voice_flag { "" } else { " vad=off" };
        format!("a=extmap:{id}{direction} {URI}{vad}\r\n")
    }
}

/// `a=extmap:3/recvonly urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on`.
struct ExtMap<'a> {
    id: u32,
    direction: Option<&'a str>,
    uri: &'a str,
    parameters: &'a str,
}

impl<'a> ExtMap<'a> {
    fn read(value: &'a str) -> Option<Self> {
        let (number, rest) = value.split_once([' ', '\t'])?;
        let (id, direction) = match number.split_once('/') {
            Some((id, direction)) => (id, Some(direction)),
            None => (number, None),
        };
        let rest = rest.trim_start();
        let (uri, parameters) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
        Some(Self {
            id: id.parse().ok()?,
            direction,
            uri,
            parameters,
        })
    }

    /// RFC 8285 §4.2 and §4.3: 0 is padding, 15 is reserved; above 255 it is an offer of a number
    /// that we would have to find, which nobody makes for one extension.
    const fn is_usable(&self) -> bool {
        matches!(self.id, 1..=14 | 16..=255)
    }
}

const URI: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
/// What browsers use.
const ID_CUSTOMARY: u8 = 1;
