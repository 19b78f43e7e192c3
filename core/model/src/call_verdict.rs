//! What a call came to, judged from its record; for lists that say it in words.

use std::time::Duration;

use crate::{CallEnd, CallMoment, CallRecord, UnixMillis};

/// How one call went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CallVerdict {
    pub outcome: CallOutcome,
    /// From the first ring to the room, or to what was dialled in its place.
    pub entered_after: Option<Duration>,
    /// What we heard of the caller.
    pub from_caller: SoundVerdict,
    /// What the caller heard of us, as their telephone reported it.
    pub to_caller: SoundVerdict,
}

/// Whether somebody got where they wanted to, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// Was in the room.
    Joined(CallEnd),
    /// Dialled the echo test.
    EchoTested(CallEnd),
    /// Dialled an announcement.
    SoundPlayed(CallEnd),
    /// Hung up before the room.
    GaveUpAtDoor,
    NotJoined(CallEnd),
}

/// How sound arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SoundVerdict {
    /// There was none to judge, or nobody reported.
    Unknown,
    Good,
    /// A word is missing now and then.
    Fair,
    /// Hard to understand.
    Poor,
    /// Not one packet.
    Nothing,
}

impl CallVerdict {
    #[must_use]
    pub fn of(call: &CallRecord) -> Self {
        let served = call.joined_at.is_none().then(|| service_of(call)).flatten();
        let inside_since = call.joined_at.or(served.map(|(at, _)| at));
        let entered_after =
            inside_since.map(|at| Duration::from_millis(at.0.saturating_sub(call.started_at.0)));
        let outcome = match (call.joined_at, served, call.end) {
            (Some(_), _, end) => CallOutcome::Joined(end),
            (None, Some((_, outcome)), _) => outcome,
            (None, None, CallEnd::HungUp) => CallOutcome::GaveUpAtDoor,
            (None, None, end) => CallOutcome::NotJoined(end),
        };
        let in_room_ms = inside_since.map_or(0, |at| call.ended_at.0.saturating_sub(at.0));
        let from_caller = match (call.packets_received, in_room_ms) {
            (_, 0) => SoundVerdict::Unknown,
            (0, milliseconds) if milliseconds >= SILENT_AFTER_MS => SoundVerdict::Nothing,
            (0, _) => SoundVerdict::Unknown,
            (received, _) => SoundVerdict::of(
                share(call.packets_lost, received + call.packets_lost),
                call.jitter_max,
            ),
        };
        let to_caller = match (call.far, in_room_ms) {
            (Some(far), 1..) => {
                SoundVerdict::of(share(far.packets_lost, call.packets_sent), far.jitter_max)
            }
            (Some(_), 0) | (None, _) => SoundVerdict::Unknown,
        };
        Self {
            outcome,
            entered_after,
            from_caller,
            to_caller,
        }
    }

    /// Somebody should look at it.
    #[must_use]
    pub fn is_problem(&self) -> bool {
        let sound = self.from_caller.max(self.to_caller);
        self.outcome.is_problem() || sound >= SoundVerdict::Poor
    }
}

impl CallOutcome {
    /// A word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            CallOutcome::Joined(_) => "joined",
            CallOutcome::EchoTested(_) => "echo_tested",
            CallOutcome::SoundPlayed(_) => "sound_played",
            CallOutcome::GaveUpAtDoor => "gave_up_at_door",
            CallOutcome::NotJoined(end) => end.code(),
        }
    }

    const fn is_problem(self) -> bool {
        match self {
            CallOutcome::GaveUpAtDoor => true,
            CallOutcome::Joined(end)
            | CallOutcome::EchoTested(end)
            | CallOutcome::SoundPlayed(end)
            | CallOutcome::NotJoined(end) => match end {
                CallEnd::HungUp
                | CallEnd::Cancelled
                | CallEnd::LeftByKey
                | CallEnd::Removed
                | CallEnd::RoomEnded
                | CallEnd::LeaderLeft
                | CallEnd::TimeUp
                | CallEnd::SoundOver
                | CallEnd::Shutdown => false,
                CallEnd::NoSuchRoom
                | CallEnd::WrongPin
                | CallEnd::NoPin
                | CallEnd::RoomFull
                | CallEnd::RoomLocked
                | CallEnd::NoCodec
                | CallEnd::NotEncrypted
                | CallEnd::OnlyEncrypted
                | CallEnd::WrongCertificate
                | CallEnd::NoKeys
                | CallEnd::BadOffer
                | CallEnd::MediaLost
                | CallEnd::SignallingLost
                | CallEnd::ServerBusy
                | CallEnd::Failed => true,
            },
        }
    }
}

/// What was dialled that is no room, and since when the caller was there.
fn service_of(call: &CallRecord) -> Option<(UnixMillis, CallOutcome)> {
    call.timeline.steps().iter().find_map(|step| {
        let outcome = match step.what {
            CallMoment::EchoTested => CallOutcome::EchoTested(call.end),
            CallMoment::SoundPlayed => CallOutcome::SoundPlayed(call.end),
            CallMoment::Rang
            | CallMoment::Answered
            | CallMoment::PinAsked
            | CallMoment::PinWrong
            | CallMoment::PinRight
            | CallMoment::NameAsked
            | CallMoment::NameGiven
            | CallMoment::NameMissing
            | CallMoment::Joined
            | CallMoment::Muted
            | CallMoment::Unmuted
            | CallMoment::Held
            | CallMoment::Resumed
            | CallMoment::CameBack
            | CallMoment::Left => return None,
        };
        Some((step.at, outcome))
    })
}

impl SoundVerdict {
    fn of(lost_share: f64, jitter: Duration) -> Self {
        if lost_share >= POOR_LOSS || jitter >= POOR_JITTER {
            SoundVerdict::Poor
        } else if lost_share >= FAIR_LOSS || jitter >= FAIR_JITTER {
            SoundVerdict::Fair
        } else {
            SoundVerdict::Good
        }
    }

    /// A word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            SoundVerdict::Unknown => "unknown",
            SoundVerdict::Good => "good",
            SoundVerdict::Fair => "fair",
            SoundVerdict::Poor => "poor",
            SoundVerdict::Nothing => "nothing",
        }
    }
}

/// Of `whole`, 0 to 1; nothing of nothing is 0.
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    (part as f64 / whole as f64).min(1.0)
}

/// Concealment hides single packets; ITU-T G.113 sees G.711 lose a class at about 1 %.
const FAIR_LOSS: f64 = 0.01;
/// Syllables are missing.
const POOR_LOSS: f64 = 0.05;
/// Half of the mean jitter that a jitter buffer at its usual depth smooths.
const FAIR_JITTER: Duration = Duration::from_millis(50);
/// Deeper than most telephones' buffers.
const POOR_JITTER: Duration = Duration::from_millis(150);
/// A telephone that sends at all has done so by then, or it is held or muted on purpose.
const SILENT_AFTER_MS: u64 = 5_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CallId, Chance, FarReception, Timeline, UnixMillis};

    fn call() -> CallRecord {
        CallRecord {
            id: CallId::mint(UnixMillis(1), &mut Chance::from_seed([1; 32])),
            started_at: UnixMillis(1_000),
            answered_at: Some(UnixMillis(1_200)),
            joined_at: Some(UnixMillis(8_900)),
            ended_at: UnixMillis(100_000),
            from_number: "214".to_owned(),
            from_name: None,
            dialled: "801".to_owned(),
            remote: "192.0.2.7:5060".parse().unwrap(),
            transport: "udp",
            sip_call_id: "x".to_owned(),
            room: None,
            room_title: None,
            codec: None,
            encryption: None,
            pins_wrong: 0,
            end: CallEnd::HungUp,
            packets_received: 980,
            packets_lost: 20,
            packets_forged: 0,
            jitter_max: Duration::from_millis(4),
            packets_sent: 1_000,
            far: None,
            round_trip: None,
            timeline: Timeline::default(),
        }
    }

    #[test]
    fn a_talk_with_some_loss_is_fair_and_no_problem() {
        let verdict = CallVerdict::of(&call());
        assert_eq!(verdict.outcome, CallOutcome::Joined(CallEnd::HungUp));
        assert_eq!(verdict.entered_after, Some(Duration::from_millis(7_900)));
        assert_eq!(verdict.from_caller, SoundVerdict::Fair);
        assert_eq!(verdict.to_caller, SoundVerdict::Unknown);
        assert!(!verdict.is_problem());
    }

    #[test]
    fn what_the_caller_could_not_hear_is_a_problem_too() {
        let far = FarReception {
            packets_lost: 80,
            jitter_max: Duration::ZERO,
        };
        let verdict = CallVerdict::of(&CallRecord {
            far: Some(far),
            ..call()
        });
        assert_eq!(verdict.to_caller, SoundVerdict::Poor);
        assert!(verdict.is_problem());
    }

    #[test]
    fn silence_from_the_caller_is_named() {
        let verdict = CallVerdict::of(&CallRecord {
            packets_received: 0,
            packets_lost: 0,
            ..call()
        });
        assert_eq!(verdict.from_caller, SoundVerdict::Nothing);
        assert!(verdict.is_problem());
    }

    #[test]
    fn an_echo_test_is_no_call_that_missed_its_room_and_its_sound_is_judged() {
        let mut timeline = Timeline::default();
        timeline.note(UnixMillis(1_400), CallMoment::EchoTested);
        let verdict = CallVerdict::of(&CallRecord {
            joined_at: None,
            timeline: timeline.clone(),
            ..call()
        });
        assert_eq!(verdict.outcome, CallOutcome::EchoTested(CallEnd::HungUp));
        assert_eq!(verdict.entered_after, Some(Duration::from_millis(400)));
        assert_eq!(verdict.from_caller, SoundVerdict::Fair);
        assert!(!verdict.is_problem());
        // Whoever went there from a room was in that.
        let verdict = CallVerdict::of(&CallRecord { timeline, ..call() });
        assert_eq!(verdict.outcome, CallOutcome::Joined(CallEnd::HungUp));
    }

    #[test]
    fn whoever_hangs_up_at_the_door_gave_up() {
        let verdict = CallVerdict::of(&CallRecord {
            joined_at: None,
            ..call()
        });
        assert_eq!(verdict.outcome.code(), "gave_up_at_door");
        assert_eq!(verdict.from_caller, SoundVerdict::Unknown);
        assert!(verdict.is_problem());
    }
}
