//! Trunks over HTTP: words in, words out, every decision is the brain's.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conclave_api::{
    NewTrunk, Page, Problem, Request, Response as Reply, TrunkInput, TrunkRequest,
    TrunkTemplateView, TrunkTestView, TrunkView, TrunkWish, Wrong,
};
use conclave_model::TrunkSetting;

use crate::audit::audit;
use crate::backend::Web;
use crate::body::JsonBody;
use crate::brain::misfit;
use crate::etag::{etag, header_value, if_match};
use crate::once::{Answer, once};
use crate::path::Segments;
use crate::refusal::Answered;
use crate::requester::Requester;
use crate::trunk_templates;

/// Every trunk with how it does, the oldest first.
#[utoipa::path(
    get, path = "/trunks", tag = "trunks",
    responses(
        (status = 200, description = "All of them", body = Page<TrunkView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_trunks(State(web): State<Web>) -> Answered {
    let request = Request::Trunk(TrunkRequest::List);
    let Reply::Trunks(trunks) = web.backend.brain.ask(request).await? else {
        return Err(misfit().into());
    };
    Ok(Json(Page::whole(trunks)).into_response())
}

/// Attaches another telephone system or a carrier; it is registered with, or asked, at once.
///
/// What is left out is as the template says, and where that says nothing, at its default.
#[utoipa::path(
    post, path = "/trunks", tag = "trunks",
    params(("Idempotency-Key" = Option<String>, Header, description = "Any unique text: a repeated request gets the same answer for 24 hours")),
    request_body = NewTrunk,
    responses(
        (status = 201, description = "Made", body = TrunkView, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "Refused, each wrong field by its name; nothing was made", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_trunk(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let wish = with_template(TrunkWish::read(body.required()?)?)?;
    let (who, _) = requester.actor.id_and_name();
    let what = format!("{who} POST /trunks");
    let shared = web.clone();
    once(web, &headers, &what, &body.bytes, async move {
        let request = Request::Trunk(TrunkRequest::Create(wish));
        let trunk = ask_trunk(&shared, &requester, request).await?;
        audit(&shared, &requester, "trunk.created", &trunk.id, &trunk.name).await?;
        let location = format!("/api/v1/trunks/{}", trunk.id);
        Ok(Answer::json(StatusCode::CREATED, &trunk)
            .etag(etag(trunk.version))
            .location(location))
    })
    .await
}

/// One trunk with how it does.
#[utoipa::path(
    get, path = "/trunks/{trunk}", tag = "trunks",
    params(("trunk" = String, Path, description = "The trunk's id or name")),
    responses(
        (status = 200, description = "The trunk", body = TrunkView, headers(("ETag" = String))),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_trunk(
    State(web): State<Web>,
    requester: Requester,
    Segments(key): Segments<String>,
) -> Answered {
    let request = Request::Trunk(TrunkRequest::Show(key));
    let trunk = ask_trunk(&web, &requester, request).await?;
    Ok(answer(&trunk))
}

/// Changes a trunk. It begins anew with its registration; calls over it go on.
#[utoipa::path(
    patch, path = "/trunks/{trunk}", tag = "trunks",
    params(
        ("trunk" = String, Path, description = "The trunk's id or name"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version to change; 412 when there is a newer one"),
    ),
    request_body = TrunkInput,
    responses(
        (status = 200, description = "As it is now", body = TrunkView, headers(("ETag" = String))),
        (status = "default", description = "Refused, each wrong field by its name; nothing was changed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_trunk(
    State(web): State<Web>,
    requester: Requester,
    Segments(key): Segments<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let wish = TrunkWish::read(body.required()?)?;
    let names = wish.names();
    let request = Request::Trunk(TrunkRequest::Update {
        key,
        wish,
        if_version: if_match(&headers)?,
    });
    let trunk = ask_trunk(&web, &requester, request).await?;
    audit(&web, &requester, "trunk.updated", &trunk.id, &names).await?;
    Ok(answer(&trunk))
}

/// Removes a trunk and takes back its registration. Calls over it go on to their end.
#[utoipa::path(
    delete, path = "/trunks/{trunk}", tag = "trunks",
    params(
        ("trunk" = String, Path, description = "The trunk's id or name"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version to remove; 412 when there is a newer one"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_trunk(
    State(web): State<Web>,
    requester: Requester,
    Segments(key): Segments<String>,
    headers: HeaderMap,
) -> Answered {
    let request = Request::Trunk(TrunkRequest::Delete {
        key: key.clone(),
        if_version: if_match(&headers)?,
    });
    let Reply::Done = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    audit(&web, &requester, "trunk.deleted", &key, "").await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Asks the other side now whether it is there (OPTIONS), and says what came of it.
///
/// The answer comes within some ten seconds, also when nobody answered us.
#[utoipa::path(
    post, path = "/trunks/{trunk}/test", tag = "trunks",
    params(("trunk" = String, Path, description = "The trunk's id or name")),
    responses(
        (status = 200, description = "What came of it", body = TrunkTestView),
        (status = "default", description = "Refused; 409 for one that is disabled", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn test_trunk(
    State(web): State<Web>,
    requester: Requester,
    Segments(key): Segments<String>,
) -> Answered {
    let request = Request::Trunk(TrunkRequest::Test(key));
    let Reply::TrunkTested(tested) = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    Ok(Json(tested).into_response())
}

/// The telephone systems and carriers that the server knows how to be attached to.
#[utoipa::path(
    get, path = "/trunk-templates", tag = "trunks",
    responses(
        (status = 200, description = "All of them", body = Page<TrunkTemplateView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_trunk_templates() -> Answered {
    let all = trunk_templates::all().to_vec();
    Ok(Json(Page::whole(all)).into_response())
}

/// What the template says that is not said itself.
fn with_template(wish: TrunkWish) -> Result<TrunkWish, Problem> {
    let name = match wish.get(TrunkSetting::Template) {
        None | Some("") => return Ok(wish),
        Some(name) => name.to_owned(),
    };
    match trunk_templates::find(&name) {
        Some(template) => Ok(wish.over(&trunk_templates::settings(template))),
        None => {
            let names: Vec<_> = trunk_templates::all()
                .iter()
                .map(|one| &*one.name)
                .collect();
            let accepted = format!("nothing, or one of {}", names.join(", "));
            Err(Problem::invalid(vec![Wrong::new(
                "template", &name, accepted,
            )]))
        }
    }
}

async fn ask_trunk(web: &Web, requester: &Requester, request: Request) -> Answered<TrunkView> {
    let Reply::Trunk(trunk) = requester.ask(web, request).await? else {
        return Err(misfit().into());
    };
    Ok(*trunk)
}

fn answer(trunk: &TrunkView) -> Response {
    let etag = header_value(&etag(trunk.version));
    ([(header::ETAG, etag)], Json(trunk)).into_response()
}
