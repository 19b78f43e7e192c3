//! Whether G.722 can be speech, from how its lower band's step size swings; decodes nothing.

use super::{Hint, between};
use crate::g722::StepTracker;

/// Looks at every payload of one stream, in order.
pub struct G722Look {
    tracker: StepTracker,
    /// The step of the line's own noise.
    floor: f32,
}

/// Mean steps of the lower band, as measured: white noise of -66 dBov has 91 to 108, a voice of
/// -54 dBov 159 to 231. Noise of -38 dBov has 1 400, a voice of -34 dBov too.
const SILENT_STEP: f32 = 120.0;
const SPEECH_STEP: f32 = 1_500.0;
/// A vowel is foreseen so well that its step may be as small as that of noise 10 dB below it, but
/// it stands out of the noise of its own line: that swings by 8 %.
const ABOVE_FLOOR: f32 = 1.25;
const FLOOR_FALL: f32 = 0.125;
/// A louder line is learned within seconds.
const FLOOR_RISE: f32 = 1.005;

impl G722Look {
    pub fn new() -> Self {
        Self {
            tracker: StepTracker::default(),
            floor: SILENT_STEP,
        }
    }

    pub fn look(&mut self, payload: &[u8]) -> Hint {
        let step = self.tracker.mean_step(payload);
        let silent = (self.floor * ABOVE_FLOOR).min(SILENT_STEP);
        self.floor = if step < self.floor {
            self.floor + (step - self.floor) * FLOOR_FALL
        } else {
            (self.floor * FLOOR_RISE).min(step)
        };
        between(step, silent, SPEECH_STEP)
    }
}
