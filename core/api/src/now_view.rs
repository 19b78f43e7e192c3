//! Everything that goes on in the server, and what of it needs somebody; knows no history.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{LiveRef, LiveView, LoadState};

/// What goes on in the whole server right now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NowView {
    /// The rooms that somebody is in or at the door of, by extension.
    pub items: Vec<LiveView>,
    /// What somebody should look at; empty when all is well.
    pub attention: Vec<Attention>,
    /// In rooms.
    pub participants: u64,
    pub load: LoadState,
}

/// Somebody by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// The participant's id, or that of who is at the door.
    pub id: String,
    #[schema(required)]
    pub name: Option<String>,
    pub number: String,
}

/// Something that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attention {
    pub kind: AttentionKind,
    /// Null for what concerns the whole server.
    #[schema(required)]
    pub room: Option<LiveRef>,
    /// Whom it is about, if it is about one.
    #[schema(required)]
    pub who: Option<Person>,
    /// In words, for people who read English.
    pub sentence: String,
}

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttentionKind {
    /// The server does without something because its sound runs late.
    Load,
    /// Somebody has been at the door for more than a minute.
    WaitingLong,
    /// A participant's line loses words.
    PoorLine,
}
