//! The media half of one call: what it says and what it hears, 20 ms at a time; cannot see a PIN.

mod dialler;
mod ear;
mod egress;
mod hearing;
mod ingress;
mod keypad;
mod line;
mod listening;
mod loudness;
mod music_feed;
mod opus_choice;
mod payloads;
mod playing;
mod recorder;
mod renewal;
mod shield;
mod silence;
mod stereo_ear;
mod talk;
mod testimony;
#[cfg(test)]
pub(crate) mod tests_support;
mod voice;
mod voicing;

use std::net::SocketAddr;

use conclave_audio::{Gain, SampleRate};
use conclave_contract::{Direction, LegSpec, LegStats};
use conclave_mixer::Limiter;
use conclave_model::{Digit, LegId, Moment};
use conclave_rtp::Reporter;

use crate::bus::Converters;
use crate::fanout::{Following, Source};
use crate::post::Porch;
use crate::reserve::Reserve;

use dialler::Dialler;
pub use ear::Ear;
pub(crate) use egress::{Egress, EncodeKey};
pub(crate) use hearing::{Base, Hears, Surroundings};
pub(crate) use ingress::{Ingress, Received};
use line::Line;
pub(crate) use loudness::Loudness;
pub(crate) use music_feed::MusicFeed;
pub(crate) use payloads::Payloads;
pub use playing::Playing;
pub use recorder::Recorder;
use renewal::Parts;
pub use renewal::Renewal;
use shield::Shield;
pub(crate) use shield::Workbench;
pub use stereo_ear::StereoEar;
use talk::Talk;
pub(crate) use voice::{Got, Need};
pub use voicing::Voicing;

/// Everything one leg needs until it is closed, allocated before it is opened.
///
/// It lies in memory in this order, and what every tick touches comes first, by the step of the
/// tick: between two steps a thousand other legs and the kernel have filled the cache, so a leg
/// costs as many waits for memory as it touches lines of 64 bytes.
#[repr(C, align(64))]
pub struct Leg {
    id: LegId,
    /// Of the `spec`, which is elsewhere in memory and not touched in a tick.
    direction: Direction,
    /// It panicked once: it is not worked on any more.
    pub(crate) is_broken: bool,
    pub(crate) is_muted: bool,
    /// While it is on no stage.
    pub(crate) echoes: bool,
    pub(crate) is_talker: bool,
    pub(crate) needs_own_mix: bool,
    pub(crate) has_own_mix: bool,
    /// Whether two channels are sent.
    pub(crate) is_spatial: bool,
    is_lost: bool,
    /// The slot of its stage.
    pub(crate) stage: Option<usize>,
    /// The tick in which it was last sent a frame.
    pub(crate) spoken_at: Option<u64>,
    playing: Option<Box<Playing>>,
    recorder: Option<Box<Recorder>>,

    pub(crate) hears: Hears,
    pub(crate) following: Option<Following>,
    pub(crate) egress: Egress,
    dialler: Dialler,
    /// `None`: its packets are readable by everybody.
    shield: Option<Box<Shield>>,

    pub(crate) music: MusicFeed,
    /// How loud the rest is while something is played to this leg.
    background: Gain,
    background_wanted: f32,
    /// How loud all of it is to this leg.
    pub(crate) loudness: Loudness,
    talk: Talk,
    /// Since when packets are due from the peer.
    expected_since: Option<Moment>,
    line: Line,

    pub(crate) ingress: Ingress,
    reporter: Option<Reporter>,

    /// What it will follow after so many more frames encoded alone.
    pub(crate) settling: Option<(Source, u32)>,
    pub(crate) limiter: Limiter,
    play_converter: Converters,
    /// For two channels.
    stereo: Option<Box<StereoEar>>,
    /// How long its packets are wanted.
    paced_ms: Option<u32>,
    local: SocketAddr,
    cname: [u8; 8],
    pub(crate) spec: Box<LegSpec>,
    stats: Option<Box<LegStats>>,
    porch: Porch,
}

impl Leg {
    /// Allocates; `local` is the address of its RTP port.
    #[must_use]
    pub(crate) fn new(
        id: LegId,
        spec: Box<LegSpec>,
        local: SocketAddr,
        reserve: &mut Reserve,
    ) -> Self {
        let Parts {
            ingress,
            egress,
            limiter,
            play_converter,
            shield,
        } = Parts::new(&spec, reserve);
        Self {
            id,
            local,
            ingress,
            egress,
            shield,
            reporter: None,
            cname: cname(spec.ssrc),
            dialler: Dialler::new(&spec),
            direction: spec.direction,
            spec,
            stage: None,
            is_muted: false,
            echoes: false,
            is_talker: false,
            needs_own_mix: false,
            has_own_mix: false,
            stereo: None,
            is_spatial: false,
            paced_ms: None,
            talk: Talk::default(),
            line: Line::default(),
            limiter,
            playing: None,
            play_converter,
            background: Gain::new(1.0),
            background_wanted: 1.0,
            loudness: Loudness::default(),
            music: MusicFeed::default(),
            recorder: None,
            following: None,
            hears: Hears::Nothing,
            spoken_at: None,
            settling: None,
            expected_since: None,
            is_lost: false,
            is_broken: false,
            porch: Porch::default(),
            stats: Some(Box::default()),
        }
    }

    /// The end of it; what another can use is kept.
    pub(crate) fn give_back(self, reserve: &mut Reserve) {
        self.ingress.give_back(reserve);
        self.egress.give_back(reserve);
    }

    #[must_use]
    pub const fn id(&self) -> LegId {
        self.id
    }

    #[must_use]
    pub const fn local(&self) -> SocketAddr {
        self.local
    }

    /// The rate it hears at.
    pub(crate) fn rate(&self) -> SampleRate {
        self.egress.rate()
    }

    /// Time begins.
    pub(crate) fn open(&mut self, now: Moment, tick: u64) {
        let clock_rate_hz = self.spec.send.codec.clock_rate_hz();
        self.reporter = Some(Reporter::new(now, self.spec.ssrc, clock_rate_hz));
        self.egress.align(tick);
        self.expect_media(now);
    }

    /// What it remembers of the deck it leaves means nothing in another.
    pub(crate) fn forget_deck(&mut self) {
        self.music = MusicFeed::default();
        self.settling = None;
        self.spoken_at = None;
    }

    /// The ticks of its new deck are numbered otherwise.
    pub(crate) fn settle_in(&mut self, tick: u64) {
        self.egress.align(tick);
    }

    /// A new offer and answer: the same leg goes on with what changed. It must follow nobody.
    pub(crate) fn renew(&mut self, now: Moment, tick: u64, renewal: &mut Renewal) {
        let Renewal { spec, parts } = renewal;
        self.ingress.replace(&mut parts.ingress, spec);
        Shield::renew(now, &mut self.shield, &mut parts.shield);
        let key = self.egress.key();
        parts.egress.replace(&mut self.egress);
        std::mem::swap(&mut self.egress, &mut parts.egress);
        if let Some(interval_ms) = self.paced_ms {
            let waiting = &mut parts.egress.waiting;
            self.egress.pace(interval_ms, spec.ptime_max_ms, waiting);
        }
        if key != self.egress.key() {
            self.egress.align(tick);
            std::mem::swap(&mut self.limiter, &mut parts.limiter);
            std::mem::swap(&mut self.play_converter, &mut parts.play_converter);
        }
        std::mem::swap(&mut self.spec, spec);
        self.direction = self.spec.direction;
        self.dialler = Dialler::new(&self.spec);
        if let Some(reporter) = &mut self.reporter {
            reporter.set_clock_rate(self.spec.send.codec.clock_rate_hz());
        }
        if !self.direction.hears_peer() {
            self.ingress.forget_sound();
        }
        self.expect_media(now);
    }

    /// Whether others may hear it at all.
    pub(crate) fn is_audible(&self) -> bool {
        !self.is_muted && !self.is_broken && self.direction.hears_peer()
    }

    /// Sends longer packets from now on, if the peer takes them. It must follow nobody.
    pub(crate) fn pace(&mut self, interval_ms: u32, tick: u64, waiting: &mut Box<[f32]>) {
        self.paced_ms = Some(interval_ms);
        if self
            .egress
            .pace(interval_ms, self.spec.ptime_max_ms, waiting)
        {
            self.egress.align(tick);
        }
    }

    /// Somebody else pressed a key, which the peer is to know.
    pub(crate) fn relay(&mut self, digit: Digit) {
        self.dialler.press(digit);
    }

    pub(crate) fn set_muted(&mut self, muted: bool) {
        self.is_muted = muted;
        if muted {
            self.ingress.hush();
        }
    }

    /// The last word: what it did. Given once.
    pub(crate) fn take_stats(&mut self) -> Option<Box<LegStats>> {
        let mut stats = self.stats.take()?;
        stats.codec = Some(self.spec.send.codec);
        stats.packets_sent = self.egress.packets_sent();
        stats.packets_late = self.ingress.late();
        stats.packets_refused = self.ingress.refused();
        stats.packets_forged = self.ingress.forged();
        stats.talked = self.talk.talked();
        if let Some(reporter) = &self.reporter {
            stats.packets_received = reporter.reception().received();
            stats.packets_lost = reporter.reception().lost();
            stats.jitter_max = reporter.reception().jitter_max();
            stats.round_trip = reporter.round_trip();
            stats.far = reporter.far();
        }
        Some(stats)
    }

    fn expect_media(&mut self, now: Moment) {
        self.is_lost = false;
        self.expected_since = match self.direction {
            Direction::SendRecv => Some(now),
            Direction::SendOnly | Direction::RecvOnly | Direction::Inactive => None,
        };
    }
}

/// RFC 7022 §4.2 allows a short random name for each session; the SSRC is random enough.
fn cname(ssrc: u32) -> [u8; 8] {
    let hex = |nibble: u32| b"0123456789abcdef"[(nibble & 15) as usize];
    std::array::from_fn(|at| hex(ssrc >> (28 - 4 * at)))
}
