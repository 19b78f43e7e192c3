//! What passes between the control side and the thread of pictures; both rings are bounded.

use std::net::{IpAddr, SocketAddr};

use conclave_contract::{VideoCommand, VideoEvent, VideoLine};

use super::sockets::LineSockets;

pub(crate) enum ToVideo {
    Command(VideoCommand),
    /// A `Set` comes after its sockets.
    Sockets(VideoLine, LineSockets),
}

pub(crate) enum FromVideo {
    Event(VideoEvent),
    /// A line is no more: the port is free when its sockets are dropped.
    Closed(LineSockets),
}

/// The line that is to be opened: where its phone reached us, and where it is itself.
pub(crate) fn open_of(
    command: &VideoCommand,
) -> Option<(VideoLine, Option<IpAddr>, Option<SocketAddr>)> {
    let VideoCommand::Open {
        line,
        reached_at,
        remote,
    } = command
    else {
        return None;
    };
    Some((*line, *reached_at, *remote))
}

/// False of what only ends something: without pictures there is nothing to end.
pub(crate) fn begins_something(command: &VideoCommand) -> bool {
    match command {
        VideoCommand::Open { .. }
        | VideoCommand::Set { .. }
        | VideoCommand::SetStage { .. }
        | VideoCommand::SetScene { .. }
        | VideoCommand::Join { .. } => true,
        VideoCommand::Close { .. }
        | VideoCommand::CloseLeg { .. }
        | VideoCommand::CloseStage { .. }
        | VideoCommand::Leave { .. }
        | VideoCommand::WholePicture { .. } => false,
    }
}
