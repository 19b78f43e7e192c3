//! What a desk phone shows of a room, as the documents it reads; sends none and has no clock.

mod conference;
mod lamp;
mod phonebook;
mod presence;
mod xml;

pub use conference::{Conference, ConferenceUser, EndpointStatus};
pub use lamp::{LampState, lamp};
pub use phonebook::{Entry, Format, phonebook};
pub use presence::presence;
