//! A room that somebody is in, and who; knows nothing of their packets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What goes on in a room right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LiveView {
    /// The room's id.
    pub room: String,
    pub title: String,
    pub extension: String,
    /// When the first participant came in; null when nobody is there.
    #[schema(required, format = DateTime)]
    pub started_at: Option<String>,
    /// Nobody else gets in.
    pub locked: bool,
    /// In the order in which they came.
    pub participants: Vec<ParticipantView>,
}

/// Somebody who is in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParticipantView {
    #[schema(example = "pa_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    /// The call's id, as in the call log.
    pub call: String,
    /// What the caller's phone sent, or what was set here.
    #[schema(required)]
    pub name: Option<String>,
    /// The caller's number, or `anonymous`.
    pub number: String,
    #[schema(format = DateTime)]
    pub joined_at: String,
    /// Nobody hears what this participant says.
    pub muted: bool,
    pub talking: bool,
    /// The participant put us on hold.
    pub held: bool,
    /// `opus`, `G722`, `PCMA` or `PCMU`.
    #[schema(required, example = "G722")]
    pub codec: Option<String>,
}

/// The room that a happening belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LiveRef {
    /// The room's id.
    pub room: String,
    pub extension: String,
    pub title: String,
}

/// One participant and the room it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Talk {
    #[serde(flatten)]
    pub at: LiveRef,
    pub participant: ParticipantView,
}
