//! A data directory as one file, and back; knows no HTTP and no SQL.

mod check;
mod contents;
mod disk;
mod error;
mod make;
mod manifest;
mod member;
mod swap;
mod unpack;

pub use check::{Checked, check};
pub use contents::SETTINGS;
pub use disk::{has_room, room_on_disk};
pub use error::BackupError;
pub use make::{Backup, Recordings};
pub use manifest::{Entry, Manifest};
pub use swap::{BEFORE, swap_in};
