//! The bedrock: ids, digits, PINs, the room record and every limit; knows no protocol and no sound.

mod call_record;
mod chance;
mod clock;
mod codec;
mod digit;
mod extension;
mod field_error;
mod ids;
mod language;
pub mod limits;
mod load_level;
mod local_ids;
mod pin;
mod playlist_name;
mod prompt;
mod room_record;

pub use call_record::{CallEnd, CallRecord};
pub use chance::Chance;
pub use clock::{UnixMillis, WallClock};
pub use codec::Codec;
pub use digit::Digit;
pub use extension::Extension;
pub use field_error::FieldError;
pub use ids::{CallId, LegId, ParticipantId, PlayId, RecordId, RoomId, StageId};
pub use language::{Language, RoomLanguage};
pub use load_level::LoadLevel;
pub use local_ids::LocalIds;
pub use pin::Pin;
pub use playlist_name::PlaylistName;
pub use prompt::Prompt;
pub use room_record::{RoomDraft, RoomPatch, RoomRecord, Title};
