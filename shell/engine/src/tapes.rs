//! The way of a tape from a worker to whoever writes it: a bounded ring; looks into no frame.

use conclave_media::{Tape, TapeFrame, TapeSink, TapeSource};
use conclave_model::confbridge::RecordVolume;
use conclave_model::limits;
use rtrb::{Consumer, Producer, RingBuffer};

/// A tape for a worker, and its other end. Some 520 KiB.
pub(crate) fn tape(volume: RecordVolume) -> (Box<Tape>, Box<dyn TapeSource>) {
    let (away, back) = RingBuffer::new(limits::TAPE_FRAMES);
    (
        Box::new(Tape::new(Box::new(Away(away)), volume)),
        Box::new(Back(back)),
    )
}

struct Away(Producer<TapeFrame>);

struct Back(Consumer<TapeFrame>);

impl TapeSink for Away {
    fn push(&mut self, frame: &TapeFrame) -> bool {
        self.0.push(*frame).is_ok()
    }
}

impl TapeSource for Back {
    fn next(&mut self) -> Option<TapeFrame> {
        self.0.pop().ok()
    }

    fn has_ended(&self) -> bool {
        self.0.is_abandoned() && self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_stands_still_costs_frames_and_never_the_tick() {
        let (away, back) = RingBuffer::new(limits::TAPE_FRAMES);
        let (mut away, mut back) = (Away(away), Back(back));
        let taken = (0..400).filter(|number| away.push(&TapeFrame::silent(*number)));
        assert_eq!(taken.count(), limits::TAPE_FRAMES);
        assert_eq!(back.next().map(|frame| frame.number), Some(0));
        assert!(away.push(&TapeFrame::silent(400)));
        drop(away);
        assert!(!back.has_ended(), "there is more to read");
        let read: Vec<u64> = std::iter::from_fn(|| back.next().map(|it| it.number)).collect();
        let expected: Vec<u64> = (1..limits::TAPE_FRAMES as u64).chain([400]).collect();
        assert_eq!(read, expected);
        assert!(back.has_ended());
    }
}
