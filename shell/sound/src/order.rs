//! The order in which the tracks of a folder are played, kept in a hidden file; opens no track.

use std::fs;
use std::io;
use std::path::Path;

/// Brings names into the order that was set: first those it names, then the others as they come.
pub(crate) fn sorted(folder: &Path, mut names: Vec<String>) -> Vec<String> {
    // Without the file, or with one that cannot be read, the names' own order holds.
    let kept = fs::read_to_string(folder.join(FILE)).unwrap_or_default();
    let place = |name: &String| kept.lines().position(|line| line == name);
    names.sort_by_cached_key(|name| place(name).unwrap_or(usize::MAX));
    names
}

/// Keeps an order; a crash leaves the old one or the new one.
///
/// # Errors
/// Whatever a disk can do.
pub(crate) fn keep(folder: &Path, names: &[String]) -> io::Result<()> {
    let being_written = folder.join(format!("{FILE}.new"));
    fs::write(&being_written, names.join("\n"))?;
    fs::rename(being_written, folder.join(FILE))
}

/// Hidden, so that it is no track.
const FILE: &str = ".order";
