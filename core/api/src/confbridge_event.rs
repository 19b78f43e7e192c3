//! Events of a room as ConfBridge writes them for phones; sends none.

use serde::Serialize;

/// One event, in the words that clients of ConfBridge read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfbridgeEvent {
    /// `ConfbridgeJoin` and the like.
    #[serde(rename = "type")]
    pub kind: String,
    /// RFC 3339.
    pub timestamp: String,
    pub bridge: ConfbridgeBridge,
    /// Whom it is about; empty where it is about the room.
    pub channels: Vec<ConfbridgeChannel>,
}

/// The room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfbridgeBridge {
    pub id: String,
    pub name: String,
    pub creationtime: String,
    pub video_mode: String,
    /// The channel that all see, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_source_id: Option<String>,
}

/// A participant, each with flags of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfbridgeChannel {
    pub id: String,
    pub name: String,
    /// `Up`, or `Ring` for one who is never answered.
    pub state: String,
    /// The Call-ID of the call.
    pub protocol_id: String,
    pub caller: ConfbridgeCaller,
    pub creationtime: String,
    pub language: String,
    pub admin: bool,
    pub marked: bool,
    pub muted: bool,
    /// `on` or `off`.
    pub talking_status: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfbridgeCaller {
    pub name: String,
    /// Its last digits.
    pub number: String,
}

impl ConfbridgeEvent {
    /// # Panics
    /// Never: there is nothing in it that JSON has no words for.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts, switches and lists of them")
    }
}
