//! The last gate for key presses: one press counts once, however many ways it came; keeps no PIN.

use std::collections::VecDeque;
use std::fmt;
use std::time::Instant;

use conclave_contract::DigitSource;
use conclave_model::{Digit, limits};

/// A way by which a press can reach us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// RFC 4733.
    TelephoneEvent,
    /// Tones in the audio.
    InBand,
    /// SIP INFO.
    Info,
}

impl From<DigitSource> for KeySource {
    fn from(source: DigitSource) -> Self {
        match source {
            DigitSource::TelephoneEvent => KeySource::TelephoneEvent,
            DigitSource::InBand => KeySource::InBand,
        }
    }
}

/// Merges the reports of one caller's presses.
///
/// Within [`limits::DIGIT_MERGE`] each press may be reported once by each source. A source that
/// reports the same key again means a second press, so no source's count is ever cut short.
#[derive(Default)]
pub struct DigitGate {
    counted: VecDeque<Counted>,
}

struct Counted {
    digit: Digit,
    at: Instant,
    reported_by: [bool; 3],
}

impl DigitGate {
    /// True when this report is a press that was not counted yet.
    pub fn counts(&mut self, now: Instant, digit: Digit, source: KeySource) -> bool {
        self.forget_before(now);
        let slot = source.slot();
        let echo = self
            .counted
            .iter_mut()
            .find(|press| press.digit == digit && !press.reported_by[slot]);
        if let Some(press) = echo {
            press.reported_by[slot] = true;
            return false;
        }
        let mut reported_by = [false; 3];
        reported_by[slot] = true;
        if self.counted.len() == limits::DIGITS_REMEMBERED {
            self.counted.pop_front();
        }
        self.counted.push_back(Counted {
            digit,
            at: now,
            reported_by,
        });
        true
    }

    fn forget_before(&mut self, now: Instant) {
        while let Some(oldest) = self.counted.front() {
            if now.saturating_duration_since(oldest.at) <= limits::DIGIT_MERGE {
                break;
            }
            self.counted.pop_front();
        }
    }
}

impl KeySource {
    const fn slot(self) -> usize {
        match self {
            KeySource::TelephoneEvent => 0,
            KeySource::InBand => 1,
            KeySource::Info => 2,
        }
    }
}

impl fmt::Debug for DigitGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigitGate(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Feeds (milliseconds, key, source) and gives back the keys that counted.
    fn counted(reports: &[(u64, char, KeySource)]) -> String {
        #[expect(
            clippy::disallowed_methods,
            reason = "a test needs some instant to start from"
        )]
        let start = Instant::now();
        let mut gate = DigitGate::default();
        reports
            .iter()
            .filter(|(at_ms, key, source)| {
                let digit = Digit::from_char(*key).unwrap();
                gate.counts(start + Duration::from_millis(*at_ms), digit, *source)
            })
            .map(|(_, key, _)| *key)
            .collect()
    }

    use KeySource::{InBand, Info, TelephoneEvent};

    #[test]
    fn one_press_heard_three_ways_counts_once() {
        let reports = [
            (0, '5', TelephoneEvent),
            (60, '5', InBand),
            (180, '5', Info),
        ];
        assert_eq!(counted(&reports), "5");
    }

    #[test]
    fn a_doubled_key_stays_doubled_even_when_every_press_is_heard_twice() {
        let reports = [
            (0, '5', TelephoneEvent),
            (60, '5', InBand),
            (200, '5', TelephoneEvent),
            (260, '5', InBand),
        ];
        assert_eq!(counted(&reports), "55");
        let late_echoes = [
            (0, '5', TelephoneEvent),
            (150, '5', TelephoneEvent),
            (200, '5', InBand),
            (350, '5', InBand),
        ];
        assert_eq!(counted(&late_echoes), "55");
    }

    #[test]
    fn the_same_source_again_is_a_new_press() {
        let reports = [(0, '1', Info), (10, '1', Info), (20, '1', Info)];
        assert_eq!(counted(&reports), "111");
    }

    #[test]
    fn an_echo_that_was_missed_does_not_swallow_a_later_press() {
        let reports = [
            (0, '7', TelephoneEvent),
            (300, '7', TelephoneEvent),
            (350, '7', InBand),
            (600, '7', TelephoneEvent),
        ];
        assert_eq!(counted(&reports), "777");
    }

    #[test]
    fn after_the_window_another_source_is_a_new_press() {
        let reports = [(0, '3', TelephoneEvent), (5_000, '3', Info)];
        assert_eq!(counted(&reports), "33");
    }

    #[test]
    fn a_flood_does_not_grow_the_memory() {
        #[expect(
            clippy::disallowed_methods,
            reason = "a test needs some instant to start from"
        )]
        let now = Instant::now();
        let mut gate = DigitGate::default();
        for _ in 0..10_000 {
            gate.counts(now, Digit::STAR, Info);
        }
        assert_eq!(gate.counted.len(), limits::DIGITS_REMEMBERED);
    }
}
