//! Whether somebody speaks, from the levels of frames; does not know who.

/// What the newest frame of a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Voice {
    /// Noise or silence: nobody needs to hear it.
    Quiet,
    /// Loud enough to be let through, so that no onset is lost; may turn out to be a click.
    Onset,
    /// Speech, or the short pause after it.
    Speech,
}

impl Voice {
    /// Whether the others should hear this frame.
    #[must_use]
    pub const fn is_audible(self) -> bool {
        matches!(self, Voice::Onset | Voice::Speech)
    }
}

/// Told the level of each frame of one leg, it says what the leg does.
///
/// The noise floor is followed: down at once, up slowly. A frame well above it is let through on
/// the spot; two such frames within 60 ms are speech, which ends 400 ms after the last.
#[derive(Clone, Debug)]
pub struct SpeechDetector {
    floor_dbov: f32,
    streak: Streak,
}

/// From loud and quiet frames to speech: one loud frame alone is a click.
#[derive(Clone, Debug)]
pub(crate) struct Streak {
    loud_frames: u32,
    hangover_frames: u32,
    voice: Voice,
}

/// Below this nothing is speech, however quiet the line: a telephone in a quiet room idles at -66.
const SPEECH_MIN_DBOV: f32 = -54.0;
/// Speech stands out of its background by at least this, or nobody would understand it.
const ABOVE_FLOOR_DB: f32 = 9.0;
/// The highest floor that is believed: steady talk must not hide itself.
const FLOOR_MAX_DBOV: f32 = -40.0;
/// Where the floor is before anything was heard.
const FLOOR_START_DBOV: f32 = -63.0;
/// Up by 3 dB a second: slower than any sentence, a new fan is learned within a few seconds.
const FLOOR_RISE_DB: f32 = 0.06;
/// 400 ms: the pauses between words are shorter, those between sentences longer.
const HANGOVER_FRAMES: u32 = 20;
/// After one loud frame alone, a click: 60 ms.
const CLICK_FRAMES: u32 = 3;

impl SpeechDetector {
    #[must_use]
    pub const fn new() -> Self {
        Self {
            floor_dbov: FLOOR_START_DBOV,
            streak: Streak::new(),
        }
    }

    /// Takes the level of the next 20 ms.
    pub fn frame(&mut self, dbov: f32) -> Voice {
        let is_loud = self.is_loud(dbov);
        self.follow_floor(dbov);
        self.streak.frame(is_loud, HANGOVER_FRAMES)
    }

    /// Whether the next frame of this level would stand out.
    #[must_use]
    pub fn is_loud(&self, dbov: f32) -> bool {
        dbov >= self.threshold_dbov()
    }

    /// Whoever spoke does not any more; the line is as it was.
    pub const fn hush(&mut self) {
        self.streak = Streak::new();
    }

    /// A frame that did not come because the peer is silent (DTX) or the packet is lost.
    pub fn no_frame(&mut self) -> Voice {
        self.frame(self.floor_dbov)
    }

    #[must_use]
    pub const fn voice(&self) -> Voice {
        self.streak.voice
    }

    /// Speech is going on: confirmed, not a click.
    #[must_use]
    pub const fn is_speaking(&self) -> bool {
        matches!(self.streak.voice, Voice::Speech)
    }

    /// A frame below this level changes nothing but the floor.
    #[must_use]
    pub fn threshold_dbov(&self) -> f32 {
        (self.floor_dbov + ABOVE_FLOOR_DB).max(SPEECH_MIN_DBOV)
    }

    fn follow_floor(&mut self, dbov: f32) {
        let risen = (self.floor_dbov + FLOOR_RISE_DB).min(FLOOR_MAX_DBOV);
        self.floor_dbov = if dbov < self.floor_dbov {
            // Digital silence of a muted phone is no background: go half way.
            f32::midpoint(self.floor_dbov, dbov.max(-90.0))
        } else {
            risen.min(dbov)
        };
    }
}

impl Streak {
    pub const fn new() -> Self {
        Self {
            loud_frames: 0,
            hangover_frames: 0,
            voice: Voice::Quiet,
        }
    }

    pub const fn voice(&self) -> Voice {
        self.voice
    }

    /// Takes the next frame; speech goes on for `hangover_frames` after its last sound.
    pub fn frame(&mut self, is_loud: bool, hangover_frames: u32) -> Voice {
        if is_loud {
            self.loud_frames = self.loud_frames.saturating_add(1);
            let is_speech = self.loud_frames >= 2;
            self.hangover_frames = if is_speech {
                hangover_frames
            } else {
                CLICK_FRAMES
            };
            self.voice = if is_speech {
                Voice::Speech
            } else {
                Voice::Onset
            };
        } else {
            self.hangover_frames = self.hangover_frames.saturating_sub(1);
            if self.hangover_frames == 0 {
                self.loud_frames = 0;
                self.voice = Voice::Quiet;
            }
        }
        self.voice
    }
}

impl Default for SpeechDetector {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(detector: &mut SpeechDetector, dbov: f32, frames: usize) -> Vec<Voice> {
        (0..frames).map(|_| detector.frame(dbov)).collect()
    }

    #[test]
    fn a_quiet_line_is_not_speech() {
        let mut detector = SpeechDetector::new();
        for index in 0..3_000 {
            let wobble = (index % 7) as f32;
            assert_eq!(detector.frame(-66.0 + wobble), Voice::Quiet);
        }
    }

    #[test]
    fn speech_is_let_through_at_once_and_called_so_within_40_ms() {
        let mut detector = SpeechDetector::new();
        run(&mut detector, -66.0, 100);
        assert_eq!(detector.frame(-40.0), Voice::Onset);
        assert_eq!(detector.frame(-30.0), Voice::Speech);
    }

    #[test]
    fn it_ends_400_ms_after_the_last_word() {
        let mut detector = SpeechDetector::new();
        run(&mut detector, -25.0, 50);
        let tail = run(&mut detector, -66.0, 40);
        let ended = tail.iter().position(|voice| *voice == Voice::Quiet);
        assert_eq!(ended, Some(19));
    }

    #[test]
    fn a_click_is_not_speech() {
        let mut detector = SpeechDetector::new();
        run(&mut detector, -66.0, 50);
        detector.frame(-20.0);
        let after = run(&mut detector, -66.0, 10);
        assert!(!after.contains(&Voice::Speech));
        assert_eq!(after[3], Voice::Quiet);
    }

    #[test]
    fn a_new_fan_is_learned_within_seconds_and_speech_above_it_still_heard() {
        let mut detector = SpeechDetector::new();
        run(&mut detector, -66.0, 50);
        let fan = run(&mut detector, -48.0, 500);
        assert_eq!(fan[499], Voice::Quiet);
        run(&mut detector, -30.0, 2);
        assert!(detector.is_speaking());
    }

    #[test]
    fn ten_minutes_of_talk_without_a_breath_are_still_speech() {
        let mut detector = SpeechDetector::new();
        for index in 0..30_000 {
            let syllable = if index % 12 < 8 { -25.0 } else { -50.0 };
            let voice = detector.frame(syllable);
            assert!(index < 2 || voice == Voice::Speech, "{index}");
        }
    }

    #[test]
    fn pauses_of_a_silent_peer_neither_keep_speech_up_nor_raise_the_floor() {
        let mut detector = SpeechDetector::new();
        run(&mut detector, -25.0, 50);
        for _ in 0..1_000 {
            detector.no_frame();
        }
        assert_eq!(detector.voice(), Voice::Quiet);
        assert_eq!(detector.frame(-45.0), Voice::Onset);
    }
}
