//! How our request that is no INVITE is sent: RFC 3261 §17.1.2.

use std::time::Instant;

use super::client::{Client, State as ClientState};
use super::{T2, T4, only_if_unreliable};
use crate::hands::Hands;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Trying,
    Proceeding,
    /// Answered; the answer may come again and is absorbed.
    Completed,
}

impl State {
    pub(super) fn is_unanswered(self) -> bool {
        matches!(self, State::Trying | State::Proceeding)
    }
}

/// True when the session shall hear of it.
pub(super) fn heard(client: &mut Client, hands: &mut Hands, now: Instant, status: u16) -> bool {
    let ClientState::Other(state) = client.state else {
        return false;
    };
    match (state, status) {
        (State::Completed, _) => false,
        (State::Trying | State::Proceeding, 100..=199) => {
            client.state = ClientState::Other(State::Proceeding);
            true
        }
        (State::Trying | State::Proceeding, _) => {
            client.state = ClientState::Other(State::Completed);
            hands.timers.cancel(&mut client.resend);
            let wait = only_if_unreliable(client.path.transport, T4);
            client.end_after(hands, now, wait, "timer K: an answer may come again");
            true
        }
    }
}

/// Timer E: doubling to T2; after a provisional answer T2 at once.
pub(super) fn resend(client: &mut Client, hands: &mut Hands, now: Instant) {
    let ClientState::Other(state) = client.state else {
        return;
    };
    client.interval = match state {
        State::Trying => (client.interval * 2).min(T2),
        State::Proceeding => T2,
        State::Completed => return,
    };
    hands.send_again(client.path, client.bytes.clone());
    client.resend_after(
        hands,
        now,
        client.interval,
        "timer E: a request is sent again",
    );
}
