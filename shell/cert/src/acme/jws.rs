//! Signs what an ACME directory is asked (RFC 8555 §6.2, RFC 7515); sends nothing.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// With which an account of ours proves itself: ECDSA on P-256.
pub(super) struct AccountKey(EcdsaKeyPair);

impl AccountKey {
    /// `None` when it is no such key (PKCS#8).
    pub fn read(der: &[u8]) -> Option<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der);
        pair.ok().map(Self)
    }

    /// `account` is its URL, or `None` before there is one. An empty payload is a POST-as-GET.
    pub fn sign(&self, account: Option<&str>, nonce: &str, url: &str, payload: &str) -> Vec<u8> {
        let mut head = json!({"alg": "ES256", "nonce": nonce, "url": url});
        match account {
            Some(account) => head["kid"] = account.into(),
            None => head["jwk"] = self.public(),
        }
        let (head, payload) = (encode(head.to_string()), encode(payload));
        let signed = format!("{head}.{payload}");
        let signature = self
            .0
            .sign(&SystemRandom::new(), signed.as_bytes())
            .expect("the system has randomness, and the key was made for this");
        let whole = json!({"protected": head, "payload": payload, "signature": encode(signature)});
        whole.to_string().into_bytes()
    }

    /// What is answered to a challenge (RFC 8555 §8.1).
    pub fn authorization(&self, token: &str) -> String {
        let public = self.public();
        let member = |name: &str| public[name].as_str().unwrap_or_default().to_owned();
        let (x, y) = (member("x"), member("y"));
        // RFC 7638 §3: these members, in this order, without a blank.
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        format!("{token}.{}", encode(Sha256::digest(canonical)))
    }

    fn public(&self) -> Value {
        // Uncompressed: 4, then both coordinates (SEC 1 §2.3.3).
        let point = self.0.public_key().as_ref();
        let (x, y) = point[1..].split_at(COORDINATE_BYTES);
        json!({"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y)})
    }
}

impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountKey")
    }
}

pub(super) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

const COORDINATE_BYTES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    #[test]
    fn a_signature_is_of_what_is_sent_and_by_the_key_that_is_named() {
        let pair = rcgen::KeyPair::generate().unwrap();
        let key = AccountKey::read(&pair.serialize_der()).unwrap();
        let sent = key.sign(None, "nonce", "https://acme.test/order", "{}");
        let sent: Value = serde_json::from_slice(&sent).unwrap();
        let part = |name: &str| sent[name].as_str().unwrap();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let head: Value = serde_json::from_slice(&decode(part("protected"))).unwrap();
        assert_eq!(
            (&head["alg"], &head["nonce"]),
            (&json!("ES256"), &json!("nonce"))
        );
        let coordinate = |name: &str| decode(head["jwk"][name].as_str().unwrap());
        let point = [vec![4], coordinate("x"), coordinate("y")].concat();
        let signed = format!("{}.{}", part("protected"), part("payload"));
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        let signature = decode(part("signature"));
        public.verify(signed.as_bytes(), &signature).unwrap();
        assert!(public.verify(b"other", &signature).is_err());
    }
}
