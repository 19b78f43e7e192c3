//! The call log over HTTP, straight from the store.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use conclave_api::{
    CallDetails, CallTrace, CallView, Page, Problem, ProblemKind, Request, Response as Reply,
    RoomKey, Wrong, read_moment,
};
use conclave_model::{CallId, CallRecord, Permission, RoomId, UnixMillis};
use conclave_store::CallFilter;

use crate::backend::Web;
use crate::brain::misfit;
use crate::path::Segments;
use crate::query::{Known, Parameters};
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;

/// Calls that have ended, newest first.
#[utoipa::path(
    get, path = "/calls", tag = "calls",
    params(
        ("room" = Option<String>, Query, description = "Only calls that reached this room: id, extension or title; a deleted room by its id"),
        ("number" = Option<String>, Query, description = "Part of the caller's number or name, or of the number dialled; takes `numbers:read`"),
        ("from" = Option<String>, Query, description = "Calls that began at this moment or later: RFC 3339, or a day", example = "2026-11-05"),
        ("to" = Option<String>, Query, description = "Calls that began before this moment: RFC 3339, or a day"),
        ("problem" = Option<bool>, Query, description = "`true`: only calls that somebody should look at"),
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
    let names = ["room", "number", "from", "to", "problem", "cursor", "limit"];
    let mut known = parameters.of(&names)?;
    let limit = known.limit()?;
    let room = match known.text("room") {
        Some(key) => Some(room_id(&web, &RoomKey::new(&key)).await?),
        None => None,
    };
    let filter = CallFilter {
        room,
        ..read_filter(&mut known)?
    };
    if filter.text.is_some() {
        requester.may(Permission::NumbersRead)?;
    }
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
        (status = 200, description = "The call", body = CallDetails),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_call(
    State(web): State<Web>,
    requester: Requester,
    Segments(call): Segments<String>,
) -> Answered {
    let id: CallId = call.parse().map_err(|_| unknown())?;
    let call = web.backend.store.show_call(id).await?.ok_or_else(unknown)?;
    let mut details = CallDetails::of(&call);
    if !requester.sees_numbers() {
        details.call.hide_number();
    }
    Ok(Json(details).into_response())
}

/// The SIP messages of a call that has ended; kept for the newest calls.
#[utoipa::path(
    get, path = "/calls/{call}/trace", tag = "calls",
    params(("call" = String, Path, description = "The call's id")),
    responses(
        (status = 200, description = "What was said on the wire; takes `numbers:read` too", body = CallTrace),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn trace_call(
    State(web): State<Web>,
    requester: Requester,
    Segments(call): Segments<String>,
) -> Answered {
    // Numbers stand all over the messages.
    requester.may(Permission::NumbersRead)?;
    let id: CallId = call.parse().map_err(|_| unknown())?;
    if web.backend.store.show_call(id).await?.is_none() {
        return Err(unknown());
    }
    let ladder = web.backend.store.show_ladder(id).await?.ok_or_else(|| {
        let detail = "the messages of this call are not kept: those of the newest calls are, \
                      from two seconds after their end";
        Refusal::new(ProblemKind::NotFound, detail)
    })?;
    Ok(Json(CallTrace::of(&ladder)).into_response())
}

fn unknown() -> Refusal {
    let detail = "there is no such call in the log; a call comes into it when it ends";
    Refusal::new(ProblemKind::NotFound, detail)
}

/// With the number only for those who may see it.
fn view(call: &CallRecord, requester: &Requester) -> CallView {
    let mut view = CallView::of(call);
    if !requester.sees_numbers() {
        view.hide_number();
    }
    view
}

fn read_filter(known: &mut Known) -> Result<CallFilter, Problem> {
    let cursor = known.text("cursor");
    Ok(CallFilter {
        room: None,
        before: cursor.map(|cursor| read_cursor(&cursor)).transpose()?,
        text: known.text("number"),
        from: moment_of(known, "from")?,
        to: moment_of(known, "to")?,
        problems: known.flag("problem")?,
    })
}

fn moment_of(known: &mut Known, name: &'static str) -> Result<Option<UnixMillis>, Problem> {
    let Some(text) = known.text(name) else {
        return Ok(None);
    };
    read_moment(&text).map(Some).ok_or_else(|| {
        let accepted = "a moment such as 2026-11-05T09:30:00Z, or a day such as 2026-11-05";
        Problem::invalid(vec![Wrong::new(name, &text, accepted)])
    })
}

/// The room's id; a room that is gone is still known by its id.
pub(crate) async fn room_id(web: &Web, key: &RoomKey) -> Result<RoomId, Problem> {
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
