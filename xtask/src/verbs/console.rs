//! The console's build: from the sources in `ui/` to the folder that the server takes in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::{Done, finished, root, tools};

/// Builds the console unless what is there was built from these sources.
///
/// # Errors
/// What is missing, or that npm failed.
pub fn build() -> Done {
    if newest(&sources()) <= modified(&ui().join("dist/index.html")) {
        return Ok(());
    }
    packages()?;
    npm(&["run", "--silent", "build"])
}

/// Types, templates and the parts that need no browser.
///
/// # Errors
/// That npm failed, having said why.
pub fn check() -> Done {
    packages()?;
    npm(&["run", "--silent", "check"])?;
    npm(&["run", "--silent", "test"])
}

/// The packages that `package-lock.json` names, exactly.
fn packages() -> Done {
    tools::ensure(&tools::FOR_CONSOLE)?;
    let lock = modified(&ui().join("package-lock.json"));
    if lock.is_some() && lock <= modified(&ui().join("node_modules/.package-lock.json")) {
        return Ok(());
    }
    npm(&["ci", "--no-audit", "--no-fund"])
}

fn npm(words: &[&str]) -> Done {
    println!("npm {} (in ui/)", words.join(" "));
    finished(Command::new("npm").args(words).current_dir(ui()))
}

pub fn ui() -> PathBuf {
    root().join("ui")
}

/// What the console is made of, the description of the API among it.
fn sources() -> [PathBuf; 6] {
    let ui = ui();
    [
        ui.join("src"),
        ui.join("public"),
        ui.join("index.html"),
        ui.join("vite.config.ts"),
        ui.join("package-lock.json"),
        root().join("docs/openapi.json"),
    ]
}

fn newest(paths: &[PathBuf]) -> Option<SystemTime> {
    paths.iter().filter_map(|path| newest_in(path)).max()
}

/// The generated types are left out: they come with every build.
fn newest_in(path: &Path) -> Option<SystemTime> {
    if path.ends_with("src/api/schema.d.ts") {
        return None;
    }
    let Ok(entries) = fs::read_dir(path) else {
        return modified(path);
    };
    let inside = entries.flatten().map(|entry| newest_in(&entry.path()));
    inside.flatten().max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|about| about.modified()).ok()
}
