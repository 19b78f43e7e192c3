//! What survives a restart: rooms, calls and answers already given, in one SQLite file.

mod calls;
mod error;
mod folder;
mod idempotency;
mod migrations;
mod rooms;
mod store;

pub use calls::{CallFilter, FORGOTTEN_AT_ONCE};
pub use error::StoreError;
pub use idempotency::KeptAnswer;
pub use store::Store;
