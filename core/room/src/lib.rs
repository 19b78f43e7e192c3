//! The meeting: door, roster, announcements, music; cannot see SIP.

mod acoustics;
mod admin_deeds;
mod announcer;
mod control;
mod deeds;
mod door;
mod entrance;
mod keys;
mod menu;
mod moving;
mod music;
mod mute;
mod news;
mod participant;
mod recording;
mod room;
mod roster;
mod shelf;
mod sounding;
mod telling;
mod turn;
mod voice;

pub use announcer::TooMany;
pub use door::{Door, DoorVerdict, Role};
pub use menu::Menus;
pub use moving::Mover;
pub use mute::{Mute, MutedBy};
pub use news::RoomNews;
pub use participant::{Arrival, Label, Participant, Phase};
pub use recording::RoomRecording;
pub use room::{NotHere, Room};
pub use roster::Counts;
pub use shelf::Shelf;
pub use turn::{RoomOutput, Turn};
