//! How one leg's voice is taken: what of it is called speech, and what is done to it before others
//! hear it.

use std::time::Duration;

/// ConfBridge's `dsp_*` options and `denoise`. The default is what a leg does of itself: our own
/// detector says what is speech, and nothing is changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VoiceSpec {
    /// The mean of the absolute 16-bit samples of a frame from which on it is loud, 1 to 32,768;
    /// two such frames are speech. `None`: what stands out of the line's own noise.
    pub talking_threshold: Option<u16>,
    /// So much quiet ends speech, up to `limits::SILENCE_THRESHOLD`; `None`:
    /// `limits::SPEECH_PAUSE`.
    pub silence_threshold: Option<Duration>,
    /// Only what is speech by these two reaches the mix. Without it, all that our own detector
    /// takes for sound does.
    pub drop_silence: bool,
    /// Noise is taken out of it. Costs 10 ms of delay (14 of a telephone's narrow band).
    pub denoise: bool,
}
