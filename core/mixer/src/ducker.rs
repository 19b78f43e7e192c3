//! Brings an announcement under the conversation; does not know what is announced.

/// The gain of an announcement, lower while somebody speaks, moving without a click.
///
/// Only the announcement gives way: the conversation is never turned down.
#[derive(Clone, Debug)]
pub struct Ducker {
    gain: f32,
    hold_ticks: u32,
}

/// -12 dB: still understood beside a voice, and does not stop it.
const DUCKED: f32 = 0.25;
/// Down within 60 ms, before the first syllable is over.
const DOWN_TICKS: f32 = 3.0;
/// Up within 300 ms, so that it does not jump at the listener.
const UP_TICKS: f32 = 15.0;
/// Not between two words: 400 ms.
const HOLD_TICKS: u32 = 20;

impl Ducker {
    /// What begins in silence begins at full level.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            gain: 1.0,
            hold_ticks: 0,
        }
    }

    /// An announcement begins: at the level that suits the moment, without a ramp.
    pub fn begin(&mut self, is_speech: bool) {
        self.gain = if is_speech { DUCKED } else { 1.0 };
        self.hold_ticks = if is_speech { HOLD_TICKS } else { 0 };
    }

    /// Scales one tick of an announcement in place; `is_speech`: somebody talks in this tick.
    pub fn process(&mut self, announcement: &mut [f32], is_speech: bool) {
        let start = self.gain;
        let end = self.gain_after_tick(is_speech);
        self.gain = end;
        if start == 1.0 && end == 1.0 {
            return;
        }
        let slope = (end - start) / announcement.len().max(1) as f32;
        for (index, sample) in announcement.iter_mut().enumerate() {
            *sample *= start + slope * index as f32;
        }
    }

    fn gain_after_tick(&mut self, is_speech: bool) -> f32 {
        if is_speech {
            self.hold_ticks = HOLD_TICKS;
        } else if self.hold_ticks > 0 {
            self.hold_ticks -= 1;
        }
        if self.hold_ticks > 0 {
            (self.gain - (1.0 - DUCKED) / DOWN_TICKS).max(DUCKED)
        } else {
            (self.gain + (1.0 - DUCKED) / UP_TICKS).min(1.0)
        }
    }
}

impl Default for Ducker {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(ducker: &mut Ducker, is_speech: bool) -> [f32; 160] {
        let mut frame = [1.0; 160];
        ducker.process(&mut frame, is_speech);
        frame
    }

    #[test]
    fn without_speech_an_announcement_is_left_as_it_is() {
        let mut ducker = Ducker::new();
        assert_eq!(tick(&mut ducker, false), [1.0; 160]);
    }

    #[test]
    fn it_goes_under_speech_within_60_ms_and_comes_back_after_a_pause() {
        let mut ducker = Ducker::new();
        for _ in 0..3 {
            tick(&mut ducker, true);
        }
        assert!((tick(&mut ducker, true)[159] - DUCKED).abs() < 1e-6);
        for _ in 0..19 {
            assert!((tick(&mut ducker, false)[0] - DUCKED).abs() < 1e-6);
        }
        for _ in 0..16 {
            tick(&mut ducker, false);
        }
        assert_eq!(tick(&mut ducker, false), [1.0; 160]);
    }

    #[test]
    fn the_gain_never_jumps() {
        let mut ducker = Ducker::new();
        let mut last = 1.0_f32;
        for index in 0..200 {
            for gain in tick(&mut ducker, index / 30 % 2 == 0) {
                assert!((gain - last).abs() < 0.002);
                last = gain;
            }
        }
    }
}
