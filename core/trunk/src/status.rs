//! How a trunk does, to be shown; decides nothing.

use std::net::SocketAddr;
use std::time::Duration;

use conclave_model::UnixMillis;
use conclave_sip::Transport;

use crate::Trouble;

/// Whether calls can be expected over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrunkState {
    /// Nothing is known yet.
    Starting,
    Up,
    Down,
    /// Nobody asks whether it is there.
    Unwatched,
    /// It is not to be used.
    Disabled,
}

/// What is known of one trunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrunkStatus {
    pub state: TrunkState,
    pub since: UnixMillis,
    /// Of the last answer.
    pub latency: Option<Duration>,
    /// Where our requests go.
    pub remote: Option<(Transport, SocketAddr)>,
    /// What the peer calls itself.
    pub server: Option<String>,
    /// Our address as the peer sees it.
    pub seen_as: Option<SocketAddr>,
    /// Until when we are registered.
    pub registered_until: Option<UnixMillis>,
    pub last_problem: Option<(UnixMillis, Trouble)>,
    pub calls: usize,
}
