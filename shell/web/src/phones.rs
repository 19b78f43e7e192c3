//! Accounts of telephones over HTTP: words in, words out, every decision is the brain's.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conclave_api::{
    NewPhone, Page, PhoneBindingView, PhoneChange, PhoneKey, PhoneMade, PhonePasswordInput,
    PhoneRequest, PhoneView, Problem, Request, Response as Reply, read_new_phone,
    read_phone_change, read_phone_password,
};

use crate::audit::{audit, words};
use crate::backend::Web;
use crate::body::JsonBody;
use crate::brain::misfit;
use crate::etag::{etag, header_value, if_match};
use crate::path::Segments;
use crate::refusal::Answered;
use crate::requester::Requester;

/// The accounts with which telephones register, by user.
#[utoipa::path(
    get, path = "/phones", tag = "phones",
    responses(
        (status = 200, description = "All of them", body = Page<PhoneView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_phones(State(web): State<Web>) -> Answered {
    let Reply::Phones(phones) = ask(&web, PhoneRequest::List).await? else {
        return Err(misfit().into());
    };
    Ok(Json(Page::whole(phones)).into_response())
}

/// Makes an account. Its password is in the answer and nowhere else, ever.
#[utoipa::path(
    post, path = "/phones", tag = "phones",
    request_body = NewPhone,
    responses(
        (status = 201, description = "Made; telephones can register now", body = PhoneMade, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "Refused; 409 when there is such a user already", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_phone(
    State(web): State<Web>,
    requester: Requester,
    body: JsonBody,
) -> Answered {
    let draft = read_new_phone(body.required()?)?;
    let request = Request::Phone(PhoneRequest::Create(draft));
    let Reply::PhoneMade(made) = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    let phone = &made.phone;
    audit(&web, &requester, "phone.created", &phone.id, &phone.user).await?;
    let etag = header_value(&etag(phone.version));
    let place = header_value(&format!("/api/v1/phones/{}", phone.id));
    let headers = [(header::ETAG, etag), (header::LOCATION, place)];
    Ok((StatusCode::CREATED, headers, Json(made)).into_response())
}

/// One account.
#[utoipa::path(
    get, path = "/phones/{phone}", tag = "phones",
    params(("phone" = String, Path, description = "Id or user", example = "anna")),
    responses(
        (status = 200, description = "The account, without its password", body = PhoneView, headers(("ETag" = String))),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_phone(
    State(web): State<Web>,
    Segments(key): Segments<String>,
) -> Answered {
    let request = PhoneRequest::Show(PhoneKey::new(&key));
    let Reply::Phone(phone) = ask(&web, request).await? else {
        return Err(misfit().into());
    };
    Ok(phone_answer(&phone))
}

/// Changes what is sent and leaves the rest. Counts from the next call; one that is disabled is
/// unregistered at once.
#[utoipa::path(
    patch, path = "/phones/{phone}", tag = "phones",
    params(
        ("phone" = String, Path, description = "Id or user"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version to change; 412 when there is a newer one"),
    ),
    request_body = PhoneChange,
    responses(
        (status = 200, description = "As it is now", body = PhoneView, headers(("ETag" = String))),
        (status = "default", description = "Refused; nothing was changed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_phone(
    State(web): State<Web>,
    requester: Requester,
    Segments(key): Segments<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let body = body.required()?;
    let request = Request::Phone(PhoneRequest::Update {
        key: PhoneKey::new(&key),
        patch: read_phone_change(body)?,
        if_version: if_match(&headers)?,
    });
    let Reply::Phone(phone) = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    let detail = words(body);
    audit(&web, &requester, "phone.updated", &phone.id, &detail).await?;
    Ok(phone_answer(&phone))
}

/// Removes an account. Whoever is in a call stays to its end.
#[utoipa::path(
    delete, path = "/phones/{phone}", tag = "phones",
    params(
        ("phone" = String, Path, description = "Id or user"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version to remove; 412 when there is a newer one"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_phone(
    State(web): State<Web>,
    requester: Requester,
    Segments(key): Segments<String>,
    headers: HeaderMap,
) -> Answered {
    let request = Request::Phone(PhoneRequest::Delete {
        key: PhoneKey::new(&key),
        if_version: if_match(&headers)?,
    });
    let Reply::Done = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    audit(&web, &requester, "phone.deleted", &key, "").await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Gives an account a new password, which is in the answer and nowhere else, ever. Its telephones
/// have to register anew.
#[utoipa::path(
    post, path = "/phones/{phone}/password", tag = "phones",
    params(
        ("phone" = String, Path, description = "Id or user"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version to change; 412 when there is a newer one"),
    ),
    request_body = Option<PhonePasswordInput>,
    responses(
        (status = 200, description = "The account and its password", body = PhoneMade, headers(("ETag" = String))),
        (status = "default", description = "Refused; nothing was changed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn new_phone_password(
    State(web): State<Web>,
    requester: Requester,
    Segments(key): Segments<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let request = Request::Phone(PhoneRequest::NewPassword {
        key: PhoneKey::new(&key),
        password: read_phone_password(&body.or_empty())?,
        if_version: if_match(&headers)?,
    });
    let Reply::PhoneMade(made) = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    let id = &made.phone.id;
    audit(
        &web,
        &requester,
        "phone.password_changed",
        id,
        &made.phone.user,
    )
    .await?;
    let etag = header_value(&etag(made.phone.version));
    Ok(([(header::ETAG, etag)], Json(made)).into_response())
}

/// Where the telephones of an account are now, the last one to renew at the end.
#[utoipa::path(
    get, path = "/phones/{phone}/registrations", tag = "phones",
    params(("phone" = String, Path, description = "Id or user", example = "anna")),
    responses(
        (status = 200, description = "All of them", body = Page<PhoneBindingView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_phone_registrations(
    State(web): State<Web>,
    Segments(key): Segments<String>,
) -> Answered {
    let request = PhoneRequest::Bindings(PhoneKey::new(&key));
    let Reply::PhoneBindings(all) = ask(&web, request).await? else {
        return Err(misfit().into());
    };
    Ok(Json(Page::whole(all)).into_response())
}

async fn ask(web: &Web, request: PhoneRequest) -> Answered<Reply> {
    Ok(web.backend.brain.ask(Request::Phone(request)).await?)
}

fn phone_answer(phone: &PhoneView) -> Response {
    let etag = header_value(&etag(phone.version));
    ([(header::ETAG, etag)], Json(phone)).into_response()
}
