//! Offer and answer (RFC 3264) for sound and pictures: codecs, ways, addresses; opens no port.

mod agreed;
mod answer;
mod author;
mod capabilities;
mod crypto_line;
mod description;
mod encryption;
mod error;
mod format;
mod ice_line;
mod level_line;
mod offer;
mod tls_line;
mod video;
mod write;

pub use agreed::Agreed;
pub use answer::answer;
pub use author::Author;
pub use capabilities::{Capabilities, LevelRole, LocalMedia, Preference, VideoSide};
pub use description::Offer;
pub use encryption::SrtpSide;
pub use error::{Refused, SdpError};
pub use ice_line::{AgreedIce, IceSide};
pub use offer::read_answer;
pub use tls_line::{AgreedTls, Setup, TlsSide};
pub use video::AgreedVideo;
pub use write::{write_answer, write_offer};
