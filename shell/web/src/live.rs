//! What goes on in the rooms, over HTTP: state is set, never toggled, so a repetition is harmless.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use conclave_api::{
    LiveInput, LiveView, Page, ParticipantInput, ParticipantKey, ParticipantView, Problem, Request,
    Response as Reply, RoomKey, read_live_change, read_participant_change,
};

use crate::backend::Web;
use crate::body::JsonBody;
use crate::brain::misfit;
use crate::path::Segments;
use crate::refusal::Answered;

/// The rooms that somebody is in.
#[utoipa::path(
    get, path = "/live", tag = "live",
    responses(
        (status = 200, description = "All of them, by extension", body = Page<LiveView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_live(State(web): State<Web>) -> Answered {
    let Reply::LiveRooms(rooms) = web.backend.brain.ask(Request::ListLive).await? else {
        return Err(misfit().into());
    };
    Ok(Json(Page::whole(rooms)).into_response())
}

/// Who is in the room.
#[utoipa::path(
    get, path = "/rooms/{room}/live", tag = "live",
    params(("room" = String, Path, description = "Id, extension or title")),
    responses(
        (status = 200, description = "Also when nobody is there", body = LiveView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_live(
    State(web): State<Web>,
    Segments(room): Segments<String>,
) -> Answered {
    let live = ask_live(&web, Request::ShowLive(RoomKey::new(&room))).await?;
    Ok(Json(live).into_response())
}

/// Locks or unlocks the room, mutes or unmutes everybody in it.
#[utoipa::path(
    patch, path = "/rooms/{room}/live", tag = "live",
    params(("room" = String, Path, description = "Id, extension or title")),
    request_body = LiveInput,
    responses(
        (status = 200, description = "As it is now", body = LiveView),
        (status = "default", description = "Refused; 409 when nobody is in the room", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn set_live(
    State(web): State<Web>,
    Segments(room): Segments<String>,
    body: JsonBody,
) -> Answered {
    let request = Request::SetLive {
        key: RoomKey::new(&room),
        change: read_live_change(body.required()?)?,
    };
    Ok(Json(ask_live(&web, request).await?).into_response())
}

/// Ends the conference: everybody hears a goodbye and is hung up on.
#[utoipa::path(
    delete, path = "/rooms/{room}/live", tag = "live",
    params(("room" = String, Path, description = "Id, extension or title")),
    responses(
        (status = 204, description = "Nobody is in the room any more"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_live(State(web): State<Web>, Segments(room): Segments<String>) -> Answered {
    let request = Request::EndLive(RoomKey::new(&room));
    done(&web, request).await
}

/// The participants of a room, in the order in which they came.
#[utoipa::path(
    get, path = "/rooms/{room}/live/participants", tag = "live",
    params(("room" = String, Path, description = "Id, extension or title")),
    responses(
        (status = 200, description = "All of them", body = Page<ParticipantView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_participants(
    State(web): State<Web>,
    Segments(room): Segments<String>,
) -> Answered {
    let live = ask_live(&web, Request::ShowLive(RoomKey::new(&room))).await?;
    Ok(Json(Page::whole(live.participants)).into_response())
}

/// One participant.
#[utoipa::path(
    get, path = "/rooms/{room}/live/participants/{participant}", tag = "live",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("participant" = String, Path, description = "Id, number or name"),
    ),
    responses(
        (status = 200, description = "The participant", body = ParticipantView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_participant(
    State(web): State<Web>,
    Segments((room, who)): Segments<(String, String)>,
) -> Answered {
    let request = Request::ShowParticipant {
        key: RoomKey::new(&room),
        who: ParticipantKey::new(&who),
    };
    let participant = ask_participant(&web, request).await?;
    Ok(Json(participant).into_response())
}

/// Mutes, unmutes or renames a participant.
#[utoipa::path(
    patch, path = "/rooms/{room}/live/participants/{participant}", tag = "live",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("participant" = String, Path, description = "Id, number or name"),
    ),
    request_body = ParticipantInput,
    responses(
        (status = 200, description = "The participant as it is now", body = ParticipantView),
        (status = "default", description = "Refused; nothing was changed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn set_participant(
    State(web): State<Web>,
    Segments((room, who)): Segments<(String, String)>,
    body: JsonBody,
) -> Answered {
    let request = Request::SetParticipant {
        key: RoomKey::new(&room),
        who: ParticipantKey::new(&who),
        change: read_participant_change(body.required()?)?,
    };
    let participant = ask_participant(&web, request).await?;
    Ok(Json(participant).into_response())
}

/// Removes a participant, who hears why.
#[utoipa::path(
    delete, path = "/rooms/{room}/live/participants/{participant}", tag = "live",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("participant" = String, Path, description = "Id, number or name"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove_participant(
    State(web): State<Web>,
    Segments((room, who)): Segments<(String, String)>,
) -> Answered {
    let request = Request::RemoveParticipant {
        key: RoomKey::new(&room),
        who: ParticipantKey::new(&who),
    };
    done(&web, request).await
}

async fn ask_live(web: &Web, request: Request) -> Answered<LiveView> {
    let Reply::Live(live) = web.backend.brain.ask(request).await? else {
        return Err(misfit().into());
    };
    Ok(live)
}

async fn ask_participant(web: &Web, request: Request) -> Answered<ParticipantView> {
    let Reply::Participant(participant) = web.backend.brain.ask(request).await? else {
        return Err(misfit().into());
    };
    Ok(participant)
}

async fn done(web: &Web, request: Request) -> Answered {
    let Reply::Done = web.backend.brain.ask(request).await? else {
        return Err(misfit().into());
    };
    Ok(StatusCode::NO_CONTENT.into_response())
}
