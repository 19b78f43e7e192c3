//! Where a number leads and every step on the way, each in words; takes no step.

use std::fmt;

use conclave_model::{E164, Extension, RoomId};

use crate::{How, Inward, Reserved};

/// Whose rules a call follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Of the house: extensions first, then numbers.
    Inside,
    /// From the world: what has no number there does not exist.
    Outside,
}

/// What there is in this house under extensions.
pub trait Directory {
    fn room(&self, extension: &str) -> Option<RoomId>;
    /// Its extension and its title; `None`: there is no such room any more.
    fn name(&self, room: RoomId) -> Option<(String, String)>;
    /// A number that is no room.
    fn service(&self, extension: &str) -> Option<Extension>;
}

/// Where a number leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// In the order in which they were taken; never none.
    pub steps: Vec<Step>,
    pub end: End,
    /// The whole number, as far as it is one.
    pub number: Option<E164>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Room(RoomId),
    Service(Extension),
    /// Callers are asked for a room code.
    Hub(E164),
    Nothing(Nothing),
}

/// Why a number leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// It is no number, and not the name of a room.
    NoNumber,
    Reserved(Reserved),
    /// Neither in a block, nor mapped, nor shared, nor an extension.
    NotOurs,
    /// It is of a block, and nothing has that extension.
    NobodyThere,
    /// There is such a room, which the house alone can dial.
    Internal,
    /// What it led to is gone.
    Gone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Dialled {
        text: String,
        side: Side,
    },
    Read {
        number: E164,
        how: How,
    },
    NoNumber,
    Reserved(Reserved),
    /// An extension of the house.
    Extension {
        extension: String,
        title: String,
    },
    ServiceExtension {
        extension: String,
    },
    NoExtension {
        extension: String,
    },
    /// Only the house dials extensions.
    ExtensionFromOutside {
        extension: String,
    },
    Mapped {
        number: E164,
    },
    ToRoom {
        extension: String,
        title: String,
    },
    ToService {
        extension: String,
    },
    Gone,
    Hub {
        number: E164,
    },
    InBlock {
        block: String,
        extension: String,
    },
    NobodyThere {
        extension: String,
    },
    /// The room is there and has no number outside.
    Internal {
        extension: String,
        title: String,
        why: Inward,
    },
    NotOurs {
        number: Option<E164>,
    },
}

impl Step {
    /// Its name, for a program.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Step::Dialled { .. } => "dialled",
            Step::Read { .. } => "read",
            Step::NoNumber => "no-number",
            Step::Reserved(_) => "reserved",
            Step::Extension { .. } => "extension",
            Step::ServiceExtension { .. } => "service-extension",
            Step::NoExtension { .. } => "no-extension",
            Step::ExtensionFromOutside { .. } => "extension-from-outside",
            Step::Mapped { .. } => "mapped",
            Step::ToRoom { .. } => "to-room",
            Step::ToService { .. } => "to-service",
            Step::Gone => "gone",
            Step::Hub { .. } => "hub",
            Step::InBlock { .. } => "in-block",
            Step::NobodyThere { .. } => "nobody-there",
            Step::Internal { .. } => "internal",
            Step::NotOurs { .. } => "not-ours",
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            How::Plus => f.write_str("it begins with a plus"),
            How::International(prefix) => write!(f, "{prefix} goes before a country code"),
            How::National(prefix) => write!(f, "{prefix} goes before an area code"),
            How::Whole => f.write_str("numbers of this country stand alone"),
            How::WithoutPlus => f.write_str("a country code without its plus"),
            How::WithoutNational => f.write_str("an area code without what goes before it"),
        }
    }
}

/// Without its full stop, and without the number.
impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nothing::NoNumber => f.write_str("that is no telephone number"),
            Nothing::Reserved(why) => write!(f, "no room can have that number: {why}"),
            Nothing::NotOurs => {
                f.write_str("that number is in no block, is not mapped, and is no shared number")
            }
            Nothing::NobodyThere => f.write_str("nothing has its extension"),
            Nothing::Internal => f.write_str("the room is internal only"),
            Nothing::Gone => f.write_str("what it was mapped to is gone"),
        }
    }
}

/// A sentence.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Dialled { text, side } => {
                let side = match side {
                    Side::Inside => "inside the house",
                    Side::Outside => "outside",
                };
                write!(f, "Somebody {side} dials {text}.")
            }
            Step::Read { number, how } => write!(f, "That is {number}: {how}."),
            Step::NoNumber => f.write_str("That is no telephone number."),
            Step::Reserved(why) => write!(f, "No room can have it: {why}."),
            Step::Extension { extension, title } => {
                write!(f, "{extension} is the extension of the room {title:?}.")
            }
            Step::ServiceExtension { extension } => write!(
                f,
                "{extension} is the extension of an echo test or an announcement."
            ),
            Step::NoExtension { extension } => write!(f, "{extension} is no extension here."),
            Step::ExtensionFromOutside { extension } => write!(
                f,
                "It is as an extension: the room {extension} has a number outside."
            ),
            Step::Mapped { number } => write!(f, "{number} is mapped to one place."),
            Step::ToRoom { extension, title } => {
                write!(f, "It rings the room {title:?} under {extension}.")
            }
            Step::ToService { extension } => {
                write!(
                    f,
                    "It rings the echo test or announcement under {extension}."
                )
            }
            Step::Gone => f.write_str("What it was mapped to is gone."),
            Step::Hub { number } => write!(
                f,
                "{number} is shared by all rooms: the caller is asked for the room code."
            ),
            Step::InBlock { block, extension } => {
                write!(
                    f,
                    "It is in the block {block}, with the extension {extension}."
                )
            }
            Step::NobodyThere { extension } => {
                write!(f, "Nothing has the extension {extension}.")
            }
            Step::Internal {
                extension,
                title,
                why,
            } => write!(
                f,
                "The room {title:?} under {extension} is internal only: {why}. From outside it \
                 does not exist."
            ),
            Step::NotOurs {
                number: Some(number),
            } => write!(
                f,
                "{number} is in no block, is not mapped, and is no shared number."
            ),
            Step::NotOurs { number: None } => f.write_str("It leads nowhere."),
        }
    }
}
