//! Proof of a password without saying it (RFC 7616, RFC 8760); knows no account.

mod authority;
mod challenge;
mod credentials;
mod hash;
mod login;
mod nonce;
mod parameters;
mod used;

pub use authority::{Authority, Proof};
pub use challenge::{Challenge, Qop};
pub use credentials::{Counted, Credentials};
pub use hash::{ha1, ha1_set};
pub use login::Login;
