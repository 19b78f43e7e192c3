//! Dialog information (RFC 4235) about a room, with which telephones light a lamp (BLF).

use crate::xml::{HEAD, escaped};

/// What a lamp says of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LampState {
    /// Off: nobody is there.
    Empty,
    /// Blinks: somebody waits, for a leader or to be let in, and nobody is inside.
    Waited,
    /// On: people talk.
    Live,
}

/// The document for `uri`, always whole, as telephones want it.
#[must_use]
pub fn lamp(uri: &str, state: LampState, version: u32) -> String {
    let uri = escaped(uri);
    let word = match state {
        LampState::Empty => None,
        LampState::Waited => Some("early"),
        LampState::Live => Some("confirmed"),
    };
    let dialog = word.map_or(String::new(), |word| {
        format!(
            "<dialog id=\"room\" direction=\"recipient\"><state>{word}</state>\
             <local><identity>{uri}</identity><target uri=\"{uri}\"/></local></dialog>"
        )
    });
    format!(
        "{HEAD}<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"{version}\" \
         state=\"full\" entity=\"{uri}\">{dialog}</dialog-info>\n"
    )
}
