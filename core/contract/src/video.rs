//! What control and the relay of pictures say to each other; sound is spoken of elsewhere.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use conclave_model::confbridge::RembBehavior;
use conclave_model::{LegId, StageId, VideoCodec};

use crate::Direction;

/// One `m=video` line of a call: two ports of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VideoLine {
    pub leg: LegId,
    /// From 0, below `limits::VIDEO_LINES`; the place among the video lines of the description.
    pub number: u8,
}

#[derive(Clone, Debug)]
pub enum VideoCommand {
    /// Take two ports; answered at once by `Opened` or `Failed`. `remote` says which family of
    /// addresses it will be.
    Open {
        line: VideoLine,
        reached_at: Option<IpAddr>,
        remote: Option<SocketAddr>,
    },
    /// An offer and an answer were exchanged. What is sent goes on without a jump.
    Set {
        line: VideoLine,
        spec: Box<VideoSpec>,
    },
    /// Stop at once and give the ports back.
    Close {
        line: VideoLine,
    },
    /// The same for all lines of a leg, which is on no stage after it.
    CloseLeg {
        leg: LegId,
    },

    /// How the pictures of a stage are handled from now on; the default until it is said.
    SetStage {
        stage: StageId,
        rules: VideoRules,
    },
    /// Who is seen on a stage from now on; nobody until it is said.
    SetScene {
        stage: StageId,
        scene: Scene,
    },
    CloseStage {
        stage: StageId,
    },
    /// The leg sees what is seen on this stage, and on no other.
    Join {
        leg: LegId,
        stage: StageId,
    },
    Leave {
        leg: LegId,
    },
    /// The phone of this leg asks by signalling for a whole picture of whom it sees.
    WholePicture {
        leg: LegId,
    },
}

impl VideoCommand {
    /// The leg that it is for; `None`: a stage.
    #[must_use]
    pub const fn leg(&self) -> Option<LegId> {
        match self {
            VideoCommand::Open { line, .. }
            | VideoCommand::Set { line, .. }
            | VideoCommand::Close { line } => Some(line.leg),
            VideoCommand::CloseLeg { leg }
            | VideoCommand::Join { leg, .. }
            | VideoCommand::Leave { leg }
            | VideoCommand::WholePicture { leg } => Some(*leg),
            VideoCommand::SetStage { .. }
            | VideoCommand::SetScene { .. }
            | VideoCommand::CloseStage { .. } => None,
        }
    }
}

/// What the relay tells control; it never waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VideoEvent {
    /// The line has its ports, of which this is the one for RTP.
    Opened { line: VideoLine, local: SocketAddr },
    /// There was none left.
    Failed { line: VideoLine },
    /// Pictures began to come from the leg, or have not come for `limits::VIDEO_PAUSE`.
    Sending { leg: LegId, sending: bool },
    /// A whole picture is wanted of this leg, whose phone agreed on no way to ask for it by RTCP.
    WantsPicture { leg: LegId },
}

/// Whom a stage shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scene {
    #[default]
    Nobody,
    /// One to all others; that one sees another, if there is one.
    One {
        shown: LegId,
        to_shown: Option<LegId>,
    },
    /// Each of these to all others, one on each line that they have.
    All(Vec<LegId>),
}

/// ConfBridge's bridge options about pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoRules {
    /// So long after one request for a whole picture was passed on, others are dropped; zero: none
    /// is.
    pub update_discard: Duration,
    /// How often each sender is told what its receivers can take; `None`: never.
    pub remb_interval: Option<Duration>,
    pub remb: RembBehavior,
    /// In bits per second, for [`RembBehavior::Force`]; 0: nothing is told.
    pub remb_forced: u32,
}

impl Default for VideoRules {
    fn default() -> Self {
        Self {
            update_discard: Duration::from_secs(2),
            remb_interval: None,
            remb: RembBehavior::Average,
            remb_forced: 0,
        }
    }
}

/// Everything the relay must know of one line's offer and answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoSpec {
    /// Where to send RTP; `None` while nobody has said.
    pub remote: Option<SocketAddr>,
    /// Where to send RTCP; `None` follows `remote`.
    pub remote_rtcp: Option<SocketAddr>,
    pub rtcp_mux: bool,
    /// What the peer sends and takes, the one it prefers first. Never empty.
    pub formats: Vec<VideoFormat>,
    /// Our own direction.
    pub direction: Direction,
    pub feedback: VideoFeedback,
    /// RTP randomness (RFC 3550 §5.1), drawn by the control plane so that a seed replays a run.
    pub ssrc: u32,
    pub first_sequence: u16,
    pub first_timestamp: u32,
}

/// One payload type and the codec it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoFormat {
    pub payload_type: u8,
    pub codec: VideoCodec,
}

/// What was agreed to be asked by RTCP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VideoFeedback {
    /// A whole picture after a loss (RFC 4585 §6.3.1, `nack pli`).
    pub picture_loss: bool,
    /// A whole picture, as one who comes needs it (RFC 5104 §4.3.1, `ccm fir`).
    pub full_intra: bool,
    /// How much the receiver can take (`goog-remb`).
    pub remb: bool,
}
