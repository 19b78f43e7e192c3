//! A challenge: what somebody asks who wants a password proved; proves none.

use std::fmt::Write as _;

use conclave_model::DigestAlgorithm;

use super::parameters::Parameters;

/// What the proof covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qop {
    /// Method and URI.
    Auth,
    /// Those and the content.
    AuthInt,
}

impl Qop {
    #[must_use]
    pub fn token(self) -> &'static str {
        match self {
            Qop::Auth => "auth",
            Qop::AuthInt => "auth-int",
        }
    }

    pub(super) fn from_token(token: &str) -> Option<Self> {
        let all = [Qop::Auth, Qop::AuthInt];
        let is_it = |qop: &Qop| qop.token().eq_ignore_ascii_case(token.trim());
        all.into_iter().find(is_it)
    }
}

/// One WWW-Authenticate or Proxy-Authenticate that we can answer, or ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// As between the quotes.
    pub realm: String,
    pub nonce: String,
    pub algorithm: DigestAlgorithm,
    /// `None`: the peer speaks RFC 2069 and counts nothing.
    pub qop: Option<Qop>,
    pub opaque: Option<String>,
    /// The proof was right, but for a nonce that is not used any more: asking a person for
    /// another password would be wrong.
    pub stale: bool,
}

impl Challenge {
    /// The first of several header values that we can answer: who asks has put the one they like
    /// best on top (RFC 8760 §2.4).
    pub fn choose<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        values.into_iter().find_map(Self::parse)
    }

    /// `None` for another scheme or algorithm, for a `qop` we do not know, or without a nonce.
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        let all = Parameters::parse(value)?;
        let algorithm = match all.get("algorithm") {
            None => DigestAlgorithm::Md5,
            Some(token) => DigestAlgorithm::from_token(token)?,
        };
        let qop = match all.get("qop") {
            None => None,
            Some(tokens) => {
                let known: Vec<_> = tokens.split(',').filter_map(Qop::from_token).collect();
                let plain = known.iter().find(|qop| **qop == Qop::Auth);
                Some(*plain.or(known.first())?)
            }
        };
        Some(Self {
            realm: all.owned("realm")?,
            nonce: all.owned("nonce").filter(|nonce| !nonce.is_empty())?,
            algorithm,
            qop,
            opaque: all.owned("opaque"),
            stale: all
                .get("stale")
                .is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
        })
    }

    /// The header's value.
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = format!(
            "Digest realm=\"{}\", nonce=\"{}\", algorithm={}",
            self.realm,
            self.nonce,
            self.algorithm.token()
        );
        // Writing to a String cannot fail.
        if let Some(qop) = self.qop {
            let _ = write!(out, ", qop=\"{}\"", qop.token());
        }
        if let Some(opaque) = &self.opaque {
            let _ = write!(out, ", opaque=\"{opaque}\"");
        }
        if self.stale {
            out.push_str(", stale=true");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_survives_its_text_form() {
        let challenge = Challenge {
            realm: "conf \\\"x\\\"".to_owned(),
            nonce: "n1".to_owned(),
            algorithm: DigestAlgorithm::Sha512_256,
            qop: Some(Qop::AuthInt),
            opaque: Some("o".to_owned()),
            stale: true,
        };
        assert_eq!(
            Challenge::parse(challenge.write().as_bytes()),
            Some(challenge)
        );
    }

    #[test]
    fn the_topmost_that_we_can_answer_is_chosen() {
        let values: [&[u8]; 5] = [
            b"Basic realm=\"x\"",
            b"Digest realm=\"x\", nonce=\"1\", algorithm=SHA-512-256-sess, qop=\"auth\"",
            b"Digest realm=\"x\", nonce=\"2\", algorithm=SHA-256, qop=\"token\"",
            b"Digest realm=\"x\", nonce=\"3\", algorithm=sha-256, qop=\"auth-int, auth\", new=1",
            b"Digest realm=\"x\", nonce=\"4\"",
        ];
        let chosen = Challenge::choose(values).unwrap();
        assert_eq!(chosen.nonce, "3");
        assert_eq!(chosen.qop, Some(Qop::Auth));
        let last = Challenge::choose(values.into_iter().skip(4)).unwrap();
        assert_eq!((last.algorithm, last.qop), (DigestAlgorithm::Md5, None));
    }

    #[test]
    fn a_challenge_without_realm_or_nonce_is_none() {
        for bad in [
            "Digest realm=\"x\"",
            "Digest nonce=\"x\"",
            "Digest realm=x, nonce=\"\"",
        ] {
            assert_eq!(Challenge::parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
