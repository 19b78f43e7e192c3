//! Looks a backup over from its first byte to its last before anything is changed.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use conclave_api::BackupView;
use conclave_store::{AuditRow, Store, StoreError, look_over};
use tempfile::TempDir;

use crate::contents::{DATABASE, FOLDERS, RECORDINGS, SETTINGS};
use crate::unpack::unpack;
use crate::{BackupError, Manifest, swap};

/// A backup that was unpacked into a folder of its own, and is whole.
#[derive(Debug)]
pub struct Checked {
    /// Gone when this is, unless it was staged.
    folder: TempDir,
    view: BackupView,
}

/// Unpacks into a new folder in `scratch`, looks the database in it over and opens it: an older one
/// is brought up to date there.
///
/// Reads and writes files without yielding: call it where a thread may block.
///
/// # Errors
/// What is wrong with the backup, or that the disk is full.
pub async fn check(backup: impl Read, scratch: &Path) -> Result<Checked, BackupError> {
    let folder = TempDir::with_prefix_in("restore-", scratch).map_err(BackupError::disk)?;
    let manifest = unpack(backup, folder.path())?;
    let looked = look_over(&folder.path().join(DATABASE)).await;
    looked.map_err(BackupError::of_its_database)?;
    let store = Store::open(folder.path()).await;
    let store = store.map_err(BackupError::of_its_database)?;
    let counted = count(&store).await;
    store.close().await;
    let (rooms, users) = counted.map_err(BackupError::of_its_database)?;
    let view = view(&manifest, rooms, users);
    Ok(Checked { folder, view })
}

impl Checked {
    /// What is in it.
    #[must_use]
    pub fn view(&self) -> &BackupView {
        &self.view
    }

    /// Lays it down in the data directory, where [`crate::swap_in`] finds it when the server starts
    /// the next time. `line` is the first that the restored audit log gets; whoever was signed in
    /// when the backup was made is not any more.
    ///
    /// # Errors
    /// When the disk refuses; then nothing is restored.
    pub async fn stage(self, data: &Path, line: &AuditRow) -> Result<BackupView, BackupError> {
        let store = Store::open(self.folder.path()).await?;
        let written = async {
            store.sign_everybody_out().await?;
            store.append_audit(line).await
        };
        let written = written.await;
        store.close().await;
        written?;
        swap::stage(self.folder, data)?;
        Ok(self.view)
    }

    /// Puts the backup's configuration into a data directory that has none, as a new machine's; the
    /// addresses in it are those of the machine that the backup was made on. Whether it did.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put_settings(&self, data: &Path) -> Result<bool, BackupError> {
        let (from, to) = (self.folder.path().join(SETTINGS), data.join(SETTINGS));
        if !from.exists() || to.exists() {
            return Ok(false);
        }
        fs::copy(from, to).map_err(BackupError::disk)?;
        Ok(true)
    }
}

/// Rooms and users; whatever a server reads whole is read as it would.
async fn count(store: &Store) -> Result<(usize, usize), StoreError> {
    store.load_tokens().await?;
    store.load_webhooks().await?;
    let rooms = store.load_rooms().await?.len();
    let users = store.load_users().await?.len();
    Ok((rooms, users))
}

fn view(manifest: &Manifest, rooms: usize, users: usize) -> BackupView {
    let below = |folder: &str| {
        let inside = manifest
            .files
            .iter()
            .filter_map(|file| file.path.strip_prefix(folder));
        inside
            .filter_map(|path| path.strip_prefix('/'))
            .collect::<Vec<_>>()
    };
    let folders = |names: &[&str]| {
        let first = names.iter().filter_map(|name| name.split_once('/'));
        first
            .map(|(folder, _)| folder)
            .collect::<BTreeSet<_>>()
            .len() as u64
    };
    let [playlists, prompts, sounds] = FOLDERS;
    let shown = |name: &&&str| !name.rsplit('/').next().unwrap_or("").starts_with('.');
    let tracks = below(playlists);
    BackupView {
        made_at: manifest.made_at.clone(),
        version: manifest.version.clone(),
        bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        rooms: rooms as u64,
        users: users as u64,
        playlists: folders(&tracks),
        tracks: tracks.iter().filter(shown).count() as u64,
        prompts: below(prompts).len() as u64,
        sounds: below(sounds).len() as u64,
        recordings: manifest.recordings.then(|| folders(&below(RECORDINGS))),
    }
}
