//! What a backup says of itself: the last file in it, so that a part of one has none.

use serde::{Deserialize, Serialize};

/// Every file of a backup and its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of the file; this program writes and reads 1.
    pub format: u32,
    /// Of the program that wrote it.
    pub version: String,
    /// RFC 3339.
    pub made_at: String,
    /// Whether recordings were to be in it; without them, those of the machine stay where they are.
    pub recordings: bool,
    pub files: Vec<Entry>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Below the data directory, with `/`.
    pub path: String,
    pub bytes: u64,
    /// In 64 hexadecimal digits.
    pub sha256: String,
}

pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const FORMAT: u32 = 1;

pub(crate) fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
