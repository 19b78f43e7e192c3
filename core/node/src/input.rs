//! What may happen to a node: everything it will ever know comes in through here.

use std::sync::Arc;

use conclave_api as api;
use conclave_model::{PlaylistName, RecordingId};
use conclave_room::Shelf;
use conclave_sip::{ConnId, Findings, LookupFailure, Path};
use conclave_trunk::LookupId;

use crate::WorkerTicks;

/// One request of the public API on its way; numbered by the shell, never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// One write on its way to the store; numbered by the node, never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StoreTicket(pub u64);

#[derive(Debug)]
pub enum Input<'a> {
    /// A SIP datagram.
    Datagram {
        path: Path,
        bytes: &'a [u8],
    },
    /// A stream was accepted, or opened because a transmit asked for it.
    StreamOpened {
        conn: ConnId,
        path: Path,
    },
    /// The next bytes of a stream, cut anywhere.
    Stream {
        conn: ConnId,
        bytes: &'a [u8],
    },
    StreamClosed {
        conn: ConnId,
    },
    /// A stream that a transmit without `conn` asked for could not be opened.
    ConnectFailed {
        path: Path,
    },
    /// Where a name leads that `Event::LookUp` asked for.
    LookedUp {
        lookup: LookupId,
        result: Result<Findings, LookupFailure>,
    },
    /// News from the media plane.
    Media(conclave_contract::Event),
    /// News from the relay of pictures.
    Video(conclave_contract::VideoEvent),
    /// Answered by exactly one `Event::Reply` with the same ticket, sooner or later.
    Request {
        ticket: RequestId,
        request: api::Request,
    },
    /// The store finished what `Event::Store` asked for.
    Stored {
        ticket: StoreTicket,
        result: Result<(), StoreFailure>,
    },
    /// What the media workers did so far; see [`crate::WorkerTicks`].
    Load(Vec<WorkerTicks>),
    /// The playlists that exist from now on.
    Playlists(Vec<PlaylistName>),
    /// The operator's sounds as they are from now on.
    Sounds(Arc<Shelf>),
    /// The writer of a recording is done with it, whether or not it was asked to stop.
    TapeEnded(RecordingId),
    /// Say goodbye to everybody, take no new call, and report `Event::ShutdownComplete`.
    Shutdown,
}

/// A write that did not happen. The sentence is for the log; it holds no PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreFailure {
    pub sentence: String,
}
