//! Everything a server can play, behind the face that the media plane asks; plays nothing.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use conclave_contract::Clip;
use conclave_media::{Music, SoundLibrary};
use conclave_model::{Language, PlaylistName, Prompt};

use crate::Playlists;
use crate::prompts::Prompts;

/// Our prompts, or an operator's, and the playlists.
pub struct Library {
    prompts: Arc<Prompts>,
    playlists: Arc<Playlists>,
}

impl Library {
    /// Opens the playlists' folder and begins to decode the prompts in the background; a prompt
    /// that is wanted sooner is decoded on the spot, in a few milliseconds.
    ///
    /// `prompts_dir` is a directory in Asterisk's layout (`en/conf-getpin.wav`, `en/digits/1.wav`);
    /// what is not in it is spoken by our own voice. What replaces single prompts is kept in
    /// `prompts`, beside the playlists' folder.
    ///
    /// # Errors
    /// When a folder cannot be made or read, or the system gives no thread.
    pub fn open(playlists_dir: &Path, prompts_dir: Option<&Path>) -> io::Result<Self> {
        let beside = playlists_dir.with_file_name(REPLACED);
        let prompts = Arc::new(Prompts::open(&beside, prompts_dir)?);
        let playlists = Arc::new(Playlists::open(playlists_dir)?);
        let to_warm = Arc::clone(&prompts);
        thread::Builder::new()
            .name("prompts".to_owned())
            .spawn(move || to_warm.decode_all())?;
        Ok(Self { prompts, playlists })
    }

    /// The prompts, to list and to replace them.
    #[must_use]
    pub fn prompts(&self) -> &Arc<Prompts> {
        &self.prompts
    }

    /// The playlists, to list and to change them.
    #[must_use]
    pub fn playlists(&self) -> &Arc<Playlists> {
        &self.playlists
    }
}

impl SoundLibrary for Library {
    fn prompt(&self, prompt: Prompt, language: Language) -> Option<Clip> {
        self.prompts.clip(prompt, language)
    }

    fn playlist(&self, name: &PlaylistName) -> Option<Arc<Music>> {
        self.playlists.music(name)
    }
}

/// The folder of sounds that replace single prompts.
const REPLACED: &str = "prompts";
