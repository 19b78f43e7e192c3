//! Reads an ID token and believes it only if everything about it is right; fetches no key.

use conclave_model::limits;
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

/// What a token is, to be believed.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    /// Seconds since 1970.
    pub now_s: u64,
}

/// Why one is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// None of the keys that are known; there may be newer ones.
    Key,
    Other(&'static str),
}

type Claims = Map<String, Value>;

/// The claims of a token that is right (OpenID Connect Core 1.0 §3.1.3.7).
///
/// It is signed with a private key of the service, whatever it says itself: a token without a
/// signature, or one that takes a public key for a shared secret, is none.
pub(crate) fn claims(token: &str, keys: &[Jwk], expected: &Expected<'_>) -> Result<Claims, Doubt> {
    let header = decode_header(token).map_err(|_| Doubt::Other("it cannot be read"))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Doubt::Other("it is signed in a way that proves nothing"));
    }
    // RFC 7515 §4.1.11: what must be understood and is not makes it void; we understand nothing.
    if header.crit.is_some() {
        return Err(Doubt::Other("it wants something understood that is not"));
    }
    let key = find(keys, header.kid.as_deref(), header.alg).ok_or(Doubt::Key)?;
    let mut signature_alone = Validation::new(header.alg);
    signature_alone.required_spec_claims.clear();
    signature_alone.validate_exp = false;
    signature_alone.validate_aud = false;
    let token = decode::<Claims>(token, &key, &signature_alone);
    let claims = token
        .map_err(|_| Doubt::Other("its signature is wrong"))?
        .claims;
    made_for_us(&claims, expected)?;
    of_now(&claims, expected.now_s)?;
    Ok(claims)
}

fn made_for_us(claims: &Claims, expected: &Expected<'_>) -> Result<(), Doubt> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(Doubt::Other("it comes from another service"));
    }
    let us = Value::from(expected.client_id);
    let (named, several) = match claims.get("aud") {
        Some(Value::Array(all)) => (all.contains(&us), all.len() > 1),
        Some(one) => (*one == us, false),
        None => (false, false),
    };
    if !named {
        return Err(Doubt::Other("it was made for somebody else"));
    }
    let party = claims.get("azp");
    if (several || party.is_some()) && party != Some(&us) {
        return Err(Doubt::Other("it was made for another program"));
    }
    let nonce = text("nonce").unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err(Doubt::Other("its nonce is another"));
    }
    let subject = text("sub").unwrap_or_default();
    if subject.is_empty() || subject.len() > SUBJECT_BYTES {
        return Err(Doubt::Other("it names nobody"));
    }
    Ok(())
}

fn of_now(claims: &Claims, now_s: u64) -> Result<(), Doubt> {
    let now = now_s as f64;
    let moment = |name: &str| claims.get(name).and_then(Value::as_f64);
    if moment("exp").is_none_or(|end| end + LEEWAY_S <= now) {
        return Err(Doubt::Other("it is too old"));
    }
    // Made while somebody was there, so that none lies around until it is of use.
    let fresh = |made: f64| (now - AGE_S..=now + LEEWAY_S).contains(&made);
    if !moment("iat").is_some_and(fresh) {
        return Err(Doubt::Other("it was not made just now"));
    }
    let begins = claims.contains_key("nbf").then(|| moment("nbf"));
    if begins.is_some_and(|begins| begins.is_none_or(|begins| begins > now + LEEWAY_S)) {
        return Err(Doubt::Other("it is not good yet"));
    }
    Ok(())
}

/// The key of this name; without a name, the only one that fits.
fn find(keys: &[Jwk], name: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
    let mut fitting = keys.iter().filter_map(|key| {
        let common = &key.common;
        let signs = common.public_key_use.as_ref();
        let verifies = common.key_operations.as_ref();
        let fits = signs.is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
            && verifies.is_none_or(|deeds| deeds.contains(&KeyOperations::Verify))
            && common
                .key_algorithm
                .is_none_or(|said| said == KeyAlgorithm::from(algorithm))
            && name.is_none_or(|name| common.key_id.as_deref() == Some(name));
        let key = fits.then(|| DecodingKey::from_jwk(key).ok()).flatten();
        key.filter(|key| key.family() == algorithm.family())
    });
    let found = fitting.next();
    found.filter(|_| name.is_some() || fitting.next().is_none())
}

/// All that are signed with a private key. Those with a shared secret are not among them.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// OpenID Connect Core 1.0 §2.
const SUBJECT_BYTES: usize = 255;
/// How far two clocks may be apart.
const LEEWAY_S: f64 = 60.0;
/// As long as somebody may stay at the service, and the clocks.
const AGE_S: f64 = limits::SIGN_IN_ELSEWHERE.as_secs() as f64 + LEEWAY_S;

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, RsaKeyPair,
    };
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    /// A key of the service that is called by its algorithm.
    struct Key {
        algorithm: Algorithm,
        secret: EncodingKey,
    }

    impl Key {
        fn new(algorithm: Algorithm) -> Self {
            let random = SystemRandom::new();
            let ec = |curve| EcdsaKeyPair::generate_pkcs8(curve, &random).expect("a key");
            let secret = if algorithm == Algorithm::ES256 {
                EncodingKey::from_ec_der(ec(&ECDSA_P256_SHA256_FIXED_SIGNING).as_ref())
            } else if algorithm == Algorithm::ES384 {
                EncodingKey::from_ec_der(ec(&ECDSA_P384_SHA384_FIXED_SIGNING).as_ref())
            } else if algorithm == Algorithm::EdDSA {
                let key = Ed25519KeyPair::generate_pkcs8v1(&random).expect("a key");
                EncodingKey::from_ed_der(key.as_ref())
            } else {
                let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
                let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&key).expect("a key");
                EncodingKey::from_rsa_der(&der.as_ref()[PKCS8_HEAD..])
            };
            Self { algorithm, secret }
        }

        fn public(&self) -> Jwk {
            let mut key = Jwk::from_encoding_key(&self.secret, self.algorithm).expect("a key");
            key.common.key_id = Some(format!("{:?}", self.algorithm));
            key
        }

        fn sign(&self, claims: &Value) -> String {
            let mut header = Header::new(self.algorithm);
            header.kid = Some(format!("{:?}", self.algorithm));
            encode(&header, claims, &self.secret).expect("a token")
        }
    }

    /// What PKCS #8 has before the key of 2,048 bits itself (RFC 5208 §5).
    const PKCS8_HEAD: usize = 26;
    const NOW_S: u64 = 1_800_000_000;
    const EXPECTED: Expected<'_> = Expected {
        issuer: "https://id.example.com",
        client_id: "conclave",
        nonce: "n",
        now_s: NOW_S,
    };

    fn good() -> Value {
        json!({
            "iss": "https://id.example.com", "aud": "conclave", "sub": "1", "nonce": "n",
            "iat": NOW_S, "exp": NOW_S + 300,
        })
    }

    #[test]
    fn every_kind_of_private_key_is_believed_by_its_own_algorithm() {
        for algorithm in ALGORITHMS {
            let key = Key::new(algorithm);
            let token = key.sign(&good());
            let known = claims(&token, &[key.public()], &EXPECTED);
            assert_eq!(known.expect("right")["sub"], "1", "{algorithm:?}");
            let another = Key::new(algorithm);
            let known = claims(&another.sign(&good()), &[key.public()], &EXPECTED);
            let wrong = Doubt::Other("its signature is wrong");
            assert_eq!(known, Err(wrong), "{algorithm:?}");
        }
    }

    #[test]
    fn a_key_does_what_it_says_and_nothing_else() {
        let key = Key::new(Algorithm::RS256);
        let header = Header::new(Algorithm::PS256);
        let token = encode(&header, &good(), &key.secret).expect("a token");
        let known = |keys: &[Jwk]| claims(&token, keys, &EXPECTED);
        assert_eq!(known(&[key.public()]), Err(Doubt::Key), "it says RS256");
        let mut says_nothing = key.public();
        says_nothing.common.key_algorithm = None;
        assert!(known(&[says_nothing.clone()]).is_ok());
        let mut only_encrypts = says_nothing.clone();
        only_encrypts.common.key_operations = Some(vec![KeyOperations::Encrypt]);
        assert_eq!(known(&[only_encrypts]), Err(Doubt::Key), "it encrypts");
        says_nothing.common.public_key_use = Some(PublicKeyUse::Encryption);
        assert_eq!(known(&[says_nothing]), Err(Doubt::Key), "it encrypts");
        assert_eq!(known(&[]), Err(Doubt::Key));
    }

    #[test]
    fn without_a_name_the_key_has_to_be_the_only_one() {
        let (key, other) = (Key::new(Algorithm::ES256), Key::new(Algorithm::ES256));
        let rsa = Key::new(Algorithm::RS256).public();
        let header = Header::new(Algorithm::ES256);
        let token = encode(&header, &good(), &key.secret).expect("a token");
        assert!(claims(&token, &[rsa.clone(), key.public()], &EXPECTED).is_ok());
        let several = [key.public(), other.public()];
        assert_eq!(claims(&token, &several, &EXPECTED), Err(Doubt::Key));
    }

    #[test]
    fn nothing_is_believed_without_a_private_key() {
        let key = Key::new(Algorithm::RS256);
        let public = serde_json::to_vec(&key.public()).expect("JSON");
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut shared = Header::new(Algorithm::HS256);
        shared.kid = Some("RS256".into());
        let shared = encode(&shared, &good(), &EncodingKey::from_secret(&public));
        let mut critical = Header::new(Algorithm::RS256);
        critical.crit = Some(vec!["exp".into()]);
        let critical = encode(&critical, &good(), &key.secret);
        let right = key.sign(&good());
        let forged = json!({"sub": "2"});
        let parts: Vec<&str> = right.split('.').collect();
        for token in [
            format!("{}.{}.", part(json!({"alg": "none"})), part(good())),
            format!(
                "{}.{}.",
                part(json!({"alg": "none", "kid": "RS256"})),
                part(good())
            ),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}.{}", parts[0], part(forged), parts[2]),
            shared.expect("a token"),
            critical.expect("a token"),
            String::new(),
            "a.b.c".into(),
            "....".into(),
        ] {
            let known = claims(&token, &[key.public()], &EXPECTED);
            assert!(matches!(known, Err(Doubt::Other(_))), "{token}: {known:?}");
        }
        // A service that gives away its shared secret, too.
        let octets: Jwk = serde_json::from_value(json!({"kty": "oct", "k": "AA", "kid": "RS256"}))
            .expect("a key");
        assert_eq!(claims(&right, &[octets], &EXPECTED), Err(Doubt::Key));
    }

    #[test]
    fn every_claim_has_to_be_right() {
        let key = Key::new(Algorithm::ES256);
        let judge = |change: Value| {
            let mut token = good();
            let token_claims = token.as_object_mut().expect("an object");
            for (name, value) in change.as_object().expect("an object").clone() {
                token_claims.insert(name, value);
            }
            token_claims.retain(|_, value| !value.is_null());
            claims(&key.sign(&token), &[key.public()], &EXPECTED)
        };
        for right in [
            json!({"aud": ["conclave"]}),
            json!({"aud": ["conclave", "b"], "azp": "conclave"}),
            json!({"exp": NOW_S - 59, "iat": NOW_S - 600}),
            json!({"iat": NOW_S + 59, "nbf": NOW_S + 59}),
            json!({"iat": NOW_S as f64 + 0.5}),
        ] {
            assert!(judge(right.clone()).is_ok(), "{right}");
        }
        for wrong in [
            json!({"iss": null}),
            json!({"iss": "https://id.example.com/"}),
            json!({"iss": ["https://id.example.com", "https://b.example.com"]}),
            json!({"aud": null}),
            json!({"aud": "b"}),
            json!({"aud": []}),
            json!({"aud": ["b"]}),
            json!({"aud": ["conclave", "b"]}),
            json!({"aud": ["conclave", "b"], "azp": "b"}),
            json!({"azp": "b"}),
            json!({"nonce": null}),
            json!({"nonce": ""}),
            json!({"nonce": "m"}),
            json!({"sub": null}),
            json!({"sub": ""}),
            json!({"sub": 1}),
            json!({"sub": "x".repeat(256)}),
            json!({"exp": null}),
            json!({"exp": NOW_S - 60}),
            json!({"exp": "never"}),
            json!({"iat": null}),
            json!({"iat": NOW_S + 61}),
            json!({"iat": NOW_S - 661}),
            json!({"nbf": NOW_S + 61}),
            json!({"nbf": "soon"}),
        ] {
            let known = judge(wrong.clone());
            assert!(matches!(known, Err(Doubt::Other(_))), "{wrong}: {known:?}");
        }
    }
}
