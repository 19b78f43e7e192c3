//! The torture messages of RFC 4475 and RFC 5118, which `cargo xtask test` fetches.

use std::path::{Path, PathBuf};

/// One message: its file's name and its bytes as they go on the wire.
pub struct Torture {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The 49 messages of RFC 4475 in `CONCLAVE_TORTURE_DIR`.
///
/// # Panics
/// When messages are missing.
#[must_use]
pub fn rfc4475() -> Vec<Torture> {
    let mut messages = read(&folder("CONCLAVE_TORTURE_DIR"), "dat");
    // Two files are their package's own; test.dat holds no message.
    messages
        .retain(|message| !["badcseq.dat", "baddn_sep.dat", "test.dat"].contains(&&*message.name));
    assert_eq!(messages.len(), 49, "RFC 4475 has 49 messages");
    messages
}

/// The messages of RFC 5118 in `CONCLAVE_TORTURE_IPV6_DIR`, kept there with bare line feeds: they
/// are sent with CRLF, as the RFC has them.
///
/// # Panics
/// When messages are missing.
#[must_use]
pub fn rfc5118() -> Vec<Torture> {
    let cases = folder("CONCLAVE_TORTURE_IPV6_DIR");
    let mut messages = read(&cases.join("wellformed"), "sip");
    messages.extend(read(&cases.join("malformed"), "sip"));
    messages.retain(|message| message.name.starts_with("4."));
    assert!(
        messages.len() >= 12,
        "RFC 5118 has 12 messages, not {}",
        messages.len()
    );
    for message in &mut messages {
        message.bytes = with_crlf(&message.bytes);
    }
    messages
}

fn folder(variable: &str) -> PathBuf {
    let folder = std::env::var_os(variable).map(PathBuf::from);
    folder.unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test`"))
}

fn with_crlf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    for byte in bytes.iter().filter(|byte| **byte != b'\r') {
        if *byte == b'\n' {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out
}

fn read(directory: &Path, ending: &str) -> Vec<Torture> {
    let entries =
        std::fs::read_dir(directory).unwrap_or_else(|why| panic!("{}: {why}", directory.display()));
    let mut messages: Vec<Torture> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| Torture {
            name: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            bytes: std::fs::read(&path).expect("a readable file"),
        })
        .collect();
    messages.sort_by(|one, other| one.name.cmp(&other.name));
    messages
}
