//! The sounds that rooms name, a file for each, all held ready; knows no room.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use conclave_contract::Clip;
use conclave_model::{SoundFileName, limits};

use crate::{DecodeFault, decode};

/// A folder of sound files without ending: their content says what they are.
pub struct OwnSounds {
    folder: PathBuf,
    kept: Mutex<BTreeMap<SoundFileName, Kept>>,
}

#[derive(Clone, Debug)]
struct Kept {
    bytes: u64,
    sound: Result<Clip, DecodeFault>,
}

/// What is known of one.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSoundSummary {
    pub name: SoundFileName,
    /// Of the file as it came.
    pub bytes: u64,
    pub duration_ms: u64,
    /// Why it is not played; ours is heard in its place.
    pub fault: Option<String>,
}

/// What was wrong with a request. Each is a sentence for whoever asked.
#[derive(Debug, thiserror::Error)]
pub enum OwnSoundError {
    #[error("there is no sound {0}")]
    NoSuchSound(SoundFileName),
    #[error("there is a sound {0} already")]
    Exists(SoundFileName),
    #[error(transparent)]
    NoSound(#[from] DecodeFault),
    #[error("there are {} sounds already, and no more are held", limits::SOUNDS)]
    TooMany,
    #[error(
        "all sounds together may last {} minutes, and with this one they would last longer",
        limits::SOUNDS_SECONDS / 60
    )]
    TooLongTogether,
    #[error("the sounds' folder: {0}")]
    Disk(#[from] io::Error),
}

impl OwnSounds {
    /// Opens the folder, makes it if need be, and decodes what is in it. What is more than may be
    /// held stays on the disk and is not played.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut kept = BTreeMap::new();
        for entry in fs::read_dir(folder)?.take(ENTRIES_MAX) {
            let file = entry?.path();
            let name = file.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| name.ends_with(BEING_WRITTEN)) {
                fs::remove_file(&file)?;
                continue;
            }
            let Some(Ok(name)) = name.map(str::parse::<SoundFileName>) else {
                continue;
            };
            let sound = if kept.len() < limits::SOUNDS {
                load(&file, seconds_of(&kept))
            } else {
                continue;
            };
            if let Err(fault) = &sound.sound {
                tracing::warn!(sound = %name, %fault, "sound skipped");
            }
            kept.insert(name, sound);
        }
        Ok(Self {
            folder: folder.to_owned(),
            kept: Mutex::new(kept),
        })
    }

    /// By name.
    #[must_use]
    pub fn list(&self) -> Vec<OwnSoundSummary> {
        let kept = self.kept();
        kept.iter().map(|(name, one)| summary(name, one)).collect()
    }

    /// All that can be played.
    #[must_use]
    pub fn clips(&self) -> Vec<(Arc<str>, Clip)> {
        let kept = self.kept();
        let ready = kept
            .iter()
            .filter_map(|(name, one)| Some((name.to_shared(), one.sound.as_ref().ok()?.clone())));
        ready.collect()
    }

    /// # Errors
    /// [`OwnSoundError::NoSuchSound`], [`OwnSoundError::NoSound`].
    pub fn clip(&self, name: &SoundFileName) -> Result<Clip, OwnSoundError> {
        match self.kept().get(name) {
            Some(one) => Ok(one.sound.clone()?),
            None => Err(OwnSoundError::NoSuchSound(name.clone())),
        }
    }

    /// Takes a file in, once it has been decoded from beginning to end, in the place of one of the
    /// same name. A crash leaves the old one or the new one.
    ///
    /// # Errors
    /// All of [`OwnSoundError`] but `NoSuchSound` and `Exists`; nothing was changed.
    pub fn put(
        &self,
        name: &SoundFileName,
        content: &mut dyn Read,
    ) -> Result<OwnSoundSummary, OwnSoundError> {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        let clip = decoded(&bytes)?;
        let mut kept = self.kept();
        if !kept.contains_key(name) && kept.len() >= limits::SOUNDS {
            return Err(OwnSoundError::TooMany);
        }
        let before = kept.get(name).and_then(|one| one.sound.as_ref().ok());
        let others = seconds_of(&kept) - before.map_or(0.0, seconds);
        if others + seconds(&clip) > limits::SOUNDS_SECONDS as f64 {
            return Err(OwnSoundError::TooLongTogether);
        }
        let file = self.file(name);
        let being_written = self.folder.join(format!("{name}{BEING_WRITTEN}"));
        fs::write(&being_written, &bytes)?;
        fs::rename(being_written, file)?;
        let one = Kept {
            bytes: bytes.len() as u64,
            sound: Ok(clip),
        };
        let summary = summary(name, &one);
        kept.insert(name.clone(), one);
        Ok(summary)
    }

    /// # Errors
    /// [`OwnSoundError::NoSuchSound`], [`OwnSoundError::Exists`], [`OwnSoundError::Disk`].
    pub fn rename(
        &self,
        name: &SoundFileName,
        new: &SoundFileName,
    ) -> Result<OwnSoundSummary, OwnSoundError> {
        let mut kept = self.kept();
        let Some(one) = kept.get(name).cloned() else {
            return Err(OwnSoundError::NoSuchSound(name.clone()));
        };
        if kept.contains_key(new) && name != new {
            return Err(OwnSoundError::Exists(new.clone()));
        }
        fs::rename(self.file(name), self.file(new))?;
        kept.remove(name);
        let summary = summary(new, &one);
        kept.insert(new.clone(), one);
        Ok(summary)
    }

    /// # Errors
    /// [`OwnSoundError::NoSuchSound`], [`OwnSoundError::Disk`].
    pub fn remove(&self, name: &SoundFileName) -> Result<(), OwnSoundError> {
        let mut kept = self.kept();
        if kept.remove(name).is_none() {
            return Err(OwnSoundError::NoSuchSound(name.clone()));
        }
        match fs::remove_file(self.file(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn file(&self, name: &SoundFileName) -> PathBuf {
        self.folder.join(name.as_str())
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<SoundFileName, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn load(file: &Path, seconds_before: f64) -> Kept {
    let unreadable = |error: io::Error| DecodeFault::Unreadable(error.to_string());
    let bytes = fs::metadata(file).map_or(0, |data| data.len());
    let sound = fs::read(file)
        .map_err(unreadable)
        .and_then(|content| decoded(&content));
    let sound = sound.and_then(|clip| {
        if seconds_before + seconds(&clip) > limits::SOUNDS_SECONDS as f64 {
            return Err(DecodeFault::TooLong { minutes_max: 0 });
        }
        Ok(clip)
    });
    Kept { bytes, sound }
}

fn decoded(bytes: &[u8]) -> Result<Clip, DecodeFault> {
    let source = Box::new(Cursor::new(bytes.to_vec()));
    decode::decode(source, None, SAMPLES_MAX).map(Clip::new)
}

fn summary(name: &SoundFileName, one: &Kept) -> OwnSoundSummary {
    OwnSoundSummary {
        name: name.clone(),
        bytes: one.bytes,
        duration_ms: one.sound.as_ref().map_or(0, Clip::duration_ms),
        fault: one.sound.as_ref().err().map(ToString::to_string),
    }
}

fn seconds_of(kept: &BTreeMap<SoundFileName, Kept>) -> f64 {
    let clips = kept.values().filter_map(|one| one.sound.as_ref().ok());
    clips.map(seconds).sum()
}

fn seconds(clip: &Clip) -> f64 {
    clip.duration_ms() as f64 / 1_000.0
}

const SAMPLES_MAX: usize = limits::SOUND_SECONDS as usize * Clip::SAMPLE_RATE_HZ as usize;
/// No name of a sound has a dot.
const BEING_WRITTEN: &str = ".new";
/// With files that are none of ours, and half-written ones.
const ENTRIES_MAX: usize = 4 * limits::SOUNDS;
