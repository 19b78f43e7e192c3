//! What is asked of the certificate; reads no file.

use std::path::PathBuf;

use conclave_model::HttpUrl;

/// Where the certificate comes from, and whom it is to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertSettings {
    /// The folder of what is made here, readable by its owner alone.
    pub folder: PathBuf,
    pub source: Source,
    /// What others call this server: DNS names and IP addresses. A certificate that does not name
    /// one of them is used all the same, and it is said.
    pub names: Vec<String>,
    /// What a self-signed certificate names besides: how this machine is called within its network.
    pub local_names: Vec<String>,
}

/// Who makes the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Somebody else, who also renews it in time.
    Files { certificate: PathBuf, key: PathBuf },
    /// An authority, whenever this server asks it (RFC 8555); until it has, as of `SelfSigned`.
    Acme {
        directory: HttpUrl,
        /// An address for mail, for what the authority has to say.
        contact: Option<String>,
    },
    /// This server, by its own word alone.
    SelfSigned,
}
