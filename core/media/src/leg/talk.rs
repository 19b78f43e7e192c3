//! From "there is speech in this frame" to "this person is talking"; decides nothing about mixing.

use std::time::Duration;

use conclave_model::limits;

/// One more than it takes to be speech: it is shown while the first syllable is being said, and a
/// click of the handset is not.
const BEGIN_FRAMES: u32 = 40 / limits::FRAME_MS;
/// Speech ends 400 ms after the last sound of it, which outlasts a breath: that is enough.
const END_FRAMES: u32 = 20 / limits::FRAME_MS;

#[derive(Default)]
pub(crate) struct Talk {
    is_talking: bool,
    /// Frames in a row that say otherwise.
    against: u32,
    talked_frames: u64,
}

impl Talk {
    /// Takes one tick and says what changed, if it did.
    pub fn frame(&mut self, is_speech: bool) -> Option<bool> {
        self.talked_frames += u64::from(is_speech);
        if is_speech == self.is_talking {
            self.against = 0;
            return None;
        }
        self.against += 1;
        let needed = if self.is_talking {
            END_FRAMES
        } else {
            BEGIN_FRAMES
        };
        if self.against < needed {
            return None;
        }
        self.against = 0;
        self.is_talking = is_speech;
        Some(is_speech)
    }

    /// The leg cannot talk any more; true when it was talking.
    pub fn stop(&mut self) -> bool {
        self.against = 0;
        std::mem::take(&mut self.is_talking)
    }

    pub fn talked(&self) -> Duration {
        Duration::from_millis(self.talked_frames * u64::from(limits::FRAME_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_is_no_speech_and_a_breath_no_end() {
        let mut talk = Talk::default();
        assert_eq!(talk.frame(true), None);
        assert_eq!(talk.frame(false), None);
        let began: Vec<_> = (0..4).filter_map(|_| talk.frame(true)).collect();
        assert_eq!(began, [true]);
        assert!((0..END_FRAMES - 1).all(|_| talk.frame(false).is_none()));
        assert_eq!(talk.frame(true), None);
        let ended: Vec<_> = (0..END_FRAMES).filter_map(|_| talk.frame(false)).collect();
        assert_eq!(ended, [false]);
    }
}
