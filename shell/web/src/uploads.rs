//! A sound file on its way in: to a temporary file piece by piece, then to whoever can decode it.

use std::io::ErrorKind;
use std::path::Path;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use conclave_api::{Problem, ProblemKind, TrackView, Wrong};
use conclave_model::limits;
use http_body_util::BodyExt;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use crate::audit::audit;
use crate::backend::Web;
use crate::body::too_large;
use crate::path::Segments;
use crate::playlists::{blocking, read_name};
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;

/// Adds a track: the body is the file as it is (mp3, ogg, opus, flac, m4a, wav).
#[utoipa::path(
    post, path = "/playlists/{playlist}/tracks", tag = "playlists",
    params(
        ("playlist" = String, Path, description = "Its name"),
        ("file" = String, Query, description = "The file's name", example = "blue-in-green.mp3"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "At most 256 MiB"),
    responses(
        (status = 201, description = "Decoded and taken in", body = TrackView),
        (status = "default", description = "Refused; nothing was kept", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn add_track(
    State(web): State<Web>,
    requester: Requester,
    Segments(called): Segments<String>,
    parameters: Parameters,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    let name = read_name(&called)?;
    let track = track_name(parameters.of(&["file"])?.text("file"))?;
    refuse_early(&headers, limits::UPLOAD_BYTES)?;
    let Ok(_permit) = web.uploads.try_acquire() else {
        let detail = "other files are being uploaded; try again when they are done";
        return Err(Refusal::new(ProblemKind::Unavailable, detail));
    };
    let upload = receive(&web.backend.upload_dir, body, limits::UPLOAD_BYTES).await?;
    let track = blocking(&web, move |playlists| {
        playlists.add_track(&name, &track, upload.path())
    })
    .await?;
    audit(&web, &requester, "track.added", &called, &track.name).await?;
    Ok((StatusCode::CREATED, Json(track)).into_response())
}

/// The file is gone again when this is dropped, unless somebody moved it away.
pub(crate) async fn receive(
    dir: &Path,
    mut body: Body,
    bytes_max: usize,
) -> Answered<NamedTempFile> {
    let failed = |error: std::io::Error| {
        let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded];
        if full.contains(&error.kind()) {
            return Refusal::new(ProblemKind::Unavailable, "the server's disk is full");
        }
        tracing::error!(%error, "an upload could not be kept");
        Refusal::new(ProblemKind::Internal, "the upload could not be kept")
    };
    let upload = NamedTempFile::with_prefix_in("upload-", dir).map_err(failed)?;
    let mut file = tokio::fs::File::from_std(upload.reopen().map_err(failed)?);
    let mut length = 0;
    loop {
        let Ok(frame) = timeout(limits::API_CLIENT_PATIENCE, body.frame()).await else {
            let detail = "the file did not come in time";
            return Err(Refusal::new(ProblemKind::Malformed, detail));
        };
        let Some(frame) = frame else {
            break;
        };
        let cut = |_| Refusal::new(ProblemKind::Malformed, "the file was cut off on its way");
        let frame = frame.map_err(cut)?;
        let Some(piece) = frame.data_ref() else {
            continue;
        };
        length += piece.len();
        if length > bytes_max {
            return Err(too_large(bytes_max));
        }
        file.write_all(piece).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    if length == 0 {
        return Err(Refusal::new(ProblemKind::Malformed, "the file is empty"));
    }
    Ok(upload)
}

/// Spares a client that says what it is about to send.
pub(crate) fn refuse_early(headers: &HeaderMap, bytes_max: usize) -> Result<(), Refusal> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > bytes_max) {
        return Err(too_large(bytes_max));
    }
    let kind = text(header::CONTENT_TYPE).unwrap_or("application/octet-stream");
    if [
        "multipart/",
        "text/",
        "application/json",
        "application/x-www-form-urlencoded",
    ]
    .iter()
    .any(|wrong| kind.starts_with(wrong))
    {
        let detail = format!("Content-Type: {kind:?} is not accepted; send the file itself");
        return Err(Refusal::new(ProblemKind::UnsupportedMediaType, detail));
    }
    Ok(())
}

/// A name that is a file in its folder and nothing else.
fn track_name(given: Option<String>) -> Result<String, Problem> {
    let given = given.unwrap_or_default();
    let bad = |c: char| c.is_control() || matches!(c, '/' | '\\');
    let dot = given.starts_with('.') || !given.contains('.');
    if given.len() > limits::TRACK_NAME_BYTES || dot || given.contains(bad) {
        let accepted = "the name of a sound file such as song.mp3, at most 120 bytes";
        return Err(Problem::invalid(vec![Wrong::new("file", &given, accepted)]));
    }
    Ok(given)
}
