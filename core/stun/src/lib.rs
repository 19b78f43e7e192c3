//! STUN messages, and the lite side of ICE: answers checks and never sends one of its own.

mod attribute;
mod crc;
mod lite;
mod message;
mod writer;

pub use lite::{Check, Lite, Refusal};
pub use message::{Class, Integrity, Message, NotStun, TransactionId};
pub use writer::{Writer, binding_error, binding_request, binding_success};
