//! The rooms over HTTP: words in, words out, every decision is the brain's.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conclave_api::{
    NewPin, NewRoom, Page, PinInput, PinOfName, PinView, Problem, Request, Response as Reply,
    RoomChange, RoomKey, RoomView, read_change, read_new_pin, read_new_room, read_pin_of,
};
use conclave_model::{Permission, PinOf};

use crate::audit::{audit, words};
use crate::backend::Web;
use crate::body::JsonBody;
use crate::brain::misfit;
use crate::etag::{etag, header_value, if_match, if_none_match};
use crate::once::{Answer, once};
use crate::path::Segments;
use crate::query::Parameters;
use crate::refusal::Answered;
use crate::requester::Requester;

/// The rooms, by extension.
#[utoipa::path(
    get, path = "/rooms", tag = "rooms",
    params(
        ("q" = Option<String>, Query, description = "Part of a title or the beginning of an extension"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 1000", example = 100),
    ),
    responses(
        (status = 200, description = "A page of rooms, without PINs", body = Page<RoomView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_rooms(State(web): State<Web>, parameters: Parameters) -> Answered {
    let mut known = parameters.of(&["q", "cursor", "limit"])?;
    let limit = usize::try_from(known.limit()?).unwrap_or(usize::MAX);
    let cursor = known.text("cursor");
    let query = known.text("q");
    let Reply::Rooms(mut rooms) = web.backend.brain.ask(Request::ListRooms { query }).await? else {
        return Err(misfit().into());
    };
    if let Some(cursor) = cursor {
        // By length first, as extensions are ordered: 99 comes before 801.
        let position = |extension: &str| (extension.len(), extension.to_owned());
        rooms.retain(|room| position(&room.extension) > position(&cursor));
    }
    let next_cursor = (rooms.len() > limit).then(|| rooms[limit - 1].extension.clone());
    rooms.truncate(limit);
    let page = Page {
        items: rooms,
        next_cursor,
    };
    Ok(Json(page).into_response())
}

/// Makes a room. The answer is the only one that holds its PIN, for those who may see PINs.
#[utoipa::path(
    post, path = "/rooms", tag = "rooms",
    params(("Idempotency-Key" = Option<String>, Header, description = "Any unique text: a repeated request gets the same answer for 24 hours")),
    request_body = NewRoom,
    responses(
        (status = 201, description = "Made; callers can dial it now", body = RoomView, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "Refused; nothing was made", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_room(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let draft = read_new_room(body.required()?)?;
    // The answer is kept with the PIN in it: for whoever asked, and nobody else.
    let (who, _) = requester.actor.id_and_name();
    let what = format!("{who} POST /rooms");
    let shared = web.clone();
    once(web, &headers, &what, &body.bytes, async move {
        let request = Request::CreateRoom(draft);
        let Reply::RoomCreated(mut room) = requester.ask(&shared, request).await? else {
            return Err(misfit().into());
        };
        let detail = format!("{} {}", room.extension, room.title);
        audit(&shared, &requester, "room.created", &room.id, &detail).await?;
        if requester.may(Permission::RoomsPin).is_err() {
            room.pin = None;
        }
        Ok(Answer::json(StatusCode::CREATED, &room)
            .etag(etag(room.version))
            .location(format!("/api/v1/rooms/{}", room.id)))
    })
    .await
}

/// One room.
#[utoipa::path(
    get, path = "/rooms/{room}", tag = "rooms",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("If-None-Match" = Option<String>, Header, description = "304 when this is still the version"),
    ),
    responses(
        (status = 200, description = "The room, without its PIN", body = RoomView, headers(("ETag" = String))),
        (status = 304, description = "Not changed"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_room(
    State(web): State<Web>,
    Segments(room): Segments<String>,
    headers: HeaderMap,
) -> Answered {
    let request = Request::ShowRoom(RoomKey::new(&room));
    let Reply::Room(room) = web.backend.brain.ask(request).await? else {
        return Err(misfit().into());
    };
    if if_none_match(&headers, &etag(room.version)) {
        let etag = header_value(&etag(room.version));
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    Ok(room_answer(&room))
}

/// Changes what is sent and leaves the rest. Takes effect at once.
#[utoipa::path(
    patch, path = "/rooms/{room}", tag = "rooms",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version to change; 412 when there is a newer one"),
    ),
    request_body = RoomChange,
    responses(
        (status = 200, description = "The changed room, without its PIN", body = RoomView, headers(("ETag" = String))),
        (status = "default", description = "Refused; nothing was changed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_room(
    State(web): State<Web>,
    requester: Requester,
    Segments(room): Segments<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let patch = read_change(body.required()?)?;
    if patch.pin.is_some() || patch.moderator_pin.is_some() {
        requester.may(Permission::RoomsPin)?;
    }
    let request = Request::UpdateRoom {
        key: RoomKey::new(&room),
        patch,
        if_version: if_match(&headers)?,
    };
    let Reply::Room(room) = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    let detail = words(body.required()?);
    audit(&web, &requester, "room.updated", &room.id, &detail).await?;
    Ok(room_answer(&room))
}

/// Removes a room; whoever is in it hears a goodbye. Its calls stay in the call log.
#[utoipa::path(
    delete, path = "/rooms/{room}", tag = "rooms",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version to remove; 412 when there is a newer one"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_room(
    State(web): State<Web>,
    requester: Requester,
    Segments(room): Segments<String>,
    headers: HeaderMap,
) -> Answered {
    let (id, detail) = room_and_words(&web, &room).await?;
    let request = Request::DeleteRoom {
        key: RoomKey::new(&room),
        if_version: if_match(&headers)?,
    };
    let Reply::Done = requester.ask(&web, request).await? else {
        return Err(misfit().into());
    };
    audit(&web, &requester, "room.deleted", &id, &detail).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Shows the PINs.
#[utoipa::path(
    get, path = "/rooms/{room}/pin", tag = "rooms",
    params(("room" = String, Path, description = "Id, extension or title")),
    responses(
        (status = 200, description = "The room's own PIN, that of moderators, and those of people", body = PinView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_pin(
    State(web): State<Web>,
    requester: Requester,
    Segments(room): Segments<String>,
) -> Answered {
    let request = Request::ShowPin(RoomKey::new(&room));
    let pin = ask_pin(&web, &requester, request).await?;
    audit(&web, &requester, "pin.shown", &pin.room, "").await?;
    Ok(Json(pin).into_response())
}

/// Sets a PIN, or generates one when the body has none: that of the room, of moderators or of one
/// person, who is shown by name.
#[utoipa::path(
    post, path = "/rooms/{room}/pin", tag = "rooms",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("Idempotency-Key" = Option<String>, Header, description = "Any unique text: a repeated request gets the same answer for 24 hours"),
    ),
    request_body = Option<PinInput>,
    responses(
        (status = 201, description = "The room's PINs with the new one", body = PinView),
        (status = "default", description = "Refused; the old PIN is still good", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn new_pin(
    State(web): State<Web>,
    requester: Requester,
    Segments(room): Segments<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    // Whoever makes a PIN is told it.
    requester.may(Permission::RoomsPin)?;
    let bytes = body.bytes.clone();
    let request = Request::NewPin {
        key: RoomKey::new(&room),
        new: read_new_pin(&body.or_empty())?,
    };
    let whose = words_of(&request);
    let (who, _) = requester.actor.id_and_name();
    let what = format!("{who} POST /rooms/{room}/pin");
    let shared = web.clone();
    once(web, &headers, &what, &bytes, async move {
        let pin = ask_pin(&shared, &requester, request).await?;
        audit(&shared, &requester, "pin.changed", &pin.room, &whose).await?;
        Ok(Answer::json(StatusCode::CREATED, &pin))
    })
    .await
}

/// Takes a PIN away. When it was the last, whoever dials the room is let in.
#[utoipa::path(
    delete, path = "/rooms/{room}/pin", tag = "rooms",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("of" = Option<PinOfName>, Query, description = "Whose PIN; the room's own when left out"),
        ("name" = Option<String>, Query, description = "Of a `person`: their name", example = "Anna Huber"),
    ),
    responses(
        (status = 204, description = "That PIN opens nothing any more"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn clear_pin(
    State(web): State<Web>,
    requester: Requester,
    Segments(room): Segments<String>,
    parameters: Parameters,
) -> Answered {
    requester.may(Permission::RoomsPin)?;
    let mut known = parameters.of(&["of", "name"])?;
    let (of, name) = (known.text("of"), known.text("name"));
    let of = read_pin_of(of.as_deref(), name.as_deref());
    let request = Request::ClearPin {
        key: RoomKey::new(&room),
        of: of.map_err(|wrong| Problem::invalid(vec![wrong]))?,
    };
    let whose = words_of(&request);
    let pin = ask_pin(&web, &requester, request).await?;
    audit(&web, &requester, "pin.cleared", &pin.room, &whose).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The id of a room, and how people call it: for the audit log, which outlives it.
pub(crate) async fn room_and_words(web: &Web, key: &str) -> Answered<(String, String)> {
    let request = Request::ShowRoom(RoomKey::new(key));
    let Reply::Room(room) = web.backend.brain.ask(request).await? else {
        return Err(misfit().into());
    };
    let words = format!("{} {}", room.extension, room.title);
    Ok((room.id, words))
}

/// Whose PIN it is, for the audit log; nothing for the room's own.
fn words_of(request: &Request) -> String {
    let (Request::NewPin {
        new: NewPin { of, .. },
        ..
    }
    | Request::ClearPin { of, .. }) = request
    else {
        return String::new();
    };
    match of {
        PinOf::Room => String::new(),
        PinOf::Moderator => "of moderators".to_owned(),
        PinOf::Person(name) => format!("of {name}"),
    }
}

async fn ask_pin(web: &Web, requester: &Requester, request: Request) -> Answered<PinView> {
    let Reply::Pin(pin) = requester.ask(web, request).await? else {
        return Err(misfit().into());
    };
    Ok(pin)
}

fn room_answer(room: &RoomView) -> Response {
    let etag = header_value(&etag(room.version));
    ([(header::ETAG, etag)], Json(room)).into_response()
}
