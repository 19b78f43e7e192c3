//! The certificate that is shown at this moment; reads no file.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

/// How an authority asks for the proof of RFC 8737.
pub(crate) const ACME_TLS: &[u8] = b"acme-tls/1";

/// Shared by every TLS listener: what is put here is shown from the next connection on, and those
/// that are open do not notice.
#[derive(Debug)]
pub(crate) struct Held {
    shown: RwLock<Arc<CertifiedKey>>,
    /// By name, for an authority that looks whether we are there.
    challenges: Mutex<BTreeMap<String, Arc<CertifiedKey>>>,
}

impl Held {
    pub fn new(key: Arc<CertifiedKey>) -> Self {
        Self {
            shown: RwLock::new(key),
            challenges: Mutex::default(),
        }
    }

    pub fn put(&self, key: Arc<CertifiedKey>) {
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = key;
    }

    pub fn show_challenge(&self, name: &str, key: Arc<CertifiedKey>) {
        self.challenges().insert(name.to_ascii_lowercase(), key);
    }

    pub fn forget_challenges(&self) {
        self.challenges().clear();
    }

    fn challenges(&self) -> MutexGuard<'_, BTreeMap<String, Arc<CertifiedKey>>> {
        self.challenges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for Held {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // RFC 8737 §3: that and nothing else. Everybody else never sees a challenge.
        let is_authority = hello
            .alpn()
            .is_some_and(|mut said| said.next() == Some(ACME_TLS) && said.next().is_none());
        if is_authority {
            let name = hello.server_name()?.to_ascii_lowercase();
            return self.challenges().get(&name).map(Arc::clone);
        }
        let key = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&key))
    }
}
