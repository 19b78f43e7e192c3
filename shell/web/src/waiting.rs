//! Who is at the door of a room, over HTTP: let in or turned away; shows no PIN.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use conclave_api::{
    AdmissionInput, Page, ParticipantKey, Problem, Request, Response as Reply, RoomKey,
    WaitingView, masked, read_admission,
};

use crate::audit::audit;
use crate::backend::Web;
use crate::body::JsonBody;
use crate::brain::misfit;
use crate::live::done;
use crate::path::Segments;
use crate::refusal::Answered;
use crate::requester::Requester;
use crate::rooms::room_and_words;

/// Who is at the door of a room, in the order in which they came.
#[utoipa::path(
    get, path = "/rooms/{room}/live/waiting", tag = "live",
    params(("room" = String, Path, description = "Id, extension or title")),
    responses(
        (status = 200, description = "All of them", body = Page<WaitingView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_waiting(
    State(web): State<Web>,
    requester: Requester,
    Segments(room): Segments<String>,
) -> Answered {
    let request = Request::ShowLive(RoomKey::new(&room));
    let Reply::Live(mut live) = web.backend.brain.ask(request).await? else {
        return Err(misfit().into());
    };
    if !requester.sees_numbers() {
        live.hide_numbers();
    }
    Ok(Json(Page::whole(live.waiting)).into_response())
}

/// Lets somebody in who is at the door: without a PIN, and though the room is locked.
#[utoipa::path(
    patch, path = "/rooms/{room}/live/waiting/{participant}", tag = "live",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("participant" = String, Path, description = "Id, number or name"),
    ),
    request_body = AdmissionInput,
    responses(
        (status = 204, description = "On the way in, or in already"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn admit(
    State(web): State<Web>,
    requester: Requester,
    Segments((room, who)): Segments<(String, String)>,
    body: JsonBody,
) -> Answered {
    read_admission(body.required()?)?;
    let request = Request::Admit {
        key: RoomKey::new(&room),
        who: ParticipantKey::new(&who),
    };
    let (id, _) = room_and_words(&web, &room).await?;
    done(&web, &requester, request).await?;
    audit(&web, &requester, "waiting.admitted", &id, &masked(&who)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Turns somebody away who is at the door, and who hears a goodbye.
#[utoipa::path(
    delete, path = "/rooms/{room}/live/waiting/{participant}", tag = "live",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("participant" = String, Path, description = "Id, number or name"),
    ),
    responses(
        (status = 204, description = "Turned away"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn turn_away(
    State(web): State<Web>,
    requester: Requester,
    Segments((room, who)): Segments<(String, String)>,
) -> Answered {
    let request = Request::TurnAway {
        key: RoomKey::new(&room),
        who: ParticipantKey::new(&who),
    };
    let (id, _) = room_and_words(&web, &room).await?;
    done(&web, &requester, request).await?;
    audit(&web, &requester, "waiting.turned_away", &id, &masked(&who)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
