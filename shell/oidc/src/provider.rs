//! What the sign-in service says of itself, and its keys; asked for when needed, kept for a while.

use std::time::{Duration, Instant};

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
    pub keys: Vec<Jwk>,
    pub asked_at: Instant,
}

/// What we need of its description (OpenID Connect Discovery 1.0 §3).
#[derive(Clone, Deserialize)]
pub(crate) struct Facts {
    issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
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
        let facts: Facts = get(fetcher, &guarded(&place)?).await?;
        if facts.issuer != issuer.as_str() {
            let why = "it describes itself under another name than `issuer` in conclave.toml";
            return Err(SignInFailure::Unreachable(why.into()));
        }
        guarded(&facts.authorization_endpoint)?;
        guarded(&facts.token_endpoint)?;
        let keys: Keys = get(fetcher, &guarded(&facts.jwks_uri)?).await?;
        // A kind of key that we do not know is no reason to know none.
        let keys = keys.keys.into_iter().take(limits::SIGN_IN_KEYS);
        let keys = keys.filter_map(|key| serde_json::from_value(key).ok());
        Ok(Self {
            facts,
            keys: keys.collect(),
            asked_at: Instant::now(),
        })
    }

    pub fn is_older_than(&self, age: Duration) -> bool {
        self.asked_at.elapsed() > age
    }
}

/// The address, if what is asked there stays secret.
pub(crate) fn guarded(text: &str) -> Result<HttpUrl, SignInFailure> {
    let url = text.parse::<HttpUrl>().ok().filter(is_guarded);
    url.ok_or_else(|| {
        let why = "an address in its description is not https";
        SignInFailure::Unreachable(why.into())
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
    let answer = answer.map_err(|why| SignInFailure::Unreachable(why.to_string()))?;
    if answer.status != 200 {
        let why = format!("{url:?} answered {}", answer.status);
        return Err(SignInFailure::Unreachable(why));
    }
    serde_json::from_slice(&answer.body).map_err(|_| {
        let why = format!("what {url:?} answered is not what it should be");
        SignInFailure::Unreachable(why)
    })
}
