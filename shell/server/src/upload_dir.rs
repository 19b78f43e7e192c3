//! Where uploads wait to be decoded; knows nothing of what is in them.

use std::io;
use std::path::{Path, PathBuf};

/// Makes the directory below `data`, without what a crash left there: that is half a file.
///
/// # Errors
/// Names the directory that cannot be made.
pub fn prepare(data: &Path) -> Result<PathBuf, String> {
    let dir = data.join("uploads");
    let why = |error: io::Error| format!("{}: {error}", dir.display());
    match std::fs::remove_dir_all(&dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(why(error)),
        Err(_) | Ok(()) => {}
    }
    std::fs::create_dir(&dir).map_err(why)?;
    Ok(dir)
}
