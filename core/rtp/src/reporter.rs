//! The RTCP side of one leg: when to report and what (RFC 3550 §6); sends nothing itself.

use std::time::Duration;

use conclave_model::{FarReception, Moment};

use crate::rtcp::{self, Report, ReportBlock, RtcpPacket, SenderInfo};
use crate::{Reception, RtpPacket};

/// Counts both directions of one leg and writes its reports.
///
/// Its NTP time counts from its own beginning, which RFC 3550 §6.4.1 allows where no wall clock is
/// at hand.
///
/// In memory in this order, what every packet touches first.
#[derive(Debug)]
#[repr(C)]
pub struct Reporter {
    reception: Reception,
    /// What the newest report says of our packets, until it is asked for.
    peer_lost: Option<u8>,
    ssrc: u32,
    due: Moment,
    sent: Sent,
    started: Moment,
    peer_report: Option<PeerReport>,
    round_trip: Option<Duration>,
    far: Option<FarReception>,
    sent_clock_rate_hz: u32,
    bye: bool,
    dice: u64,
}

impl Reporter {
    /// `ssrc` is ours; it also seeds the randomness of the interval, being random itself.
    #[must_use]
    pub fn new(now: Moment, ssrc: u32, clock_rate_hz: u32) -> Self {
        let mut reporter = Self {
            ssrc,
            started: now,
            reception: Reception::new(clock_rate_hz),
            sent: Sent::default(),
            peer_report: None,
            round_trip: None,
            peer_lost: None,
            far: None,
            sent_clock_rate_hz: clock_rate_hz,
            bye: false,
            due: now,
            dice: u64::from(ssrc),
        };
        // §6.2: the first report comes after half an interval.
        reporter.due = now + reporter.draw_interval() / 2;
        reporter
    }

    /// An audio or event packet of the peer that was accepted. Not events with an SSRC of their
    /// own: each change of SSRC is taken for a new stream.
    pub fn received(&mut self, now: Moment, packet: &RtpPacket<'_>) -> crate::Accepted {
        self.reception.receive(now, packet)
    }

    /// A packet of ours went out.
    pub fn sent(&mut self, timestamp: u32, payload_bytes: usize, at: Moment) {
        self.sent.packets = self.sent.packets.wrapping_add(1);
        let octets = u32::try_from(payload_bytes).unwrap_or(u32::MAX);
        self.sent.octets = self.sent.octets.wrapping_add(octets);
        self.sent.timestamp = timestamp;
        self.sent.at = Some(at);
        self.sent.since_report = true;
    }

    /// A datagram of RTCP from the peer.
    pub fn handle_rtcp(&mut self, now: Moment, datagram: &[u8]) {
        let now_middle = middle(self.ntp(now));
        for packet in rtcp::read(datagram) {
            let blocks = match packet {
                RtcpPacket::SenderReport { ssrc, info, blocks } => {
                    let ntp_middle = middle(info.ntp);
                    self.peer_report = Some(PeerReport {
                        ssrc,
                        ntp_middle,
                        at: now,
                    });
                    blocks
                }
                RtcpPacket::ReceiverReport { blocks, .. } => blocks,
                RtcpPacket::Bye { .. } => {
                    self.bye = true;
                    continue;
                }
                RtcpPacket::SourceDescription { .. } | RtcpPacket::Other { .. } => continue,
            };
            let ssrc = self.ssrc;
            for block in blocks.filter(|block| block.ssrc == ssrc) {
                self.round_trip = rtcp::round_trip(&block, now_middle).or(self.round_trip);
                self.peer_lost = Some(block.fraction_lost);
                self.note_far(&block);
            }
        }
    }

    /// The worst jitter and the last count of losses; doubles that were counted against losses
    /// make none.
    fn note_far(&mut self, block: &ReportBlock) {
        let far = self.far.get_or_insert_default();
        far.packets_lost = u64::try_from(block.cumulative_lost).unwrap_or(0);
        let seconds = f64::from(block.jitter_ticks) / f64::from(self.sent_clock_rate_hz.max(1));
        far.jitter_max = far.jitter_max.max(Duration::from_secs_f64(seconds));
    }

    /// When the next report is due.
    #[must_use]
    pub const fn poll_timeout(&self) -> Moment {
        self.due
    }

    /// Writes the report if one is due; the length, or `None`. `clock_rate_hz` is that of what we
    /// send.
    pub fn write_due(
        &mut self,
        now: Moment,
        cname: &[u8],
        clock_rate_hz: u32,
        datagram: &mut [u8; REPORT_BYTES_MAX],
    ) -> Option<usize> {
        if now < self.due {
            return None;
        }
        self.due = now + self.draw_interval();
        self.write(now, cname, clock_rate_hz, false, datagram)
    }

    /// The last report, with a BYE, for a leg that closes.
    pub fn write_bye(
        &mut self,
        now: Moment,
        cname: &[u8],
        clock_rate_hz: u32,
        datagram: &mut [u8; REPORT_BYTES_MAX],
    ) -> Option<usize> {
        self.write(now, cname, clock_rate_hz, true, datagram)
    }

    /// What arrived so far.
    #[must_use]
    pub const fn reception(&self) -> &Reception {
        &self.reception
    }

    /// The last round trip that the peer's reports told of.
    #[must_use]
    pub const fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// How the peer received us so far, by its own reports; `None` when there was none.
    #[must_use]
    pub const fn far(&self) -> Option<FarReception> {
        self.far
    }

    /// How many of our packets the peer missed of late, in parts of 256 (RFC 3550 §6.4.1); once
    /// for each time it said so.
    pub const fn take_peer_lost(&mut self) -> Option<u8> {
        self.peer_lost.take()
    }

    /// The peer said goodbye. Signalling decides what to make of it.
    #[must_use]
    pub const fn said_bye(&self) -> bool {
        self.bye
    }

    /// Another codec with another clock was agreed; jitter is measured anew.
    pub fn set_clock_rate(&mut self, clock_rate_hz: u32) {
        self.reception.set_clock_rate(clock_rate_hz);
        self.sent_clock_rate_hz = clock_rate_hz;
    }

    fn write(
        &mut self,
        now: Moment,
        cname: &[u8],
        clock_rate_hz: u32,
        bye: bool,
        datagram: &mut [u8],
    ) -> Option<usize> {
        let info = self.sent.since_report.then(|| SenderInfo {
            ntp: self.ntp(now),
            rtp_timestamp: self.sent.timestamp_at(now, clock_rate_hz),
            packets: self.sent.packets,
            octets: self.sent.octets,
        });
        self.sent.since_report = false;
        let mut block = self.reception.take_report();
        if let (Some(block), Some(peer)) = (&mut block, &self.peer_report)
            && block.ssrc == peer.ssrc
        {
            block.last_sr = peer.ntp_middle;
            block.delay_since_last_sr = middle(as_ntp(now.saturating_duration_since(peer.at)));
        }
        let report = Report {
            ssrc: self.ssrc,
            info,
            block,
            cname,
            bye,
        };
        report.write(datagram)
    }

    fn ntp(&self, now: Moment) -> u64 {
        // Starting at 1 s keeps the middle bits of a first report from being 0, which means none.
        as_ntp(now.saturating_duration_since(self.started) + Duration::from_secs(1))
    }

    /// §6.3.1 for two members: 5 s, times 0.5 to 1.5, divided by e - 3/2.
    fn draw_interval(&mut self) -> Duration {
        self.dice = self
            .dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let share = (self.dice >> 40) as f64 / f64::from(1 << 24);
        INTERVAL.mul_f64((0.5 + share) / COMPENSATION)
    }
}

/// Enough for a report with one block, a CNAME of 255 bytes and a BYE.
pub const REPORT_BYTES_MAX: usize = 360;
const INTERVAL: Duration = Duration::from_secs(5);
/// e - 3/2, because reconsideration converges below the mean (RFC 3550 §6.3.1).
const COMPENSATION: f64 = 1.218_28;

#[derive(Debug, Default)]
struct Sent {
    packets: u32,
    octets: u32,
    timestamp: u32,
    at: Option<Moment>,
    since_report: bool,
}

impl Sent {
    /// The timestamp that a sample taken at `now` would bear.
    fn timestamp_at(&self, now: Moment, clock_rate_hz: u32) -> u32 {
        let since = self
            .at
            .map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        let ticks = since.as_micros() * u128::from(clock_rate_hz) / 1_000_000;
        self.timestamp.wrapping_add(ticks as u32)
    }
}

#[derive(Debug)]
struct PeerReport {
    ssrc: u32,
    ntp_middle: u32,
    at: Moment,
}

fn as_ntp(duration: Duration) -> u64 {
    let fraction = (u64::from(duration.subsec_nanos()) << 32) / 1_000_000_000;
    (duration.as_secs() << 32) + fraction
}

const fn middle(ntp: u64) -> u32 {
    (ntp >> 16) as u32
}
