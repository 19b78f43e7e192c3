//! Sounds to listen to in a browser: which telephone's ear is asked for, and the answer's headers.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use conclave_api::{Problem, Wrong};
use conclave_model::Codec;

use crate::query::Parameters;

/// The codec that `?as=` names; without it, that of an ordinary telephone.
pub(crate) fn ear_of(parameters: Parameters) -> Result<Codec, Problem> {
    let named = parameters.of(&["as"])?.text("as");
    match named.as_deref() {
        None | Some("g711" | "pcma") => Ok(Codec::Pcma),
        Some("pcmu") => Ok(Codec::Pcmu),
        Some("g722") => Ok(Codec::G722),
        Some("opus") => Ok(Codec::Opus),
        Some(other) => {
            let wrong = Wrong::new("as", other, "g711, pcmu, pcma, g722 or opus");
            Err(Problem::invalid(vec![wrong]))
        }
    }
}

/// Not kept by the browser: the next time it may be another sound.
pub(crate) fn wav(file: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "audio/wav"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, file).into_response()
}
