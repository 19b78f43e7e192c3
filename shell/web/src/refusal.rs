//! A problem as an HTTP answer.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conclave_api::{Problem, ProblemKind};
use conclave_store::StoreError;

/// What every handler fails with.
#[derive(Debug)]
pub(crate) struct Refusal {
    problem: Box<Problem>,
    /// When it is worth coming back.
    retry_after_s: Option<u64>,
}

pub(crate) type Answered<T = Response> = Result<T, Refusal>;

impl Refusal {
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Problem::new(kind, detail).into()
    }

    /// Says that there were too many requests, and when the next one is heard.
    pub fn too_fast(wait: Duration) -> Self {
        let wait_s = wait.as_secs_f64().ceil().max(1.0);
        let detail = format!("there were too many requests; the next is heard in {wait_s} s");
        Self {
            retry_after_s: Some(wait.as_secs() + 1),
            ..Self::new(ProblemKind::TooMany, detail)
        }
    }

    /// Says that there were too many tries, and when the next one is heard.
    pub fn too_many(wait: Duration) -> Self {
        let wait_s = wait.as_secs().max(1);
        let detail = format!("there were too many tries; the next is heard in {wait_s} s");
        Self {
            retry_after_s: Some(wait_s),
            ..Self::new(ProblemKind::TooMany, detail)
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let unavailable = problem.status == ProblemKind::Unavailable.status();
        Self {
            problem: Box::new(problem),
            retry_after_s: unavailable.then_some(5),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        let (kind, detail) = match error {
            StoreError::DiskFull => (ProblemKind::Unavailable, "the server's disk is full"),
            StoreError::Busy => (ProblemKind::Unavailable, "the database is locked"),
            StoreError::ExtensionTaken => (ProblemKind::Conflict, "another room has it already"),
            StoreError::NameTaken => (ProblemKind::Conflict, "another user has this name"),
            StoreError::Folder { .. }
            | StoreError::InUse { .. }
            | StoreError::Newer { .. }
            | StoreError::Damaged { .. }
            | StoreError::Other(_) => (
                ProblemKind::Internal,
                "the database failed; the log has more",
            ),
        };
        Self::new(kind, detail)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        let problem = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, problem);
        if status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        if let Some(wait_s) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, wait_s.into());
        }
        response
    }
}
