//! The control brain of one server: routes every event, owns no rule about conferences.

mod config;
mod event;
mod input;
mod node;

pub use config::NodeConfig;
pub use event::{Event, LogLevel, LogLine, StoreWrite};
pub use input::{Input, RequestId, StoreFailure, StoreTicket};
pub use node::Node;
