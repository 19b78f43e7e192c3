//! The cookie of a session, and what is derived from it; keeps neither.

use axum::http::{HeaderMap, HeaderValue, header};
use conclave_model::limits;
use conclave_store::SecretHash;
use sha2::{Digest, Sha256};

/// The header that proves that a page of ours sent the request.
pub(crate) const CSRF_HEADER: &str = "x-conclave-csrf";

/// A new secret: 256 random bits as 64 hexadecimal digits.
///
/// # Errors
/// When the system has no randomness.
pub(crate) fn new_secret() -> Result<String, getrandom::Error> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random)?;
    Ok(hex(&random))
}

/// What is kept of a secret.
pub(crate) fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

/// What pages send beside the cookie. It tells nothing about the secret.
pub(crate) fn csrf(secret: &str) -> String {
    let digest = Sha256::new()
        .chain_update("conclave csrf ")
        .chain_update(secret.as_bytes())
        .finalize();
    hex(&digest[..16])
}

/// The session's secret in the request.
pub(crate) fn session_of(headers: &HeaderMap) -> Option<&str> {
    found(headers, NAME)
}

/// The header that gives the browser its cookie. Behind TLS it never travels in clear.
pub(crate) fn set(secret: &str, headers: &HeaderMap) -> HeaderValue {
    set_over(secret, is_behind_tls(headers))
}

/// The same for a browser of which is known how it reaches us, whatever a proxy says.
pub(crate) fn set_over(secret: &str, is_secure: bool) -> HeaderValue {
    let age = limits::SESSION_LENGTH.as_secs();
    let cookie = format!("{NAME}={secret}; Max-Age={age}; Path=/");
    written(&cookie, is_secure)
}

/// The header that takes the cookie away.
pub(crate) fn clear(headers: &HeaderMap) -> HeaderValue {
    written(
        &format!("{NAME}=; Max-Age=0; Path=/"),
        is_behind_tls(headers),
    )
}

/// The header that lets the browser prove that it is the one that went to the sign-in service.
pub(crate) fn set_leave(proof: &str, is_secure: bool) -> HeaderValue {
    let age = limits::SIGN_IN_ELSEWHERE.as_secs();
    let cookie = format!("{LEAVE}={proof}; Max-Age={age}; Path={LEAVE_PATH}");
    written(&cookie, is_secure)
}

/// What it proves that with.
pub(crate) fn leave_of(headers: &HeaderMap) -> Option<&str> {
    found(headers, LEAVE)
}

/// The header that takes that away.
pub(crate) fn clear_leave(is_secure: bool) -> HeaderValue {
    written(
        &format!("{LEAVE}=; Max-Age=0; Path={LEAVE_PATH}"),
        is_secure,
    )
}

/// Whether a proxy in front of us speaks TLS to the browser.
fn is_behind_tls(headers: &HeaderMap) -> bool {
    let proto = headers.get("x-forwarded-proto");
    proto.is_some_and(|proto| proto == "https")
}

fn found<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let pairs = cookies.filter_map(|value| value.to_str().ok());
    pairs
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
        .filter(|secret| secret.len() == 64)
}

fn written(cookie: &str, is_secure: bool) -> HeaderValue {
    let secure = if is_secure { "; Secure" } else { "" };
    let text = format!("{cookie}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the cookie of a session is called.
pub(crate) const NAME: &str = "conclave_session";
const LEAVE: &str = "conclave_sign_in";
/// Nothing else is sent it.
const LEAVE_PATH: &str = "/api/v1/sign-in";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_was_set_is_found_among_others() {
        let secret = new_secret().expect("randomness");
        let set = set(&secret, &HeaderMap::new());
        let pair = set.to_str().expect("text").split(';').next().expect("one");
        let sent = format!("theme=dark; {pair}; other=1");
        let value = HeaderValue::from_str(&sent).expect("a header");
        let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
        assert_eq!(session_of(&headers), Some(secret.as_str()));
        assert_ne!(csrf(&secret), csrf("another"));
        assert!(!csrf(&secret).contains(&secret[..8]));
    }
}
