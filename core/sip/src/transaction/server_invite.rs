//! How an INVITE is answered: RFC 3261 §17.2.1 with the accepted state of RFC 6026 §7.1.

use std::time::Instant;

use super::server::{Server, State as ServerState};
use super::{GIVE_UP, T1, T2, T4, only_if_unreliable};
use crate::hands::Hands;
use crate::timers::{Alarm, Tick};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Proceeding,
    /// A refusal was sent and waits for its ACK.
    Completed,
    /// The ACK came; further ones are absorbed.
    Confirmed,
    /// A 2xx was sent; the session sends it again, not we.
    Accepted,
}

impl State {
    /// An INVITE that comes again is not answered in these.
    pub(super) fn is_silent(self) -> bool {
        matches!(self, State::Confirmed | State::Accepted)
    }
}

pub(super) fn responded(server: &mut Server, hands: &mut Hands, now: Instant, status: u16) {
    if status < 200 {
        return;
    }
    if status < 300 {
        server.state = ServerState::Invite(State::Accepted);
        server.last = Vec::new();
        server.end_after(hands, now, GIVE_UP, "timer L: a 2xx is not asked for again");
        return;
    }
    server.state = ServerState::Invite(State::Completed);
    server.end_after(hands, now, GIVE_UP, "timer H: the ACK of a refusal");
    if !server.path.transport.is_stream() {
        arm_resend(server, hands, now);
    }
}

/// True when the ACK ends here, false when it belongs to a 2xx.
pub(super) fn acknowledged(server: &mut Server, hands: &mut Hands, now: Instant) -> bool {
    let ServerState::Invite(state) = server.state else {
        return false;
    };
    match state {
        State::Accepted | State::Proceeding => false,
        State::Confirmed => true,
        State::Completed => {
            server.state = ServerState::Invite(State::Confirmed);
            hands.timers.cancel(&mut server.resend);
            let wait = only_if_unreliable(server.path.transport, T4);
            server.end_after(hands, now, wait, "timer I: further ACKs of a refusal");
            true
        }
    }
}

/// Timer G.
pub(super) fn resend(server: &mut Server, hands: &mut Hands, now: Instant) {
    server.resend = None;
    if server.state == ServerState::Invite(State::Completed) {
        hands.send_again(server.path, server.last.clone());
        server.interval = (server.interval * 2).min(T2);
        arm_resend(server, hands, now);
    }
}

fn arm_resend(server: &mut Server, hands: &mut Hands, now: Instant) {
    let wait = server.interval.max(T1);
    let alarm = Alarm::Server(server.id, Tick::Resend);
    let why = "timer G: a refusal is sent again";
    server.resend = Some(hands.timers.set(now + wait, alarm, why));
}
