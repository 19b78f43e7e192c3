//! Recording a meeting, which everybody is told; knows no file.

use std::time::Instant;

use conclave_contract::Command;
use conclave_model::{Prompt, RecordingId};

use crate::announcer::Notice;
use crate::{RecordingAsker, Room, RoomNews, RoomOutput, Turn};

/// The recording of a room that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRecording {
    pub id: RecordingId,
    pub since: Instant,
    /// Who started it, by name.
    pub by: String,
}

impl Room {
    #[must_use]
    pub fn recording(&self) -> Option<&RoomRecording> {
        self.recording.as_ref()
    }

    /// Everybody is told, and everybody who comes while it runs, which cannot be switched off. One
    /// that runs goes on; of a room that nobody is in there is none.
    pub fn start_recording(&mut self, turn: &mut Turn<'_>, id: RecordingId, by: &str) {
        if self.recording.is_some() || self.roster.active().next().is_none() {
            return;
        }
        let (since, by) = (turn.now, by.to_owned());
        self.recording = Some(RoomRecording { id, since, by });
        turn.command(Command::StartTape {
            stage: self.stage,
            recording: id,
        });
        turn.news(RoomNews::RecordingStarted { recording: id });
        self.announcer.notice(Notice::Ours(Prompt::BeingRecorded));
        self.settle(turn);
    }

    pub fn stop_recording(&mut self, turn: &mut Turn<'_>) {
        if self.end_recording(turn) {
            self.announcer.notice(Notice::Ours(Prompt::RecordingEnded));
            self.settle(turn);
        }
    }

    /// It ended without being asked to: the disk is full, or it is as long as may be.
    pub fn recording_ended(&mut self, turn: &mut Turn<'_>, id: RecordingId) {
        if self.recording.as_ref().is_some_and(|it| it.id == id) {
            self.stop_recording(turn);
        }
    }

    /// Asks for a recording once for each time that somebody is there, if the options want one:
    /// whoever ends it by hand has ended it.
    pub(crate) fn settle_recording(&mut self, turn: &mut Turn<'_>) {
        if self.roster.active().next().is_none() {
            self.end_recording(turn);
            self.recording_asked = false;
            return;
        }
        let wanted = self.rules.bridge.record_conference && self.recording.is_none();
        if wanted && !self.recording_asked {
            turn.out.push(RoomOutput::RecordingAsked {
                by: RecordingAsker::Options,
            });
        }
        self.recording_asked = self.rules.bridge.record_conference;
    }

    /// False when none runs.
    pub(crate) fn end_recording(&mut self, turn: &mut Turn<'_>) -> bool {
        let Some(RoomRecording { id, by, .. }) = self.recording.take() else {
            return false;
        };
        turn.command(Command::StopTape { stage: self.stage });
        turn.news(RoomNews::RecordingStopped { recording: id, by });
        true
    }
}
