//! The hashes of digest authentication; compares nothing.

use std::fmt::Write as _;

use conclave_model::{DigestAlgorithm, Ha1, Ha1Set};
use md5::{Digest as _, Md5};
use sha2::{Sha256, Sha512_256};

/// `H(user:realm:password)`, which is kept in place of a password.
#[must_use]
pub fn ha1(algorithm: DigestAlgorithm, user: &str, realm: &str, password: &str) -> Ha1 {
    let parts = [user.as_bytes(), realm.as_bytes(), password.as_bytes()];
    let hash = hash_of(algorithm, &parts);
    Ha1::from_bytes(algorithm, &hash).expect("a hash has the length of its algorithm")
}

/// [`ha1`] by every algorithm.
#[must_use]
pub fn ha1_set(user: &str, realm: &str, password: &str) -> Ha1Set {
    Ha1Set {
        md5: ha1(DigestAlgorithm::Md5, user, realm, password),
        sha256: ha1(DigestAlgorithm::Sha256, user, realm, password),
        sha512_256: ha1(DigestAlgorithm::Sha512_256, user, realm, password),
    }
}

/// What both sides compute (RFC 7616 §3.4.1) from what both know.
pub(super) struct Question<'a> {
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    pub(super) nonce: &'a str,
    /// `qop`, `nc` as eight digits, `cnonce`; `None` where the challenge had no `qop`.
    pub(super) counted: Option<[&'a str; 3]>,
    /// The content of the request, where `qop` covers it.
    pub(super) body: Option<&'a [u8]>,
}

impl Question<'_> {
    /// The response, not yet in hexadecimal.
    pub(super) fn answer(&self, ha1: &Ha1) -> Vec<u8> {
        let algorithm = ha1.algorithm();
        let (method, uri) = (self.method.as_bytes(), self.uri.as_bytes());
        let ha2 = match self.body {
            None => hash_of(algorithm, &[method, uri]),
            Some(body) => {
                let content = hex(&hash_of(algorithm, &[body]));
                hash_of(algorithm, &[method, uri, content.as_bytes()])
            }
        };
        let (ha1, ha2) = (hex(ha1.reveal()), hex(&ha2));
        let mut parts = vec![ha1.as_bytes(), self.nonce.as_bytes()];
        if let Some([qop, count, cnonce]) = self.counted {
            parts.extend([count.as_bytes(), cnonce.as_bytes(), qop.as_bytes()]);
        }
        parts.push(ha2.as_bytes());
        hash_of(algorithm, &parts)
    }
}

/// The hash of the parts with a colon between each two.
fn hash_of(algorithm: DigestAlgorithm, parts: &[&[u8]]) -> Vec<u8> {
    let joined = parts.join(&b':');
    match algorithm {
        DigestAlgorithm::Md5 => Md5::digest(&joined).to_vec(),
        DigestAlgorithm::Sha256 => Sha256::digest(&joined).to_vec(),
        DigestAlgorithm::Sha512_256 => Sha512_256::digest(&joined).to_vec(),
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Digits of either case; `None` for anything else or an odd number of them.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
        })
        .collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    let pairs = digits.chunks_exact(2);
    Some(pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(ha1: &Ha1, question: &Question<'_>) -> String {
        hex(&question.answer(ha1))
    }

    /// RFC 2617 §3.5.
    #[test]
    fn the_example_of_rfc_2617_comes_out() {
        let user = "Mufasa";
        let ha1 = ha1(
            DigestAlgorithm::Md5,
            user,
            "testrealm@host.com",
            "Circle Of Life",
        );
        assert_eq!(hex(ha1.reveal()), "939e7578ed9e3c518a452acee763bce9");
        let question = Question {
            method: "GET",
            uri: "/dir/index.html",
            nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
            counted: Some(["auth", "00000001", "0a4f113b"]),
            body: None,
        };
        assert_eq!(
            answered(&ha1, &question),
            "6629fae49393a05397450978507c4ef1"
        );
    }

    /// RFC 7616 §3.9.1.
    #[test]
    fn the_examples_of_rfc_7616_come_out() {
        let cases = [
            (DigestAlgorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec"),
            (
                DigestAlgorithm::Sha256,
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
        ];
        for (algorithm, response) in cases {
            let ha1 = ha1(
                algorithm,
                "Mufasa",
                "http-auth@example.org",
                "Circle of Life",
            );
            let question = Question {
                method: "GET",
                uri: "/dir/index.html",
                nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                counted: Some([
                    "auth",
                    "00000001",
                    "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                ]),
                body: None,
            };
            assert_eq!(answered(&ha1, &question), response, "{algorithm:?}");
        }
    }

    /// RFC 7616 §3.9.2 as its erratum 4897 has it: the response that is printed there was not made
    /// with the start values of FIPS 180-4.
    #[test]
    fn sha_512_256_is_the_one_of_fips_180_4() {
        let algorithm = DigestAlgorithm::Sha512_256;
        let ha1 = ha1(algorithm, "Jäsøn Doe", "api@example.org", "Secret, or not?");
        let question = Question {
            method: "GET",
            uri: "/doe.json",
            nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
            counted: Some([
                "auth",
                "00000001",
                "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
            ]),
            body: None,
        };
        assert_eq!(
            answered(&ha1, &question),
            "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"
        );
        let hash = hash_of(algorithm, &[b"abc"]);
        assert_eq!(
            hex(&hash),
            "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"
        );
    }

    #[test]
    fn content_counts_where_it_is_covered() {
        let ha1 = ha1(DigestAlgorithm::Sha256, "u", "r", "p");
        let question = |body| Question {
            method: "INVITE",
            uri: "sip:801@h",
            nonce: "n",
            counted: Some(["auth-int", "00000001", "c"]),
            body,
        };
        let answers = [None, Some(b"".as_slice()), Some(b"v=0")];
        let answers = answers.map(|body| answered(&ha1, &question(body)));
        assert_ne!(answers[0], answers[1]);
        assert_ne!(answers[1], answers[2]);
    }

    #[test]
    fn hexadecimal_goes_both_ways() {
        assert_eq!(unhex("00fFa1"), Some(vec![0, 255, 0xa1]));
        assert_eq!(hex(&[0, 255, 0xa1]), "00ffa1");
        for bad in ["0", "0g", "+1", "ä"] {
            assert_eq!(unhex(bad), None, "{bad}");
        }
    }
}
