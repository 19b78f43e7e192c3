//! How much goes on in one server.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the brain can count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Rooms that exist.
    pub rooms: u64,
    /// Rooms that somebody is in.
    pub rooms_live: u64,
    pub participants: u64,
    /// Calls of every kind, also those at a door.
    pub calls: u64,
    /// One call more is refused.
    pub calls_max: u64,
}

/// The server at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusView {
    #[schema(example = "0.1.0")]
    pub version: String,
    #[schema(format = DateTime)]
    pub started_at: String,
    pub uptime_seconds: u64,
    /// Where calls are taken, as given to `serve`.
    #[schema(example = json!(["udp:192.0.2.20:5060"]))]
    pub sip: Vec<String>,
    /// Where this API answers besides the socket in the data directory.
    pub http: Vec<String>,
    /// The UDP ports of the sound, `LOW-HIGH`.
    #[schema(example = "20000-29999")]
    pub rtp_ports: String,
    #[serde(flatten)]
    pub counts: Counts,
}
