//! Other telephone systems and carriers: registers with them, watches them, knows their calls;
//! has never heard of a room.

mod caller;
mod registration;
mod status;
mod step;
mod targets;
mod trouble;
mod trunk;
mod trunks;
mod turn;
mod watch;

pub use caller::{TrunkCaller, called_number};
pub use status::{TrunkState, TrunkStatus};
pub use trouble::Trouble;
pub use trunk::Trunk;
pub use trunks::Trunks;
pub use turn::{Errand, LookupId, Output, Probe, Turn};
