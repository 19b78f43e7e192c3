//! Credentials: the proof of a password as it stands in a request; judges none.

use std::fmt;
use std::fmt::Write as _;

use conclave_model::DigestAlgorithm;

use super::challenge::Qop;
use super::hash::{hex, unhex};
use super::parameters::{Parameters, escaped, unescaped};

/// One Authorization or Proxy-Authorization.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub user: String,
    /// As between the quotes, like `nonce`, `uri` and `opaque`.
    pub realm: String,
    pub nonce: String,
    pub uri: String,
    pub algorithm: DigestAlgorithm,
    /// The proof.
    pub response: Vec<u8>,
    /// `None` when the challenge was without `qop`.
    pub counted: Option<Counted>,
    pub opaque: Option<String>,
}

/// What comes with a `qop`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    pub qop: Qop,
    /// How often the nonce was used, with this.
    pub count: u32,
    pub cnonce: String,
}

impl Credentials {
    /// `None` for another scheme or algorithm, or when something is missing.
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        let all = Parameters::parse(value)?;
        let algorithm = match all.get("algorithm") {
            None => DigestAlgorithm::Md5,
            Some(token) => DigestAlgorithm::from_token(token)?,
        };
        let counted = match all.get("qop") {
            None => None,
            Some(token) => Some(Counted {
                qop: Qop::from_token(token)?,
                count: all.get("nc").and_then(count)?,
                cnonce: all.owned("cnonce")?,
            }),
        };
        Some(Self {
            user: unescaped(all.get("username")?),
            realm: all.owned("realm")?,
            nonce: all.owned("nonce")?,
            uri: all.owned("uri")?,
            algorithm,
            response: unhex(all.get("response")?)?,
            counted,
            opaque: all.owned("opaque"),
        })
    }

    /// The header's value.
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = format!(
            "Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{}\", \
             algorithm={}",
            escaped(&self.user),
            self.realm,
            self.nonce,
            self.uri,
            hex(&self.response),
            self.algorithm.token()
        );
        // Writing to a String cannot fail.
        if let Some(counted) = &self.counted {
            let (qop, cnonce) = (counted.qop.token(), &counted.cnonce);
            let _ = write!(
                out,
                ", qop={qop}, nc={:08x}, cnonce=\"{cnonce}\"",
                counted.count
            );
        }
        if let Some(opaque) = &self.opaque {
            let _ = write!(out, ", opaque=\"{opaque}\"");
        }
        out
    }
}

/// Eight hexadecimal digits, of which some leave out zeros in front.
fn count(digits: &str) -> Option<u32> {
    let is_count = (1..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_count
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("user", &self.user)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Credentials {
        Credentials {
            user: "an\"na\\".to_owned(),
            realm: "conclave".to_owned(),
            nonce: "n1".to_owned(),
            uri: "sip:conclave".to_owned(),
            algorithm: DigestAlgorithm::Sha256,
            response: vec![0xab; 32],
            counted: Some(Counted {
                qop: Qop::Auth,
                count: 0x1f,
                cnonce: "c".to_owned(),
            }),
            opaque: Some("o".to_owned()),
        }
    }

    #[test]
    fn credentials_survive_their_text_form() {
        let full = sample();
        assert_eq!(Credentials::parse(full.write().as_bytes()), Some(full));
        let bare = Credentials {
            counted: None,
            opaque: None,
            ..sample()
        };
        assert_eq!(Credentials::parse(bare.write().as_bytes()), Some(bare));
    }

    #[test]
    fn what_lacks_a_part_is_no_proof() {
        let whole = sample().write();
        for gone in [
            " username=",
            " realm=",
            " nonce=",
            " uri=",
            " response=",
            " nc=",
            " cnonce=",
        ] {
            let broken = whole.replacen(gone, " other=", 1);
            assert_eq!(Credentials::parse(broken.as_bytes()), None, "{gone}");
        }
        for bad in ["nc=+0000001", "nc=000000001", "nc="] {
            let broken = whole.replace("nc=0000001f", bad);
            assert_eq!(Credentials::parse(broken.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_proof() {
        assert!(!format!("{:?}", sample()).contains("ab"));
    }
}
