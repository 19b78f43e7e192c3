//! The socket in the data directory, which only its owner can open.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tokio::net::UnixListener;

/// The socket's name in the data directory.
pub const SOCKET_NAME: &str = "conclave.sock";

/// Listens on the socket in `dir`, in place of one that a killed server left behind.
///
/// It is made under another name and moved when only its owner can open it. The directory must be
/// claimed already: another server's socket would be replaced.
///
/// # Errors
/// When the directory does not take a socket; a path above 107 bytes is too long for Linux.
pub fn bind_unix(dir: &Path) -> io::Result<UnixListener> {
    let new = dir.join(format!("{SOCKET_NAME}.new"));
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(&new)?;
    fs::set_permissions(&new, Permissions::from_mode(0o600))?;
    fs::rename(&new, dir.join(SOCKET_NAME))?;
    Ok(listener)
}
