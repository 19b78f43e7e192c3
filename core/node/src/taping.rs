//! Tells whoever writes a recording what it is and who is on it; records nothing.

use std::time::Instant;

use conclave_api::{Happening, LiveRecording, RecordingRef, plain_recording_name, rfc3339};
use conclave_model::confbridge::ProgramName;
use conclave_model::{ParticipantId, RecordingId, RecordingRecord, RecordingState, RoomId, limits};
use conclave_room::{Participant, RecordingAsker, Room, RoomNews};

use crate::views::live_ref;
use crate::{Event, LogLevel, Node, Speaker, TapeNews, TapePart};

impl Node {
    pub(crate) fn set_recording(&mut self, now: Instant, id: RoomId, on: bool, by: &str) {
        let recording = RecordingId::mint(self.config.wall.at(now), &mut self.chance);
        self.with_room(now, id, |room, turn| {
            if on {
                room.start_recording(turn, recording, by);
            } else {
                room.stop_recording(turn);
            }
        });
    }

    /// The room asks for it.
    pub(crate) fn record_as_asked(&mut self, now: Instant, id: RoomId, by: RecordingAsker) {
        match by {
            RecordingAsker::Key(by) => self.record_by_key(now, id, by),
            RecordingAsker::Options => self.record_by_options(now, id),
        }
    }

    fn record_by_options(&mut self, now: Instant, id: RoomId) {
        if self.recordings_running() < limits::RECORDINGS_RUNNING {
            self.set_recording(now, id, true, "record_conference");
            return;
        }
        let most = limits::RECORDINGS_RUNNING;
        let sentence = format!("A room is not recorded as its options say: {most} others are");
        self.outbox.log(LogLevel::Warning, sentence);
    }

    /// A moderator asks for it by key.
    fn record_by_key(&mut self, now: Instant, id: RoomId, by: ParticipantId) {
        if self.recordings_running() >= limits::RECORDINGS_RUNNING {
            self.with_room(now, id, |room, turn| room.recording_refused(turn, by));
            return;
        }
        let live = self.live.get(id);
        let moderator = live.and_then(|live| live.room.participant(by));
        let Some(label) = moderator.map(|one| one.label().clone()) else {
            return;
        };
        let name = label.name.unwrap_or(label.number);
        self.set_recording(now, id, true, &name);
    }

    pub(crate) fn tape_ended(&mut self, now: Instant, recording: RecordingId) {
        let of = |room: &Room| room.recording().is_some_and(|it| it.id == recording);
        let room = self.live.iter().find(|live| of(&live.room));
        if let Some(id) = room.map(|live| live.room.id()) {
            self.with_room(now, id, |room, turn| room.recording_ended(turn, recording));
        }
    }

    /// Recordings that run.
    pub(crate) fn recordings_running(&self) -> usize {
        let rooms = self.live.iter();
        rooms.filter(|live| live.room.recording().is_some()).count()
    }

    pub(crate) fn live_recording(&self, room: &Room) -> Option<LiveRecording> {
        room.recording().map(|recording| LiveRecording {
            id: recording.id.to_string(),
            since: rfc3339(self.config.wall.at(recording.since)),
            by: recording.by.clone(),
        })
    }

    /// What a piece of news means for the recording of that room.
    pub(crate) fn tell_tape(&mut self, now: Instant, id: RoomId, news: &RoomNews) {
        match news {
            RoomNews::RecordingStarted { .. } => self.begin_tape(now, id),
            RoomNews::RecordingStopped { recording, by } => self.end_tape(now, id, *recording, by),
            RoomNews::RecordingFinished { recording, command } => {
                self.finish_tape(*recording, command.clone());
            }
            RoomNews::Joined { participant, .. } | RoomNews::Renamed { participant, .. } => {
                self.name_speaker(id, *participant);
            }
            RoomNews::Arrived { .. }
            | RoomNews::Passed { .. }
            | RoomNews::PinWrong { .. }
            | RoomNews::TurnedAway { .. }
            | RoomNews::GaveUp { .. }
            | RoomNews::Left { .. }
            | RoomNews::MovedOut { .. }
            | RoomNews::Waits { .. }
            | RoomNews::WentAway { .. }
            | RoomNews::CameBack { .. }
            | RoomNews::Hand { .. }
            | RoomNews::VolumeChanged { .. }
            | RoomNews::RoleChanged { .. }
            | RoomNews::PicturesChanged { .. }
            | RoomNews::Muted { .. }
            | RoomNews::Unmuted { .. }
            | RoomNews::Talking { .. }
            | RoomNews::TextCame { .. }
            | RoomNews::Locked
            | RoomNews::Unlocked
            | RoomNews::AllMuted { .. }
            | RoomNews::Ended
            | RoomNews::Music { .. }
            | RoomNews::Closed => {}
        }
    }

    fn begin_tape(&mut self, now: Instant, id: RoomId) {
        let Some(room) = self.live.get(id).map(|live| &live.room) else {
            return;
        };
        let Some(recording) = room.recording() else {
            return;
        };
        let (wall, title) = (self.config.wall, room.record());
        let begun = wall.at(recording.file.begun);
        let (number, name) = (title.extension.as_str(), title.title.as_str());
        let plain_name = || plain_recording_name(number, name, begun);
        let record = RecordingRecord {
            id: recording.id,
            room: id,
            room_title: title.title.to_string(),
            extension: title.extension.to_string(),
            started_at: begun,
            ended_at: None,
            state: RecordingState::Running,
            bytes: 0,
            duration: std::time::Duration::ZERO,
            participants: 0,
            by: recording.file.by.clone(),
            file_name: recording
                .file
                .wanted
                .named(begun)
                .unwrap_or_else(plain_name),
        };
        let at = RecordingRef {
            at: live_ref(title),
            recording: recording.id.to_string(),
            by: recording.by.clone(),
        };
        let outbox = &mut self.outbox;
        let began = TapeNews::Began(Box::new(TapePart {
            recording: record,
            part: recording.file.part,
            begun_at: wall.at(recording.since),
        }));
        outbox.event(Event::Tape(began));
        for participant in room.participants().filter(|one| one.is_active()) {
            let speaker = TapeNews::Speaker(recording.id, speaker(participant));
            outbox.event(Event::Tape(speaker));
        }
        outbox.info(format!("Room {} is recorded from now on", title.extension));
        outbox.publish(wall.at(now), Happening::RecordingStarted(at));
    }

    fn end_tape(&mut self, now: Instant, id: RoomId, recording: RecordingId, by: &str) {
        let Some(room) = self.live.get(id).map(|live| &live.room) else {
            return;
        };
        let what = Happening::RecordingStopped(RecordingRef {
            at: live_ref(room.record()),
            recording: recording.to_string(),
            by: by.to_owned(),
        });
        self.outbox.publish(self.config.wall.at(now), what);
    }

    pub(crate) fn finish_tape(&mut self, recording: RecordingId, command: Option<ProgramName>) {
        let finished = TapeNews::Finished { recording, command };
        self.outbox.event(Event::Tape(finished));
    }

    fn name_speaker(&mut self, id: RoomId, who: ParticipantId) {
        let Some(room) = self.live.get(id).map(|live| &live.room) else {
            return;
        };
        if let (Some(recording), Some(participant)) = (room.recording(), room.participant(who)) {
            let news = TapeNews::Speaker(recording.id, speaker(participant));
            self.outbox.event(Event::Tape(news));
        }
    }
}

fn speaker(participant: &Participant) -> Speaker {
    let label = participant.label();
    Speaker {
        leg: participant.leg(),
        participant: participant.id(),
        name: label.name.clone(),
        number: label.number.clone(),
    }
}
