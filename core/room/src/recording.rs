//! Recording a meeting, which everybody is told; knows no file.

use std::time::Instant;

use conclave_contract::Command;
use conclave_model::confbridge::RecordFile;
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
    /// What it is a part of.
    pub file: RoomRecordingFile,
}

/// What was begun in a meeting and may go on in it after a pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRecordingFile {
    pub begun: Instant,
    /// Who started the first part.
    pub by: String,
    /// Counts from 1.
    pub part: u32,
    /// As the options were when it was begun.
    pub wanted: RecordFile,
}

/// One that was stopped by hand.
#[derive(Debug)]
pub(crate) struct PausedRecording {
    id: RecordingId,
    file: RoomRecordingFile,
}

impl Room {
    #[must_use]
    pub fn recording(&self) -> Option<&RoomRecording> {
        self.recording.as_ref()
    }

    /// What is on tape and nobody was told yet that it is finished.
    #[must_use]
    pub fn unfinished_recording(&self) -> Option<RecordingId> {
        let paused = self.paused_recording.as_ref().map(|it| it.id);
        self.recording.as_ref().map(|it| it.id).or(paused)
    }

    /// Everybody is told, and everybody who comes while it runs, which cannot be switched off. One
    /// that runs goes on; of a room that nobody is in there is none. `id` is for one that begins;
    /// one that was stopped in this meeting goes on as itself, if the options say so.
    pub fn start_recording(&mut self, turn: &mut Turn<'_>, id: RecordingId, by: &str) {
        if self.recording.is_some() || self.roster.active().next().is_none() {
            return;
        }
        let (since, by) = (turn.now, by.to_owned());
        let (id, file) = self.take_up_paused(turn).unwrap_or_else(|| {
            let file = RoomRecordingFile {
                begun: since,
                by: by.clone(),
                part: 1,
                wanted: self.rules.bridge.record_file.clone(),
            };
            (id, file)
        });
        self.recording = Some(RoomRecording {
            id,
            since,
            by,
            file,
        });
        turn.command(Command::StartTape {
            stage: self.stage,
            recording: id,
            volume: self.rules.bridge.record_options.volume,
        });
        turn.news(RoomNews::RecordingStarted { recording: id });
        self.announcer.notice(Notice::Ours(Prompt::BeingRecorded));
        self.settle(turn);
    }

    pub fn stop_recording(&mut self, turn: &mut Turn<'_>) {
        if self.end_recording(turn) {
            if !self.rules.bridge.appends_recordings() {
                self.finish_recording(turn);
            }
            self.announcer.notice(Notice::Ours(Prompt::RecordingEnded));
            self.settle(turn);
        }
    }

    /// It ended without being asked to: the disk is full, or it is as long as may be.
    pub fn recording_ended(&mut self, turn: &mut Turn<'_>, id: RecordingId) {
        if self.recording.as_ref().is_some_and(|it| it.id == id) {
            self.end_recording(turn);
            self.finish_recording(turn);
            self.announcer.notice(Notice::Ours(Prompt::RecordingEnded));
            self.settle(turn);
        }
    }

    /// Asks for a recording once for each time that somebody is there, if the options want one:
    /// whoever ends it by hand has ended it.
    pub(crate) fn settle_recording(&mut self, turn: &mut Turn<'_>) {
        if self.roster.active().next().is_none() {
            self.end_recording(turn);
            self.recording_asked = false;
            if self.roster.inside().next().is_none() {
                self.finish_recording(turn);
            }
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

    /// False when none runs. It may go on until it is finished.
    fn end_recording(&mut self, turn: &mut Turn<'_>) -> bool {
        let Some(RoomRecording { id, by, file, .. }) = self.recording.take() else {
            return false;
        };
        turn.command(Command::StopTape { stage: self.stage });
        turn.news(RoomNews::RecordingStopped { recording: id, by });
        self.paused_recording = Some(PausedRecording { id, file });
        true
    }

    /// What was stopped does not go on any more.
    fn finish_recording(&mut self, turn: &mut Turn<'_>) {
        if let Some(PausedRecording { id, .. }) = self.paused_recording.take() {
            let command = self.rules.bridge.record_command.clone();
            turn.news(RoomNews::RecordingFinished {
                recording: id,
                command,
            });
        }
    }

    /// The next part of what was stopped. Nothing when it is to be a file of its own, or one of
    /// another name.
    fn take_up_paused(&mut self, turn: &mut Turn<'_>) -> Option<(RecordingId, RoomRecordingFile)> {
        let bridge = &self.rules.bridge;
        let goes_on = |it: &PausedRecording| {
            bridge.appends_recordings() && it.file.wanted == bridge.record_file
        };
        if !self.paused_recording.as_ref().is_some_and(goes_on) {
            self.finish_recording(turn);
            return None;
        }
        let PausedRecording { id, mut file } = self.paused_recording.take()?;
        file.part += 1;
        Some((id, file))
    }
}
