//! How much goes on in one server.

use conclave_model::LoadLevel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::CertificateView;

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
    pub load: LoadState,
}

/// What the server does without while its sound runs late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoadState {
    /// Nothing.
    #[default]
    Normal,
    /// New calls are refused with 503.
    RefusingJoins,
    /// And fewer voices of one room are mixed at once.
    FewerTalkers,
    /// And Opus is encoded with the least effort.
    LowerComplexity,
}

impl LoadState {
    #[must_use]
    pub const fn level(self) -> LoadLevel {
        match self {
            LoadState::Normal => LoadLevel::Normal,
            LoadState::RefusingJoins => LoadLevel::RefusingJoins,
            LoadState::FewerTalkers => LoadLevel::FewerTalkers,
            LoadState::LowerComplexity => LoadLevel::LowerComplexity,
        }
    }
}

impl From<LoadLevel> for LoadState {
    fn from(level: LoadLevel) -> Self {
        match level {
            LoadLevel::Normal => LoadState::Normal,
            LoadLevel::RefusingJoins => LoadState::RefusingJoins,
            LoadLevel::FewerTalkers => LoadState::FewerTalkers,
            LoadLevel::LowerComplexity => LoadState::LowerComplexity,
        }
    }
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
    /// Where it and the console answer by HTTPS.
    #[serde(default)]
    #[schema(required, example = json!(["192.0.2.20:8443"]))]
    pub https: Vec<String>,
    /// What SIP over TLS and HTTPS are spoken with.
    #[serde(default)]
    #[schema(required)]
    pub certificate: Option<CertificateView>,
    /// The UDP ports of the sound, `LOW-HIGH`.
    #[schema(example = "20000-29999")]
    pub rtp_ports: String,
    /// Programs that `record_command` in a room's options may name, by the server's own file.
    #[serde(default)]
    #[schema(required, example = json!(["archive"]))]
    pub record_commands: Vec<String>,
    #[serde(flatten)]
    pub counts: Counts,
}
