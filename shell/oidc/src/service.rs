//! Sends somebody to the sign-in service and learns who came back; opens no session.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use conclave_fetch::{Asked, Fetcher};
use conclave_model::{Role, limits};
use hyper::Method;
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::form::{encoded, form};
use crate::id_token::{Doubt, Expected, claims};
use crate::pending::{Leave, Pending};
use crate::provider::{Provider, guarded};
use crate::{OidcSettings, SignInFailure};

/// The way to one sign-in service: authorization code with PKCE (RFC 6749, RFC 7636).
pub struct SignInService {
    settings: OidcSettings,
    fetcher: Fetcher,
    provider: tokio::sync::Mutex<Option<Provider>>,
    pending: Mutex<Pending>,
}

/// Four texts that nobody can guess, of 43 to 128 letters and digits each.
pub struct Secrets {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
    /// For a cookie of the browser that begins.
    pub proof: String,
}

/// Where somebody is sent, and what their browser is to keep meanwhile.
pub struct Begun {
    pub location: String,
    pub proof: String,
}

/// What somebody brought back.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    pub state: Option<String>,
    pub code: Option<String>,
    pub issuer: Option<String>,
    pub error: Option<String>,
}

/// How it ended for one who came back.
pub struct Finished {
    /// The page that they wanted; none when nobody knows who they are.
    pub back: Option<String>,
    pub person: Result<Person, SignInFailure>,
}

/// Somebody whom the service knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Stays the same whatever else changes: the issuer, a space, the subject.
    pub subject: String,
    /// What they are called there.
    pub name: String,
    pub role: Role,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl SignInService {
    #[must_use]
    pub fn new(settings: OidcSettings, fetcher: Fetcher) -> Self {
        Self {
            settings,
            fetcher,
            provider: tokio::sync::Mutex::default(),
            pending: Mutex::default(),
        }
    }

    #[must_use]
    pub fn settings(&self) -> &OidcSettings {
        &self.settings
    }

    /// Sends somebody there who wants the page `back`, and is to come back to `redirect`.
    ///
    /// # Errors
    /// When the service cannot be used.
    pub async fn begin(
        &self,
        redirect: String,
        back: String,
        secrets: Secrets,
    ) -> Result<Begun, SignInFailure> {
        let facts = self.provider(false).await?.facts;
        let scopes = format!("openid {}", self.settings.scopes.join(" "));
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(secrets.verifier.as_bytes()));
        let asked = form(&[
            ("response_type", "code"),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("scope", scopes.trim_end()),
            ("state", secrets.state.as_str()),
            ("nonce", secrets.nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        let place = facts.authorization_endpoint;
        let joint = if place.contains('?') { '&' } else { '?' };
        let location = format!("{place}{joint}{asked}");
        let leave = Leave {
            proof: secrets.proof.clone(),
            nonce: secrets.nonce,
            verifier: secrets.verifier,
            redirect,
            back,
            since: Instant::now(),
        };
        self.pending().add(secrets.state, leave);
        let proof = secrets.proof;
        Ok(Begun { location, proof })
    }

    /// Learns who came back; `proof` is what their browser kept.
    pub async fn finish(&self, returned: Returned, proof: Option<&str>) -> Finished {
        let state = returned.state.clone().unwrap_or_default();
        let leave = self.pending().take(&state, proof, Instant::now());
        let Some(leave) = leave else {
            let person = Err(SignInFailure::Unknown);
            return Finished { back: None, person };
        };
        Finished {
            person: self.person(returned, &leave).await,
            back: Some(leave.back),
        }
    }

    async fn person(&self, returned: Returned, leave: &Leave) -> Result<Person, SignInFailure> {
        let issuer = self.settings.issuer.as_str();
        let provider = self.provider(false).await?;
        // RFC 9207: another service could have sent them with a code of its own.
        let said = returned.issuer.as_deref();
        let must_say = provider
            .facts
            .authorization_response_iss_parameter_supported;
        if said.is_some_and(|said| said != issuer) || (must_say && said.is_none()) {
            return Err(SignInFailure::NotProven("another service sent them back"));
        }
        if returned.error.is_some() {
            return Err(SignInFailure::Refused);
        }
        let no_code = SignInFailure::NotProven("there is no code");
        let code = returned.code.ok_or(no_code)?;
        let token = self.redeem(&provider, &code, leave).await?;
        let expected = Expected {
            issuer,
            client_id: &self.settings.client_id,
            nonce: &leave.nonce,
        };
        let claims = match claims(&token, &provider.keys, &expected) {
            // The service may have changed its keys since they were asked for.
            Err(Doubt::Key) => {
                let provider = self.provider(true).await?;
                claims(&token, &provider.keys, &expected)
            }
            known => known,
        };
        let claims = claims.map_err(|doubt| match doubt {
            Doubt::Key => SignInFailure::NotProven("its key is none of the service's"),
            Doubt::Other(why) => SignInFailure::NotProven(why),
        })?;
        self.known(&claims)
    }

    /// Gives the code for a token.
    async fn redeem(
        &self,
        provider: &Provider,
        code: &str,
        leave: &Leave,
    ) -> Result<String, SignInFailure> {
        let facts = &provider.facts;
        let url = guarded(&facts.token_endpoint)?;
        let id = self.settings.client_id.as_str();
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", leave.redirect.as_str()),
            ("code_verifier", leave.verifier.as_str()),
        ];
        let mut headers = HeaderMap::new();
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(header::CONTENT_TYPE, kind);
        let ways = &facts.token_endpoint_auth_methods_supported;
        let basic = ways.is_empty() || ways.iter().any(|way| way == "client_secret_basic");
        match &self.settings.client_secret {
            Some(secret) if basic => {
                headers.insert(header::AUTHORIZATION, authorization(id, &secret.0));
            }
            Some(secret) => {
                fields.extend([("client_id", id), ("client_secret", secret.0.as_str())]);
            }
            None => fields.push(("client_id", id)),
        }
        let asked = Asked {
            method: Method::POST,
            url: &url,
            headers,
            body: Bytes::from(form(&fields)),
        };
        let answer = self.fetcher.ask(asked).await;
        let answer = answer.map_err(|why| SignInFailure::Unreachable(why.to_string()))?;
        if answer.status != 200 {
            return Err(SignInFailure::NotProven(
                "the service did not take its code",
            ));
        }
        let tokens: Option<Tokens> = serde_json::from_slice(&answer.body).ok();
        let none = SignInFailure::NotProven("the service gave no ID token");
        Ok(tokens.ok_or(none)?.id_token)
    }

    fn known(&self, claims: &Map<String, Value>) -> Result<Person, SignInFailure> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let groups = match claims.get(&self.settings.roles_claim) {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {
                Vec::new()
            }
        };
        let role = self.settings.role_of(groups.into_iter());
        let sub = text("sub").unwrap_or_default();
        let called = ["preferred_username", "name", "email"];
        let mut called = called.iter().filter_map(|name| text(name));
        let name = called.find(|name| !name.trim().is_empty()).unwrap_or(sub);
        Ok(Person {
            subject: format!("{} {sub}", self.settings.issuer.as_str()),
            name: name.to_owned(),
            role: role.ok_or(SignInFailure::NoRole)?,
        })
    }

    /// The service as it described itself not long ago; `anew`, if it was not asked just now.
    async fn provider(&self, anew: bool) -> Result<Provider, SignInFailure> {
        let mut known = self.provider.lock().await;
        let age = if anew {
            limits::SIGN_IN_KEYS_PAUSE
        } else {
            limits::SIGN_IN_SERVICE_KNOWN
        };
        if let Some(provider) = known.as_ref().filter(|known| !known.is_older_than(age)) {
            return Ok(provider.clone());
        }
        let provider = Provider::ask(&self.fetcher, &self.settings.issuer).await?;
        *known = Some(provider.clone());
        Ok(provider)
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// RFC 6749 §2.3.1: both are written as in a form before they are put together.
fn authorization(id: &str, secret: &str) -> HeaderValue {
    let both = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
    let value = HeaderValue::from_str(&format!("Basic {both}"));
    let mut value = value.unwrap_or(HeaderValue::from_static("Basic"));
    value.set_sensitive(true);
    value
}
