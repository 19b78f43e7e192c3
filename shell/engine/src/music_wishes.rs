//! Legs whose playlist is not decoded yet: asks again, so that music begins late, not never.

use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_contract::Command;
use conclave_media::SoundLibrary;
use conclave_model::{LegId, PlaylistName};

/// What was wished for and is not there yet; at most one wish for each open leg.
pub(crate) struct MusicWishes {
    library: Arc<dyn SoundLibrary>,
    waiting: Vec<(LegId, PlaylistName)>,
    ask_again_at: Instant,
}

impl MusicWishes {
    pub fn new(library: Arc<dyn SoundLibrary>) -> Self {
        Self {
            library,
            waiting: Vec::new(),
            ask_again_at: Instant::now(),
        }
    }

    /// Notes what a command means for the wishes; it is to be obeyed all the same.
    pub fn note(&mut self, command: &Command) {
        let (Command::Music { leg, .. } | Command::CloseLeg { leg }) = command else {
            return;
        };
        self.waiting.retain(|(waiting, _)| waiting != leg);
        if let Command::Music {
            leg,
            playlist: Some(name),
        } = command
            && self.library.playlist(name).is_none()
        {
            self.waiting.push((*leg, name.clone()));
        }
    }

    /// The command for a wish that can be granted now. Looks five times a second at the most.
    pub fn granted(&mut self) -> Option<Command> {
        if self.waiting.is_empty() || Instant::now() < self.ask_again_at {
            return None;
        }
        let library = &self.library;
        let ready = (self.waiting.iter()).position(|(_, name)| library.playlist(name).is_some());
        let Some(ready) = ready else {
            self.ask_again_at = Instant::now() + ASK_EVERY;
            return None;
        };
        let (leg, name) = self.waiting.swap_remove(ready);
        Some(Command::Music {
            leg,
            playlist: Some(name),
        })
    }
}

const ASK_EVERY: Duration = Duration::from_millis(200);

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use conclave_contract::Clip;
    use conclave_media::Music;
    use conclave_model::{Language, Prompt};

    use super::*;

    #[derive(Default)]
    struct Decoding(AtomicBool);

    impl SoundLibrary for Decoding {
        fn prompt(&self, _: Prompt, _: Language) -> Option<Clip> {
            None
        }

        fn playlist(&self, _: &PlaylistName) -> Option<Arc<Music>> {
            let done = self.0.load(Ordering::Relaxed);
            done.then(|| Arc::new(Music { songs: Vec::new() }))
        }
    }

    #[test]
    fn a_wish_is_granted_when_the_playlist_is_there_and_forgotten_with_its_leg() {
        let library = Arc::new(Decoding::default());
        let mut wishes = MusicWishes::new(Arc::clone(&library) as Arc<dyn SoundLibrary>);
        let playlist = Some(PlaylistName::built_in());
        for leg in [LegId(1), LegId(2)] {
            let playlist = playlist.clone();
            wishes.note(&Command::Music { leg, playlist });
        }
        wishes.note(&Command::CloseLeg { leg: LegId(1) });
        assert!(wishes.granted().is_none(), "not decoded yet");
        library.0.store(true, Ordering::Relaxed);
        wishes.ask_again_at = Instant::now();
        let granted = wishes.granted();
        assert!(
            matches!(granted, Some(Command::Music { leg: LegId(2), .. })),
            "{granted:?}"
        );
        assert!(wishes.granted().is_none(), "once");
    }
}
