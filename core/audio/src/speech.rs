//! Whether somebody speaks, from the levels of frames; does not know who.

/// Told the level of each frame of one leg, it says whether speech is going on.
#[derive(Clone, Debug)]
pub struct SpeechDetector {
    speaking: bool,
}

impl SpeechDetector {
    #[must_use]
    pub const fn new() -> Self {
        Self { speaking: false }
    }

    /// Takes the level of the next 20 ms and says whether speech is going on.
    pub fn frame(&mut self, dbov: f32) -> bool {
        self.speaking = dbov > -45.0;
        self.speaking
    }

    #[must_use]
    pub const fn is_speaking(&self) -> bool {
        self.speaking
    }
}

impl Default for SpeechDetector {
    fn default() -> Self {
        Self::new()
    }
}
