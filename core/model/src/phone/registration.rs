//! Where one telephone of an account is to be found, as it is kept over a restart; finds nobody.

use std::net::SocketAddr;

use crate::{PhoneId, UnixMillis};

/// One binding of an account (RFC 3261 §10). Texts are the telephone's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationRecord {
    pub phone: PhoneId,
    /// The URI of Contact.
    pub contact: String,
    /// `+sip.instance` (RFC 5626).
    pub instance: Option<String>,
    /// `reg-id` of a flow (RFC 5626).
    pub reg_id: Option<u32>,
    /// The values of Path (RFC 3327), in their order.
    pub route: Vec<String>,
    /// `udp`, `tcp`, `tls`, `ws` or `wss`.
    pub transport: String,
    /// Both ends of the way that the REGISTER came.
    pub local: SocketAddr,
    pub remote: SocketAddr,
    /// It came through another server.
    pub via_proxy: bool,
    pub call_id: String,
    /// CSeq.
    pub sequence: u32,
    pub user_agent: Option<String>,
    pub since: UnixMillis,
    pub until: UnixMillis,
}
