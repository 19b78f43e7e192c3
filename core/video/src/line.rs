//! One `m=video` line of one phone: what was agreed, both streams, their reports; knows no other.

use conclave_contract::{Direction, VideoFormat, VideoSpec};
use conclave_model::{Moment, VideoCodec, limits};
use conclave_rtp::{Latch, Reporter};

use crate::incoming::Incoming;
use crate::outgoing::Outgoing;

#[derive(Debug)]
pub(crate) struct Line {
    pub spec: VideoSpec,
    pub latch: Latch,
    pub reporter: Reporter,
    pub incoming: Incoming,
    pub outgoing: Outgoing,
    /// Of its own: that of the sound has another clock, and nobody may put the two side by side.
    pub cname: [u8; 8],
    /// What the phone says that it can take, in bits per second, and when it said so.
    estimate: Option<(u64, Moment)>,
}

impl Line {
    pub fn new(now: Moment, spec: VideoSpec) -> Self {
        Self {
            latch: Latch::new(spec.remote, spec.remote_rtcp, spec.rtcp_mux),
            reporter: Reporter::new(now, spec.ssrc, VideoCodec::CLOCK_RATE_HZ),
            incoming: Incoming::default(),
            outgoing: Outgoing::new(&spec),
            cname: cname(spec.ssrc),
            estimate: None,
            spec,
        }
    }

    /// Something else was agreed. What is sent goes on in the same stream, but a phone that takes
    /// another format, or takes pictures again, needs a whole one.
    pub fn renew(&mut self, spec: VideoSpec) {
        let is_another = spec.formats != self.spec.formats;
        let is_back = spec.direction.sends() && !self.sends();
        if is_another || is_back {
            self.outgoing.begin_anew();
        }
        let VideoSpec {
            remote,
            remote_rtcp,
            rtcp_mux,
            ..
        } = spec;
        self.latch.signal(remote, remote_rtcp, rtcp_mux);
        self.spec = spec;
    }

    /// Whether the phone is sent pictures.
    pub fn sends(&self) -> bool {
        self.spec.direction.sends()
    }

    /// Whether the phone's pictures are taken.
    pub fn receives(&self) -> bool {
        match self.spec.direction {
            Direction::SendRecv | Direction::RecvOnly => true,
            Direction::SendOnly | Direction::Inactive => false,
        }
    }

    pub fn format_of(&self, payload_type: u8) -> Option<VideoFormat> {
        let formats = self.spec.formats.iter();
        formats
            .copied()
            .find(|format| format.payload_type == payload_type)
    }

    /// The format in which this phone takes what comes in that one.
    pub fn format_for(&self, sent: VideoCodec) -> Option<VideoFormat> {
        let formats = self.spec.formats.iter();
        formats.copied().find(|format| format.codec.takes(sent))
    }

    /// Whether this phone can show anything of what the other may send.
    pub fn suits(&self, sender: &Line) -> bool {
        let formats = &sender.spec.formats;
        formats
            .iter()
            .any(|format| self.format_for(format.codec).is_some())
    }

    pub fn estimated(&mut self, now: Moment, bits_per_second: u64) {
        self.estimate = Some((bits_per_second, now));
    }

    /// What the phone can take, as it said not long ago.
    pub fn estimate(&self, now: Moment) -> Option<u64> {
        let is_fresh = |at: Moment| now.is_within(limits::REMB_LIFE, at);
        self.estimate.filter(|(_, at)| is_fresh(*at)).map(|it| it.0)
    }
}

/// RFC 7022 §4.2 allows a short random name for each session; the SSRC is random enough.
fn cname(ssrc: u32) -> [u8; 8] {
    let hex = |nibble: u32| b"0123456789abcdef"[(nibble & 15) as usize];
    std::array::from_fn(|at| hex(ssrc >> (28 - 4 * at)))
}
