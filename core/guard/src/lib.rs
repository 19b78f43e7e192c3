//! Who is heard of those we do not know, and how long a guess waits; answers nobody.
//!
//! A source is whom we cannot tell apart on the Internet ([`conclave_model::Network::source`]).
//! Its pace is an [`conclave_model::Allowance`], as everywhere in the house: the crate `governor`
//! reads a clock of its own and keeps a table that grows with whoever sends.

mod blocks;
mod counters;
mod credit;
mod guard;
mod guesses;
mod look;
mod offence;
mod points;
mod recent;

pub use counters::Counters;
pub use guard::{Guard, Neighbours, News, Rules, TooManyBlocks};
pub use guesses::{Alarm, Guesses};
pub use look::{Look, is_scanner_name};
pub use offence::Offence;
