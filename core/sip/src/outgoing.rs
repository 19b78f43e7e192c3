//! A call we place, as its owner describes it; sends nothing.

use crate::Path;

/// Everything the INVITE of a new call says. Texts may not hold control characters; such
/// characters are dropped.
#[derive(Clone, Debug)]
pub struct OutgoingCall {
    /// Where to send it. Over TCP, `conn: None` asks for a connection.
    pub path: Path,
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
