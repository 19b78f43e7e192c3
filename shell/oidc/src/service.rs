//! Sends somebody to the sign-in service and learns who came back; opens no session.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use conclave_fetch::Fetcher;
use conclave_model::Role;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::exchange;
use crate::form::form;
use crate::id_token::{Doubt, Expected, claims};
use crate::known::{Known, Wanted};
use crate::pending::{Leave, Pending};
use crate::{OidcSettings, SignInFailure};

/// The way to one sign-in service: authorization code with PKCE (RFC 6749, RFC 7636).
pub struct SignInService {
    settings: OidcSettings,
    fetcher: Fetcher,
    known: Known,
    pending: Mutex<Pending>,
    /// Where the service sends people back to.
    redirect: String,
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
#[derive(Default)]
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
    /// Stays the same whatever else changes: the issuer, a space, the subject. An address of mail
    /// can be given to somebody else, so it names nobody here.
    pub subject: String,
    /// What they are called there; anybody may call themselves anything.
    pub name: String,
    /// None when neither a group nor the settings give them one.
    pub role: Option<Role>,
}

impl SignInService {
    /// `path` is where the service is to send people back to, at the address of ours in `settings`.
    #[must_use]
    pub fn new(settings: OidcSettings, fetcher: Fetcher, path: &str) -> Self {
        Self {
            known: Known::new(fetcher.clone(), settings.issuer.clone()),
            redirect: settings.here(path),
            pending: Mutex::default(),
            settings,
            fetcher,
        }
    }

    #[must_use]
    pub fn settings(&self) -> &OidcSettings {
        &self.settings
    }

    /// Sends somebody there who wants the page `back`.
    ///
    /// # Errors
    /// When the service cannot be used.
    pub async fn begin(&self, back: String, secrets: Secrets) -> Result<Begun, SignInFailure> {
        let provider = self.known.service(Wanted::Usual, Instant::now()).await?;
        let scopes = format!("openid {}", self.settings.scopes.join(" "));
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(secrets.verifier.as_bytes()));
        let asked = form(&[
            ("response_type", "code"),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", self.redirect.as_str()),
            ("scope", scopes.trim_end()),
            ("state", secrets.state.as_str()),
            ("nonce", secrets.nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        let place = provider.facts.authorization_endpoint;
        let joint = if place.contains('?') { '&' } else { '?' };
        let location = format!("{place}{joint}{asked}");
        let leave = Leave {
            proof: secrets.proof.clone(),
            nonce: secrets.nonce,
            verifier: secrets.verifier,
            back,
            since: Instant::now(),
        };
        self.pending().add(secrets.state, leave);
        let proof = secrets.proof;
        Ok(Begun { location, proof })
    }

    /// Learns who came back; `proof` is what their browser kept.
    pub async fn finish(&self, returned: Returned, proof: Option<&str>) -> Finished {
        let state = returned.state.as_deref().unwrap_or_default();
        let leave = self.pending().take(state, proof, Instant::now());
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
        let provider = self.known.service(Wanted::Usual, Instant::now()).await?;
        // RFC 9207: another service could have sent them with a code of its own.
        let said = returned.issuer.as_deref();
        let facts = &provider.facts;
        let must_say = facts.authorization_response_iss_parameter_supported;
        if said.is_some_and(|said| said != issuer) || (must_say && said.is_none()) {
            return Err(SignInFailure::NotProven("another service sent them back"));
        }
        if let Some(error) = &returned.error {
            return Err(SignInFailure::of_error(error));
        }
        let no_code = SignInFailure::NotProven("there is no code");
        let code = returned.code.ok_or(no_code)?;
        let brought = (code.as_str(), self.redirect.as_str());
        let token =
            exchange::id_token(&self.fetcher, &self.settings, &provider, brought, leave).await?;
        let expected = Expected {
            issuer,
            client_id: &self.settings.client_id,
            nonce: &leave.nonce,
            now_s: now_s(),
        };
        let claims = match claims(&token, &provider.keys, &expected) {
            // The service may have changed its keys since they were asked for.
            Err(Doubt::Key) => {
                let provider = self.known.service(Wanted::NewKeys, Instant::now()).await?;
                claims(&token, &provider.keys, &expected)
            }
            known => known,
        };
        let claims = claims.map_err(|doubt| match doubt {
            Doubt::Key => SignInFailure::NotProven("its key is none of the service's"),
            Doubt::Other(why) => SignInFailure::NotProven(why),
        })?;
        Ok(self.called(&claims))
    }

    fn called(&self, claims: &Map<String, Value>) -> Person {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let sub = text("sub").unwrap_or_default();
        let called = ["preferred_username", "name", "email"];
        let mut called = called.iter().filter_map(|name| text(name));
        let name = called.find(|name| !name.trim().is_empty()).unwrap_or(sub);
        Person {
            subject: format!("{} {sub}", self.settings.issuer.as_str()),
            name: name.to_owned(),
            role: self.settings.role(claims),
        }
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn now_s() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}
