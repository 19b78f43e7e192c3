//! Damaged input for every parser that the Internet reaches; says what broke, mends nothing.
//!
//! A [`Target`] is given bytes and tells by its return whether what must hold held; a panic is a
//! failure too. What it may allocate is bounded by its input's size ([`Target::memory`]), and a
//! target's time by [`Target::slowest`]. The inputs are the files of `corpus/`, damaged by a
//! seeded [`Mutator`]: a run is repeated exactly by its seed, and needs nothing but the stable
//! compiler. `cargo-fuzz` and libFuzzer need a nightly one.

mod corpus;
mod failure;
mod meter;
mod mutator;
mod run;
mod seeds;
mod targets;

pub use corpus::{Corpus, CorpusError};
pub use failure::Failure;
pub use meter::{Meter, Metered};
pub use mutator::Mutator;
pub use run::{Bounds, Outcome, run, try_one};
pub use seeds::seeds;
pub use targets::{TARGETS, Target};
