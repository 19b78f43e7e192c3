//! What the sign-in service says of itself, and its keys; keeps nothing.

use conclave_fetch::{Asked, Fetcher};
use conclave_model::{HttpUrl, limits};
use hyper::body::Bytes;
use hyper::{HeaderMap, Method};
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::SignInFailure;
use crate::settings::is_guarded;

/// The service as it described itself.
#[derive(Clone)]
pub(crate) struct Provider {
    pub facts: Facts,
    pub token_endpoint: HttpUrl,
    pub keys: Vec<Jwk>,
}

/// What we need of its description (OpenID Connect Discovery 1.0 §3).
#[derive(Clone, Deserialize)]
pub(crate) struct Facts {
    issuer: String,
    pub authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// RFC 9207: whether it says who it is when it sends somebody back.
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Value>,
}

impl Provider {
    /// Asks the service for its description and its keys.
    ///
    /// # Errors
    /// When it does not answer, or describes another.
    pub async fn ask(fetcher: &Fetcher, issuer: &HttpUrl) -> Result<Self, SignInFailure> {
        let place = issuer.as_str().trim_end_matches('/');
        let place = format!("{place}/.well-known/openid-configuration");
        let facts: Facts = get(fetcher, &guarded(&place, issuer)?).await?;
        if facts.issuer != issuer.as_str() {
            let called: String = facts.issuer.chars().take(ISSUER_CHARS).collect();
            let why = format!("it calls itself {called:?}, which is not oidc.issuer to the letter");
            return Err(SignInFailure::Unusable(why));
        }
        guarded(&facts.authorization_endpoint, issuer)?;
        let token_endpoint = guarded(&facts.token_endpoint, issuer)?;
        let keys: Keys = get(fetcher, &guarded(&facts.jwks_uri, issuer)?).await?;
        // A kind of key that we do not know is no reason to know none.
        let keys = keys.keys.into_iter().take(limits::SIGN_IN_KEYS);
        let keys = keys.filter_map(|key| serde_json::from_value(key).ok());
        Ok(Self {
            facts,
            token_endpoint,
            keys: keys.collect(),
        })
    }
}

/// The address, if what is asked there stays secret: a service on this machine may stay on it, but
/// none from elsewhere leads us there.
fn guarded(text: &str, issuer: &HttpUrl) -> Result<HttpUrl, SignInFailure> {
    let url = text.parse::<HttpUrl>().ok();
    let url = url.filter(|url| url.is_secure() || (!issuer.is_secure() && is_guarded(url)));
    url.ok_or_else(|| {
        let why = "an address in its description is not https://…";
        SignInFailure::Unusable(why.into())
    })
}

async fn get<T: DeserializeOwned>(fetcher: &Fetcher, url: &HttpUrl) -> Result<T, SignInFailure> {
    let asked = Asked {
        method: Method::GET,
        url,
        headers: HeaderMap::new(),
        body: Bytes::new(),
    };
    let answer = fetcher.ask(asked).await;
    let answer = answer.map_err(|why| SignInFailure::Unusable(why.to_string()))?;
    if answer.status != 200 {
        let why = format!("{url:?} answered {}", answer.status);
        return Err(SignInFailure::Unusable(why));
    }
    serde_json::from_slice(&answer.body).map_err(|_| {
        let why = format!("what {url:?} answered is not what it should be");
        SignInFailure::Unusable(why)
    })
}

/// Of a name that is told.
const ISSUER_CHARS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_service_from_elsewhere_leads_to_this_machine() {
        let leads = |issuer: &str, to: &str| {
            let issuer = issuer.parse().expect("a url");
            guarded(to, &issuer).is_ok()
        };
        let (far, near) = ("https://id.example.com", "http://127.0.0.1:8081");
        assert!(leads(far, "https://keys.example.com/a"));
        assert!(leads(near, "http://localhost:8081/a"));
        assert!(!leads(near, "http://id.example.com/a"));
        for to in [
            "http://127.0.0.1:9/a",
            "http://localhost/a",
            "http://[::1]/a",
            "/a",
        ] {
            assert!(!leads(far, to), "{to}");
        }
    }
}
