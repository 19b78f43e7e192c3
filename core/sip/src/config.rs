//! What the owner may choose about the user agent; reads no file.

use std::time::Duration;

use conclave_model::limits;

use crate::Package;

/// The choices of one [`crate::Ua`]; the defaults are those of `conclave_model::limits`.
#[derive(Clone, Debug)]
pub struct UaConfig {
    /// Sent as Server in responses and as User-Agent in requests.
    pub server_name: String,
    /// The session interval we propose (RFC 4028), at least `session_expires_min`.
    pub session_expires: Duration,
    /// Shorter session intervals are refused with 422; at least 90 s (RFC 4028 §5).
    pub session_expires_min: Duration,
    /// More sessions than this at once are refused with 503.
    pub sessions_max: usize,
    /// More server or client transactions than this at once are refused with 503.
    pub transactions_max: usize,
    /// More streams than this at once are closed again.
    pub streams_max: usize,
    /// Retry-After when `sessions_max` is reached.
    pub retry_after: Duration,
    /// REGISTER is given to the owner, not refused.
    pub registers: bool,
    /// What others may subscribe to; a SUBSCRIBE is refused when this is empty.
    pub packages: &'static [Package],
    /// Every message is also given to `Ua::poll_copy`, which must then be emptied.
    pub copies: bool,
}

impl Default for UaConfig {
    fn default() -> Self {
        Self {
            server_name: concat!("conclave/", env!("CARGO_PKG_VERSION")).to_owned(),
            session_expires: limits::SESSION_EXPIRES,
            session_expires_min: limits::SESSION_EXPIRES_MIN,
            sessions_max: limits::CALLS,
            transactions_max: limits::SIP_TRANSACTIONS,
            streams_max: limits::SIP_STREAMS,
            retry_after: limits::SIP_RETRY_AFTER,
            registers: false,
            packages: &[],
            copies: false,
        }
    }
}
