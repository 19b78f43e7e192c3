//! How a request that is no INVITE is answered: RFC 3261 §17.2.2.

use std::time::Instant;

use super::server::{Server, State as ServerState};
use super::{GIVE_UP, only_if_unreliable};
use crate::hands::Hands;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Trying,
    Proceeding,
    /// Answered; the answer is repeated to whoever asks again.
    Completed,
}

impl State {
    pub(super) fn is_silent(self) -> bool {
        self == State::Trying
    }

    pub(super) fn is_final(self) -> bool {
        self == State::Completed
    }
}

pub(super) fn responded(server: &mut Server, hands: &mut Hands, now: Instant, status: u16) {
    if status < 200 {
        server.state = ServerState::Other(State::Proceeding);
        return;
    }
    server.state = ServerState::Other(State::Completed);
    let wait = only_if_unreliable(server.path.transport, GIVE_UP);
    server.end_after(hands, now, wait, "timer J: the request may come again");
}
