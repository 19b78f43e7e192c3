//! Menus of keys over HTTP: words in, words out, every decision is the brain's.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conclave_api::{
    MenuCheckView, MenuInput, MenuUpdate, MenuView, NewMenu, Page, Problem, ProblemKind, Request,
    Response as Reply, check_menu, read_menu_change, read_menu_text, read_new_menu,
};
use conclave_model::confbridge::MenuName;

use crate::audit::audit;
use crate::backend::Web;
use crate::body::JsonBody;
use crate::brain::misfit;
use crate::etag::{etag, header_value, if_match};
use crate::once::{Answer, once};
use crate::options::language;
use crate::path::Segments;
use crate::query::Parameters;
use crate::refusal::Answered;
use crate::requester::Requester;

/// The menus of keys, presets first.
#[utoipa::path(
    get, path = "/menus", tag = "menus",
    responses(
        (status = 200, description = "All of them", body = Page<MenuView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_menus(State(web): State<Web>) -> Answered {
    let Reply::Menus(menus) = web.backend.brain.ask(Request::ListMenus).await? else {
        return Err(misfit().into());
    };
    Ok(Json(Page::whole(menus)).into_response())
}

/// Makes a menu; rooms may choose it from now on.
///
/// Lines are as ConfBridge has them: `*6=toggle_mute`, several actions separated by commas,
/// comments after `;`. A later line for the same keys takes the place of an earlier one.
#[utoipa::path(
    post, path = "/menus", tag = "menus",
    params(("Idempotency-Key" = Option<String>, Header, description = "Any unique text: a repeated request gets the same answer for 24 hours")),
    request_body = NewMenu,
    responses(
        (status = 201, description = "Made", body = MenuView, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "Refused, each wrong line by its number; nothing was made", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_menu(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let (name, text) = read_new_menu(body.required()?)?;
    let (who, _) = requester.actor.id_and_name();
    let what = format!("{who} POST /menus");
    let shared = web.clone();
    once(web, &headers, &what, &body.bytes, async move {
        let request = Request::CreateMenu { name, text };
        let menu = ask_menu(&shared, &requester, request).await?;
        audit(&shared, &requester, "menu.created", &menu.name, "").await?;
        Ok(Answer::json(StatusCode::CREATED, &menu)
            .etag(etag(menu.version))
            .location(format!("/api/v1/menus/{}", menu.name)))
    })
    .await
}

/// Says of every line of a text what would become of it. Changes nothing.
#[utoipa::path(
    post, path = "/menus/check", tag = "menus",
    params(("lang" = Option<String>, Query, description = "`en` or `de`: whose words", example = "en")),
    request_body = MenuInput,
    responses(
        (status = 200, description = "Every line, also those that would be refused", body = MenuCheckView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn try_menu(
    State(web): State<Web>,
    parameters: Parameters,
    body: JsonBody,
) -> Answered {
    let mut known = parameters.of(&["lang"])?;
    let language = language(&mut known)?;
    let text = read_menu_text(body.required()?)?;
    let sounds = crate::sounds::names(&web).await?;
    let sounds: Vec<&str> = sounds.iter().map(String::as_str).collect();
    Ok(Json(check_menu(&text, &sounds, language)).into_response())
}

/// One menu, with the rooms that have chosen it.
#[utoipa::path(
    get, path = "/menus/{menu}", tag = "menus",
    params(("menu" = String, Path, description = "The menu's name", example = "modern")),
    responses(
        (status = 200, description = "The menu", body = MenuView, headers(("ETag" = String))),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_menu(
    State(web): State<Web>,
    requester: Requester,
    Segments(menu): Segments<String>,
) -> Answered {
    let menu = ask_menu(&web, &requester, Request::ShowMenu(named(&menu)?)).await?;
    Ok(menu_answer(&menu))
}

/// Changes what keys do, or the menu's name. Takes effect at once, for those who are in a room too;
/// rooms that have chosen the menu have it under its new name.
#[utoipa::path(
    patch, path = "/menus/{menu}", tag = "menus",
    params(
        ("menu" = String, Path, description = "The menu's name"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version to change; 412 when there is a newer one"),
    ),
    request_body = MenuUpdate,
    responses(
        (status = 200, description = "As it is now", body = MenuView, headers(("ETag" = String))),
        (status = "default", description = "Refused, each wrong line by its number; nothing was changed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_menu(
    State(web): State<Web>,
    requester: Requester,
    Segments(menu): Segments<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let old = named(&menu)?;
    let request = Request::UpdateMenu {
        name: old.clone(),
        change: read_menu_change(body.required()?)?,
        if_version: if_match(&headers)?,
    };
    let menu = ask_menu(&web, &requester, request).await?;
    let was = renamed_from(old.as_str(), &menu.name);
    audit(&web, &requester, "menu.updated", &menu.name, &was).await?;
    Ok(menu_answer(&menu))
}

/// Removes a menu. Refused while a room has chosen it.
#[utoipa::path(
    delete, path = "/menus/{menu}", tag = "menus",
    params(
        ("menu" = String, Path, description = "The menu's name"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version to remove; 412 when there is a newer one"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_menu(
    State(web): State<Web>,
    requester: Requester,
    Segments(menu): Segments<String>,
    headers: HeaderMap,
) -> Answered {
    let name = named(&menu)?;
    let request = Request::DeleteMenu {
        name: name.clone(),
        if_version: if_match(&headers)?,
    };
    let Reply::Done = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    audit(&web, &requester, "menu.deleted", name.as_str(), "").await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// For the audit log; nothing where the name stayed.
pub(crate) fn renamed_from(old: &str, new: &str) -> String {
    if old == new {
        String::new()
    } else {
        format!("until now {old}")
    }
}

/// A text that is no name is no menu's either.
fn named(text: &str) -> Result<MenuName, Problem> {
    let unknown = || Problem::new(ProblemKind::NotFound, format!("there is no menu {text:?}"));
    text.parse().map_err(|_| unknown())
}

async fn ask_menu(web: &Web, requester: &Requester, request: Request) -> Answered<MenuView> {
    let Reply::Menu(menu) = requester.ask(web, request).await? else {
        return Err(misfit().into());
    };
    Ok(menu)
}

fn menu_answer(menu: &MenuView) -> Response {
    let etag = header_value(&etag(menu.version));
    ([(header::ETAG, etag)], Json(menu)).into_response()
}
