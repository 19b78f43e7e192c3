//! How we are attached to another telephone system or a carrier; places no call.

mod choices;
mod host;
mod record;
mod secret;
mod setting;

pub use choices::{CallerFrom, NumberFrom, TrunkCallers, TrunkKind, TrunkTransport};
pub use host::TrunkHost;
pub use record::TrunkRecord;
pub use secret::TrunkSecret;
pub use setting::TrunkSetting;
