//! Keys for SRTP agreed on by the two ends of the media path (DTLS-SRTP); sends nothing itself.

mod association;
mod failure;
mod identity;
mod output;
mod role;

pub use association::Association;
pub use failure::Failure;
pub use identity::{Identity, NoIdentity};
pub use output::{Output, SrtpKeys};
pub use role::Role;
