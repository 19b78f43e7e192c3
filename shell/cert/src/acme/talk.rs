//! Asks an ACME directory, one signed request after the other; decides nothing.

use conclave_fetch::{Answer, Asked, Fetcher};
use conclave_model::HttpUrl;
use hyper::Method;
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::time::sleep;

use super::AcmeError;
use super::jws::AccountKey;

/// A conversation with a directory as one account.
pub(super) struct Talk<'a> {
    fetcher: &'a Fetcher,
    key: AccountKey,
    account: Option<String>,
    new_nonce: HttpUrl,
    nonce: Option<String>,
    directory: Value,
}

/// What was answered to a request.
pub(super) struct Said {
    pub body: Value,
    /// Where what was made is (`Location`).
    pub place: Option<String>,
    pub text: String,
}

impl<'a> Talk<'a> {
    /// Reads the directory and opens the account, which may be there already.
    pub async fn begin(
        fetcher: &'a Fetcher,
        directory: &HttpUrl,
        key: AccountKey,
        contact: Option<&str>,
    ) -> Result<Self, AcmeError> {
        let asked = Asked {
            method: Method::GET,
            url: directory,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let answer = fetcher.ask(asked).await.map_err(AcmeError::Unanswered)?;
        let known: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let new_nonce = known["newNonce"].as_str().and_then(|url| url.parse().ok());
        let mut talk = Self {
            fetcher,
            key,
            account: None,
            new_nonce: new_nonce.ok_or(AcmeError::NoDirectory)?,
            nonce: None,
            directory: known,
        };
        let mut wish = serde_json::json!({"termsOfServiceAgreed": true});
        if let Some(contact) = contact {
            wish["contact"] = vec![format!("mailto:{contact}")].into();
        }
        let url = talk.door("newAccount")?;
        let said = talk.post(&url, &wish.to_string()).await?;
        talk.account = Some(said.place.ok_or(AcmeError::Odd("newAccount"))?);
        Ok(talk)
    }

    pub fn authorization(&self, token: &str) -> String {
        self.key.authorization(token)
    }

    /// The URL of one of the directory's resources.
    pub fn door(&self, name: &'static str) -> Result<String, AcmeError> {
        let url = self.directory[name].as_str().map(str::to_owned);
        url.ok_or(AcmeError::NoDirectory)
    }

    /// Reads (POST-as-GET, RFC 8555 §6.3).
    pub async fn read(&mut self, url: &str) -> Result<Said, AcmeError> {
        self.post(url, "").await
    }

    /// Reads again and again until it is no longer `pending` or `processing`.
    pub async fn settled(&mut self, url: &str) -> Result<Value, AcmeError> {
        for _ in 0..super::LOOKS {
            let said = self.read(url).await?.body;
            let is_open = ["pending", "processing"]
                .iter()
                .any(|one| said["status"] == *one);
            if !is_open {
                return Ok(said);
            }
            sleep(super::LOOK_AGAIN).await;
        }
        Err(AcmeError::TooSlow)
    }

    pub async fn post(&mut self, url: &str, payload: &str) -> Result<Said, AcmeError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.post_once(url, payload).await?;
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            let body: Value = serde_json::from_str(&text).unwrap_or_default();
            if (200..300).contains(&answer.status) {
                let place = header_of(&answer, header::LOCATION);
                return Ok(Said { body, place, text });
            }
            // RFC 8555 §6.5: it may forget a nonce, and gives another with its refusal.
            let kind = body["type"].as_str().unwrap_or_default();
            if kind.ends_with(":badNonce") && tries < NONCE_TRIES {
                continue;
            }
            let detail = body["detail"].as_str().unwrap_or("no reason was given");
            let detail = detail.chars().filter(|c| !c.is_control());
            return Err(AcmeError::Refused {
                status: answer.status,
                kind: kind.chars().take(DETAIL_CHARS).collect(),
                detail: detail.take(DETAIL_CHARS).collect(),
            });
        }
    }

    async fn post_once(&mut self, url: &str, payload: &str) -> Result<Answer, AcmeError> {
        let nonce = match self.nonce.take() {
            Some(nonce) => nonce,
            None => self.fresh_nonce().await?,
        };
        let parsed: HttpUrl = url.parse().map_err(|_| AcmeError::Odd("a URL"))?;
        let signed = self.key.sign(self.account.as_deref(), &nonce, url, payload);
        let mut headers = HeaderMap::new();
        let kind = HeaderValue::from_static("application/jose+json");
        headers.insert(header::CONTENT_TYPE, kind);
        let asked = Asked {
            method: Method::POST,
            url: &parsed,
            headers,
            body: signed.into(),
        };
        let answer = self
            .fetcher
            .ask(asked)
            .await
            .map_err(AcmeError::Unanswered)?;
        self.nonce = header_of(&answer, NONCE);
        Ok(answer)
    }

    async fn fresh_nonce(&self) -> Result<String, AcmeError> {
        let asked = Asked {
            method: Method::HEAD,
            url: &self.new_nonce,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let answer = self
            .fetcher
            .ask(asked)
            .await
            .map_err(AcmeError::Unanswered)?;
        header_of(&answer, NONCE).ok_or(AcmeError::Odd("newNonce"))
    }
}

fn header_of(answer: &Answer, name: HeaderName) -> Option<String> {
    let value = answer.headers.get(name)?;
    value.to_str().ok().map(str::to_owned)
}

const NONCE: HeaderName = HeaderName::from_static("replay-nonce");
const NONCE_TRIES: u32 = 3;
const DETAIL_CHARS: usize = 300;
