//! Brings an announcement under the conversation; does not know what is announced.

/// The gain of an announcement, lower while somebody speaks, moving without a jump.
#[derive(Clone, Debug)]
pub struct Ducker {
    gain: f32,
}

impl Ducker {
    #[must_use]
    pub const fn new() -> Self {
        Self { gain: 1.0 }
    }

    /// Scales one tick of an announcement in place.
    pub fn process(&mut self, announcement: &mut [f32], is_speech: bool) {
        let target = if is_speech { 0.3 } else { 1.0 };
        self.gain = target;
        for sample in announcement {
            *sample *= self.gain;
        }
    }
}

impl Default for Ducker {
    fn default() -> Self {
        Self::new()
    }
}
