//! What a room is lent for one turn, where its answers go; decides nothing.

use std::time::Instant;

use conclave_contract::{Command, Segment, VideoCommand};
use conclave_model::{CallEnd, CallId, LocalIds, ParticipantId, TextMessage};

use crate::{PhoneEvent, RoomNews};

/// One thing happens to a room: when, with which ids, and where the outcome is put.
pub struct Turn<'a> {
    pub now: Instant,
    pub ids: &'a mut LocalIds,
    pub out: &'a mut Vec<RoomOutput>,
}

/// What is to be done for the room, in this order.
#[derive(Clone, Debug)]
pub enum RoomOutput {
    /// For the media plane.
    Command(Command),
    /// We end this call: stop its entry script if it runs one, say
    /// these words and hang up; without words, at once. The call is out of the room already (and
    /// off the stage, the command for that comes before).
    Dismiss {
        call: CallId,
        end: CallEnd,
        words: Vec<Segment>,
    },
    /// The PIN was switched off while this caller was asked for it: pass
    /// `EntryInput::Pin(PinVerdict::Accepted)` to its script.
    LetPass { call: CallId },
    /// A recording is wanted: [`crate::Room::start_recording`], or, of one who asked by key,
    /// [`crate::Room::recording_refused`].
    RecordingAsked { by: RecordingAsker },
    /// Wants to go to this extension and come back: [`crate::Room::go_away`] or
    /// [`crate::Room::stays`].
    AwayAsked { call: CallId, extension: Box<str> },
    /// For the relay of pictures.
    Video(VideoCommand),
    /// So many video lines are accepted of this call's phone, and so many others are seen at once:
    /// tell the call.
    Pictures {
        call: CallId,
        accepts: u8,
        shows: u8,
    },
    /// What one wrote, for the phones of these, as far as they take such.
    Text {
        to: Vec<CallId>,
        /// Who wrote it, as phones show them.
        from: String,
        text: TextMessage,
    },
    /// An event for the phones of these, likewise.
    Tell { to: Vec<CallId>, event: PhoneEvent },
    /// For the public event stream.
    News(RoomNews),
    /// Nobody is left: close the stage and drop the room. Always the last of a turn.
    Closed,
}

/// Who wants a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingAsker {
    Key(ParticipantId),
    /// `record_conference` of the room's options.
    Options,
}

impl Turn<'_> {
    pub(crate) fn command(&mut self, command: Command) {
        self.out.push(RoomOutput::Command(command));
    }

    pub(crate) fn video(&mut self, command: VideoCommand) {
        self.out.push(RoomOutput::Video(command));
    }

    pub(crate) fn news(&mut self, news: RoomNews) {
        self.out.push(RoomOutput::News(news));
    }
}
