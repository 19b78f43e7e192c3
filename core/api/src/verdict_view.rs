//! How a call went, in words for people and for programs; the judgement is the model's.

use std::time::Duration;

use conclave_model::{CallEnd, CallOutcome, CallRecord, CallVerdict, SoundVerdict};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a call came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VerdictView {
    /// Somebody should look at it.
    pub problem: bool,
    /// `joined`, `gave_up_at_door`, `echo_tested` or `sound_played` of a number that is no room, or
    /// the end of a call that never got into the room.
    #[schema(example = "joined")]
    pub outcome: String,
    /// From the first ring to the room, or to what was dialled in its place.
    #[schema(required, example = 7.9)]
    pub entered_after_seconds: Option<f64>,
    /// All of it in a sentence.
    #[schema(example = "In the room after 7.9 s. The sound from the caller was good.")]
    pub sentence: String,
}

/// How sound arrived at both ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QualityView {
    pub from_caller: ReceptionView,
    /// As the caller's telephone reported it (RTCP).
    pub to_caller: ReceptionView,
    #[schema(required)]
    pub round_trip_ms: Option<f64>,
}

/// How sound arrived at one end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReceptionView {
    /// `good`, `fair`, `poor`, `nothing`, or `unknown` when there was nothing to judge.
    #[schema(example = "good")]
    pub sound: String,
    #[schema(required, example = 0.4)]
    pub lost_percent: Option<f64>,
    /// The worst.
    #[schema(required, example = 3.1)]
    pub jitter_max_ms: Option<f64>,
}

impl VerdictView {
    #[must_use]
    pub fn of(call: &CallRecord) -> Self {
        let verdict = CallVerdict::of(call);
        Self {
            problem: verdict.is_problem(),
            outcome: verdict.outcome.code().to_owned(),
            entered_after_seconds: verdict.entered_after.map(|after| after.as_secs_f64()),
            sentence: sentence(&verdict),
        }
    }
}

impl QualityView {
    #[must_use]
    pub fn of(call: &CallRecord) -> Self {
        let verdict = CallVerdict::of(call);
        let received = call.packets_received > 0;
        Self {
            from_caller: ReceptionView {
                sound: verdict.from_caller.code().to_owned(),
                lost_percent: received
                    .then(|| percent(call.packets_lost, call.packets_received + call.packets_lost)),
                jitter_max_ms: received.then(|| millis(call.jitter_max)),
            },
            to_caller: ReceptionView {
                sound: verdict.to_caller.code().to_owned(),
                lost_percent: call
                    .far
                    .map(|far| percent(far.packets_lost, call.packets_sent)),
                jitter_max_ms: call.far.map(|far| millis(far.jitter_max)),
            },
            round_trip_ms: call.round_trip.map(millis),
        }
    }
}

fn sentence(verdict: &CallVerdict) -> String {
    let after = verdict.entered_after.unwrap_or_default().as_secs_f64();
    let mut said = match verdict.outcome {
        CallOutcome::GaveUpAtDoor => "The caller hung up before the room.".to_owned(),
        CallOutcome::NotJoined(end) => end.sentence().to_owned(),
        CallOutcome::Joined(end) => and_its_end(format!("In the room after {after:.1} s."), end),
        CallOutcome::EchoTested(CallEnd::TimeUp) => {
            format!("In the echo test after {after:.1} s, until its time was up.")
        }
        CallOutcome::EchoTested(end) => {
            and_its_end(format!("In the echo test after {after:.1} s."), end)
        }
        CallOutcome::SoundPlayed(CallEnd::SoundOver) => {
            format!("Heard the announcement to its end, after {after:.1} s.")
        }
        CallOutcome::SoundPlayed(end) => {
            and_its_end(format!("At the announcement after {after:.1} s."), end)
        }
    };
    for (sound, whose) in [
        (verdict.from_caller, "from the caller"),
        (verdict.to_caller, "to the caller"),
    ] {
        let how = match sound {
            SoundVerdict::Unknown => continue,
            SoundVerdict::Good => "was good",
            SoundVerdict::Fair => "was fair",
            SoundVerdict::Poor => "was poor",
            SoundVerdict::Nothing => "never came",
        };
        said.push_str(&format!(" The sound {whose} {how}."));
    }
    said
}

fn and_its_end(way_in: String, end: CallEnd) -> String {
    match end {
        CallEnd::HungUp => way_in,
        CallEnd::Cancelled
        | CallEnd::NoSuchRoom
        | CallEnd::WrongPin
        | CallEnd::NoPin
        | CallEnd::RoomFull
        | CallEnd::RoomLocked
        | CallEnd::LeftByKey
        | CallEnd::Removed
        | CallEnd::RoomEnded
        | CallEnd::LeaderLeft
        | CallEnd::TimeUp
        | CallEnd::SoundOver
        | CallEnd::NoCodec
        | CallEnd::NotEncrypted
        | CallEnd::OnlyEncrypted
        | CallEnd::WrongCertificate
        | CallEnd::NoKeys
        | CallEnd::BadOffer
        | CallEnd::MediaLost
        | CallEnd::SignallingLost
        | CallEnd::ServerBusy
        | CallEnd::Shutdown
        | CallEnd::Failed => format!("{way_in} {}", end.sentence()),
    }
}

fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    (part as f64 * 100.0 / whole as f64).min(100.0)
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
