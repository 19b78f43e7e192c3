//! One member of the tar file: its head, written and read; holds no content.

use std::io::{self, Read, Write};

use conclave_model::limits;
use tar::{EntryType, Header};

use crate::BackupError;

/// How many bytes a member takes in the file, its head and the gap after it included.
pub(crate) fn room(name: &str, bytes: u64) -> u64 {
    let long = if name.len() > NAME_BYTES {
        BLOCK + padded(name.len() as u64)
    } else {
        0
    };
    long + BLOCK + padded(bytes)
}

/// Writes the head of a member.
pub(crate) fn write_head(out: &mut impl Write, name: &str, bytes: u64) -> io::Result<()> {
    if name.len() > NAME_BYTES {
        // As GNU tar does: a member before it that holds the name.
        let length = name.len() as u64;
        out.write_all(head(EntryType::GNULongName, "././@LongLink", length)?.as_bytes())?;
        out.write_all(name.as_bytes())?;
        write_gap(out, length)?;
    }
    let shown: String = name.chars().take(NAME_BYTES / 4).collect();
    let shown = if name.len() > NAME_BYTES {
        &shown
    } else {
        name
    };
    out.write_all(head(EntryType::Regular, shown, bytes)?.as_bytes())
}

/// Fills the block that a member of this length ends in.
pub(crate) fn write_gap(out: &mut impl Write, bytes: u64) -> io::Result<()> {
    let gap = usize::try_from(padded(bytes) - bytes).unwrap_or(0);
    out.write_all(&[0; BLOCK as usize][..gap])
}

/// Two empty blocks end a tar file.
pub(crate) fn write_end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[0; END_BYTES as usize])
}

/// The name in a member of the kind [`EntryType::GNULongName`].
pub(crate) fn read_long_name(member: &mut impl Read) -> Result<String, BackupError> {
    let mut name = Vec::new();
    let most = limits::BACKUP_PATH_BYTES as u64 + 1;
    let read = member.take(most).read_to_end(&mut name);
    read.map_err(BackupError::Unreadable)?;
    while name.last() == Some(&0) {
        name.pop();
    }
    Ok(String::from_utf8_lossy(&name).into_owned())
}

fn head(kind: EntryType, name: &str, bytes: u64) -> io::Result<Header> {
    let mut head = Header::new_gnu();
    head.set_path(name)?;
    head.set_size(bytes);
    head.set_mode(0o600);
    head.set_entry_type(kind);
    head.set_cksum();
    Ok(head)
}

const fn padded(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCK) * BLOCK
}

const BLOCK: u64 = 512;
pub(crate) const END_BYTES: u64 = 2 * BLOCK;
/// What a head has room for.
const NAME_BYTES: usize = 100;
