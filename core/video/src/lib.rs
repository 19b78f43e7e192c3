//! Pictures passed on as they come: whose goes to whom, without a jump; decodes nothing.
//!
//! The [`Relay`] is told what was agreed with each phone, who sits on which stage and whom a stage
//! shows. It renumbers what it passes on, so that every receiver has one stream that never jumps,
//! whoever is in it.

mod arrangement;
mod estimates;
mod incoming;
mod line;
mod outgoing;
mod relay;
mod reports;
mod vp8;
mod whole;

pub use relay::{Relay, VideoPort, VideoSink};
