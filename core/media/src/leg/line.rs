//! How the packets of one leg fare, looked at now and then; judges nothing.

use conclave_model::{LineQuality, Moment, limits};
use conclave_rtp::Reception;

/// What was counted until the last look, and what was told of it.
#[derive(Default)]
pub(crate) struct Line {
    due: Option<Moment>,
    before: Counts,
    /// Of our packets, in parts of 256, as the peer said last.
    peer_lost: Option<u8>,
    told: Option<LineQuality>,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    received: u64,
    lost: u64,
    late: u64,
}

impl Line {
    pub fn peer_lost(&mut self, parts_of_256: u8) {
        self.peer_lost = Some(parts_of_256);
    }

    /// Whether it is time to look.
    pub fn is_due(&mut self, now: Moment) -> bool {
        now >= *self.due.get_or_insert(now + limits::QUALITY_READING)
    }

    /// What is new since the last look, which is due. `late`: packets that came after their
    /// moment, which are received for RTCP and lost to the ear.
    pub fn look(&mut self, now: Moment, reception: &Reception, late: u64) -> Option<LineQuality> {
        self.due = Some(now + limits::QUALITY_READING);
        let counts = Counts {
            received: reception.received(),
            lost: reception.lost(),
            late,
        };
        let before = std::mem::replace(&mut self.before, counts);
        if counts.received == 0 {
            return None;
        }
        let quality = LineQuality {
            loss_in_percent: counts.loss_percent_since(before),
            loss_out_percent: self.peer_lost.map(|parts| f32::from(parts) * 100.0 / 256.0),
            jitter_ms: reception.jitter().as_secs_f32() * 1_000.0,
        };
        if self.told.is_some_and(|told| is_as_before(told, quality)) {
            return None;
        }
        self.told = Some(quality);
        Some(quality)
    }
}

impl Counts {
    fn loss_percent_since(self, before: Counts) -> f32 {
        // A packet that comes late to RTCP too lowers the count of the lost ones.
        let lost = self.lost.saturating_sub(before.lost) + self.late.saturating_sub(before.late);
        let received = self.received.saturating_sub(before.received);
        let late = self.late.saturating_sub(before.late);
        let expected = received.saturating_sub(late) + lost;
        if expected == 0 {
            return 0.0;
        }
        lost as f32 * 100.0 / expected as f32
    }
}

/// Whether nobody who looks at a list would see the difference.
fn is_as_before(told: LineQuality, new: LineQuality) -> bool {
    let is_near = |one: f32, other: f32, step: f32| (one - other).abs() < step;
    let out = |quality: LineQuality| quality.loss_out_percent.unwrap_or(-LOSS_STEP_PERCENT);
    is_near(told.loss_in_percent, new.loss_in_percent, LOSS_STEP_PERCENT)
        && is_near(out(told), out(new), LOSS_STEP_PERCENT)
        && is_near(told.jitter_ms, new.jitter_ms, JITTER_STEP_MS)
}

/// One packet of the 250 between two looks is 0.4 %.
const LOSS_STEP_PERCENT: f32 = 0.3;
const JITTER_STEP_MS: f32 = 5.0;
