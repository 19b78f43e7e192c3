//! The SIP core: bytes and time in, sessions out; has never heard of a room.

mod event;
mod path;

pub use event::{EndReason, Event, IncomingCall, Offer, Refusal, SessionId};
pub use path::{ConnId, Path, Transmit, Transport, Why};
