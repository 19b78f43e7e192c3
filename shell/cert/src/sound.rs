//! The certificate that is shown where sound is encrypted by handshakes; keeps it in no file.

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use zeroize::Zeroizing;

use crate::CertError;

/// Made anew with each start: a peer recognises it by what signalling says of it, call by call.
pub struct SoundCertificate {
    /// In DER, signed by itself.
    pub certificate: Vec<u8>,
    /// In PKCS #8; ECDSA on P-256, which every peer knows (RFC 8827 §6.5).
    pub private_key: Zeroizing<Vec<u8>>,
}

impl SoundCertificate {
    /// It names nobody: who reads a handshake learns nothing of whose it is.
    ///
    /// # Errors
    /// When the cryptographic library makes no key.
    pub fn make() -> Result<Self, CertError> {
        let unmade = |why: rcgen::Error| CertError::Unmade(why.to_string());
        let pair = KeyPair::generate().map_err(unmade)?;
        let mut params = CertificateParams::default();
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, "sound");
        params.distinguished_name = name;
        let signed = params.self_signed(&pair).map_err(unmade)?;
        Ok(Self {
            certificate: signed.der().to_vec(),
            private_key: Zeroizing::new(pair.serialize_der()),
        })
    }
}
