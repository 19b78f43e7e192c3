//! RFC 3261 §17 with the corrections of RFC 6026: one request and its responses, sent until heard.

mod client;
mod client_invite;
mod client_other;
mod server;
mod server_invite;
mod server_other;

use std::time::Duration;

pub(crate) use client::{ClientKey, Clients, Outcome, Outgoing, Purpose, branch};
pub(crate) use server::{ServerId, Servers};

use crate::Transport;

/// The round trip that is expected (RFC 3261 §17.1.1.1).
pub(crate) const T1: Duration = Duration::from_millis(500);
/// The longest wait between two sendings of a non-INVITE request or of a response.
pub(crate) const T2: Duration = Duration::from_secs(4);
/// How long a message may stay in the network.
pub(crate) const T4: Duration = Duration::from_secs(5);
/// Timers B, F, H, J, L and M, and the wait for an ACK or PRACK.
pub(crate) const GIVE_UP: Duration = Duration::from_secs(32);
/// Timer D: a little longer than a server sends its response again.
pub(crate) const TIMER_D: Duration = Duration::from_secs(33);

/// Over a stream nothing is lost, so nothing needs to be waited for or sent again.
fn only_if_unreliable(transport: Transport, wait: Duration) -> Duration {
    if transport.is_stream() {
        Duration::ZERO
    } else {
        wait
    }
}
