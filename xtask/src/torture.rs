//! Fetches the torture messages of RFC 4475 and RFC 5118 from packages that carry them; reads none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{cargo, finished, target_dir};

/// Where the messages are, as the tests find it.
pub struct Messages {
    /// RFC 4475: the `.dat` files of the npm package `sip` (MIT), raw bytes kept.
    pub ipv4: PathBuf,
    /// RFC 5118: the `4.*.sip` files of the crate `rvoip-sip-core` (MIT).
    pub ipv6: PathBuf,
}

impl Messages {
    /// Tells a test run where they are.
    pub fn name_to(&self, tests: &mut Command) {
        tests.env("CONCLAVE_TORTURE_DIR", &self.ipv4);
        tests.env("CONCLAVE_TORTURE_IPV6_DIR", &self.ipv6);
    }
}

/// Fetches both packages into the build's own folder; what is there already is kept.
///
/// # Errors
/// What npm, tar or cargo had against it.
pub fn fetch() -> Result<Messages, String> {
    let folder = target_dir().join("torture");
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder.join("src")).map_err(failed)?;
    let ipv4 = folder.join("package/test/messages");
    if !ipv4.is_dir() {
        let npm = &mut Command::new("npm");
        finished(
            npm.args(["pack", "--silent", "sip@0.0.6"])
                .current_dir(&folder),
        )?;
        let tar = &mut Command::new("tar");
        finished(tar.args(["-xzf", "sip-0.0.6.tgz"]).current_dir(&folder))?;
    }
    fs::write(folder.join("src/lib.rs"), "").map_err(failed)?;
    fs::write(folder.join("Cargo.toml"), MANIFEST).map_err(failed)?;
    finished(cargo().args(["fetch", "--quiet"]).current_dir(&folder))?;
    let ipv6 = fetched_crate()?.join("tests/rfc_compliance");
    Ok(Messages { ipv4, ipv6 })
}

/// Where cargo unpacked the crate.
fn fetched_crate() -> Result<PathBuf, String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let user = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo");
    let sources = home.unwrap_or_else(user).join("registry/src");
    let registries = fs::read_dir(&sources);
    let registries = registries.map_err(|error| format!("{}: {error}", sources.display()))?;
    let unpacked = |registry: fs::DirEntry| registry.path().join(CRATE);
    let mut found = registries
        .flatten()
        .map(unpacked)
        .filter(|path: &PathBuf| Path::is_dir(path));
    found.next().ok_or_else(|| {
        format!(
            "cargo fetched {CRATE} to no folder of {}",
            sources.display()
        )
    })
}

const CRATE: &str = "rvoip-sip-core-0.4.0";
const MANIFEST: &str = "[package]\nname = \"messages\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
    [dependencies]\nrvoip-sip-core = \"=0.4.0\"\n[workspace]\n";
