//! How much may be written to a disk that a server needs, too.

use std::path::Path;

use conclave_model::limits;
use nix::sys::statvfs::statvfs;

use crate::BackupError;

/// How many bytes may be written below `folder` so that the database and the call log go on.
///
/// # Errors
/// When the disk cannot be asked.
pub fn room_on_disk(folder: &Path) -> Result<u64, BackupError> {
    let disk = statvfs(folder).map_err(|errno| BackupError::disk(errno.into()))?;
    // Narrower on some platforms.
    let (blocks, block_bytes) = (disk.blocks_available() as u64, disk.fragment_size() as u64);
    let free = blocks.saturating_mul(block_bytes);
    Ok(free.saturating_sub(limits::DISK_RESERVE_BYTES))
}

/// Whether so many bytes may be written.
///
/// # Errors
/// [`BackupError::NoRoom`] when fewer may be written.
pub fn has_room(folder: &Path, needed: u64) -> Result<(), BackupError> {
    let free = room_on_disk(folder)?;
    if needed > free {
        return Err(BackupError::NoRoom { needed, free });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_never_filled() {
        let dir = tempfile::tempdir().expect("a directory");
        let free = room_on_disk(dir.path()).expect("asked");
        has_room(dir.path(), free / 2).expect("room");
        let error = has_room(dir.path(), free + limits::DISK_RESERVE_BYTES).expect_err("no room");
        assert!(matches!(error, BackupError::NoRoom { .. }), "{error}");
        room_on_disk(Path::new("/nowhere/at/all")).expect_err("no disk");
    }
}
