//! The torture messages of RFC 4475 and RFC 5118, fetched from packages that carry them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// One message: its file's name and its bytes as they go on the wire.
pub struct Torture {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The 49 messages of RFC 4475, with their raw bytes, from the npm package `sip` (MIT).
///
/// # Panics
/// When `npm pack` fails or messages are missing.
#[must_use]
pub fn rfc4475() -> Vec<Torture> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    run(directory.path(), "npm", &["pack", "--silent", "sip@0.0.6"]);
    run(directory.path(), "tar", &["-xzf", "sip-0.0.6.tgz"]);
    let mut messages = read(&directory.path().join("package/test/messages"), "dat");
    // Two files are the package's own; test.dat holds no message.
    messages
        .retain(|message| !["badcseq.dat", "baddn_sep.dat", "test.dat"].contains(&&*message.name));
    assert_eq!(messages.len(), 49, "RFC 4475 has 49 messages");
    messages
}

/// The messages of RFC 5118 from the crate `rvoip-sip-core` (MIT), which keeps them with bare
/// line feeds: they are sent with CRLF, as the RFC has them.
///
/// # Panics
/// When `cargo fetch` fails or messages are missing.
#[must_use]
pub fn rfc5118() -> Vec<Torture> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let manifest = "[package]\nname = \"messages\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
                    [dependencies]\nrvoip-sip-core = \"=0.4.0\"\n[workspace]\n";
    std::fs::create_dir(directory.path().join("src")).expect("room on the disk");
    std::fs::write(directory.path().join("src/lib.rs"), "").expect("room on the disk");
    std::fs::write(directory.path().join("Cargo.toml"), manifest).expect("room on the disk");
    run(directory.path(), "cargo", &["fetch", "--quiet"]);
    let cases = fetched_crate("rvoip-sip-core-0.4.0").join("tests/rfc_compliance");
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

/// Where cargo unpacked a crate.
fn fetched_crate(name: &str) -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo"),
        PathBuf::from,
    );
    let sources = home.join("registry/src");
    std::fs::read_dir(&sources)
        .unwrap_or_else(|why| panic!("{}: {why}", sources.display()))
        .flatten()
        .map(|registry| registry.path().join(name))
        .find(|path| path.is_dir())
        .unwrap_or_else(|| panic!("cargo fetched {name} to no folder of {}", sources.display()))
}

fn run(directory: &Path, program: &str, args: &[&str]) {
    let output = Command::new(program)
        .args(args)
        .current_dir(directory)
        .output()
        .unwrap_or_else(|why| panic!("{program} is needed: {why}"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}: {error}");
}
