//! The sum of the talkers of one tick at one sample rate; neither limits nor resamples.

use conclave_model::limits;

use crate::Slot;

/// The frames of this tick's talkers, and their sums. Allocates in [`Mix::new`] and never again.
///
/// Samples are floats of full scale 1.0; a sum may pass it and is brought back by a limiter.
pub struct Mix {
    frame_samples: usize,
    talkers: usize,
    slots: [Slot; limits::TALKERS],
    frames: Box<[f32]>,
}

impl Mix {
    /// `frame_samples` is one tick at the rate of this mix: 160, 320 or 960.
    #[must_use]
    pub fn new(frame_samples: usize) -> Self {
        Self {
            frame_samples,
            talkers: 0,
            slots: [Slot(0); limits::TALKERS],
            frames: vec![0.0; frame_samples * limits::TALKERS].into(),
        }
    }

    #[must_use]
    pub const fn frame_samples(&self) -> usize {
        self.frame_samples
    }

    /// Begins the next tick: nobody talks.
    pub fn clear(&mut self) {
        self.talkers = 0;
    }

    /// The buffer for the frame of one more talker; it holds old sound, so fill all of it.
    ///
    /// `None` when [`limits::TALKERS`] are in already.
    pub fn talker(&mut self, slot: Slot) -> Option<&mut [f32]> {
        let start = self.talkers * self.frame_samples;
        *self.slots.get_mut(self.talkers)? = slot;
        self.talkers += 1;
        Some(&mut self.frames[start..start + self.frame_samples])
    }

    /// Who is in, in the order they came.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots[..self.talkers]
    }

    /// Who is in and what they say, in the order they came.
    pub fn talkers(&self) -> impl Iterator<Item = (Slot, &[f32])> {
        let frames = self.frames.chunks_exact(self.frame_samples);
        self.slots().iter().copied().zip(frames)
    }

    /// Nobody talks: what everybody hears is silence.
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        self.talkers == 0
    }

    /// What everybody hears who does not talk.
    pub fn all(&self, out: &mut [f32]) {
        self.sum(out, |_| true);
    }

    /// What `slot` hears: the sum of the others. For a slot that is not in, the same as `all`.
    pub fn all_but(&self, slot: Slot, out: &mut [f32]) {
        self.sum(out, |talker| talker != slot);
    }

    fn sum(&self, out: &mut [f32], is_heard: impl Fn(Slot) -> bool) {
        let mut is_first = true;
        let frames = self.frames.chunks_exact(self.frame_samples);
        for (frame, slot) in frames.zip(self.slots()) {
            if !is_heard(*slot) {
                continue;
            }
            if is_first {
                out[..self.frame_samples].copy_from_slice(frame);
                is_first = false;
            } else {
                add(frame, out);
            }
        }
        if is_first {
            out.fill(0.0);
        }
    }
}

fn add(frame: &[f32], sum: &mut [f32]) {
    for (total, sample) in sum.iter_mut().zip(frame) {
        *total += sample;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Mix {
        let mut mix = Mix::new(160);
        for (slot, value) in [(7, 0.5), (3, 0.25), (9, 0.9)] {
            mix.talker(Slot(slot)).unwrap().fill(value);
        }
        mix
    }

    #[test]
    fn a_listener_hears_everybody_and_a_talker_everybody_else() {
        let mix = three();
        let mut heard = [0.0; 160];
        mix.all(&mut heard);
        assert_eq!(heard, [1.65; 160]);
        mix.all_but(Slot(7), &mut heard);
        assert_eq!(heard, [1.15; 160]);
        mix.all_but(Slot(9), &mut heard);
        assert_eq!(heard, [0.75; 160]);
        mix.all_but(Slot(4), &mut heard);
        assert_eq!(heard, [1.65; 160]);
    }

    #[test]
    fn the_only_talker_hears_silence_and_so_does_an_empty_stage() {
        let mut mix = Mix::new(160);
        let mut heard = [1.0; 160];
        mix.all(&mut heard);
        assert_eq!(heard, [0.0; 160]);
        mix.talker(Slot(1)).unwrap().fill(0.7);
        heard.fill(1.0);
        mix.all_but(Slot(1), &mut heard);
        assert_eq!(heard, [0.0; 160]);
    }

    #[test]
    fn there_is_no_room_for_one_talker_too_many() {
        let mut mix = Mix::new(160);
        for slot in 0..limits::TALKERS {
            assert!(mix.talker(Slot(slot as u32)).is_some());
        }
        assert!(mix.talker(Slot(99)).is_none());
        assert_eq!(mix.slots().len(), limits::TALKERS);
        mix.clear();
        assert!(mix.is_silent());
    }
}
