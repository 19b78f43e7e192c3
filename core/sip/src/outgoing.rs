//! A call we place, as its owner describes it; sends nothing.

use crate::{OwnAccount, Path};

/// Everything the INVITE of a new call says. Texts may not hold control characters; such
/// characters are dropped.
#[derive(Clone, Debug)]
pub struct OutgoingCall {
    /// Where to send it. Over TCP, `conn: None` asks for a connection.
    pub path: Path,
    /// Where to send it next, in this order, when nothing answers there or it says 503
    /// (RFC 3263 §4.3).
    pub further: Vec<Path>,
    /// A proxy that it goes through, as a URI without brackets.
    pub route: Option<String>,
    /// With which a challenge is answered.
    pub account: Option<OwnAccount>,
    /// The Request-URI: `sip:801@192.0.2.1`.
    pub target: String,
    /// From: a URI, or a name-addr such as `"Room 801" <sip:801@192.0.2.1>`; without a tag.
    pub from: String,
    /// To, likewise.
    pub to: String,
    /// Our offer. `None`: the peer offers in its 2xx and `Ua::acknowledge_with` answers.
    pub sdp: Option<Vec<u8>>,
    /// Further header fields as (name, value).
    pub headers: Vec<(String, String)>,
}
