//! The call log over HTTP, straight from the store.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use conclave_api::{
    CallView, Page, Problem, ProblemKind, Request, Response as Reply, RoomKey, Wrong,
};
use conclave_model::{CallId, CallRecord, RoomId};
use conclave_store::CallFilter;

use crate::backend::Web;
use crate::brain::misfit;
use crate::path::Segments;
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;

/// Calls that have ended, newest first.
#[utoipa::path(
    get, path = "/calls", tag = "calls",
    params(
        ("room" = Option<String>, Query, description = "Only calls that reached this room: id, extension or title; a deleted room by its id"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 1000", example = 100),
    ),
    responses(
        (status = 200, description = "A page of calls", body = Page<CallView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_calls(
    State(web): State<Web>,
    requester: Requester,
    parameters: Parameters,
) -> Answered {
    let mut known = parameters.of(&["room", "cursor", "limit"])?;
    let limit = known.limit()?;
    let before = known
        .text("cursor")
        .map(|cursor| read_cursor(&cursor))
        .transpose()?;
    let room = match known.text("room") {
        Some(key) => Some(room_id(&web, &RoomKey::new(&key)).await?),
        None => None,
    };
    let filter = CallFilter { room, before };
    let mut calls = web.backend.store.list_calls(filter, limit + 1).await?;
    let page_length = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = calls.len() > page_length;
    calls.truncate(page_length);
    let last = calls.last().map(|call| call.id.to_string());
    let page = Page {
        items: calls.iter().map(|call| view(call, &requester)).collect(),
        next_cursor: last.filter(|_| more),
    };
    Ok(Json(page).into_response())
}

/// One call that has ended.
#[utoipa::path(
    get, path = "/calls/{call}", tag = "calls",
    params(("call" = String, Path, description = "The call's id")),
    responses(
        (status = 200, description = "The call", body = CallView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_call(
    State(web): State<Web>,
    requester: Requester,
    Segments(call): Segments<String>,
) -> Answered {
    let unknown = || {
        let detail = "there is no such call in the log; a call comes into it when it ends";
        Refusal::new(ProblemKind::NotFound, detail)
    };
    let id: CallId = call.parse().map_err(|_| unknown())?;
    let call = web.backend.store.show_call(id).await?.ok_or_else(unknown)?;
    Ok(Json(view(&call, &requester)).into_response())
}

/// With the number only for those who may see it.
fn view(call: &CallRecord, requester: &Requester) -> CallView {
    let mut view = CallView::of(call);
    if !requester.sees_numbers() {
        view.hide_number();
    }
    view
}

/// The room's id; a room that is gone is still known by its id.
async fn room_id(web: &Web, key: &RoomKey) -> Result<RoomId, Problem> {
    if let Some(id) = key.as_id() {
        return Ok(id);
    }
    let Reply::Room(room) = web
        .backend
        .brain
        .ask(Request::ShowRoom(key.clone()))
        .await?
    else {
        return Err(misfit());
    };
    room.id.parse().map_err(Problem::from)
}

fn read_cursor(cursor: &str) -> Result<CallId, Problem> {
    cursor.parse().map_err(|_| {
        let accepted = "the next_cursor of the page before";
        Problem::invalid(vec![Wrong::new("cursor", cursor, accepted)])
    })
}
