//! The voice: what is said to one caller and which digits are awaited; cannot see a packet.

mod entry;
mod farewell;
mod name_entry;
mod pin_entry;
pub mod say;
mod script;
mod service;
mod wording;

pub use entry::Entry;
pub use farewell::{Farewell, FarewellOutput, farewell};
pub use script::{AskName, EntryInput, EntryOutput, EntryPlan, PinVerdict, RefusedEntry};
pub use service::{Offers, Service, ServiceInput, ServiceOutput, ServicePlan};
pub use wording::Wording;
