//! Offer and answer (RFC 3264) for audio: which codec, which way, where to; opens no port.

mod agreed;
mod answer;
mod author;
mod capabilities;
mod description;
mod error;
mod format;
mod level_line;
mod offer;
mod write;

pub use agreed::Agreed;
pub use answer::answer;
pub use author::Author;
pub use capabilities::{Capabilities, LevelRole, LocalMedia, Preference};
pub use description::Offer;
pub use error::{Refused, SdpError};
pub use offer::read_answer;
pub use write::{write_answer, write_offer};
