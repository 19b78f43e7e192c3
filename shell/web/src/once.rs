//! A POST that is done once, however often its request is repeated (`Idempotency-Key`).

use std::future::Future;
use std::sync::PoisonError;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conclave_api::{Problem, ProblemKind, Wrong};
use conclave_model::{UnixMillis, limits};
use conclave_store::KeptAnswer;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::backend::{Web, now};
use crate::etag::header_value;
use crate::refusal::{Answered, Refusal};

/// A success that can be given again.
pub(crate) struct Answer {
    status: StatusCode,
    etag: Option<String>,
    location: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    pub fn json(status: StatusCode, body: &impl Serialize) -> Self {
        Self {
            status,
            etag: None,
            location: None,
            body: serde_json::to_vec(body).unwrap_or_default(),
        }
    }

    pub fn etag(mut self, etag: String) -> Self {
        self.etag = Some(etag);
        self
    }

    pub fn location(mut self, location: String) -> Self {
        self.location = Some(location);
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        if let Some(etag) = self.etag {
            headers.insert(header::ETAG, header_value(&etag));
        }
        if let Some(location) = self.location {
            headers.insert(header::LOCATION, header_value(&location));
        }
        response
    }
}

/// Does `work` unless a request with the same key did it before.
///
/// Only a success is kept: what was refused changed nothing and may be tried again. The work goes
/// on when the client hangs up, so that its repetition finds the answer.
pub(crate) async fn once<W>(
    web: Web,
    headers: &HeaderMap,
    what: &str,
    body: &[u8],
    work: W,
) -> Answered
where
    W: Future<Output = Result<Answer, Refusal>> + Send + 'static,
{
    let Some(key) = read_key(headers)? else {
        return work.await.map(IntoResponse::into_response);
    };
    let fingerprint = fingerprint(what, body);
    let flight = Flight::begin(&web, &key)?;
    let oldest = oldest(now());
    if let Some(kept) = web.backend.store.kept_answer(&key, oldest).await? {
        return replay(kept, &fingerprint);
    }
    let task = tokio::spawn(async move {
        let answer = work.await?;
        let kept = KeptAnswer {
            fingerprint,
            status: answer.status.as_u16(),
            etag: answer.etag.clone(),
            location: answer.location.clone(),
            body: answer.body.clone(),
        };
        let now = now();
        let store = &flight.web.backend.store;
        if let Err(error) = store.keep_answer(&flight.key, &kept, now, oldest).await {
            // The work is done; only its repetition is no longer noticed.
            tracing::error!(%error, "an answer could not be kept");
        }
        Ok(answer.into_response())
    });
    task.await.unwrap_or_else(|_| {
        let detail = "the request failed half-way; the log has more";
        Err(Refusal::new(ProblemKind::Internal, detail))
    })
}

fn replay(kept: KeptAnswer, fingerprint: &[u8]) -> Answered {
    if kept.fingerprint != fingerprint {
        let detail = "this Idempotency-Key was used for another request; use a new one";
        return Err(Refusal::new(ProblemKind::Invalid, detail));
    }
    let answer = Answer {
        status: StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK),
        etag: kept.etag,
        location: kept.location,
        body: kept.body,
    };
    let mut response = answer.into_response();
    let replayed = HeaderValue::from_static("true");
    response
        .headers_mut()
        .insert("idempotency-replayed", replayed);
    Ok(response)
}

/// A key whose first request is being answered.
struct Flight {
    web: Web,
    key: String,
}

impl Flight {
    fn begin(web: &Web, key: &str) -> Result<Self, Problem> {
        let mut keys = web.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        if !keys.insert(key.to_owned()) {
            let detail = "the first request with this Idempotency-Key is not answered yet";
            return Err(Problem::conflict(detail));
        }
        Ok(Self {
            web: web.clone(),
            key: key.to_owned(),
        })
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let keys = self.web.in_flight.lock();
        keys.unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}

fn read_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let bytes = value.as_bytes();
    let length = (1..=limits::IDEMPOTENCY_KEY_BYTES).contains(&bytes.len());
    if !length || !bytes.iter().all(u8::is_ascii_graphic) {
        let shown = value.to_str().unwrap_or("");
        let accepted = "1 to 255 visible ASCII characters";
        let wrong = Wrong::new("Idempotency-Key", shown, accepted);
        return Err(Problem::invalid(vec![wrong]));
    }
    Ok(value.to_str().ok().map(str::to_owned))
}

fn fingerprint(what: &str, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(what.as_bytes());
    hash.update([0]);
    hash.update(body);
    hash.finalize().to_vec()
}

fn oldest(now: UnixMillis) -> UnixMillis {
    let kept_ms = u64::try_from(limits::IDEMPOTENCY_KEPT.as_millis()).unwrap_or(u64::MAX);
    UnixMillis(now.0.saturating_sub(kept_ms))
}
