//! Signatures as Standard Webhooks has them; keeps no secret.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use conclave_model::{Chance, UnixMillis, Webhook};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A new secret: 256 random bits.
#[must_use]
pub fn new_secret(chance: &mut Chance) -> String {
    let mut key = [0; 32];
    chance.fill(&mut key);
    format!("{PREFIX}{}", STANDARD.encode(key))
}

/// What the header `webhook-signature` says of a message: `v1,` and the HMAC-SHA256 of id, time in
/// seconds and body, in base64.
#[must_use]
pub fn signature(secret: &str, id: &str, seconds: u64, body: &str) -> String {
    let encoded = secret.strip_prefix(PREFIX).unwrap_or(secret);
    let key = STANDARD.decode(encoded).unwrap_or_default();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("an HMAC takes keys of any length");
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The signatures of every secret that is good now, separated by spaces.
pub(crate) fn signatures(webhook: &Webhook, id: &str, now: UnixMillis, body: &str) -> String {
    let seconds = now.0 / 1_000;
    let newest = signature(&webhook.secret, id, seconds, body);
    match &webhook.old_secret {
        Some((old, until)) if now < *until => {
            format!("{newest} {}", signature(old, id, seconds, body))
        }
        Some(_) | None => newest,
    }
}

const PREFIX: &str = "whsec_";

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn a_known_message_has_its_known_signature() {
        let signed = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_differ() {
        let mut chance = Chance::from_seed([1; 32]);
        assert_ne!(new_secret(&mut chance), new_secret(&mut chance));
    }
}
