//! What the traffic of all legs came to; measures nothing itself.

use std::time::Instant;

use super::Traffic;
use super::histogram::Histogram;
use super::leg::{Counted, TrafficLeg};

/// Sums over all legs that are [`Counted::Measured`], since the measurement began.
#[derive(Clone, Debug, Default)]
pub struct TrafficStats {
    pub received: u64,
    pub lost: u64,
    /// As far as the other end reported it.
    pub lost_there: u64,
    /// Legs about which it reported anything.
    pub legs_reported: u64,
    /// Legs that received nothing.
    pub silent_legs: u64,
    /// Between a packet and the next of the same leg.
    pub gaps: Histogram,
    /// Of all legs, counted or not.
    pub sent: u64,
    /// Packets that our own socket did not take.
    pub refused: u64,
    /// Packets of nobody's, such as those of a leg that was just removed.
    pub strangers: u64,
    /// Slots that we came to more than 5 ms late.
    pub late_slots: u64,
    /// Packets of those who speak that were sent more than 5 ms late.
    pub late_speech: u64,
    /// How late we came to slots.
    pub lateness: Histogram,
}

impl Traffic {
    #[must_use]
    pub fn stats(&self) -> TrafficStats {
        let now = Instant::now();
        let mut stats = TrafficStats {
            gaps: self.gaps.clone(),
            sent: self.sent,
            refused: self.refused + self.punctual.refused(),
            strangers: self.strangers,
            late_slots: self.pace.late(),
            late_speech: self.punctual.late(),
            lateness: self.pace.lateness().clone(),
            ..TrafficStats::default()
        };
        let measured = |leg: &&TrafficLeg| leg.counted == Counted::Measured && leg.is_open();
        for leg in self.legs.iter().flatten().filter(measured) {
            let heard = leg.measured(now);
            stats.received += heard.received;
            stats.lost += heard.lost;
            stats.lost_there += heard.lost_there.unwrap_or(0);
            stats.legs_reported += u64::from(heard.lost_there.is_some());
            stats.silent_legs += u64::from(heard.received == 0);
        }
        stats
    }
}
