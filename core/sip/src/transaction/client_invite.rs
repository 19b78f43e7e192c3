//! How our INVITE is sent: RFC 3261 §17.1.1 with the accepted state of RFC 6026 §7.2.

use std::time::Instant;

use super::client::{Client, State as ClientState, derived};
use super::{GIVE_UP, TIMER_D, only_if_unreliable};
use crate::hands::Hands;
use crate::message::{Message, Method, Name};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Calling,
    /// A provisional answer came: the INVITE is not sent again, and may take its time.
    Proceeding,
    /// Refused; the refusal may come again and wants its ACK again.
    Completed,
    /// Answered with 2xx; each one that comes is the session's matter.
    Accepted,
}

impl State {
    pub(super) fn is_unanswered(self) -> bool {
        matches!(self, State::Calling | State::Proceeding)
    }
}

/// True when the session shall hear of it.
pub(super) fn heard(
    client: &mut Client,
    hands: &mut Hands,
    now: Instant,
    response: &Message,
    status: u16,
) -> bool {
    let ClientState::Invite(state) = client.state else {
        return false;
    };
    match (state, status) {
        (State::Calling | State::Proceeding, 100..=199) => {
            client.state = ClientState::Invite(State::Proceeding);
            // The callee may ring as long as it likes: only Calling has a timer B.
            hands.timers.cancel(&mut client.resend);
            hands.timers.cancel(&mut client.end);
            true
        }
        (State::Calling | State::Proceeding, 200..=299) => {
            client.state = ClientState::Invite(State::Accepted);
            hands.timers.cancel(&mut client.resend);
            client.end_after(hands, now, GIVE_UP, "timer M: further 2xx of one INVITE");
            true
        }
        (State::Calling | State::Proceeding, _) => {
            client.state = ClientState::Invite(State::Completed);
            hands.timers.cancel(&mut client.resend);
            let wait = only_if_unreliable(client.path.transport, TIMER_D);
            client.end_after(hands, now, wait, "timer D: a refusal may come again");
            client.ack = ack_of_refusal(&client.bytes, response);
            if let Some(ack) = &client.ack {
                hands.send_request(client.path, ack.clone());
            }
            true
        }
        (State::Completed, 300..) => {
            if let Some(ack) = &client.ack {
                hands.send_again(client.path, ack.clone());
            }
            false
        }
        (State::Accepted, 200..=299) => true,
        (State::Completed | State::Accepted, _) => false,
    }
}

/// Timer A.
pub(super) fn resend(client: &mut Client, hands: &mut Hands, now: Instant) {
    if client.state == ClientState::Invite(State::Calling) {
        hands.send_again(client.path, client.bytes.clone());
        client.interval *= 2;
        client.resend_after(
            hands,
            now,
            client.interval,
            "timer A: an INVITE is sent again",
        );
    }
}

fn ack_of_refusal(invite: &[u8], response: &Message) -> Option<Vec<u8>> {
    let invite = Message::parse(invite)?;
    Some(derived(
        &invite,
        Method::Ack,
        response.field(Name::To)?,
        None,
    ))
}
