//! Single numbers and what each leads to; asks no room.

use crate::{E164, Extension, Language, RoomId, UnixMillis};

/// One number from outside that leads to one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedNumber {
    pub number: E164,
    pub target: NumberTarget,
    pub created_at: UnixMillis,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberTarget {
    Room(RoomId),
    /// A number that is no room.
    Service(Extension),
}

/// A number that all rooms share: callers are asked for the code of their room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hub {
    pub number: E164,
    /// In which callers are asked; `None`: their own, else the server's.
    pub language: Option<Language>,
    pub created_at: UnixMillis,
}
