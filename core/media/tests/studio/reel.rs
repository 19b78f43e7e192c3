//! What a tape was given, and how loud a pitch is on it.

use std::sync::mpsc::{Receiver, Sender, channel};

use conclave_audio::measure;
use conclave_media::{Tape, TapeFrame, TapeSink};
use conclave_model::confbridge::RecordVolume;

struct Away(Sender<TapeFrame>);

impl TapeSink for Away {
    fn push(&mut self, frame: &TapeFrame) -> bool {
        self.0.send(*frame).is_ok()
    }
}

/// A tape, and where its frames come out.
pub fn tape() -> (Box<Tape>, Receiver<TapeFrame>) {
    tape_at(0)
}

/// The same, so many steps of 6 dB louder.
pub fn tape_at(steps: i8) -> (Box<Tape>, Receiver<TapeFrame>) {
    let (away, reel) = channel();
    let volume = RecordVolume::new(steps).unwrap_or_default();
    (Box::new(Tape::new(Box::new(Away(away)), volume)), reel)
}

/// How loud a pitch is in these frames, which have one rate.
pub fn level_of(frames: &[TapeFrame], hz: f32) -> f32 {
    let samples = frames.iter().flat_map(TapeFrame::samples);
    let samples: Vec<f32> = samples
        .map(|sample| f32::from(*sample) / 32_767.0)
        .collect();
    measure::amplitude_at(&samples, frames[0].rate.hz(), hz)
}
