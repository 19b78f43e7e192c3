//! What this server shows at every handshake; makes no certificate.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use conclave_model::{Fingerprint, FingerprintHash, limits};
use dimpl::{Config, DtlsCertificate};
use zeroize::Zeroizing;

/// A certificate with its key (ECDSA on P-256), and how handshakes are done with it.
///
/// Its peers recognise it by its fingerprint, which signalling brings them: nobody signs it.
#[derive(Clone)]
pub struct Identity {
    certificate: Arc<[u8]>,
    private_key: Arc<Zeroizing<Vec<u8>>>,
    fingerprint: Fingerprint,
    pub(crate) config: Arc<Config>,
}

/// The cryptographic library cannot do what a handshake needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no handshakes can be done: {0}")]
pub struct NoIdentity(String);

impl Identity {
    /// The certificate in DER, the key in PKCS #8.
    ///
    /// # Errors
    /// When the library refuses the settings.
    pub fn new(certificate: &[u8], private_key: Zeroizing<Vec<u8>>) -> Result<Self, NoIdentity> {
        let config = Config::builder()
            .mtu(limits::DTLS_DATAGRAM_BYTES)
            .flight_start_rto(FIRST_RETRY)
            .flight_retries(limits::DTLS_RETRIES)
            .handshake_timeout(limits::DTLS_HANDSHAKE)
            .build()
            .map_err(|error| NoIdentity(error.to_string()))?;
        Ok(Self {
            fingerprint: Fingerprint::of(FingerprintHash::Sha256, certificate),
            certificate: certificate.into(),
            private_key: Arc::new(private_key),
            config: Arc::new(config),
        })
    }

    #[must_use]
    pub const fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    pub(crate) fn certificate(&self) -> DtlsCertificate {
        DtlsCertificate {
            certificate: self.certificate.to_vec(),
            private_key: self.private_key.to_vec(),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({}, ..)", self.fingerprint)
    }
}

/// As browsers do it: a quarter of what RFC 6347 §4.2.4.1 begins with, which is meant for no
/// conversation.
const FIRST_RETRY: Duration = Duration::from_millis(250);
