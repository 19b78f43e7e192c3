//! What came for one leg, in all and since the measurement began; decodes nothing.

use std::time::{Duration, Instant};

use conclave_model::Moment;
use conclave_rtp::{Reception, RtpPacket, rtcp::ReportBlock};

/// The account of one leg.
pub(super) struct Heard {
    reception: Reception,
    first_at: Option<Instant>,
    last_at: Option<Instant>,
    received_before: u64,
    lost_before: u64,
    gap_max: Duration,
    /// As the other end reported it last, of what we sent.
    reported: Option<i32>,
    reported_before: Option<i32>,
}

/// What came for a leg while it was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    pub received: u64,
    /// Missing in the numbering.
    pub lost: u64,
    /// The longest time without a packet, the one at the end included.
    pub gap_max: Duration,
    /// Over the whole life of the leg (RFC 3550 §A.8).
    pub jitter: Duration,
    /// What the other end reported as lost of ours, between its last report before the measurement
    /// and its last one; `None` while it sent no report.
    pub lost_there: Option<u64>,
}

impl Heard {
    pub(super) fn new(clock_rate_hz: u32) -> Self {
        Self {
            reception: Reception::new(clock_rate_hz),
            first_at: None,
            last_at: None,
            received_before: 0,
            lost_before: 0,
            gap_max: Duration::ZERO,
            reported: None,
            reported_before: None,
        }
    }

    /// The time since the packet before.
    pub(super) fn count(&mut self, at: Instant, packet: &RtpPacket<'_>) -> Option<Duration> {
        let first_at = *self.first_at.get_or_insert(at);
        self.reception.receive(Moment::of(at, first_at), packet);
        let gap = at.saturating_duration_since(self.last_at.replace(at)?);
        self.gap_max = self.gap_max.max(gap);
        Some(gap)
    }

    pub(super) fn reported(&mut self, block: &ReportBlock) {
        self.reported = Some(block.cumulative_lost);
    }

    pub(super) fn begin_measuring(&mut self, now: Instant) {
        self.received_before = self.reception.received();
        self.lost_before = self.reception.lost();
        self.gap_max = Duration::ZERO;
        self.last_at.get_or_insert(now);
        self.reported_before = self.reported;
    }

    pub(super) fn first_at(&self) -> Option<Instant> {
        self.first_at
    }

    /// A packet came before the leg was known here.
    pub(super) fn came_early(&mut self, at: Instant) {
        self.first_at.get_or_insert(at);
    }

    pub(super) fn measured(&self, now: Instant) -> Measured {
        let last_gap = self.last_at.map(|last| now.saturating_duration_since(last));
        let lost_there = self.reported.map(|reported| {
            let before = self.reported_before.unwrap_or(0);
            u64::try_from(reported.saturating_sub(before)).unwrap_or(0)
        });
        Measured {
            received: self.reception.received() - self.received_before,
            lost: self.reception.lost().saturating_sub(self.lost_before),
            gap_max: self.gap_max.max(last_gap.unwrap_or_default()),
            jitter: self.reception.jitter_max(),
            lost_there,
        }
    }
}
