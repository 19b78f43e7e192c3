//! Who calls and from where, as the signalling says it; shows, never trusts.

use std::net::SocketAddr;

use conclave_model::{Origin, Way, limits};
use conclave_sip::IncomingCall;

/// The caller's own texts, cleaned of what could harm a list or a log, and where they came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The user part of From, or `anonymous`.
    pub number: String,
    pub name: Option<String>,
    pub way: Way,
    /// Whose call it is, as far as that is proven.
    pub origin: Origin,
    pub remote: SocketAddr,
    /// `udp`, `tcp`, `tls`, `ws` or `wss`.
    pub transport: &'static str,
    pub sip_call_id: String,
}

/// What is known of a caller.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// `None`: withheld, or never said.
    pub number: Option<&'a str>,
    pub name: Option<&'a str>,
    pub way: Way,
}

impl Caller {
    /// From is believed for display; see [`Caller::known`] for what is better known.
    #[must_use]
    pub fn of(incoming: &IncomingCall, origin: Origin) -> Self {
        let number = cleaned(&incoming.from_user);
        Self {
            number: if number.is_empty() {
                "anonymous".to_owned()
            } else {
                number
            },
            name: incoming
                .from_name
                .as_deref()
                .map(cleaned)
                .filter(|name| !name.is_empty()),
            way: Way::Phone,
            origin,
            remote: incoming.path.remote,
            transport: incoming.path.transport.name(),
            sip_call_id: incoming
                .call_id
                .chars()
                .take(limits::CALL_ID_CHARS)
                .collect(),
        }
    }

    /// With what somebody whom we trust says of the caller, in place of what From says.
    #[must_use]
    pub fn known(self, known: Known<'_>) -> Self {
        let text = |text: Option<&str>| text.map(cleaned).filter(|text| !text.is_empty());
        Self {
            number: text(known.number).unwrap_or_else(|| "anonymous".to_owned()),
            name: text(known.name),
            way: known.way,
            ..self
        }
    }

    /// The number with all but its last two digits hidden, for a log.
    #[must_use]
    pub fn number_for_log(&self) -> String {
        let count = self.number.chars().count();
        let hidden = count.saturating_sub(2);
        let shown = self.number.chars().skip(hidden);
        if count > 4 {
            std::iter::once('…').chain(shown).collect()
        } else {
            self.number.clone()
        }
    }
}

fn cleaned(text: &str) -> String {
    let visible = text.chars().filter(|c| !c.is_control());
    let cut: String = visible.take(*limits::TITLE_CHARS.end()).collect();
    cut.trim().to_owned()
}
