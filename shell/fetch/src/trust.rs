//! Whose certificates are believed; opens no connection.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{ClientConfig, RootCertStore};

/// The authorities whose word is taken for who another server is; cheap to clone.
///
/// Those of the system, because its administrator has put the authorities of their own network
/// there already and keeps them up to date; a list in the program would know neither.
#[derive(Clone)]
pub struct Trust {
    config: Arc<ClientConfig>,
    authorities: usize,
}

/// Why a file of authorities is of no use.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("it cannot be read: {0}")]
    Unreadable(pem::Error),
    #[error("there is no certificate in it; expected PEM, `-----BEGIN CERTIFICATE-----`")]
    Empty,
    #[error("a certificate in it is damaged: {0}")]
    Damaged(rustls::Error),
}

impl Trust {
    /// The authorities of this system, and those of a PEM file if there is one.
    ///
    /// # Errors
    /// When the file holds no certificate, or one that cannot be read.
    pub fn system_and(file: Option<&Path>) -> Result<Self, TrustError> {
        let mut authorities = RootCertStore::empty();
        // What a system has is not for us to repair: a damaged one is as good as none.
        authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        file.map_or(Ok(()), |file| add(&mut authorities, file))?;
        Ok(Self::of(authorities))
    }

    /// Those of a PEM file and nobody else.
    ///
    /// # Errors
    /// As for [`Trust::system_and`].
    pub fn only(file: &Path) -> Result<Self, TrustError> {
        let mut authorities = RootCertStore::empty();
        add(&mut authorities, file)?;
        Ok(Self::of(authorities))
    }

    /// Nobody: https is refused.
    #[must_use]
    pub fn nobody() -> Self {
        Self::of(RootCertStore::empty())
    }

    /// How many they are.
    #[must_use]
    pub const fn authorities(&self) -> usize {
        self.authorities
    }

    /// What HTTPS is asked with.
    #[must_use]
    pub fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }

    fn of(roots: RootCertStore) -> Self {
        let authorities = roots.len();
        let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has the suites of TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self {
            config: Arc::new(config),
            authorities,
        }
    }
}

/// Says how many, not which.
impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust({} authorities)", self.authorities)
    }
}

fn add(authorities: &mut RootCertStore, file: &Path) -> Result<(), TrustError> {
    let mut any = false;
    for certificate in CertificateDer::pem_file_iter(file).map_err(TrustError::Unreadable)? {
        let certificate = certificate.map_err(TrustError::Unreadable)?;
        authorities.add(certificate).map_err(TrustError::Damaged)?;
        any = true;
    }
    if any { Ok(()) } else { Err(TrustError::Empty) }
}
