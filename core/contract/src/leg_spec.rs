//! What was negotiated for one leg: where packets go, and what is in them.

use std::net::SocketAddr;

use conclave_model::Codec;

use crate::{Handshakes, Protection};

/// Everything the media plane must know of an offer and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegSpec {
    /// Where to send RTP; `None` until an answer comes (late offer), or while on hold by `0.0.0.0`.
    pub remote: Option<SocketAddr>,
    /// Where to send RTCP (RFC 3605 `a=rtcp`, else the RTP port + 1); `None` follows `remote`.
    pub remote_rtcp: Option<SocketAddr>,
    /// RTCP shares the RTP port (RFC 5761).
    pub rtcp_mux: bool,
    /// What we send.
    pub send: MediaFormat,
    /// What may arrive, the one we send first.
    pub receive: Vec<MediaFormat>,
    /// Telephone events, one entry for each clock rate agreed (RFC 4733 §2.5.1.1).
    pub keypad: Vec<Keypad>,
    /// Our own direction.
    pub direction: Direction,
    /// One packet of ours lasts this long: 10, 20, 30, 40, 50 or 60 ms.
    pub ptime_ms: u32,
    /// The longest packet that the peer says it takes (`maxptime`); `None` if it does not say.
    pub ptime_max_ms: Option<u32>,
    /// Opus: the peer takes in-band FEC (RFC 7587 `useinbandfec=1`).
    pub opus_fec: bool,
    /// Opus: the most the peer wants, in bits per second (`maxaveragebitrate`).
    pub opus_bitrate_max: Option<u32>,
    /// Opus: the peer would hear two channels (`stereo=1`).
    pub opus_stereo: bool,
    /// The header extension in which the peer says how loud it is; `None` if it does not.
    pub audio_level: Option<LevelExtension>,
    /// SRTP in both directions; `None`: packets are readable by everybody.
    pub protection: Option<Protection>,
    /// Whether keys and paths are also agreed on where the sound goes.
    pub handshakes: Handshakes,
    /// The way to `remote` was checked (ICE): packets from elsewhere are a stranger's.
    pub is_checked: bool,
    /// RTP randomness (RFC 3550 §5.1), drawn by the control plane so that a seed replays a run.
    pub ssrc: u32,
    pub first_sequence: u16,
    pub first_timestamp: u32,
}

/// One payload type and the codec it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaFormat {
    pub payload_type: u8,
    pub codec: Codec,
}

/// One payload type of telephone events and its clock rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keypad {
    pub payload_type: u8,
    pub clock_rate_hz: u32,
}

/// A client-to-mixer audio level (RFC 6464), as it was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelExtension {
    /// 1 to 14, or 16 to 255, which only the form with two bytes can say (RFC 8285).
    pub id: u8,
    /// The bit that says "voice" means something (`vad=on`).
    pub has_voice_flag: bool,
}

/// Our own direction (RFC 3264 §5.1): the peer's hold arrives here as `RecvOnly` turned round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Direction {
    #[default]
    SendRecv,
    /// The peer only listens: nothing it sends is heard.
    SendOnly,
    /// The peer only sends, which is how most phones hold a call: its music must not be heard.
    RecvOnly,
    Inactive,
}

impl Direction {
    /// Whether what the peer sends may reach a room. A holding peer's music may not.
    #[must_use]
    pub const fn hears_peer(self) -> bool {
        matches!(self, Direction::SendRecv)
    }

    /// Whether we send to the peer.
    #[must_use]
    pub const fn sends(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::SendOnly)
    }
}
