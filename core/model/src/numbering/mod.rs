//! Numbers by which the world reaches us, as they are kept; follows none of them.

mod block;
mod country_code;
mod e164;
mod mapped;
mod record;
mod room_code;

pub use block::NumberBlock;
pub use country_code::CountryCode;
pub use e164::E164;
pub use mapped::{Hub, MappedNumber, NumberTarget};
pub use record::{NumberingKey, NumberingRecord};
pub use room_code::RoomCode;
