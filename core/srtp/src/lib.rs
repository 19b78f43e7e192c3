//! SRTP and SRTCP (RFC 3711, RFC 6188, RFC 7714); knows neither calls nor how keys are agreed on.
//!
//! One [`Outbound`] protects what one side sends, one [`Inbound`] opens what it gets; each has a
//! [`conclave_model::SrtpKey`] of its own. Packets are changed in place and nothing is allocated
//! for them.
//!
//! Not supported, and never offered therefore: master key identifiers (MKI), key derivation rates
//! other than 0, encrypted header extensions, SRTCP without encryption or without a tag, and a
//! rollover counter that is told from outside: a stream is heard from its beginning on.

mod counter_mode;
mod derivation;
mod galois_mode;
mod header;
mod history;
mod inbound;
mod outbound;
mod sources;
#[cfg(test)]
mod tests_support;
mod transform;

pub use header::Malformed;
pub use inbound::{Inbound, UnprotectError};
pub use outbound::{Outbound, ProtectError};
