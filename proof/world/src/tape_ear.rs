//! Listens to the recordings that the city's stages make; writes no file.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use conclave_contract::Command;
use conclave_media::{Order, Tape, TapeFrame, TapeSink};

use crate::voice::Ear;

/// Every recording so far, in the order of their beginnings.
#[derive(Default)]
pub(crate) struct TapeEars(Vec<TapeEar>);

struct TapeEar {
    frames: Receiver<TapeFrame>,
    ear: Ear,
}

impl TapeEars {
    /// The order for a recording that this will hear; nothing for any other command.
    pub(crate) fn order(&mut self, command: &Command) -> Option<Order> {
        let Command::StartTape { stage, volume, .. } = command else {
            return None;
        };
        let (sink, frames) = sync_channel(FRAMES_MAX);
        let ear = Ear::default();
        self.0.push(TapeEar { frames, ear });
        Some(Order::StartTape {
            stage: *stage,
            tape: Box::new(Tape::new(Box::new(Wire(sink)), *volume)),
        })
    }

    /// What was recorded since.
    pub(crate) fn listen(&mut self) {
        for TapeEar { frames, ear } in &mut self.0 {
            while let Ok(frame) = frames.try_recv() {
                ear.rate_hz = frame.rate.hz();
                let samples = frame.samples().iter();
                ear.samples
                    .extend(samples.map(|sample| f32::from(*sample) / f32::from(i16::MAX)));
            }
        }
    }

    pub(crate) fn ears(&self) -> impl Iterator<Item = &Ear> {
        self.0.iter().map(|tape| &tape.ear)
    }
}

struct Wire(SyncSender<TapeFrame>);

impl TapeSink for Wire {
    fn push(&mut self, frame: &TapeFrame) -> bool {
        self.0.try_send(*frame).is_ok()
    }
}

/// Heard after every tick.
const FRAMES_MAX: usize = 4;
