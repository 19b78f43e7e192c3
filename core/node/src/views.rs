//! Calls and rooms in the public's words; tells nobody.

use std::time::Instant;

use conclave_api::{
    LineView, LiveRef, LiveView, MuterName, ParticipantView, Person, PinRoleName, VideoView,
    WaitingStep, WaitingView, rfc3339,
};
use conclave_call::Call;
use conclave_model::{LineGrade, RoomRecord, WallClock};
use conclave_room::{MutedBy, Participant, Phase, SightView};

use crate::Node;
use crate::calls::Calls;

/// What a view is made with.
#[derive(Clone, Copy)]
pub(crate) struct Eye<'a> {
    pub now: Instant,
    pub wall: WallClock,
    pub calls: &'a Calls,
}

impl Node {
    pub(crate) fn eye(&self, now: Instant) -> Eye<'_> {
        Eye {
            now,
            wall: self.config.wall,
            calls: &self.calls,
        }
    }

    pub(crate) fn live_view(&self, now: Instant, record: &RoomRecord) -> LiveView {
        let eye = self.eye(now);
        let live = self.live.get(record.id);
        let everybody = || live.into_iter().flat_map(|live| live.room.participants());
        LiveView {
            room: record.id.to_string(),
            title: record.title.to_string(),
            extension: record.extension.to_string(),
            started_at: live.and_then(|live| live.started_at).map(rfc3339),
            locked: live.is_some_and(|live| live.room.is_locked()),
            muted: live.is_some_and(|live| live.room.are_all_muted()),
            recording: live.and_then(|live| self.live_recording(&live.room)),
            participants: everybody()
                .filter(|one| one.is_active())
                .filter_map(|one| eye.participant(one))
                .collect(),
            waiting: everybody()
                .filter_map(|one| eye.waiting(one, record))
                .collect(),
        }
    }
}

impl Eye<'_> {
    /// A participant as the public sees it, one who waits for a leader too; `None` at the door.
    pub fn participant(&self, participant: &Participant) -> Option<ParticipantView> {
        let since = participant.since()?;
        // A participant has a call for as long as it is one.
        let call = self.calls.get(participant.call())?;
        let label = participant.label();
        let line = call.line();
        let raised = participant.hand_raised_at();
        Some(ParticipantView {
            id: participant.id().to_string(),
            call: participant.call().to_string(),
            name: label.name.clone(),
            number: label.number.clone(),
            door: call.caller().way.into(),
            transport: call.caller().transport.to_owned(),
            role: if participant.is_admin() {
                PinRoleName::Moderator
            } else {
                PinRoleName::Member
            },
            leader: participant.is_leader(),
            joined_at: rfc3339(self.wall.at(since)),
            muted: participant.mute().is_muted(),
            muted_by: participant.mute().by().map(muter),
            talking: participant.talking(),
            talk_seconds: participant.talked(self.now).as_secs(),
            hand_raised_at: raised.map(|at| rfc3339(self.wall.at(at))),
            volume_db: participant.volume_db(),
            held: call.is_held(),
            away: participant.is_away(),
            video: video(participant.sight()),
            codec: call.codec().map(|codec| codec.name().to_owned()),
            encryption: call.encryption().map(|how| how.to_string()),
            quality: line.map(|(quality, grade)| LineView::of(quality, grade)),
        })
    }

    /// One at the door, or waiting for a leader, as the public sees it; `None` before the answer
    /// and in the room.
    pub fn waiting(&self, caller: &Participant, record: &RoomRecord) -> Option<WaitingView> {
        let step = match caller.phase() {
            Phase::Active { .. } => return None,
            Phase::AtDoor => WaitingStep::Pin,
            Phase::Waiting { .. } => WaitingStep::Leader,
            Phase::Passed(_) if record.message => WaitingStep::Name,
            Phase::Passed(_) => WaitingStep::Entering,
        };
        let call = self.calls.get(caller.call())?;
        let label = caller.label();
        Some(WaitingView {
            id: caller.id().to_string(),
            call: caller.call().to_string(),
            name: label.name.clone(),
            number: label.number.clone(),
            door: call.caller().way.into(),
            since: rfc3339(call.heard_since()?),
            step,
            pins_wrong: caller.pins_wrong(),
        })
    }

    /// Whether a participant's line loses words.
    pub fn has_poor_line(&self, participant: &Participant) -> bool {
        let call = self.calls.get(participant.call());
        let line = call.and_then(Call::line);
        participant.is_active() && line.is_some_and(|(_, grade)| grade == LineGrade::Poor)
    }
}

/// One by name.
pub(crate) fn person(participant: &Participant) -> Person {
    let label = participant.label();
    Person {
        id: participant.id().to_string(),
        name: label.name.clone(),
        number: label.number.clone(),
    }
}

/// The room as an event names it.
pub(crate) fn live_ref(record: &RoomRecord) -> LiveRef {
    LiveRef {
        room: record.id.to_string(),
        extension: record.extension.to_string(),
        title: record.title.to_string(),
    }
}

fn video(sight: SightView) -> Option<VideoView> {
    sight.sends.then_some(VideoView {
        is_shown: sight.is_shown,
    })
}

fn muter(by: MutedBy) -> MuterName {
    match by {
        MutedBy::Oneself => MuterName::Oneself,
        MutedBy::Moderator => MuterName::Moderator,
        MutedBy::System => MuterName::Room,
    }
}
