//! A room that somebody is in, and who; knows nothing of their packets.

use conclave_model::{CallEnd, LineGrade, LineQuality, Way};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{PinRoleName, WaitingView};

/// What goes on in a room right now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LiveView {
    /// The room's id.
    pub room: String,
    pub title: String,
    pub extension: String,
    /// When the first participant came in; null when nobody is there.
    #[schema(required, format = DateTime)]
    pub started_at: Option<String>,
    /// Nobody else gets in.
    pub locked: bool,
    /// All but moderators are muted, whoever comes as well; who wants to speak raises a hand.
    pub muted: bool,
    /// The recording that runs; null when nothing is recorded.
    #[schema(required)]
    pub recording: Option<LiveRecording>,
    /// In the order in which they came.
    pub participants: Vec<ParticipantView>,
    /// Who is at the door, in the order in which they came.
    pub waiting: Vec<WaitingView>,
}

/// A recording that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LiveRecording {
    #[schema(example = "rc_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    #[schema(format = DateTime)]
    pub since: String,
    /// Who started it.
    pub by: String,
}

/// Somebody who is in a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ParticipantView {
    #[schema(example = "pa_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    /// The call's id, as in the call log.
    pub call: String,
    /// What the caller's phone sent, or what was set here.
    #[schema(required)]
    pub name: Option<String>,
    /// The caller's number, or `anonymous`.
    pub number: String,
    pub door: DoorName,
    /// What carries the signalling: `udp` or `tcp`.
    #[schema(example = "udp")]
    pub transport: String,
    /// A moderator is stopped by no lock, is not muted with all others, and may use the keys of
    /// moderators.
    pub role: PinRoleName,
    /// One for whom others may have to wait, and with whom they may have to go (`marked`).
    pub leader: bool,
    #[schema(format = DateTime)]
    pub joined_at: String,
    /// Nobody hears what this participant says.
    pub muted: bool,
    /// Null when nobody did. Whoever is muted by both is muted by the moderator.
    #[schema(required)]
    pub muted_by: Option<MuterName>,
    pub talking: bool,
    /// How long this participant has spoken and was heard.
    pub talk_seconds: u64,
    /// Null when no hand is raised.
    #[schema(required, format = DateTime)]
    pub hand_raised_at: Option<String>,
    /// How much louder or softer than they come in the others hear them: -20 to 20.
    #[schema(minimum = -20, maximum = 20)]
    pub volume_db: i8,
    /// The participant put us on hold.
    pub held: bool,
    /// Went to another room by key and keeps the seat; is not heard and hears nothing here.
    pub away: bool,
    /// Null when no pictures come from this participant.
    #[schema(required)]
    pub video: Option<VideoView>,
    /// `opus`, `G722`, `PCMA` or `PCMU`.
    #[schema(required, example = "G722")]
    pub codec: Option<String>,
    /// How the sound is encrypted on its way: where the keys came from, and the cipher; null when
    /// everybody on the way can listen.
    #[schema(required, example = "SDES AES_CM_128_HMAC_SHA1_80")]
    pub encryption: Option<String>,
    /// Null until there is something to measure.
    #[schema(required)]
    pub quality: Option<LineView>,
}

/// The pictures of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VideoView {
    /// The others see them.
    pub is_shown: bool,
}

/// Through which kind of door somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoorName {
    /// A telephone, or a telephone system.
    Phone,
    Browser,
    /// A carrier's trunk.
    Trunk,
}

/// Who muted a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MuterName {
    /// The participant, by key.
    #[serde(rename = "self")]
    Oneself,
    /// Somebody else.
    Moderator,
    /// A rule of the room: all begin muted, or all but moderators are. Where all begin so, the
    /// participant's own key ends it; where all are muted, it asks to speak.
    Room,
}

/// How a participant's line does, looked at every five seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LineView {
    pub verdict: LineVerdict,
    /// Of what the participant sends, the share that is lost or comes too late.
    #[schema(minimum = 0, maximum = 100)]
    pub loss_in_percent: f64,
    /// Of what we send, the share that the participant's phone reports as lost; null until it
    /// reports.
    #[schema(required, minimum = 0, maximum = 100)]
    pub loss_out_percent: Option<f64>,
    pub jitter_ms: f64,
}

/// What people would say of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineVerdict {
    Good,
    /// Noticed now and then.
    Fair,
    /// Words are lost.
    Poor,
}

/// The room that a happening belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LiveRef {
    /// The room's id.
    pub room: String,
    pub extension: String,
    pub title: String,
}

/// One participant and the room it is in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Talk {
    #[serde(flatten)]
    pub at: LiveRef,
    pub participant: ParticipantView,
}

/// One participant whom a rule of the room sends away, and which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SentAway {
    #[serde(flatten)]
    pub at: LiveRef,
    pub participant: ParticipantView,
    pub reason: SentAwayReason,
}

/// Which rule of a room sends somebody away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SentAwayReason {
    /// `timeout`: their time in the room is up.
    TimeUp,
    /// `end_marked` or `end_marked_any`: the leader left.
    LeaderLeft,
}

impl SentAwayReason {
    /// `None`: no rule of the room ended the call.
    #[must_use]
    pub fn of(end: CallEnd) -> Option<Self> {
        if end == CallEnd::TimeUp {
            Some(SentAwayReason::TimeUp)
        } else {
            (end == CallEnd::LeaderLeft).then_some(SentAwayReason::LeaderLeft)
        }
    }
}

/// A message of one participant to all others, without what it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Written {
    #[serde(flatten)]
    pub at: LiveRef,
    pub participant: ParticipantView,
    /// Such as `text/plain`.
    pub content_type: String,
    /// Of the content.
    pub bytes: u64,
}

/// One participant, the room it is still in, and the one it goes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Move {
    #[serde(flatten)]
    pub at: LiveRef,
    pub participant: ParticipantView,
    pub to: LiveRef,
}

impl LineView {
    /// Rounded to a tenth: more digits are noise.
    #[must_use]
    pub fn of(quality: LineQuality, grade: LineGrade) -> Self {
        let tenths = |value: f32| (f64::from(value) * 10.0).round() / 10.0;
        Self {
            verdict: match grade {
                LineGrade::Good => LineVerdict::Good,
                LineGrade::Fair => LineVerdict::Fair,
                LineGrade::Poor => LineVerdict::Poor,
            },
            loss_in_percent: tenths(quality.loss_in_percent),
            loss_out_percent: quality.loss_out_percent.map(tenths),
            jitter_ms: tenths(quality.jitter_ms),
        }
    }
}

impl From<Way> for DoorName {
    fn from(way: Way) -> Self {
        match way {
            Way::Phone => DoorName::Phone,
            Way::Browser => DoorName::Browser,
            Way::Trunk => DoorName::Trunk,
        }
    }
}
