//! The certificate of the server, as it is told to whoever looks after it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the server proves with that it is who it is said to be, for SIP and HTTPS alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateView {
    pub source: CertificateSource,
    /// DNS names and IP addresses.
    #[schema(example = json!(["conference.example.com"]))]
    pub names: Vec<String>,
    /// Who signed it.
    #[schema(example = "C=US, O=Let's Encrypt, CN=E7")]
    pub issuer: String,
    #[schema(format = DateTime)]
    pub from: String,
    #[schema(format = DateTime)]
    pub until: String,
    /// SHA-256, as browsers show it.
    #[schema(example = "5B:9E:0C:…")]
    pub fingerprint: String,
    /// What somebody has to do something about.
    #[schema(
        required,
        example = "/etc/ssl/conference.pem: the certificate is not for conference.example.com, but \
                   for old.example.com"
    )]
    pub problem: Option<String>,
}

/// Who makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CertificateSource {
    /// Somebody who puts files in their place.
    Files,
    /// An authority that is asked by itself (ACME).
    Acme,
    /// The server, by its own word alone.
    SelfSigned,
}
