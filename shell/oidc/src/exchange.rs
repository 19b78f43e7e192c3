//! Gives what somebody brought back for an ID token; believes neither.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use conclave_fetch::{Asked, Fetcher};
use hyper::Method;
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderValue};
use serde::Deserialize;

use crate::form::{encoded, form};
use crate::pending::Leave;
use crate::provider::Provider;
use crate::{ClientSecret, OidcSettings, SignInFailure};

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

#[derive(Deserialize)]
struct TokenError {
    error: String,
}

/// The ID token for a code (RFC 6749 §4.1.3, RFC 7636 §4.5).
///
/// # Errors
/// When the service cannot be asked, or does not give one.
pub(crate) async fn id_token(
    fetcher: &Fetcher,
    settings: &OidcSettings,
    provider: &Provider,
    (code, redirect): (&str, &str),
    leave: &Leave,
) -> Result<String, SignInFailure> {
    let id = settings.client_id.as_str();
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect),
        ("code_verifier", leave.verifier.as_str()),
    ];
    let mut headers = HeaderMap::new();
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    match (&settings.client_secret, way(provider)?) {
        (None, _) => fields.push(("client_id", id)),
        (Some(secret), Way::Basic) => {
            headers.insert(header::AUTHORIZATION, authorization(id, secret));
        }
        (Some(secret), Way::Post) => {
            fields.extend([("client_id", id), ("client_secret", secret.0.as_str())]);
        }
    }
    let asked = Asked {
        method: Method::POST,
        url: &provider.token_endpoint,
        headers,
        body: Bytes::from(form(&fields)),
    };
    let answer = fetcher.ask(asked).await;
    let answer = answer.map_err(|why| SignInFailure::Unusable(why.to_string()))?;
    if answer.status != 200 {
        let error: Option<TokenError> = serde_json::from_slice(&answer.body).ok();
        let error = error.as_ref().map(|error| error.error.as_str());
        return Err(SignInFailure::of_token_error(error));
    }
    let tokens: Option<Tokens> = serde_json::from_slice(&answer.body).ok();
    let none = SignInFailure::NotProven("the service gave no ID token");
    Ok(tokens.ok_or(none)?.id_token)
}

/// How the service wants to be shown the secret.
enum Way {
    Basic,
    Post,
}

/// OpenID Connect Discovery 1.0 §3: a service that says nothing takes the first.
fn way(provider: &Provider) -> Result<Way, SignInFailure> {
    let ways = &provider.facts.token_endpoint_auth_methods_supported;
    let takes = |way: &str| ways.iter().any(|known| known == way);
    if ways.is_empty() || takes("client_secret_basic") {
        Ok(Way::Basic)
    } else if takes("client_secret_post") || takes("none") {
        Ok(Way::Post)
    } else {
        let why = "it takes a secret neither as client_secret_basic nor as client_secret_post";
        Err(SignInFailure::Unusable(why.to_owned()))
    }
}

/// RFC 6749 §2.3.1: both are written as in a form before they are put together.
fn authorization(id: &str, secret: &ClientSecret) -> HeaderValue {
    let both = STANDARD.encode(format!("{}:{}", encoded(id), encoded(&secret.0)));
    let value = HeaderValue::from_str(&format!("Basic {both}"));
    let mut value = value.unwrap_or(HeaderValue::from_static("Basic"));
    value.set_sensitive(true);
    value
}
