//! What the media plane tells control; it never waits for an answer.

use std::net::SocketAddr;
use std::time::Duration;

use conclave_model::{Codec, Digit, FarReception, LegId, LineQuality, PlayId, RecordId, StageId};

use crate::Clip;

#[derive(Clone, Debug)]
pub enum Event {
    /// The leg has its port. Signalling may now name it.
    LegOpened {
        leg: LegId,
        local: SocketAddr,
    },
    LegFailed {
        leg: LegId,
        why: LegFailure,
    },
    /// The last word about a leg, sent once; its port is free again.
    LegClosed {
        leg: LegId,
        stats: Box<LegStats>,
    },

    /// A key was pressed, reported once, however it came and however often it was repeated.
    Digit {
        leg: LegId,
        digit: Digit,
        source: DigitSource,
    },
    PlayDone {
        leg: LegId,
        play: PlayId,
        outcome: PlayOutcome,
    },
    AnnounceDone {
        stage: StageId,
        play: PlayId,
    },
    Recorded {
        leg: LegId,
        record: RecordId,
        recording: Recording,
    },
    /// Speech began or ended on a leg that is on a stage.
    Talking {
        leg: LegId,
        talking: bool,
    },
    /// How the line of a leg that is on a stage did since the last look; at most once in
    /// `limits::QUALITY_READING`, and only if it is not as it was.
    Quality {
        leg: LegId,
        quality: LineQuality,
    },
    /// The first packet of the leg arrived, from this address (symmetric RTP latched to it).
    MediaStarted {
        leg: LegId,
        from: SocketAddr,
    },
    /// A datagram of a handshake or a check came to the leg's port for sound: nothing that it says
    /// is proven. At most [`conclave_model::limits::HANDSHAKE_DATAGRAMS`] of a leg in a second.
    Datagram {
        leg: LegId,
        from: SocketAddr,
        bytes: Vec<u8>,
    },
    /// Nothing has arrived for `limits::MEDIA_TIMEOUT` though the peer should send.
    MediaLost {
        leg: LegId,
    },
    /// The tick of one stage panicked; the stage is gone, its legs are silent and still open.
    StageFailed {
        stage: StageId,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegFailure {
    /// Every port of the range is taken.
    NoPort,
    /// The server holds as many legs as it may.
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DigitSource {
    /// RFC 4733.
    TelephoneEvent,
    /// Tones in the audio.
    InBand,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayOutcome {
    Finished,
    /// By a digit, a `StopPlay`, another `Play` or the end of the leg.
    Interrupted,
}

/// What was recorded of one caller.
#[derive(Clone, Debug)]
pub struct Recording {
    /// `None`: less speech than asked for.
    pub clip: Option<Clip>,
    pub ended_by: RecordEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordEnd {
    Silence,
    Digit,
    Limit,
    Stopped,
    /// The leg was closed.
    Gone,
}

/// What one leg did, for the call log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LegStats {
    pub codec: Option<Codec>,
    pub packets_received: u64,
    pub packets_sent: u64,
    /// By gaps in the sequence, as RFC 3550 §A.3 counts them.
    pub packets_lost: u64,
    /// Arrived too late to be played.
    pub packets_late: u64,
    /// Malformed, of an unknown payload type, or from a stranger.
    pub packets_refused: u64,
    /// Of an encrypted leg, those that its key did not open: they are refused too.
    pub packets_forged: u64,
    /// RFC 3550 §A.8, the largest seen.
    pub jitter_max: Duration,
    /// From the last RTCP report of the peer.
    pub round_trip: Option<Duration>,
    /// How the peer received us, by its own reports; `None` when there was none.
    pub far: Option<FarReception>,
    /// How long speech was heard.
    pub talked: Duration,
}
