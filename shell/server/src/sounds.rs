//! Lets the web face keep the operator's sounds, in the words of each.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use conclave_api::SoundView;
use conclave_model::{Codec, SoundFileName};
use conclave_node::Shelf;
use conclave_sound::{OwnSoundError, OwnSoundSummary, OwnSounds, heard_by};
use conclave_web::PlaylistError;
use tokio::sync::mpsc;

use crate::playlists::failed;

/// The sounds' keeper; hands them to the brain whenever they change.
pub struct SoundKeeper {
    pub sounds: Arc<OwnSounds>,
    pub tell: mpsc::Sender<Arc<Shelf>>,
}

impl conclave_web::Sounds for SoundKeeper {
    fn list(&self) -> Vec<SoundView> {
        self.sounds.list().into_iter().map(view).collect()
    }

    fn put(&self, name: &SoundFileName, upload: &Path) -> Result<SoundView, PlaylistError> {
        let mut content = File::open(upload).map_err(|error| failed(&error))?;
        let taken = self.sounds.put(name, &mut content).map_err(refused)?;
        self.tell_the_brain();
        Ok(view(taken))
    }

    fn rename(
        &self,
        name: &SoundFileName,
        new: &SoundFileName,
    ) -> Result<SoundView, PlaylistError> {
        let renamed = self.sounds.rename(name, new).map_err(refused)?;
        self.tell_the_brain();
        Ok(view(renamed))
    }

    fn listen(&self, name: &SoundFileName, codec: Codec) -> Result<Vec<u8>, PlaylistError> {
        let sound = self.sounds.clip(name).map_err(refused)?;
        Ok(heard_by(codec, &sound))
    }

    fn remove(&self, name: &SoundFileName) -> Result<(), PlaylistError> {
        self.sounds.remove(name).map_err(refused)?;
        self.tell_the_brain();
        Ok(())
    }
}

impl SoundKeeper {
    /// Before the request is answered: the next one may name the sound.
    fn tell_the_brain(&self) {
        // It fails only when the brain is gone, and with it the server.
        drop(self.tell.blocking_send(shelf(&self.sounds)));
    }
}

/// All that can be played.
pub fn shelf(sounds: &OwnSounds) -> Arc<Shelf> {
    Arc::new(sounds.clips().into_iter().collect())
}

fn view(summary: OwnSoundSummary) -> SoundView {
    SoundView {
        name: summary.name.to_string(),
        seconds: summary.duration_ms as f64 / 1_000.0,
        bytes: summary.bytes,
        fault: summary.fault,
        rooms: Vec::new(),
    }
}

fn refused(fault: OwnSoundError) -> PlaylistError {
    match fault {
        OwnSoundError::NoSuchSound(_) => PlaylistError::NoSuchSound,
        OwnSoundError::Exists(_) => PlaylistError::SoundExists,
        OwnSoundError::NoSound(fault) => PlaylistError::NotSound(fault.to_string()),
        OwnSoundError::TooMany | OwnSoundError::TooLongTogether => {
            PlaylistError::TooMuch(fault.to_string())
        }
        OwnSoundError::Disk(error) => failed(&error),
    }
}
