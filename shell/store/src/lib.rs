//! What survives a restart: rooms, calls, who may come in, and answers already given, in one
//! SQLite file.

mod audit;
mod calls;
mod copying;
mod deliveries;
mod error;
mod extensions;
mod folder;
mod idempotency;
mod ladders;
mod looking;
mod menus;
mod migrations;
mod phones;
mod profiles;
mod recordings;
mod registrations;
mod renaming;
mod rooms;
mod sessions;
mod store;
mod trunks;
mod users;
mod webhooks;

pub use audit::AuditRow;
pub use calls::{CallFilter, FORGOTTEN_AT_ONCE};
pub use error::StoreError;
pub use folder::Claim;
pub use idempotency::KeptAnswer;
pub use looking::look_over;
pub use recordings::{RecordingFilter, SOUND_FILE, WAVEFORM_FILE};
pub use sessions::{SecretHash, SessionRow, TokenRow};
pub use store::Store;
pub use users::{TokensOf, UserRow};
