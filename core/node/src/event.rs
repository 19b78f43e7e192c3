//! What a node asks of its owner and tells the world.

use conclave_api as api;
use conclave_model::confbridge::{MenuName, MenuRecord, ProfileRecord, ProgramName, Renaming};
use conclave_model::{
    CallLadder, CallRecord, Extension, LegId, ParticipantId, PhoneId, PhoneRecord, RecordingId,
    RecordingRecord, RegistrationRecord, RoomId, RoomRecord, ServiceExtension, TrunkId,
    TrunkRecord, UnixMillis,
};
use conclave_sip::{ConnId, Place};
use conclave_trunk::LookupId;

use crate::{RequestId, StoreTicket};

#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // One event lives for a moment, in a queue of few.
pub enum Event {
    /// Make this durable, then say so with `Input::Stored` and the same ticket.
    Store {
        ticket: StoreTicket,
        write: StoreWrite,
    },
    Reply {
        ticket: RequestId,
        result: Result<api::Response, api::Problem>,
    },
    /// For everybody who listens to the event stream.
    Publish(api::Event),
    /// A sentence for the operator, without PINs, digits or whole telephone numbers.
    Log(LogLine),
    /// Of a recording: for whoever writes it.
    Tape(TapeNews),
    /// Find out where this is, then say so with `Input::LookedUp`, also when it is nowhere.
    LookUp { lookup: LookupId, place: Place },
    /// The stream is of no more use: close it.
    CloseConn(ConnId),
    /// Every call is over and its record handed to the store.
    ShutdownComplete,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StoreWrite {
    PutRoom(Box<RoomRecord>),
    DeleteRoom(RoomId),
    PutMenu(Box<MenuRecord>),
    DeleteMenu(MenuName),
    PutExtension(Box<ServiceExtension>),
    DeleteExtension(Extension),
    PutProfile(Box<ProfileRecord>),
    DeleteProfile(api::ProfileKey),
    PutPhone(Box<PhoneRecord>),
    /// And where it was to be found.
    DeletePhone(PhoneId),
    /// All that are to be found again, in place of those before.
    PutRegistrations(PhoneId, Vec<RegistrationRecord>),
    PutTrunk(Box<TrunkRecord>),
    DeleteTrunk(TrunkId),
    /// All of it or nothing.
    Rename(Box<Renaming>),
    PutCall(Box<CallRecord>),
    PutLadder(Box<CallLadder>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub level: LogLevel,
    pub sentence: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    Info,
    /// Callers notice it, and it may pass.
    Warning,
    /// Something of ours broke.
    Error,
}

/// What whoever writes a recording must know of it. That it is over is told by its tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TapeNews {
    /// The media plane was asked for its tape before.
    Began(Box<TapePart>),
    /// Whom a leg on the tape belongs to, told again when the name changes.
    Speaker(RecordingId, Speaker),
    /// Nothing is put on its tape any more, now that the last part has ended; this is to be run
    /// on it.
    Finished {
        recording: RecordingId,
        command: Option<ProgramName>,
    },
}

/// A stretch of a recording without a pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TapePart {
    pub recording: RecordingRecord,
    /// Counts from 1; a later one goes on where the one before ended.
    pub part: u32,
    pub begun_at: UnixMillis,
}

/// Somebody who may be heard on a tape. Name and number are the caller's own texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    pub leg: LegId,
    pub participant: ParticipantId,
    pub name: Option<String>,
    pub number: String,
}
