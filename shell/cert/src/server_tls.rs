//! TLS with whoever connects to us; opens no port.

use std::io;
use std::sync::Arc;

use conclave_model::limits;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::ResolvesServerCert;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::ServerStream;
use crate::held::ACME_TLS;

/// Our side of a TLS connection that somebody else opened; cheap to clone.
///
/// TLS 1.2 and 1.3 (RFC 8996 forbids what is older), no renegotiation, no early data.
#[derive(Clone)]
pub struct ServerTls(TlsAcceptor);

impl ServerTls {
    /// `protocols` by ALPN (RFC 7301); with none, whatever the other side says is passed over.
    pub(crate) fn new(shown: Arc<dyn ResolvesServerCert>, protocols: &[&[u8]]) -> Self {
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has the suites of TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(shown);
        config.alpn_protocols = protocols.iter().map(|one| one.to_vec()).collect();
        Self(TlsAcceptor::from(Arc::new(config)))
    }

    /// Shakes hands within [`limits::TLS_HANDSHAKE`].
    ///
    /// # Errors
    /// The other side speaks no TLS, none that we speak, or is too slow.
    pub async fn accept<S>(&self, stream: S) -> io::Result<ServerStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let shaken = timeout(limits::TLS_HANDSHAKE, self.0.accept(stream)).await;
        let mut stream = shaken.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
        if stream.get_ref().1.alpn_protocol() == Some(ACME_TLS) {
            // It has seen what it came for (RFC 8737 §3).
            let _ = timeout(limits::TLS_HANDSHAKE, stream.shutdown()).await;
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(stream)
    }
}
