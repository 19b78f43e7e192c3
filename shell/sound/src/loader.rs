//! Keeps decoded playlists in memory and decodes in a thread of its own; changes no file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::SystemTime;

use conclave_contract::Clip;
use conclave_media::Music;
use conclave_model::{PlaylistName, limits};
use symphonia::core::io::MediaSource;

use crate::playlists::track_files;
use crate::{DecodeFault, TrackSummary, decode, embedded, level, track_name};

/// A handle that asks a background thread for music.
pub(crate) struct Loader {
    shelf: Arc<Shelf>,
    requests: SyncSender<PlaylistName>,
}

impl Loader {
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(folder: PathBuf) -> io::Result<Self> {
        let shelf = Arc::new(Shelf {
            folder,
            kept: Mutex::default(),
            decoding: Mutex::default(),
        });
        let (requests, incoming) = sync_channel(REQUESTS_WAITING);
        let shelf_of_thread = Arc::clone(&shelf);
        thread::Builder::new()
            .name("playlists".to_owned())
            .spawn(move || load_on_request(&shelf_of_thread, &incoming))?;
        Ok(Self { shelf, requests })
    }

    /// Has a playlist decoded anew if its folder has changed. Never waits: a request too many is
    /// dropped, and the next one makes up for it.
    pub(crate) fn request(&self, name: &PlaylistName) {
        if self.requests.try_send(name.clone()).is_err() {
            tracing::debug!(playlist = %name, "too many playlists asked for at once");
        }
    }

    pub(crate) fn music(&self, name: &PlaylistName) -> Option<Arc<Music>> {
        let music = self.shelf.take_note(name);
        self.request(name);
        music
    }

    pub(crate) fn music_when_ready(&self, name: &PlaylistName) -> io::Result<Option<Arc<Music>>> {
        self.shelf.load(name, self.shelf.sources(name)?);
        Ok(self.shelf.take_note(name))
    }

    pub(crate) fn forget(&self, name: &PlaylistName) {
        self.shelf.kept().remove(name);
    }

    pub(crate) fn tracks(&self, name: &PlaylistName) -> io::Result<Vec<TrackSummary>> {
        let sources = self.shelf.sources(name)?;
        let kept = self.shelf.kept();
        let known = kept.get(name);
        Ok(sources
            .into_iter()
            .map(|source| {
                let decoded = known.and_then(|known| known.songs.get(&source.key));
                summary(source, decoded)
            })
            .collect())
    }

    /// Decodes a file that is to become `track`.
    pub(crate) fn try_track(&self, file: &Path, track: &str) -> Result<Levelled, DecodeFault> {
        levelled(open(file)?, track)
    }

    /// What [`Loader::try_track`] made of a file that is a track by now: it is not decoded again,
    /// and whoever asks next is told how loud it came.
    pub(crate) fn keep(&self, name: &PlaylistName, track: &str, song: Levelled) -> io::Result<()> {
        let file = self.shelf.folder.join(name.as_str()).join(track);
        let key = Source::file(file, track.to_owned())?.key;
        let mut kept = self.shelf.kept();
        let songs = &mut kept.entry(name.clone()).or_default().songs;
        songs.insert(key, Ok(song));
        Ok(())
    }

    /// A track as it is played, decoded anew if it is not in memory; `None`: there is no such one.
    pub(crate) fn track(&self, name: &PlaylistName, track: &str) -> io::Result<Option<Song>> {
        let sources = self.shelf.sources(name)?;
        let Some(source) = sources.into_iter().find(|source| source.key.name == track) else {
            return Ok(None);
        };
        let known = self
            .shelf
            .kept()
            .get(name)
            .and_then(|kept| kept.songs.get(&source.key).cloned());
        Ok(Some(known.unwrap_or_else(|| {
            source.open().and_then(|opened| levelled(opened, track))
        })))
    }
}

fn levelled(source: Box<dyn MediaSource>, track: &str) -> Result<Levelled, DecodeFault> {
    let mut samples = decode::decode(source, track_name::ending(track), SAMPLES_MAX)?;
    let loudness_lufs = level::level(&mut samples);
    Ok(Levelled {
        clip: Clip::new(samples),
        loudness_lufs,
    })
}

fn summary(source: Source, decoded: Option<&Song>) -> TrackSummary {
    let song = decoded.and_then(|song| song.as_ref().ok());
    let fault = decoded.and_then(|song| song.as_ref().err());
    let duration_ms = match (song, fault) {
        (Some(song), _) => Some(song.clip.duration_ms()),
        (None, Some(_)) => None,
        (None, None) => source.length_ms(),
    };
    TrackSummary {
        name: source.key.name,
        bytes: source.key.bytes,
        duration_ms,
        loudness_lufs: song.and_then(|song| song.loudness_lufs),
        fault: fault.map(ToString::to_string),
    }
}

type Song = Result<Levelled, DecodeFault>;

/// A song as it is played, and how loud it came.
#[derive(Clone, Debug)]
pub(crate) struct Levelled {
    pub clip: Clip,
    pub loudness_lufs: Option<f64>,
}

/// What is decoded, and where it comes from.
struct Shelf {
    folder: PathBuf,
    kept: Mutex<BTreeMap<PlaylistName, Kept>>,
    /// Held while decoding, so that nothing is decoded twice at once.
    decoding: Mutex<()>,
}

#[derive(Default)]
struct Kept {
    /// By file, so that a new track does not have the others decoded again.
    songs: BTreeMap<TrackKey, Song>,
    /// As they are played.
    order: Vec<TrackKey>,
    music: Option<Arc<Music>>,
    last_used: Option<SystemTime>,
}

impl Kept {
    fn silent() -> Self {
        Self {
            songs: BTreeMap::new(),
            order: Vec::new(),
            music: Some(Arc::new(Music { songs: Vec::new() })),
            last_used: Some(SystemTime::now()),
        }
    }
}

/// Tells a changed file from an unchanged one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TrackKey {
    name: String,
    bytes: u64,
    changed: Option<SystemTime>,
}

struct Source {
    key: TrackKey,
    content: Content,
}

enum Content {
    File(PathBuf),
    Embedded(Vec<u8>),
}

fn load_on_request(shelf: &Shelf, requests: &Receiver<PlaylistName>) {
    for name in requests {
        match shelf.sources(&name) {
            Ok(sources) => shelf.load(&name, sources),
            Err(error) => {
                // Kept as a playlist without songs: whoever waits for it is told that it is ready,
                // and the same warning is not written again for every question.
                let silent = Kept::silent();
                let known = shelf.kept().insert(name.clone(), silent);
                if known.is_none_or(|known| !known.songs.is_empty() || known.music.is_none()) {
                    tracing::warn!(playlist = %name, %error, "playlist cannot be read");
                }
            }
        }
    }
}

impl Shelf {
    fn kept(&self) -> MutexGuard<'_, BTreeMap<PlaylistName, Kept>> {
        // Nothing is done under the lock that could leave the map half changed.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_note(&self, name: &PlaylistName) -> Option<Arc<Music>> {
        let mut kept = self.kept();
        let playlist = kept.get_mut(name)?;
        playlist.last_used = Some(SystemTime::now());
        playlist.music.clone()
    }

    fn sources(&self, name: &PlaylistName) -> io::Result<Vec<Source>> {
        if *name == PlaylistName::built_in() {
            return Ok(embedded::music()
                .into_iter()
                .map(Source::embedded)
                .collect());
        }
        let folder = self.folder.join(name.as_str());
        let files = track_files(&folder)?;
        files
            .into_iter()
            .take(limits::PLAYLIST_TRACKS)
            .map(|file| Source::file(folder.join(&file), file))
            .collect()
    }

    /// Decodes what is new, forgets what is gone, and publishes the rest in order.
    fn load(&self, name: &PlaylistName, sources: Vec<Source>) {
        let _alone = self.decoding.lock().unwrap_or_else(PoisonError::into_inner);
        let mut before = match self.kept().get(name) {
            Some(kept)
                if kept.music.is_some()
                    && kept
                        .order
                        .iter()
                        .eq(sources.iter().map(|source| &source.key)) =>
            {
                return;
            }
            Some(kept) => kept.songs.clone(),
            None => BTreeMap::new(),
        };
        let order: Vec<_> = sources.iter().map(|source| source.key.clone()).collect();
        let mut songs = BTreeMap::new();
        let mut samples_left = SAMPLES_MAX;
        for source in sources {
            let song = match before.remove(&source.key) {
                Some(Ok(song)) if song.clip.samples().len() <= samples_left => Ok(song),
                Some(Err(DecodeFault::TooLong { .. }) | Ok(_)) | None => {
                    source.decode(name, samples_left)
                }
                Some(Err(fault)) => Err(fault),
            };
            if let Ok(song) = &song {
                samples_left -= song.clip.samples().len();
            }
            songs.insert(source.key, song);
        }
        let clips = order
            .iter()
            .filter_map(|key| Some(songs.get(key)?.as_ref().ok()?.clip.clone()))
            .collect();
        let music = Some(Arc::new(Music { songs: clips }));
        let mut kept = self.kept();
        let meanwhile = kept.remove(name).unwrap_or_default().songs;
        // What is left of those before is gone; what nobody knew then has just come.
        songs.extend(meanwhile.into_iter().filter(|(key, _)| {
            let is_gone = before.contains_key(key);
            !is_gone && !order.contains(key)
        }));
        let last_used = Some(SystemTime::now());
        kept.insert(
            name.clone(),
            Kept {
                songs,
                order,
                music,
                last_used,
            },
        );
        give_up_unused(&mut kept, name);
    }
}

/// Holds all playlists together to [`limits::PLAYLISTS_MINUTES`].
fn give_up_unused(kept: &mut BTreeMap<PlaylistName, Kept>, newest: &PlaylistName) {
    let minutes = |kept: &BTreeMap<PlaylistName, Kept>| -> u64 {
        let songs = kept.values().flat_map(|kept| kept.songs.values());
        let milliseconds = songs.flatten().map(|song| song.clip.duration_ms());
        milliseconds.sum::<u64>() / 60_000
    };
    while minutes(kept) > limits::PLAYLISTS_MINUTES {
        let unused = kept
            .iter()
            .filter(|(name, _)| *name != newest)
            .min_by_key(|(_, kept)| kept.last_used)
            .map(|(name, _)| name.clone());
        let Some(unused) = unused else {
            return;
        };
        tracing::info!(playlist = %unused, "playlist given up to make room in memory");
        kept.remove(&unused);
    }
}

impl Source {
    fn file(path: PathBuf, name: String) -> io::Result<Self> {
        let about = fs::metadata(&path)?;
        let key = TrackKey {
            name,
            bytes: about.len(),
            changed: about.modified().ok(),
        };
        Ok(Self {
            key,
            content: Content::File(path),
        })
    }

    fn embedded((name, content): (String, std::borrow::Cow<'static, [u8]>)) -> Self {
        let key = TrackKey {
            name,
            bytes: content.len() as u64,
            changed: None,
        };
        Self {
            key,
            content: Content::Embedded(content.into_owned()),
        }
    }

    fn decode(&self, playlist: &PlaylistName, samples_max: usize) -> Song {
        let ending = track_name::ending(&self.key.name);
        let decoded = self
            .open()
            .and_then(|source| decode::decode(source, ending, samples_max));
        match decoded {
            Ok(mut samples) => {
                let loudness_lufs = level::level(&mut samples);
                let clip = Clip::new(samples);
                Ok(Levelled {
                    clip,
                    loudness_lufs,
                })
            }
            Err(fault) => {
                let track = &self.key.name;
                tracing::warn!(%playlist, track, %fault, "track skipped");
                Err(fault)
            }
        }
    }

    fn length_ms(&self) -> Option<u64> {
        decode::length_ms(self.open().ok()?, track_name::ending(&self.key.name))
    }

    fn open(&self) -> Result<Box<dyn MediaSource>, DecodeFault> {
        match &self.content {
            Content::File(path) => open(path),
            Content::Embedded(bytes) => Ok(Box::new(Cursor::new(bytes.clone()))),
        }
    }
}

fn open(path: &Path) -> Result<Box<dyn MediaSource>, DecodeFault> {
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(DecodeFault::Unreadable(error.to_string())),
    }
}

const SAMPLES_MAX: usize = limits::PLAYLIST_MINUTES as usize * 60 * Clip::SAMPLE_RATE_HZ as usize;
/// Rooms that become lonely at the same moment; more would ask for what is being loaded anyway.
const REQUESTS_WAITING: usize = 256;
