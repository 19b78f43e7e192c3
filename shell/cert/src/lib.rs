//! The certificate of this server, and TLS with it; opens no port.

mod acme;
mod certificate;
mod client_tls;
mod facts;
mod files;
mod held;
mod own;
mod server_tls;
mod settings;
mod sound;

pub use acme::AcmeError;
pub use certificate::Certificate;
pub use client_tls::ClientTls;
pub use facts::Facts;
pub use files::CertError;
pub use server_tls::ServerTls;
pub use settings::{CertSettings, Source};
pub use sound::SoundCertificate;

/// As the other side of TLS sees it; what it carries is somebody else's matter.
pub type ServerStream<S> = tokio_rustls::server::TlsStream<S>;
pub type ClientStream<S> = tokio_rustls::client::TlsStream<S>;
