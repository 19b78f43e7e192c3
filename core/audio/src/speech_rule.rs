//! What somebody wants to be called speech, in place of what is found out; does not know who.

use std::time::Duration;

use conclave_model::limits;

use crate::speech::Streak;
use crate::{SpeechDetector, Voice};

/// A threshold and a pause that were set for one leg; what was not set stays the detector's.
///
/// Two loud frames within 60 ms are speech, as they are to [`SpeechDetector`].
#[derive(Clone, Debug)]
pub struct SpeechRule {
    /// Mean magnitude, 1.0 is full scale.
    threshold: Option<f32>,
    hangover_frames: u32,
    streak: Streak,
}

impl SpeechRule {
    /// `talking_threshold`: the mean magnitude of a frame's 16-bit samples from which on it is
    /// loud. `silence_threshold`: so much quiet ends speech; up to [`limits::SILENCE_THRESHOLD`].
    #[must_use]
    pub fn new(talking_threshold: Option<u16>, silence_threshold: Option<Duration>) -> Self {
        let pause = silence_threshold.unwrap_or(limits::SPEECH_PAUSE);
        let pause = pause.min(limits::SILENCE_THRESHOLD);
        let frames = pause.as_millis().div_ceil(u128::from(limits::FRAME_MS));
        Self {
            threshold: talking_threshold.map(|threshold| f32::from(threshold) / FULL_SCALE),
            hangover_frames: u32::try_from(frames).unwrap_or(u32::MAX).max(1),
            streak: Streak::new(),
        }
    }

    /// Its threshold is below what is seen in a packet without decoding it.
    #[must_use]
    pub fn is_below_sight(&self) -> bool {
        self.threshold.is_some_and(|it| it < SIGHT / FULL_SCALE)
    }

    /// Takes the next 20 ms, at this level, before `detector` does.
    pub fn frame(&mut self, samples: &[f32], dbov: f32, detector: &SpeechDetector) -> Voice {
        let is_loud = match self.threshold {
            Some(threshold) => mean_magnitude(samples) >= threshold,
            None => detector.is_loud(dbov),
        };
        self.streak.frame(is_loud, self.hangover_frames)
    }

    /// A frame that did not come.
    pub fn no_frame(&mut self) -> Voice {
        self.streak.frame(false, self.hangover_frames)
    }

    /// Whoever speaks by `other` speaks by this one.
    pub fn continue_from(&mut self, other: &SpeechRule) {
        self.streak = other.streak.clone();
    }

    /// Whoever spoke does not any more.
    pub const fn hush(&mut self) {
        self.streak = Streak::new();
    }

    #[must_use]
    pub const fn voice(&self) -> Voice {
        self.streak.voice()
    }
}

/// Eight sums side by side, so that the compiler may use whole registers.
fn mean_magnitude(samples: &[f32]) -> f32 {
    let mut sums = [0.0; 8];
    let (eights, rest) = samples.as_chunks::<8>();
    for eight in eights {
        for (sum, sample) in sums.iter_mut().zip(eight) {
            *sum += sample.abs();
        }
    }
    let rest = rest.iter().map(|sample| sample.abs());
    let sum = sums.iter().copied().chain(rest).sum::<f32>();
    sum / samples.len().max(1) as f32
}

const FULL_SCALE: f32 = 32_768.0;
/// -54 dBov: no mean of magnitudes is above the root of the mean of squares, and a frame that is
/// louder than this is decoded.
const SIGHT: f32 = 66.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level;

    /// A square wave has the magnitude of every sample.
    fn frame(magnitude: f32) -> [f32; 160] {
        std::array::from_fn(|n| if n % 2 == 0 { magnitude } else { -magnitude } / FULL_SCALE)
    }

    fn take(rule: &mut SpeechRule, magnitude: f32) -> Voice {
        let frame = frame(magnitude);
        rule.frame(&frame, level::dbov(&frame), &SpeechDetector::new())
    }

    #[test]
    fn a_frame_at_the_threshold_is_loud_and_one_below_is_not() {
        let mut rule = SpeechRule::new(Some(500), None);
        for _ in 0..100 {
            assert_eq!(take(&mut rule, 499.0), Voice::Quiet);
        }
        assert_eq!(take(&mut rule, 500.0), Voice::Onset);
        assert_eq!(take(&mut rule, 500.0), Voice::Speech);
    }

    #[test]
    fn one_loud_frame_is_no_speech() {
        let mut rule = SpeechRule::new(Some(160), Some(Duration::from_millis(2_500)));
        take(&mut rule, 20_000.0);
        let after: Vec<_> = (0..10).map(|_| take(&mut rule, 5.0)).collect();
        assert!(!after.contains(&Voice::Speech));
        assert_eq!(after[3], Voice::Quiet);
    }

    #[test]
    fn speech_ends_after_the_pause_that_was_set_and_after_no_more_than_the_limit() {
        for (set, ms) in [(2_500, 2_500), (100, 100), (1, 20), (u64::MAX, 60_000)] {
            let mut rule = SpeechRule::new(None, Some(Duration::from_millis(set)));
            take(&mut rule, 5_000.0);
            take(&mut rule, 5_000.0);
            let frames = (1..).find(|_| rule.no_frame() == Voice::Quiet);
            assert_eq!(frames, Some(ms / limits::FRAME_MS), "{set}");
        }
    }

    #[test]
    fn what_was_not_set_is_as_the_detector_finds() {
        let mut rule = SpeechRule::new(None, None);
        assert_eq!(take(&mut rule, 100.0), Voice::Onset);
        assert_eq!(take(&mut rule, 100.0), Voice::Speech);
        assert_eq!((1..).find(|_| rule.no_frame() == Voice::Quiet), Some(20));
        assert!(!rule.is_below_sight());
        assert!(SpeechRule::new(Some(20), None).is_below_sight());
    }
}
