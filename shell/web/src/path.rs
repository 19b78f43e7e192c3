//! The variable parts of a path, with our own answer when they are no text.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use conclave_api::ProblemKind;
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;

/// As axum's `Path`, refused in our words.
pub(crate) struct Segments<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(segments)| Self(segments))
            .map_err(|_| Refusal::new(ProblemKind::Malformed, "the path is not UTF-8 text"))
    }
}
