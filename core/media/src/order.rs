//! A command made ready outside the tick: everything it needs is allocated in it already.

use std::net::SocketAddr;

use conclave_contract::{Effort, StageSpec};
use conclave_model::{Digit, LegId, StageId};

use crate::leg::{Leg, Playing, Recorder, Renewal, StereoEar, Voicing};
use crate::spares::Spare;
use crate::stage::{Announcement, Neighbour, NeighbourId, Space, Stage};
use crate::station::Station;
use crate::tape::Tape;

/// One `contract::Command`, as [`crate::Preparer`] makes it and [`crate::Deck::obey`] takes it.
pub enum Order {
    OpenLeg(Box<Leg>),
    UpdateLeg {
        leg: LegId,
        renewal: Box<Renewal>,
    },
    SendDatagram {
        leg: LegId,
        to: SocketAddr,
        bytes: Vec<u8>,
    },
    CloseLeg {
        leg: LegId,
    },
    OpenStage(Box<Stage>),
    SetStage {
        stage: StageId,
        spec: StageSpec,
        /// Of a binaural one.
        space: Option<Box<Space>>,
    },
    CloseStage {
        stage: StageId,
    },
    /// The same stage is open on another deck too: from now on each hears the other's talkers.
    Link {
        stage: StageId,
        neighbour: Box<Neighbour>,
    },
    Unlink {
        stage: StageId,
        neighbour: NeighbourId,
    },
    JoinStage {
        leg: LegId,
        stage: StageId,
    },
    LeaveStage {
        leg: LegId,
    },
    SetMute {
        leg: LegId,
        muted: bool,
    },
    SetEcho {
        leg: LegId,
        on: bool,
    },
    SetVolume {
        leg: LegId,
        volume_db: i8,
    },
    SetListeningVolume {
        leg: LegId,
        volume_db: i8,
    },
    /// `None`: off.
    SetBinaural {
        leg: LegId,
        ear: Option<Box<StereoEar>>,
    },
    SetPacing {
        leg: LegId,
        interval_ms: u32,
        /// What waits for a longer packet.
        waiting: Box<[f32]>,
    },
    /// `None`: as a leg does of itself.
    SetVoice {
        leg: LegId,
        voicing: Option<Box<Voicing>>,
    },
    Play {
        leg: LegId,
        playing: Box<Playing>,
    },
    StopPlay {
        leg: LegId,
    },
    RelayDigit {
        stage: StageId,
        from: LegId,
        digit: Digit,
    },
    Announce {
        stage: StageId,
        announcement: Box<Announcement>,
    },
    /// The station is used if the deck has none yet that plays the same.
    Music {
        leg: LegId,
        station: Option<Box<Station>>,
    },
    Record {
        leg: LegId,
        recorder: Box<Recorder>,
    },
    StopRecord {
        leg: LegId,
    },
    /// Lets a leg go, whole, to another deck: it comes back as [`crate::Retired::Released`].
    /// Its music stops; everything else goes on there.
    Release {
        leg: LegId,
    },
    /// Takes in a leg that another deck released.
    Adopt(Box<Leg>),
    StartTape {
        stage: StageId,
        tape: Box<Tape>,
    },
    StopTape {
        stage: StageId,
    },
    SetEffort(Effort),
    /// What [`crate::Deck::poll_wish`] asked for.
    Spare(Spare),
    /// The same, for datagrams of handshakes.
    Buffers(Vec<Vec<u8>>),
    /// Panics in the next tick of the stage: how a test proves that other stages live on.
    #[doc(hidden)]
    BreakStage {
        stage: StageId,
    },
}

impl Order {
    /// Of an announcement that several decks make: only one of them is to tell of its end.
    pub fn say_nothing_of_its_end(&mut self) {
        if let Order::Announce { announcement, .. } = self {
            announcement.is_copy = true;
        }
    }
}

impl Order {
    /// Whether there is one leg more when it is obeyed.
    #[must_use]
    pub const fn adds_leg(&self) -> bool {
        matches!(self, Order::OpenLeg(_) | Order::Adopt(_))
    }
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, id): (&str, &dyn std::fmt::Display) = match self {
            Order::OpenLeg(leg) => return write!(f, "OpenLeg({})", leg.id()),
            Order::Adopt(leg) => return write!(f, "Adopt({})", leg.id()),
            Order::SetEffort(effort) => return write!(f, "SetEffort({effort:?})"),
            Order::Buffers(_) => return f.write_str("Buffers"),
            Order::Spare(spare) => return write!(f, "Spare({})", spare.codec()),
            Order::OpenStage(stage) => return write!(f, "OpenStage({})", stage.id()),
            Order::UpdateLeg { leg, .. } => ("UpdateLeg", leg),
            Order::SendDatagram { leg, .. } => ("SendDatagram", leg),
            Order::CloseLeg { leg } => ("CloseLeg", leg),
            Order::SetStage { stage, .. } => ("SetStage", stage),
            Order::RelayDigit { stage, .. } => ("RelayDigit", stage),
            Order::CloseStage { stage } => ("CloseStage", stage),
            Order::Link { stage, .. } => ("Link", stage),
            Order::Unlink { stage, .. } => ("Unlink", stage),
            Order::JoinStage { leg, .. } => ("JoinStage", leg),
            Order::LeaveStage { leg } => ("LeaveStage", leg),
            Order::SetMute { leg, .. } => ("SetMute", leg),
            Order::SetEcho { leg, .. } => ("SetEcho", leg),
            Order::SetVolume { leg, .. } => ("SetVolume", leg),
            Order::SetListeningVolume { leg, .. } => ("SetListeningVolume", leg),
            Order::SetBinaural { leg, .. } => ("SetBinaural", leg),
            Order::SetPacing { leg, .. } => ("SetPacing", leg),
            Order::SetVoice { leg, .. } => ("SetVoice", leg),
            Order::Play { leg, .. } => ("Play", leg),
            Order::StopPlay { leg } => ("StopPlay", leg),
            Order::Announce { stage, .. } => ("Announce", stage),
            Order::Music { leg, .. } => ("Music", leg),
            Order::Record { leg, .. } => ("Record", leg),
            Order::StopRecord { leg } => ("StopRecord", leg),
            Order::StartTape { stage, .. } => ("StartTape", stage),
            Order::StopTape { stage } => ("StopTape", stage),
            Order::Release { leg } => ("Release", leg),
            Order::BreakStage { stage } => ("BreakStage", stage),
        };
        write!(f, "{name}({id})")
    }
}
