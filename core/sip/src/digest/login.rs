//! Answers a challenge with a user's password; keeps count of how often.

use std::fmt;

use conclave_model::{Chance, Ha1};

use super::challenge::{Challenge, Qop};
use super::credentials::{Counted, Credentials};
use super::hash::{Question, ha1};

/// One challenge and what answers it, for as many requests as the peer takes it for; then it
/// challenges again and there is a new `Login`.
#[derive(Clone)]
pub struct Login {
    challenge: Challenge,
    user: String,
    ha1: Ha1,
    /// How often the nonce was used.
    count: u32,
}

impl Login {
    #[must_use]
    pub fn new(challenge: Challenge, user: &str, password: &str) -> Self {
        let ha1 = ha1(challenge.algorithm, user, &challenge.realm, password);
        Self {
            challenge,
            user: user.to_owned(),
            ha1,
            count: 0,
        }
    }

    #[must_use]
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// The Authorization (after 401) or Proxy-Authorization (after 407) of one request. `uri` is
    /// its Request-URI.
    pub fn answer(&mut self, method: &str, uri: &str, body: &[u8], chance: &mut Chance) -> String {
        self.count = self.count.saturating_add(1);
        let counted = self.challenge.qop.map(|qop| Counted {
            qop,
            count: self.count,
            cnonce: format!("{:016x}", chance.u64()),
        });
        self.answer_counted(method, uri, body, counted).write()
    }

    fn answer_counted(
        &self,
        method: &str,
        uri: &str,
        body: &[u8],
        counted: Option<Counted>,
    ) -> Credentials {
        let digits = format!("{:08x}", self.count);
        let question = Question {
            method,
            uri,
            nonce: &self.challenge.nonce,
            counted: counted.as_ref().map(|counted| {
                [
                    counted.qop.token(),
                    digits.as_str(),
                    counted.cnonce.as_str(),
                ]
            }),
            body: (self.challenge.qop == Some(Qop::AuthInt)).then_some(body),
        };
        let response = question.answer(&self.ha1);
        Credentials {
            user: self.user.clone(),
            realm: self.challenge.realm.clone(),
            nonce: self.challenge.nonce.clone(),
            uri: uri.to_owned(),
            algorithm: self.challenge.algorithm,
            response,
            counted,
            opaque: self.challenge.opaque.clone(),
        }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_rfc_2617_comes_out_as_a_header() {
        let challenge = Challenge::parse(
            b"Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", \
              nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", \
              opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
        );
        let mut login = Login::new(challenge.unwrap(), "Mufasa", "Circle Of Life");
        login.count = 1;
        let counted = Counted {
            qop: Qop::Auth,
            count: 1,
            cnonce: "0a4f113b".to_owned(),
        };
        let header = login
            .answer_counted("GET", "/dir/index.html", b"", Some(counted))
            .write();
        for part in [
            "username=\"Mufasa\"",
            "response=\"6629fae49393a05397450978507c4ef1\"",
            "nc=00000001",
            "qop=auth,",
            "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
        ] {
            assert!(header.contains(part), "{part} in {header}");
        }
    }

    #[test]
    fn every_answer_is_counted_and_none_is_like_another() {
        let mut chance = Chance::from_seed([1; 32]);
        let challenge = Challenge::parse(b"Digest realm=\"r\", nonce=\"n\", qop=\"auth\"");
        let mut login = Login::new(challenge.unwrap(), "anna", "secret");
        let mut answer = || login.answer("REGISTER", "sip:r", b"", &mut chance);
        let (first, second) = (answer(), answer());
        assert!(first.contains("nc=00000001"), "{first}");
        assert!(second.contains("nc=00000002"), "{second}");
        let [first, second] =
            [first, second].map(|one| Credentials::parse(one.as_bytes()).unwrap());
        assert_ne!(first.response, second.response);
        assert!(!format!("{login:?}").contains("secret"));
    }
}
