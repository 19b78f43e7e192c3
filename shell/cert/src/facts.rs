//! What a certificate says of itself; believes none of it.

use conclave_model::UnixMillis;
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// What whoever looks at a certificate sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// DNS names and IP addresses (RFC 5280 §4.2.1.6), as a person writes them.
    pub names: Vec<String>,
    /// Who signed it, as it is written there.
    pub issuer: String,
    /// Signed by whom it names, so by nobody whom others know.
    pub is_self_signed: bool,
    pub from: UnixMillis,
    pub until: UnixMillis,
    /// SHA-256 of the whole certificate: 64 hex digits with colons, as browsers show it.
    pub fingerprint: String,
}

impl Facts {
    /// `None` when it is no certificate (X.509, DER).
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let validity = certificate.validity();
        Some(Self {
            names: names(&certificate),
            issuer: certificate.issuer().to_string(),
            is_self_signed: certificate.issuer() == certificate.subject(),
            from: millis(validity.not_before.timestamp()),
            until: millis(validity.not_after.timestamp()),
            fingerprint: fingerprint(der),
        })
    }

    /// Whether it names this host, also by a wildcard for its first label (RFC 6125 §6.4.3).
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        let parent = name.split_once('.').map(|(_, parent)| parent);
        self.names.iter().any(|own| {
            let is_wild = own.strip_prefix("*.").zip(parent);
            own.eq_ignore_ascii_case(name)
                || is_wild.is_some_and(|(own, parent)| own.eq_ignore_ascii_case(parent))
        })
    }
}

/// Who issued whom: whether `issuer` may be the next of a chain behind `der`.
pub(crate) fn is_issued_by(der: &[u8], issuer: &[u8]) -> bool {
    let (one, other) = (
        X509Certificate::from_der(der),
        X509Certificate::from_der(issuer),
    );
    matches!((one, other), (Ok((_, one)), Ok((_, other))) if one.issuer() == other.subject())
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let alternative = certificate.subject_alternative_name().ok().flatten();
    let all = alternative.map(|it| it.value.general_names.as_slice());
    let read = |name: &GeneralName<'_>| {
        if let GeneralName::DNSName(name) = name {
            return Some((*name).to_owned());
        }
        if let GeneralName::IPAddress(bytes) = name {
            return address(bytes);
        }
        None
    };
    all.unwrap_or_default()
        .iter()
        .filter_map(read)
        .take(NAMES_SHOWN)
        .collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(four).to_string());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(std::net::Ipv6Addr::from(sixteen).to_string())
}

fn millis(seconds: i64) -> UnixMillis {
    UnixMillis(u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000))
}

fn fingerprint(der: &[u8]) -> String {
    let digits: Vec<String> = Sha256::digest(der)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    digits.join(":")
}

/// An authority signs at most 100 in one certificate.
const NAMES_SHOWN: usize = 100;
