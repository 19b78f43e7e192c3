//! Reads a JSON body within its limits of size and time; knows nothing of its meaning.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use conclave_api::{Problem, ProblemKind};
use conclave_model::limits;
use serde_json::Value;
use tokio::time::timeout;

use crate::refusal::Refusal;

/// A body that is JSON, or empty.
pub(crate) struct JsonBody {
    pub bytes: Bytes,
    value: Option<Value>,
}

impl JsonBody {
    /// The JSON that must be there.
    pub fn required(&self) -> Result<&Value, Problem> {
        let missing = || Problem::new(ProblemKind::Malformed, "the body must be a JSON object");
        self.value.as_ref().ok_or_else(missing)
    }

    /// The JSON, or an empty object for an empty body.
    pub fn or_empty(self) -> Value {
        self.value
            .unwrap_or_else(|| Value::Object(serde_json::Map::new()))
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let too_slow = || Refusal::new(ProblemKind::Malformed, "the body did not come in time");
        let bytes = timeout(
            limits::API_CLIENT_PATIENCE,
            to_bytes(body, limits::API_BODY_BYTES),
        )
        .await
        .map_err(|_| too_slow())?
        .map_err(|_| too_large(limits::API_BODY_BYTES))?;
        if bytes.is_empty() {
            return Ok(Self { bytes, value: None });
        }
        require_json(&parts.headers)?;
        let value = serde_json::from_slice(&bytes).map_err(|error| {
            Refusal::new(
                ProblemKind::Malformed,
                format!("the body is not JSON: {error}"),
            )
        })?;
        Ok(Self {
            bytes,
            value: Some(value),
        })
    }
}

pub(crate) fn too_large(limit: usize) -> Refusal {
    let detail = format!("the body is larger than {limit} bytes, or was cut off");
    Refusal::new(ProblemKind::TooLarge, detail)
}

fn require_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .map(|value| value.to_str().unwrap_or("?"));
    let essence = given.map(|given| given.split(';').next().unwrap_or("").trim());
    let accepted = essence.is_some_and(|essence| {
        JSON_TYPES
            .iter()
            .any(|json| essence.eq_ignore_ascii_case(json))
    });
    if accepted {
        return Ok(());
    }
    Err(Refusal::new(
        ProblemKind::UnsupportedMediaType,
        format!(
            "Content-Type: {:?} is not accepted here; expected application/json",
            given.unwrap_or("")
        ),
    ))
}

/// A PATCH of ours reads as RFC 7396 says.
const JSON_TYPES: [&str; 2] = ["application/json", "application/merge-patch+json"];
