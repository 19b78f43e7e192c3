//! Where prompts and music come from; knows neither files nor formats.

use std::sync::Arc;

use conclave_contract::Clip;
use conclave_model::{Language, PlaylistName, Prompt};

/// The sounds that a server can play, ready in memory.
pub trait SoundLibrary: Send + Sync {
    /// `None`: the prompt is missing, and is skipped where it should be heard.
    fn prompt(&self, prompt: Prompt, language: Language) -> Option<Clip>;

    /// The same `Arc` for as long as the playlist has not changed; `None` is silence.
    fn playlist(&self, name: &PlaylistName) -> Option<Arc<Music>>;
}

/// The songs of one playlist at [`Clip::SAMPLE_RATE_HZ`], played in this order round and round.
#[derive(Clone, Debug)]
pub struct Music {
    pub songs: Vec<Clip>,
}

impl Music {
    /// Whether there is nothing to hear in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.songs.iter().all(|song| song.samples().is_empty())
    }
}
