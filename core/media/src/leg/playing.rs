//! What is played to one leg alone; does not know what it says.

use conclave_contract::Segment;
use conclave_model::PlayId;

use crate::SoundLibrary;
use crate::reel::Reel;

/// One `Play` command with its sounds found.
pub struct Playing {
    pub(crate) play: PlayId,
    pub(crate) reel: Reel,
    pub(crate) stop_on_digit: bool,
}

impl Playing {
    #[must_use]
    pub fn new(
        play: PlayId,
        segments: &[Segment],
        stop_on_digit: bool,
        library: &dyn SoundLibrary,
    ) -> Self {
        Self {
            play,
            reel: Reel::new(segments, library),
            stop_on_digit,
        }
    }
}
