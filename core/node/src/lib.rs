//! The control brain of one server: routes every event, owns no rule about conferences.

mod calls;
mod config;
mod deadlines;
mod event;
mod extensions;
mod follow;
mod guarding;
mod incoming;
mod input;
mod ladders;
mod lending;
mod live;
mod load;
mod load_judge;
mod menus;
mod node;
mod numbering;
mod origin;
mod outbox;
mod phones;
mod pictures;
mod profiles;
mod proving;
mod publish;
mod registering;
mod renaming;
mod requests;
mod rooms;
mod serving;
mod shutdown;
mod stored;
mod taping;
#[cfg(test)]
mod tests;
mod texts;
mod trunks;
mod views;
mod visits;
mod watching;

/// What is shown at handshakes, for [`NodeConfig`].
pub use conclave_dtls::Identity;
/// The operator's sounds, for [`NodeConfig`] and [`Input::Sounds`].
pub use conclave_room::Shelf;
/// A name that [`Event::LookUp`] asks for.
pub use conclave_trunk::LookupId;
pub use config::NodeConfig;
pub use event::{Event, LogLevel, LogLine, Speaker, StoreWrite, TapeNews, TapePart};
pub use input::{Input, RequestId, StoreFailure, StoreTicket};
pub use load_judge::WorkerTicks;
pub use node::Node;
