//! Profiles of options over HTTP: words in, words out, every decision is the brain's.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conclave_api::{
    NewProfile, Page, Problem, ProblemKind, ProfileInput, ProfileKey, ProfileRequest, ProfileView,
    Request, Response as Reply, read_new_profile, read_profile_change,
};

use crate::audit::audit;
use crate::backend::Web;
use crate::body::JsonBody;
use crate::brain::misfit;
use crate::etag::{etag, header_value, if_match};
use crate::menus::renamed_from;
use crate::once::{Answer, once};
use crate::path::Segments;
use crate::refusal::Answered;
use crate::requester::Requester;

/// The profiles of options, those of rooms first.
#[utoipa::path(
    get, path = "/profiles", tag = "profiles",
    responses(
        (status = 200, description = "All of them", body = Page<ProfileView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_profiles(State(web): State<Web>) -> Answered {
    let Reply::Profiles(profiles) = web
        .backend
        .brain
        .ask(Request::Profile(ProfileRequest::List))
        .await?
    else {
        return Err(misfit().into());
    };
    Ok(Json(Page::whole(profiles)).into_response())
}

/// Makes a profile; rooms may name it from now on.
///
/// Lines are as ConfBridge has them, `key=value`. A text of options in which `template=NAME` stands
/// begins with all lines of that profile; what it says itself wins.
#[utoipa::path(
    post, path = "/profiles", tag = "profiles",
    params(("Idempotency-Key" = Option<String>, Header, description = "Any unique text: a repeated request gets the same answer for 24 hours")),
    request_body = NewProfile,
    responses(
        (status = 201, description = "Made", body = ProfileView, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "Refused, each wrong line by its number; nothing was made", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_profile(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let (key, text) = read_new_profile(body.required()?)?;
    let (who, _) = requester.actor.id_and_name();
    let what = format!("{who} POST /profiles");
    let shared = web.clone();
    once(web, &headers, &what, &body.bytes, async move {
        let request = Request::Profile(ProfileRequest::Create { key, text });
        let profile = ask_profile(&shared, &requester, request).await?;
        audit(&shared, &requester, "profile.created", &profile.name, "").await?;
        let (kind, name) = (profile.kind.name(), &profile.name);
        let location = format!("/api/v1/profiles/{kind}/{name}");
        Ok(Answer::json(StatusCode::CREATED, &profile)
            .etag(etag(profile.version))
            .location(location))
    })
    .await
}

/// One profile, with the rooms that name it.
#[utoipa::path(
    get, path = "/profiles/{kind}/{profile}", tag = "profiles",
    params(
        ("kind" = String, Path, description = "`bridge` or `user`", example = "user"),
        ("profile" = String, Path, description = "The profile's name", example = "all_hands"),
    ),
    responses(
        (status = 200, description = "The profile", body = ProfileView, headers(("ETag" = String))),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_profile(
    State(web): State<Web>,
    requester: Requester,
    Segments((kind, name)): Segments<(String, String)>,
) -> Answered {
    let request = Request::Profile(ProfileRequest::Show(named(&kind, &name)?));
    let profile = ask_profile(&web, &requester, request).await?;
    Ok(profile_answer(&profile))
}

/// Changes a profile, and with it at once every room that begins with it; or its name, under which
/// rooms, personal PINs and other profiles name it from then on.
#[utoipa::path(
    patch, path = "/profiles/{kind}/{profile}", tag = "profiles",
    params(
        ("kind" = String, Path, description = "`bridge` or `user`"),
        ("profile" = String, Path, description = "The profile's name"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version to change; 412 when there is a newer one"),
    ),
    request_body = ProfileInput,
    responses(
        (status = 200, description = "As it is now", body = ProfileView, headers(("ETag" = String))),
        (status = "default", description = "Refused, each wrong line by its number; nothing was changed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_profile(
    State(web): State<Web>,
    requester: Requester,
    Segments((kind, name)): Segments<(String, String)>,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let key = named(&kind, &name)?;
    let request = Request::Profile(ProfileRequest::Update {
        change: read_profile_change(key.section, body.required()?)?,
        key: key.clone(),
        if_version: if_match(&headers)?,
    });
    let profile = ask_profile(&web, &requester, request).await?;
    let was = renamed_from(key.name.as_str(), &profile.name);
    audit(&web, &requester, "profile.updated", &profile.name, &was).await?;
    Ok(profile_answer(&profile))
}

/// Removes a profile. Refused while a room or another profile begins with it.
#[utoipa::path(
    delete, path = "/profiles/{kind}/{profile}", tag = "profiles",
    params(
        ("kind" = String, Path, description = "`bridge` or `user`"),
        ("profile" = String, Path, description = "The profile's name"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version to remove; 412 when there is a newer one"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_profile(
    State(web): State<Web>,
    requester: Requester,
    Segments((kind, name)): Segments<(String, String)>,
    headers: HeaderMap,
) -> Answered {
    let key = named(&kind, &name)?;
    let request = Request::Profile(ProfileRequest::Delete {
        key: key.clone(),
        if_version: if_match(&headers)?,
    });
    let Reply::Done = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    let name = key.name.as_str();
    audit(&web, &requester, "profile.deleted", name, "").await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Words that are no name are no profile's either.
fn named(kind: &str, name: &str) -> Result<ProfileKey, Problem> {
    let detail = || format!("there is no {kind:?} profile {name:?}");
    ProfileKey::read(kind, name).ok_or_else(|| Problem::new(ProblemKind::NotFound, detail()))
}

async fn ask_profile(web: &Web, requester: &Requester, request: Request) -> Answered<ProfileView> {
    let Reply::Profile(profile) = requester.ask(web, request).await? else {
        return Err(misfit().into());
    };
    Ok(profile)
}

fn profile_answer(profile: &ProfileView) -> Response {
    let etag = header_value(&etag(profile.version));
    ([(header::ETAG, etag)], Json(profile)).into_response()
}
