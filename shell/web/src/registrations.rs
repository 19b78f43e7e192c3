//! Which rooms are open under a context, over HTTP, for a cluster or a telephone system to ask.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use conclave_api::{Page, Problem, ProblemKind, RegistrationView, Request, Response as Reply};

use crate::backend::Web;
use crate::brain::misfit;
use crate::path::Segments;
use crate::query::Parameters;
use crate::refusal::Answered;

/// The rooms that somebody is in and whose options name a `regcontext`, by extension.
#[utoipa::path(
    get, path = "/registrations", tag = "live",
    params(
        ("context" = Option<String>, Query, description = "Only those under this context", example = "conferences"),
    ),
    responses(
        (status = 200, description = "All of them, in one page", body = Page<RegistrationView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_registrations(State(web): State<Web>, parameters: Parameters) -> Answered {
    let context = parameters.of(&["context"])?.text("context");
    let page = Page {
        items: ask(&web, context).await?,
        next_cursor: None,
    };
    Ok(Json(page).into_response())
}

/// Whether the room of this extension is open under this context: 404 when it is not.
#[utoipa::path(
    get, path = "/registrations/{context}/{extension}", tag = "live",
    params(
        ("context" = String, Path, description = "As the room's options name it", example = "conferences"),
        ("extension" = String, Path, description = "The room's", example = "801"),
    ),
    responses(
        (status = 200, description = "Somebody is in it", body = RegistrationView),
        (status = "default", description = "Refused; 404 when no such room is open", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_registration(
    State(web): State<Web>,
    Segments((context, extension)): Segments<(String, String)>,
) -> Answered {
    let all = ask(&web, Some(context.clone())).await?;
    let found = all.into_iter().find(|one| one.extension == extension);
    match found {
        Some(found) => Ok(Json(found).into_response()),
        None => {
            let detail = format!("no room {extension:?} is open under {context:?}");
            Err(Problem::new(ProblemKind::NotFound, detail).into())
        }
    }
}

async fn ask(web: &Web, context: Option<String>) -> Answered<Vec<RegistrationView>> {
    let request = Request::ListRegistrations { context };
    let Reply::Registrations(found) = web.backend.brain.ask(request).await? else {
        return Err(misfit().into());
    };
    Ok(found)
}
