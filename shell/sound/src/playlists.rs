//! Playlists as folders of sound files; decodes nothing itself and plays nothing.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use conclave_contract::Clip;
use conclave_media::Music;
use conclave_model::{FieldError, PlaylistName, limits};

use crate::DecodeFault;
use crate::loader::Loader;
use crate::{order, track_name};

/// What is known of one playlist.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaylistSummary {
    pub name: PlaylistName,
    /// Part of the program: cannot be changed or removed.
    pub built_in: bool,
    /// In the order they are played.
    pub tracks: Vec<TrackSummary>,
}

/// What is known of one file of a playlist.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackSummary {
    pub name: String,
    pub bytes: u64,
    /// As its header says until it has been decoded; `None` when it does not say.
    pub duration_ms: Option<u64>,
    /// Of the file as it came, in LUFS; all are played equally loud. `None` until it has been
    /// decoded, and when it cannot be measured.
    pub loudness_lufs: Option<f64>,
    /// Why it is skipped.
    pub fault: Option<String>,
}

/// What was wrong with a request about playlists. Each is a sentence for whoever asked.
#[derive(Debug, thiserror::Error)]
pub enum PlaylistError {
    #[error("there is no playlist {0}")]
    NoSuchPlaylist(PlaylistName),
    #[error("the playlist {0} has no track {1:?}")]
    NoSuchTrack(PlaylistName, String),
    #[error("the playlist {0} has a track {1:?} already; remove it first")]
    TrackExists(PlaylistName, String),
    #[error("there is a playlist {0} already")]
    Exists(PlaylistName),
    #[error("the playlist {0} is built in and stays as it is; make one of your own")]
    BuiltIn(PlaylistName),
    #[error(transparent)]
    Field(#[from] FieldError),
    #[error("{track}: {fault}")]
    NoSound { track: String, fault: DecodeFault },
    #[error("the file is larger than {} bytes", limits::UPLOAD_BYTES)]
    TooLarge,
    #[error("there are {max} {what} already, and no more are held")]
    TooMany { what: &'static str, max: usize },
    #[error("the playlists' folder: {0}")]
    Disk(#[from] io::Error),
}

/// The playlists of one server. All but [`Playlists::music`] and [`Playlists::warm`] touch the
/// disk and may take seconds: call them where waiting harms nobody.
pub struct Playlists {
    folder: PathBuf,
    loader: Loader,
    uploads: AtomicU64,
}

impl Playlists {
    /// Opens the folder that holds one folder per playlist, makes it if need be, and begins to
    /// decode the built-in playlist in a thread of its own.
    ///
    /// # Errors
    /// When the folder cannot be made or read, or no thread can be started.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        for name in names_in(folder)? {
            forget_broken_uploads(&folder.join(name.as_str()))?;
        }
        let playlists = Self {
            folder: folder.to_owned(),
            loader: Loader::start(folder.to_owned())?,
            uploads: AtomicU64::new(0),
        };
        playlists.warm(&PlaylistName::built_in());
        Ok(playlists)
    }

    /// The songs as they were last decoded; `None` until that is done the first time.
    ///
    /// Never waits. Asking also makes a background thread look whether the folder has changed.
    #[must_use]
    pub fn music(&self, name: &PlaylistName) -> Option<Arc<Music>> {
        self.loader.music(name)
    }

    /// Decodes a playlist ahead of its first use; to be called for those that rooms name.
    pub fn warm(&self, name: &PlaylistName) {
        self.loader.request(name);
    }

    /// The songs as the folder has them now, decoded while the caller waits.
    ///
    /// # Errors
    /// [`PlaylistError::NoSuchPlaylist`], [`PlaylistError::Disk`].
    pub fn music_when_ready(
        &self,
        name: &PlaylistName,
    ) -> Result<Option<Arc<Music>>, PlaylistError> {
        if *name != PlaylistName::built_in() {
            self.existing(name)?;
        }
        Ok(self.loader.music_when_ready(name)?)
    }

    /// Every playlist by name, the built-in one first.
    ///
    /// # Errors
    /// [`PlaylistError::Disk`].
    pub fn list(&self) -> Result<Vec<PlaylistSummary>, PlaylistError> {
        let mut all = vec![self.show(&PlaylistName::built_in())?];
        for name in names_in(&self.folder)? {
            all.push(self.show(&name)?);
        }
        Ok(all)
    }

    /// The names alone, the built-in one first.
    ///
    /// # Errors
    /// [`PlaylistError::Disk`].
    pub fn names(&self) -> Result<Vec<PlaylistName>, PlaylistError> {
        let mut all = vec![PlaylistName::built_in()];
        all.extend(names_in(&self.folder)?);
        Ok(all)
    }

    /// # Errors
    /// [`PlaylistError::NoSuchPlaylist`], [`PlaylistError::Disk`].
    pub fn show(&self, name: &PlaylistName) -> Result<PlaylistSummary, PlaylistError> {
        let built_in = *name == PlaylistName::built_in();
        if !built_in {
            self.existing(name)?;
        }
        let tracks = self.loader.tracks(name)?;
        Ok(PlaylistSummary {
            name: name.clone(),
            built_in,
            tracks,
        })
    }

    /// # Errors
    /// [`PlaylistError::Exists`], [`PlaylistError::TooMany`], [`PlaylistError::Disk`].
    pub fn create(&self, name: &PlaylistName) -> Result<(), PlaylistError> {
        if *name == PlaylistName::built_in() {
            return Err(PlaylistError::Exists(name.clone()));
        }
        if names_in(&self.folder)?.len() >= limits::PLAYLISTS {
            return Err(PlaylistError::TooMany {
                what: "playlists",
                max: limits::PLAYLISTS,
            });
        }
        fs::create_dir(self.folder.join(name.as_str())).map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                PlaylistError::Exists(name.clone())
            } else {
                PlaylistError::Disk(error)
            }
        })
    }

    /// Removes a playlist with all its files. A room that plays it plays on to the end of the call.
    ///
    /// # Errors
    /// [`PlaylistError::BuiltIn`], [`PlaylistError::NoSuchPlaylist`], [`PlaylistError::Disk`].
    pub fn remove(&self, name: &PlaylistName) -> Result<(), PlaylistError> {
        let folder = self.changeable(name)?;
        fs::remove_dir_all(folder)?;
        self.loader.forget(name);
        Ok(())
    }

    /// Takes a file into a playlist once it has been decoded from beginning to end. Nothing is left
    /// behind when it is refused.
    ///
    /// # Errors
    /// All of [`PlaylistError`] but `Exists` and `NoSuchTrack`.
    pub fn add_track(
        &self,
        name: &PlaylistName,
        track: &str,
        content: &mut dyn Read,
    ) -> Result<TrackSummary, PlaylistError> {
        let folder = self.changeable(name)?;
        let track = track_name::checked(track)?;
        let tracks = track_files(&folder)?;
        if tracks.iter().any(|other| other == track) {
            return Err(PlaylistError::TrackExists(name.clone(), track.to_owned()));
        }
        if tracks.len() >= limits::PLAYLIST_TRACKS {
            return Err(PlaylistError::TooMany {
                what: "tracks",
                max: limits::PLAYLIST_TRACKS,
            });
        }
        let number = self.uploads.fetch_add(1, Ordering::Relaxed);
        let upload = Upload(folder.join(format!("{UPLOAD_PREFIX}{number}")));
        let bytes = upload.write(content)?;
        let song =
            self.loader
                .try_track(&upload.0, track)
                .map_err(|fault| PlaylistError::NoSound {
                    track: track.to_owned(),
                    fault,
                })?;
        fs::rename(&upload.0, folder.join(track))?;
        let summary = TrackSummary {
            name: track.to_owned(),
            bytes,
            duration_ms: Some(song.clip.duration_ms()),
            loudness_lufs: song.loudness_lufs,
            fault: None,
        };
        self.loader.keep(name, track, song)?;
        self.loader.request(name);
        Ok(summary)
    }

    /// # Errors
    /// [`PlaylistError::BuiltIn`], [`PlaylistError::NoSuchPlaylist`],
    /// [`PlaylistError::NoSuchTrack`], [`PlaylistError::Disk`].
    pub fn remove_track(&self, name: &PlaylistName, track: &str) -> Result<(), PlaylistError> {
        let folder = self.changeable(name)?;
        if !track_files(&folder)?.iter().any(|file| file == track) {
            return Err(PlaylistError::NoSuchTrack(name.clone(), track.to_owned()));
        }
        fs::remove_file(folder.join(track))?;
        self.loader.request(name);
        Ok(())
    }

    /// Plays the tracks in another order, in every room at once. Those not named come last.
    ///
    /// # Errors
    /// [`PlaylistError::BuiltIn`], [`PlaylistError::NoSuchPlaylist`],
    /// [`PlaylistError::NoSuchTrack`], [`PlaylistError::Disk`].
    pub fn set_order(&self, name: &PlaylistName, tracks: &[String]) -> Result<(), PlaylistError> {
        let folder = self.changeable(name)?;
        let mut names = Vec::new();
        let mut left = track_files(&folder)?;
        for track in tracks {
            let Some(at) = left.iter().position(|file| file == track) else {
                return Err(PlaylistError::NoSuchTrack(name.clone(), track.clone()));
            };
            names.push(left.remove(at));
        }
        names.extend(left);
        order::keep(&folder, &names)?;
        self.loader.request(name);
        Ok(())
    }

    /// Gives a track another name; its place in the order stays.
    ///
    /// # Errors
    /// [`PlaylistError::BuiltIn`], [`PlaylistError::NoSuchPlaylist`],
    /// [`PlaylistError::NoSuchTrack`], [`PlaylistError::TrackExists`], [`PlaylistError::Field`],
    /// [`PlaylistError::Disk`].
    pub fn rename_track(
        &self,
        name: &PlaylistName,
        track: &str,
        new: &str,
    ) -> Result<(), PlaylistError> {
        let folder = self.changeable(name)?;
        let new = track_name::checked(new)?;
        let mut names = track_files(&folder)?;
        let Some(at) = names.iter().position(|file| file == track) else {
            return Err(PlaylistError::NoSuchTrack(name.clone(), track.to_owned()));
        };
        if new == track {
            return Ok(());
        }
        if names.iter().any(|file| file == new) {
            return Err(PlaylistError::TrackExists(name.clone(), new.to_owned()));
        }
        new.clone_into(&mut names[at]);
        // First the order: a crash in between puts the track last, and loses nothing.
        order::keep(&folder, &names)?;
        fs::rename(folder.join(track), folder.join(new))?;
        self.loader.request(name);
        Ok(())
    }

    /// A track as it is played: at the loudness of all music.
    ///
    /// # Errors
    /// [`PlaylistError::NoSuchPlaylist`], [`PlaylistError::NoSuchTrack`],
    /// [`PlaylistError::NoSound`], [`PlaylistError::Disk`].
    pub fn track(&self, name: &PlaylistName, track: &str) -> Result<Clip, PlaylistError> {
        if *name != PlaylistName::built_in() {
            self.existing(name)?;
        }
        let song = self.loader.track(name, track)?;
        let song =
            song.ok_or_else(|| PlaylistError::NoSuchTrack(name.clone(), track.to_owned()))?;
        song.map(|song| song.clip)
            .map_err(|fault| PlaylistError::NoSound {
                track: track.to_owned(),
                fault,
            })
    }

    fn changeable(&self, name: &PlaylistName) -> Result<PathBuf, PlaylistError> {
        if *name == PlaylistName::built_in() {
            return Err(PlaylistError::BuiltIn(name.clone()));
        }
        self.existing(name)
    }

    fn existing(&self, name: &PlaylistName) -> Result<PathBuf, PlaylistError> {
        let folder = self.folder.join(name.as_str());
        if folder.is_dir() {
            Ok(folder)
        } else {
            Err(PlaylistError::NoSuchPlaylist(name.clone()))
        }
    }
}

/// The files of a playlist's folder that are tracks by their name, in the order they are played.
pub(crate) fn track_files(folder: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let Ok(name) = entry?.file_name().into_string() else {
            continue;
        };
        if !name.starts_with('.') && track_name::ending(&name).is_some() {
            files.push(name);
        }
    }
    files.sort_unstable();
    Ok(order::sorted(folder, files))
}

fn names_in(folder: &Path) -> io::Result<Vec<PlaylistName>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        if let Some(name) = name.filter(|name| *name != PlaylistName::built_in())
            && entry.path().is_dir()
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn forget_broken_uploads(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with(UPLOAD_PREFIX)
        {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A file on its way in; gone again unless it was renamed.
struct Upload(PathBuf);

impl Upload {
    fn write(&self, content: &mut dyn Read) -> Result<u64, PlaylistError> {
        let mut file = fs::File::create(&self.0)?;
        let bytes = io::copy(
            &mut content.take(limits::UPLOAD_BYTES as u64 + 1),
            &mut file,
        )?;
        if bytes > limits::UPLOAD_BYTES as u64 {
            return Err(PlaylistError::TooLarge);
        }
        file.flush()?;
        file.sync_all()?;
        Ok(bytes)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // After the rename there is nothing to remove, and that is no fault.
        let _ = fs::remove_file(&self.0);
    }
}

/// Hidden, so that a file which is still being written is never played.
const UPLOAD_PREFIX: &str = ".upload-";
