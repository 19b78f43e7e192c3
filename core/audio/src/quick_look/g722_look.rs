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
/// White noise of -70 dBov. Digital silence has 39 and swings by a quarter and more.
const IDLE_STEP: f32 = 64.0;
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
        let silent = (self.floor * ABOVE_FLOOR).clamp(IDLE_STEP, SILENT_STEP);
        self.floor = if step < self.floor {
            self.floor + (step - self.floor) * FLOOR_FALL
        } else {
            (self.floor * FLOOR_RISE).min(step)
        };
        between(step, silent, SPEECH_STEP)
    }
}

#[cfg(test)]
mod tests {
    use conclave_model::Codec;

    use super::*;
    use crate::{Encoder, OpusSettings};

    #[test]
    fn a_line_of_digital_silence_is_hardly_ever_doubted() {
        let mut encoder = Encoder::new(Codec::G722, &OpusSettings::default());
        let (mut payload, mut look) = ([0; Encoder::PAYLOAD_MAX], G722Look::new());
        let mut doubted = 0;
        for _ in 0..1_000 {
            let bytes = encoder.encode(&[0.0; 320], &mut payload).unwrap();
            doubted += u32::from(look.look(&payload[..bytes]) != Hint::Silent);
        }
        // One in eight if only its own floor counted.
        assert!(doubted <= 10, "{doubted}");
    }
}
