//! What arrived of one stream: extended sequence, loss and jitter (RFC 3550 §A); keeps no packet.

use std::time::Duration;

use conclave_model::Moment;

use crate::RtpPacket;
use crate::rtcp::ReportBlock;

/// Statistics of one stream at a time; a new SSRC starts them anew, totals go on.
#[derive(Debug)]
pub struct Reception {
    clock_rate_hz: u32,
    stream: Option<Stream>,
    received_before: u64,
    lost_before: u64,
    jitter_max_ticks: f64,
}

/// How a packet fitted into its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    InSequence,
    /// Earlier than one already seen, or twice.
    Reordered,
    /// The first of a new stream: a first packet at all, or a new SSRC.
    NewStream,
    /// The same SSRC begins again elsewhere; two packets in a row say so.
    Restarted,
    /// A jump too far to believe; the next packet will tell.
    Doubtful,
}

impl Reception {
    #[must_use]
    pub fn new(clock_rate_hz: u32) -> Self {
        Self {
            clock_rate_hz: clock_rate_hz.max(1),
            stream: None,
            received_before: 0,
            lost_before: 0,
            jitter_max_ticks: 0.0,
        }
    }

    /// Another clock was agreed: the stream is counted anew, totals go on.
    pub fn set_clock_rate(&mut self, clock_rate_hz: u32) {
        if self.clock_rate_hz != clock_rate_hz.max(1) {
            let seconds = self.jitter_max_ticks / f64::from(self.clock_rate_hz);
            self.clock_rate_hz = clock_rate_hz.max(1);
            self.jitter_max_ticks = seconds * f64::from(self.clock_rate_hz);
            self.end();
        }
    }

    /// Counts one packet.
    pub fn receive(&mut self, now: Moment, packet: &RtpPacket<'_>) -> Accepted {
        let nanos = now.nanos_since(Moment::EPOCH) as f64;
        let arrival = nanos * (f64::from(self.clock_rate_hz) / 1e9);
        let Some(stream) = self.stream.as_mut().filter(|old| old.ssrc == packet.ssrc) else {
            self.begin(Stream::new(packet, arrival));
            return Accepted::NewStream;
        };
        let accepted = stream.follow(packet.sequence);
        match accepted {
            Accepted::InSequence | Accepted::Reordered | Accepted::NewStream => {
                stream.received += 1;
                stream.measure_jitter(arrival, packet.timestamp);
                self.jitter_max_ticks = self.jitter_max_ticks.max(stream.jitter_ticks);
            }
            Accepted::Restarted => {
                // The doubtful packet before this one belonged to the new run.
                let mut restarted = Stream::new(packet, arrival);
                restarted.base = packet.sequence.wrapping_sub(1).into();
                restarted.highest = u32::from(packet.sequence);
                if packet.sequence == 0 {
                    restarted.highest = CYCLE;
                }
                restarted.received = 2;
                self.begin(restarted);
            }
            Accepted::Doubtful => {}
        }
        accepted
    }

    /// Packets of all streams, doubles included as RFC 3550 §A.3 has it.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received_before + self.stream.as_ref().map_or(0, |now| now.received)
    }

    /// Gaps in the sequence of all streams; doubles of one stream cancel its losses out.
    #[must_use]
    pub fn lost(&self) -> u64 {
        let current = self.stream.as_ref().map_or(0, Stream::lost);
        self.lost_before + u64::try_from(current).unwrap_or(0)
    }

    /// The present interarrival jitter (RFC 3550 §A.8).
    #[must_use]
    pub fn jitter(&self) -> Duration {
        self.as_duration(self.stream.as_ref().map_or(0.0, |now| now.jitter_ticks))
    }

    /// The largest jitter seen so far.
    #[must_use]
    pub fn jitter_max(&self) -> Duration {
        self.as_duration(self.jitter_max_ticks)
    }

    /// The SSRC of the stream that is coming in now.
    #[must_use]
    pub fn ssrc(&self) -> Option<u32> {
        self.stream.as_ref().map(|stream| stream.ssrc)
    }

    /// The block for our next report, and the start of the next interval of `fraction_lost`.
    /// `last_sr` and `delay_since_last_sr` are left 0.
    pub fn take_report(&mut self) -> Option<ReportBlock> {
        self.stream.as_mut().map(Stream::take_report)
    }

    fn begin(&mut self, stream: Stream) {
        self.end();
        self.stream = Some(stream);
    }

    fn end(&mut self) {
        if let Some(old) = self.stream.take() {
            self.received_before += old.received;
            self.lost_before += u64::try_from(old.lost()).unwrap_or(0);
        }
    }

    fn as_duration(&self, ticks: f64) -> Duration {
        Duration::from_secs_f64(ticks / f64::from(self.clock_rate_hz))
    }
}

/// One SSRC (RFC 3550 §A.1, `source`).
#[derive(Debug)]
struct Stream {
    ssrc: u32,
    /// The first sequence number.
    base: u32,
    /// The highest seen, with the cycles above.
    highest: u32,
    received: u64,
    /// What the next packet must be numbered for a restart to be believed.
    restart_at: Option<u16>,
    last_transit: f64,
    first_timestamp: u32,
    jitter_ticks: f64,
    expected_reported: i64,
    received_reported: u64,
}

impl Stream {
    fn new(packet: &RtpPacket<'_>, arrival: f64) -> Self {
        Self {
            ssrc: packet.ssrc,
            base: packet.sequence.into(),
            highest: packet.sequence.into(),
            received: 1,
            restart_at: None,
            last_transit: arrival,
            first_timestamp: packet.timestamp,
            jitter_ticks: 0.0,
            expected_reported: 0,
            received_reported: 0,
        }
    }

    fn follow(&mut self, sequence: u16) -> Accepted {
        let highest = (self.highest & 0xffff) as u16;
        let ahead = sequence.wrapping_sub(highest);
        if ahead == 0 || ahead > u16::MAX - MISORDER_MAX {
            self.restart_at = None;
            return Accepted::Reordered;
        }
        if ahead < DROPOUT_MAX {
            self.restart_at = None;
            self.highest = self.highest.wrapping_add(u32::from(ahead));
            return Accepted::InSequence;
        }
        if self.restart_at == Some(sequence) {
            return Accepted::Restarted;
        }
        self.restart_at = Some(sequence.wrapping_add(1));
        Accepted::Doubtful
    }

    fn measure_jitter(&mut self, arrival: f64, timestamp: u32) {
        let media = timestamp.wrapping_sub(self.first_timestamp).cast_signed();
        let transit = arrival - f64::from(media);
        let deviation = (transit - self.last_transit).abs();
        self.last_transit = transit;
        // A timestamp that jumped says nothing about the network.
        if deviation < JITTER_BELIEVED_TICKS {
            self.jitter_ticks += (deviation - self.jitter_ticks) / 16.0;
        }
    }

    fn expected(&self) -> i64 {
        i64::from(self.highest) - i64::from(self.base) + 1
    }

    fn lost(&self) -> i64 {
        self.expected() - self.received.cast_signed()
    }

    fn take_report(&mut self) -> ReportBlock {
        let expected = self.expected() - self.expected_reported;
        let received = (self.received - self.received_reported).cast_signed();
        self.expected_reported = self.expected();
        self.received_reported = self.received;
        let lost = (expected - received).max(0);
        let fraction = if expected > 0 {
            lost * 256 / expected
        } else {
            0
        };
        ReportBlock {
            ssrc: self.ssrc,
            fraction_lost: u8::try_from(fraction).unwrap_or(u8::MAX),
            cumulative_lost: i32::try_from(self.lost().clamp(LOST_MIN, LOST_MAX)).unwrap_or(0),
            highest_sequence: self.highest,
            jitter_ticks: self.jitter_ticks as u32,
            last_sr: 0,
            delay_since_last_sr: 0,
        }
    }
}

const CYCLE: u32 = 1 << 16;
/// RFC 3550 §A.1: a minute of loss at 50 packets a second.
const DROPOUT_MAX: u16 = 3_000;
/// RFC 3550 §A.1: two seconds of reordering at 50 packets a second.
const MISORDER_MAX: u16 = 100;
/// Ten seconds at 48 kHz.
const JITTER_BELIEVED_TICKS: f64 = 480_000.0;
/// The 24 signed bits of the field.
const LOST_MIN: i64 = -0x80_0000;
const LOST_MAX: i64 = 0x7f_ffff;
