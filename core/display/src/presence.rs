//! Presence (RFC 3863) of a room, for telephones and programs that have no lamp but a list.

use crate::LampState;
use crate::xml::{HEAD, escaped};

/// The document for `uri`: always open, as a room can be called at any time; busy while people
/// talk there (RFC 4480's activities).
#[must_use]
pub fn presence(uri: &str, state: LampState) -> String {
    let entity = escaped(uri);
    let (activity, note) = match state {
        LampState::Empty => ("", "Empty"),
        LampState::Waited => ("", "Somebody waits"),
        LampState::Live => (
            "<dm:person id=\"room\"><rpid:activities><rpid:on-the-phone/></rpid:activities>\
             </dm:person>",
            "Live",
        ),
    };
    format!(
        "{HEAD}<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" \
         xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" \
         xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"{entity}\">\
         <tuple id=\"room\"><status><basic>open</basic></status><contact>{entity}</contact>\
         <note>{note}</note></tuple>{activity}</presence>\n"
    )
}
