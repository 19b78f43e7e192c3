//! Reads an ID token and believes it only if everything about it is right; fetches no key.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

/// What a token is, to be believed.
pub(crate) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
}

/// Why one is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// None of the keys that are known; there may be newer ones.
    Key,
    Other(&'static str),
}

/// The claims of a token that is right (OpenID Connect Core 1.0 §3.1.3.7).
///
/// Its algorithm is RS256 or ES256, whatever it says itself: a token without a signature, or one
/// that takes a public key for a shared secret, is none.
pub(crate) fn claims(
    token: &str,
    keys: &[Jwk],
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, Doubt> {
    let header = decode_header(token).map_err(|_| Doubt::Other("the token cannot be read"))?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
        return Err(Doubt::Other("its algorithm is neither RS256 nor ES256"));
    }
    let key = find(keys, header.kid.as_deref(), header.alg).ok_or(Doubt::Key)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Doubt::Other("its key cannot be read"))?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client_id]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_nbf = true;
    let token = decode::<Map<String, Value>>(token, &key, &validation).map_err(doubt)?;
    let claims = token.claims;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let nonce = text("nonce").unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err(Doubt::Other("its nonce is another"));
    }
    let several = claims.get("aud").and_then(Value::as_array);
    let several = several.is_some_and(|audiences| audiences.len() > 1);
    let party = text("azp");
    if (several || party.is_some()) && party != Some(expected.client_id) {
        return Err(Doubt::Other("it was made for another program"));
    }
    if text("sub").is_none_or(str::is_empty) {
        return Err(Doubt::Other("it names nobody"));
    }
    Ok(claims)
}

/// The key of this name; without a name, the only one that fits.
fn find<'a>(keys: &'a [Jwk], name: Option<&str>, algorithm: Algorithm) -> Option<&'a Jwk> {
    let signs = |key: &&Jwk| {
        let for_signing = key.common.public_key_use.as_ref();
        let said = key.common.key_algorithm.map(|said| said.to_string());
        for_signing.is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
            && said.is_none_or(|said| said == format!("{algorithm:?}"))
    };
    let mut fitting = keys.iter().filter(signs);
    match name {
        Some(name) => fitting.find(|key| key.common.key_id.as_deref() == Some(name)),
        None => fitting.next().filter(|_| fitting.next().is_none()),
    }
}

#[allow(clippy::needless_pass_by_value)] // As `map_err` hands it over.
fn doubt(error: jsonwebtoken::errors::Error) -> Doubt {
    #[allow(clippy::wildcard_enum_match_arm)] // Not ours, and open.
    Doubt::Other(match error.kind() {
        ErrorKind::InvalidSignature => "its signature is wrong",
        ErrorKind::InvalidIssuer => "it comes from another service",
        ErrorKind::InvalidAudience => "it was made for somebody else",
        ErrorKind::ExpiredSignature => "it is too old",
        ErrorKind::ImmatureSignature => "it is not good yet",
        ErrorKind::MissingRequiredClaim(_) => "a claim is missing",
        _ => "it cannot be read",
    })
}
