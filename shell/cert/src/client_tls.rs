//! TLS with those to whom we connect, who must be who they are said to be; opens no connection.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use conclave_fetch::Trust;
use conclave_model::limits;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::ClientStream;

/// Our side of a TLS connection that we open; cheap to clone.
#[derive(Clone)]
pub struct ClientTls(TlsConnector);

impl ClientTls {
    /// Believes whom these authorities vouch for.
    #[must_use]
    pub fn new(trust: &Trust) -> Self {
        let mut config = ClientConfig::clone(&trust.config());
        // SIP has no name in ALPN that servers would know.
        config.alpn_protocols.clear();
        Self(TlsConnector::from(Arc::new(config)))
    }

    /// Shakes hands within [`limits::TLS_HANDSHAKE`] with whoever can prove to be `name`, a DNS
    /// name (RFC 5922 §7.2: the one that was dialled, not the one it resolved to) or an address.
    ///
    /// # Errors
    /// The certificate is not believed or is for somebody else, no common version, too slow.
    pub async fn connect<S>(&self, name: &str, stream: S) -> io::Result<ClientStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = match name.parse::<IpAddr>() {
            Ok(address) => ServerName::from(address),
            Err(_) => ServerName::try_from(name.to_owned()).map_err(io::Error::other)?,
        };
        let shaken = timeout(limits::TLS_HANDSHAKE, self.0.connect(name, stream)).await;
        shaken.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}
