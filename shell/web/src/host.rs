//! What the web face must be told of the program around it.

use std::time::Duration;

use conclave_api::CertificateView;
use conclave_model::UnixMillis;

use crate::Metric;

/// The program around the web face.
pub trait Host: Send + Sync + 'static {
    fn facts(&self) -> HostFacts;

    /// Why calls cannot be taken now; `None` when they can.
    fn not_ready(&self) -> Option<String>;

    /// The certificate that is shown now; none where no TLS is spoken.
    fn certificate(&self) -> Option<CertificateView>;

    /// Figures beyond those of the web face itself, read from atomics: this must not block.
    fn metrics(&self) -> Vec<Metric>;
}

/// What does not change while the program runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFacts {
    pub version: String,
    pub started_at: UnixMillis,
    /// As given to `serve`.
    pub sip: Vec<String>,
    pub http: Vec<String>,
    pub https: Vec<String>,
    /// `LOW-HIGH`.
    pub rtp_ports: String,
    /// What invitations say.
    pub public: PublicNames,
    /// How long recordings are kept.
    pub recordings_kept: Duration,
    /// What `record_command` may name.
    pub record_commands: Vec<String>,
}

/// How those outside reach the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicNames {
    /// `HOST` or `HOST:PORT` for phones; without it, the host that the request was sent to.
    pub host: Option<String>,
    /// What comes before an extension when a room is dialled from outside: `+` and digits.
    pub number: Option<String>,
}
