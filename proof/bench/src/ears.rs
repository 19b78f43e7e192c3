//! When markers were sent and when they were heard, room by room; decodes nothing.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The markers of every room.
pub(crate) struct Ears {
    /// When each room's last ones were sent, and by which call.
    sent: Vec<VecDeque<(Instant, usize)>>,
    /// Of each that was heard, with the call that had sent it.
    pub delays: Vec<(usize, Duration)>,
    /// Markers sent, times the listeners that should have heard each.
    pub expected: u64,
    is_over: bool,
}

impl Ears {
    pub(crate) fn new(rooms: usize) -> Self {
        Self {
            sent: vec![VecDeque::new(); rooms],
            delays: Vec::new(),
            expected: 0,
            is_over: false,
        }
    }

    pub(crate) fn begin_measuring(&mut self) {
        self.delays.clear();
        self.expected = 0;
    }

    /// What is heard from now on does not count.
    pub(crate) fn end_measuring(&mut self) {
        self.is_over = true;
    }

    pub(crate) fn expect(&mut self, listeners: usize) {
        if !self.is_over {
            self.expected += listeners as u64;
        }
    }

    pub(crate) fn heard(&mut self, talker: usize, delay: Duration) {
        if !self.is_over {
            self.delays.push((talker, delay));
        }
    }

    pub(crate) fn marker_sent(&mut self, at: Instant, room: usize, talker: usize) {
        let sent = &mut self.sent[room];
        sent.push_back((at, talker));
        if sent.len() > MARKERS_KEPT {
            sent.pop_front();
        }
    }

    /// Who sent the marker that somebody heard at `at`, and how long ago; `None`: it was none of
    /// ours.
    pub(crate) fn delay(&self, at: Instant, room: usize) -> Option<(usize, Duration)> {
        let mut sent = self.sent[room].iter().rev();
        let (cause, talker) = sent.find(|(sent, _)| *sent <= at + DETECTION_ERROR)?;
        let delay = at.saturating_duration_since(*cause);
        (delay < DELAY_BELIEVED).then_some((*talker, delay))
    }
}

/// A prompt may have a marker's pitch for a moment, but seldom just when one is due.
pub(crate) const DELAY_OF_ROOM: Duration = Duration::from_millis(300);
const MARKERS_KEPT: usize = 4;
/// Half a window of the probe, and its hop.
const DETECTION_ERROR: Duration = Duration::from_millis(3);
/// Markers are a second apart.
const DELAY_BELIEVED: Duration = Duration::from_millis(900);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_the_last_one_that_can_have_been_heard() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut ears = Ears::new(2);
        assert_eq!(ears.delay(at(0), 0), None);
        ears.marker_sent(at(1_000), 0, 4);
        ears.marker_sent(at(2_000), 0, 5);
        let delay = |ms| {
            let heard = ears.delay(at(ms), 0);
            heard.map(|(talker, delay)| (talker, delay.as_millis()))
        };
        assert_eq!(delay(1_040), Some((4, 40)));
        assert_eq!(delay(1_999), Some((5, 0)), "the probe is not better");
        assert_eq!(delay(2_030), Some((5, 30)));
        assert_eq!(delay(2_950), None);
        assert_eq!(ears.delay(at(2_030), 1), None);
    }
}
