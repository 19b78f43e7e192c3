//! What control may ask of the media plane; every word of it can be refused only by an event.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use conclave_model::confbridge::RecordVolume;
use conclave_model::{
    Digit, Language, LegId, PlayId, PlaylistName, Prompt, RecordId, RecordingId, StageId,
};

use crate::{Clip, Effort, LegSpec, StageSpec, VoiceSpec};

#[derive(Clone, Debug)]
pub enum Command {
    /// Take a port and begin; answered by `LegOpened` or `LegFailed`.
    ///
    /// `near` is the stage the leg is expected to join, so that both live on one worker.
    /// `reached_at` is our own address that the caller's signalling reached: sound goes there too.
    OpenLeg {
        leg: LegId,
        near: Option<StageId>,
        reached_at: Option<IpAddr>,
        spec: Box<LegSpec>,
    },
    /// A new offer and answer were exchanged. Sequence and timestamp go on without a jump.
    UpdateLeg {
        leg: LegId,
        spec: Box<LegSpec>,
    },
    /// Send this from the leg's port for sound, with the next tick.
    SendDatagram {
        leg: LegId,
        to: SocketAddr,
        bytes: Vec<u8>,
    },
    /// Stop at once and give the port back; answered by `LegClosed`, always.
    CloseLeg {
        leg: LegId,
    },

    OpenStage {
        stage: StageId,
    },
    /// How an open stage sounds from now on; the default until it is said.
    SetStage {
        stage: StageId,
        spec: StageSpec,
    },
    /// Every leg leaves it; nothing of it remains.
    CloseStage {
        stage: StageId,
    },
    /// From the next tick on the leg hears the others and, unless muted, they hear it.
    JoinStage {
        leg: LegId,
        stage: StageId,
    },
    LeaveStage {
        leg: LegId,
    },
    /// Whether the stage hears this leg. Its digits are always heard.
    SetMute {
        leg: LegId,
        muted: bool,
    },

    /// Whether the leg hears itself, decoded and encoded again, while it is on no stage; not until
    /// it is said.
    SetEcho {
        leg: LegId,
        on: bool,
    },

    /// How much louder (or softer) than it comes in the others hear this leg, within
    /// `limits::VOLUME_DB`; 0 until it is said. Goes there softly.
    SetVolume {
        leg: LegId,
        volume_db: i8,
    },
    /// How much louder (or softer) than it is this leg hears all it is sent, within
    /// `limits::VOLUME_DB`; 0 until it is said. Goes there softly. While it is not 0 the leg costs
    /// an encode of its own.
    SetListeningVolume {
        leg: LegId,
        volume_db: i8,
    },
    /// Whether the leg hears a stage that is binaural in two channels: each voice from its place.
    /// Only one that agreed on Opus in stereo can, and not until it is said.
    SetBinaural {
        leg: LegId,
        on: bool,
    },
    /// Sends the leg packets this long, up to what it says that it takes; a leg that says nothing
    /// of it is sent packets as long as it asked for. Once, before it joins.
    SetPacing {
        leg: LegId,
        interval_ms: u32,
    },
    /// How the leg's voice is taken from now on; the default until it is said.
    SetVoice {
        leg: LegId,
        voice: VoiceSpec,
    },

    /// Play to one leg alone, in place of the mix or mixed over it; replaces what was playing.
    Play {
        leg: LegId,
        play: PlayId,
        segments: Vec<Segment>,
        stop_on_digit: bool,
    },
    StopPlay {
        leg: LegId,
    },
    /// Sends a key that one leg pressed to all others of the stage, as a telephone event to those
    /// who agreed on such; nobody hears a tone. One too many (`limits::DIGITS_WAITING`) is lost.
    RelayDigit {
        stage: StageId,
        from: LegId,
        digit: Digit,
    },
    /// Play to everybody on a stage but `except`, under the conversation; several run one by one.
    Announce {
        stage: StageId,
        play: PlayId,
        segments: Vec<Segment>,
        except: Option<LegId>,
    },
    /// A leg's own music; `None` fades it out (`limits::MUSIC_FADE_OUT`).
    Music {
        leg: LegId,
        playlist: Option<PlaylistName>,
    },

    /// Record what the caller says; answered by `Recorded`.
    Record {
        leg: LegId,
        record: RecordId,
        spec: RecordSpec,
    },
    /// End the recording now and keep what there is (`RecordEnd::Stopped`).
    StopRecord {
        leg: LegId,
    },

    /// Put what everybody on a stage hears on tape, tick by tick, until it is stopped or the stage
    /// is closed. Announcements and music are not on it. Another tape takes the place of the first.
    StartTape {
        stage: StageId,
        recording: RecordingId,
        volume: RecordVolume,
    },
    StopTape {
        stage: StageId,
    },

    /// How much work all stages may make of their sound from the next tick on.
    SetEffort(Effort),
}

impl Command {
    /// The leg that it is for; `None`: a stage, or all.
    #[must_use]
    pub const fn leg(&self) -> Option<LegId> {
        match self {
            Command::OpenLeg { leg, .. }
            | Command::UpdateLeg { leg, .. }
            | Command::SendDatagram { leg, .. }
            | Command::CloseLeg { leg }
            | Command::JoinStage { leg, .. }
            | Command::LeaveStage { leg }
            | Command::SetMute { leg, .. }
            | Command::SetEcho { leg, .. }
            | Command::SetVolume { leg, .. }
            | Command::SetListeningVolume { leg, .. }
            | Command::SetBinaural { leg, .. }
            | Command::SetPacing { leg, .. }
            | Command::SetVoice { leg, .. }
            | Command::Play { leg, .. }
            | Command::StopPlay { leg }
            | Command::Music { leg, .. }
            | Command::Record { leg, .. }
            | Command::StopRecord { leg } => Some(*leg),
            Command::OpenStage { .. }
            | Command::SetStage { .. }
            | Command::CloseStage { .. }
            | Command::RelayDigit { .. }
            | Command::Announce { .. }
            | Command::StartTape { .. }
            | Command::StopTape { .. }
            | Command::SetEffort(_) => None,
        }
    }
}

/// A stretch of something to play; stretches follow each other without a gap.
#[derive(Clone, Debug)]
pub enum Segment {
    Prompt(Prompt, Language),
    Clip(Clip),
    Silence(Duration),
}

/// When a recording of one caller ends.
#[derive(Clone, Copy, Debug)]
pub struct RecordSpec {
    pub length_max: Duration,
    /// This much silence after speech ends it; the silence is cut off.
    pub end_silence: Duration,
    /// With less speech than this the recording is empty.
    pub speech_min: Duration,
    /// Any digit ends it (the digit is still reported).
    pub stop_on_digit: bool,
}
