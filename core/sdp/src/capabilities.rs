//! What we are able to speak, and where we listen; knows nothing of the peer.

use std::net::IpAddr;

use conclave_contract::{Direction, VideoFormat};
use conclave_model::{Codec, limits};

use crate::{IceSide, SrtpSide};

/// What one side is willing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Best first.
    pub codecs: Vec<Codec>,
    /// Whose order decides when we answer.
    pub preference: Preference,
    /// What we offer, and send to a peer that has no wish: 10 to 60.
    pub ptime_ms: u32,
    /// What we offer. A test phone that holds offers `SendOnly` or `Inactive`.
    pub direction: Direction,
    /// Who says how loud the packets are (RFC 6464).
    pub levels: LevelRole,
    pub video: VideoSide,
    pub srtp: SrtpSide,
    pub ice: IceSide,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            codecs: Codec::ALL.to_vec(),
            preference: Preference::Theirs,
            ptime_ms: conclave_model::limits::FRAME_MS,
            direction: Direction::SendRecv,
            levels: LevelRole::Reads,
            video: VideoSide::default(),
            srtp: SrtpSide::default(),
            ice: IceSide::default(),
        }
    }
}

/// What one side is willing to do about pictures: nothing, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoSide {
    /// So many `m=video` lines are accepted, and offered.
    pub lines: u8,
    /// What is accepted and offered; empty: all that can be passed on.
    pub formats: Vec<VideoFormat>,
    /// The first line is offered for both ways, though nothing was agreed before.
    pub is_caller: bool,
}

/// Whose list of codecs is gone through first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Preference {
    /// RFC 3264 §6.1 recommends it.
    #[default]
    Theirs,
    Ours,
}

/// What we do about audio levels in RTP header extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LevelRole {
    Nothing,
    /// We read the peer's, as a mixer does, and send none.
    #[default]
    Reads,
    /// We send ours, as a test phone does.
    Tells,
}

/// Our end, as it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalMedia {
    /// Never a wildcard.
    pub address: IpAddr,
    /// RTP; RTCP is one above.
    pub port: u16,
    /// RTP of each video line, by its place among them; 0: it has none and is rejected.
    pub video_ports: [u16; limits::VIDEO_LINES],
    /// The same all through the session (RFC 8866 §5.2).
    pub session_id: u64,
    /// One more whenever what is written changes (RFC 3264 §8); [`crate::Author`] sees to it.
    pub version: u64,
}
