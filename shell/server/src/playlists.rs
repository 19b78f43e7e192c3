//! Lets the web face keep playlists in the sound library, in the words of each.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use conclave_api::{PlaylistView, TrackView};
use conclave_model::{Codec, PlaylistName};
use conclave_sound::{PlaylistError as Fault, PlaylistSummary, Playlists, TrackSummary, heard_by};
use conclave_web::PlaylistError;
use tokio::sync::mpsc;

/// The playlists' keeper; tells the brain which there are whenever that changes.
pub struct Keeper {
    pub playlists: Arc<Playlists>,
    pub tell: mpsc::Sender<Vec<PlaylistName>>,
}

impl conclave_web::Playlists for Keeper {
    fn list(&self) -> Result<Vec<PlaylistView>, PlaylistError> {
        Ok(self
            .playlists
            .list()
            .map_err(refused)?
            .into_iter()
            .map(view)
            .collect())
    }

    fn create(&self, name: &PlaylistName) -> Result<PlaylistView, PlaylistError> {
        self.playlists.create(name).map_err(refused)?;
        self.tell_the_brain();
        Ok(view(self.playlists.show(name).map_err(refused)?))
    }

    fn add_track(
        &self,
        name: &PlaylistName,
        track: &str,
        upload: &Path,
    ) -> Result<TrackView, PlaylistError> {
        let mut content = File::open(upload).map_err(|error| failed(&error))?;
        self.playlists
            .add_track(name, track, &mut content)
            .map(track_view)
            .map_err(refused)
    }

    fn remove_track(&self, name: &PlaylistName, track: &str) -> Result<(), PlaylistError> {
        self.playlists.remove_track(name, track).map_err(refused)
    }

    fn set_order(
        &self,
        name: &PlaylistName,
        tracks: &[String],
    ) -> Result<PlaylistView, PlaylistError> {
        self.playlists.set_order(name, tracks).map_err(refused)?;
        self.playlists.show(name).map(view).map_err(refused)
    }

    fn rename_track(
        &self,
        name: &PlaylistName,
        track: &str,
        new: &str,
    ) -> Result<TrackView, PlaylistError> {
        self.playlists
            .rename_track(name, track, new)
            .map_err(refused)?;
        let list = self.playlists.show(name).map_err(refused)?;
        let renamed = list.tracks.into_iter().find(|track| track.name == new);
        renamed.map(track_view).ok_or(PlaylistError::NoSuchTrack)
    }

    fn listen(
        &self,
        name: &PlaylistName,
        track: &str,
        codec: Codec,
    ) -> Result<Vec<u8>, PlaylistError> {
        let sound = self.playlists.track(name, track).map_err(refused)?;
        Ok(heard_by(codec, &sound))
    }

    fn remove(&self, name: &PlaylistName) -> Result<(), PlaylistError> {
        self.playlists.remove(name).map_err(refused)?;
        self.tell_the_brain();
        Ok(())
    }
}

impl Keeper {
    /// The brain must know before the request is answered: the next one may name the playlist.
    fn tell_the_brain(&self) {
        match self.playlists.names() {
            // It fails only when the brain is gone, and with it the server.
            Ok(names) => drop(self.tell.blocking_send(names)),
            Err(error) => tracing::error!("the playlists cannot be listed: {error}"),
        }
    }
}

fn view(summary: PlaylistSummary) -> PlaylistView {
    PlaylistView {
        name: summary.name.to_string(),
        built_in: summary.built_in,
        tracks: summary.tracks.into_iter().map(track_view).collect(),
        rooms: Vec::new(),
    }
}

fn track_view(track: TrackSummary) -> TrackView {
    TrackView {
        name: track.name,
        seconds: track.duration_ms.unwrap_or(0) as f64 / 1_000.0,
        bytes: track.bytes,
        loudness_lufs: track.loudness_lufs,
        fault: track.fault,
    }
}

fn refused(fault: Fault) -> PlaylistError {
    match fault {
        Fault::NoSuchPlaylist(_) => PlaylistError::NoSuchPlaylist,
        Fault::NoSuchTrack(..) => PlaylistError::NoSuchTrack,
        Fault::TrackExists(..) => PlaylistError::TrackExists,
        Fault::Exists(_) => PlaylistError::PlaylistExists,
        Fault::BuiltIn(_) => PlaylistError::BuiltIn,
        Fault::Field(error) => PlaylistError::BadName(error.to_string()),
        Fault::NoSound { fault, .. } => PlaylistError::NotSound(fault.to_string()),
        Fault::TooLarge | Fault::TooMany { .. } => PlaylistError::TooMuch(fault.to_string()),
        Fault::Disk(error) => failed(&error),
    }
}

pub(crate) fn failed(error: &io::Error) -> PlaylistError {
    if error.kind() == io::ErrorKind::StorageFull {
        PlaylistError::DiskFull
    } else {
        PlaylistError::Failed(error.to_string())
    }
}
