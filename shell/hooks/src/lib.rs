//! Sends events to webhooks and sends them again; knows no route of the API.

mod courier;
mod run;
mod signature;
mod tally;
mod trip;

pub use courier::{Courier, News, Now};
pub use signature::{new_secret, signature};
pub use tally::{Outcome, Tally};
