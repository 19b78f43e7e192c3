//! Numbers that are no room over HTTP: words in, words out, every decision is the brain's.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use conclave_api::{
    ExtensionInput, ExtensionView, Page, Problem, ProblemKind, Request, Response as Reply,
    read_extension,
};

use crate::audit::audit;
use crate::backend::Web;
use crate::body::JsonBody;
use crate::brain::misfit;
use crate::path::Segments;
use crate::refusal::Answered;
use crate::requester::Requester;

/// The echo test and the announcements, in the order of their numbers.
#[utoipa::path(
    get, path = "/extensions", tag = "extensions",
    responses(
        (status = 200, description = "All of them", body = Page<ExtensionView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_extensions(State(web): State<Web>) -> Answered {
    Ok(Json(Page::whole(all(&web).await?)).into_response())
}

/// Makes a number, or changes what is heard under it. Takes effect with the next call.
///
/// A number is that of a room, or one of these, never both.
#[utoipa::path(
    put, path = "/extensions/{extension}", tag = "extensions",
    params(("extension" = String, Path, description = "2 to 12 digits, not starting with 0", example = "899")),
    request_body = ExtensionInput,
    responses(
        (status = 200, description = "As it is now", body = ExtensionView),
        (status = "default", description = "Refused; 409 when a room has the number", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn put_extension(
    State(web): State<Web>,
    requester: Requester,
    Segments(number): Segments<String>,
    body: JsonBody,
) -> Answered {
    let (extension, service) = read_extension(&number, body.required()?)?;
    let detail = service.sound().unwrap_or_else(|| "echo test".to_owned());
    let request = Request::PutExtension { extension, service };
    let Reply::Extension(view) = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    let what = "extension.updated";
    audit(&web, &requester, what, &view.extension, &detail).await?;
    Ok(Json(view).into_response())
}

/// Removes a number. Whoever is there stays to the end.
#[utoipa::path(
    delete, path = "/extensions/{extension}", tag = "extensions",
    params(("extension" = String, Path, description = "The number", example = "899")),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_extension(
    State(web): State<Web>,
    requester: Requester,
    Segments(number): Segments<String>,
) -> Answered {
    // What is no number is nobody's.
    let unknown = || {
        let detail = format!("under {number:?} there is no echo test and no announcement");
        Problem::new(ProblemKind::NotFound, detail)
    };
    let extension = number.parse().map_err(|_| unknown())?;
    let request = Request::DeleteExtension(extension);
    let Reply::Done = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    audit(&web, &requester, "extension.deleted", &number, "").await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// All numbers that are no room.
pub(crate) async fn all(web: &Web) -> Answered<Vec<ExtensionView>> {
    let Reply::Extensions(all) = web.backend.brain.ask(Request::ListExtensions).await? else {
        return Err(misfit().into());
    };
    Ok(all)
}
