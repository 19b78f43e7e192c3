//! The SIP core: bytes and time in, sessions out; has never heard of a room.

mod config;
mod counters;
mod event;
mod message;
mod outgoing;
mod path;
mod ua;

pub use config::UaConfig;
pub use counters::Counters;
pub use event::{EndReason, Event, IncomingCall, Offer, Refusal, SessionId};
pub use outgoing::OutgoingCall;
pub use path::{ConnId, Path, Transmit, Transport, Why};
pub use ua::Ua;
