//! What goes on in the rooms, over HTTP: state is set, never toggled, so a repetition is harmless.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use conclave_api::{
    AnnouncementInput, LiveInput, LiveView, NowView, Page, ParticipantInput, ParticipantKey,
    ParticipantView, Problem, Request, Response as Reply, RoomKey, read_announcement,
    read_live_change, read_participant_change,
};

use crate::audit::{audit, words};
use crate::backend::Web;
use crate::body::JsonBody;
use crate::brain::misfit;
use crate::path::Segments;
use crate::refusal::Answered;
use crate::requester::Requester;
use crate::rooms::room_and_words;

/// What goes on everywhere.
#[utoipa::path(
    get, path = "/live", tag = "live",
    responses(
        (status = 200, description = "The rooms that somebody is in or at the door of, and what needs attention", body = NowView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_live(State(web): State<Web>, requester: Requester) -> Answered {
    let Reply::Now(mut now) = web.backend.brain.ask(Request::ListLive).await? else {
        return Err(misfit().into());
    };
    if !requester.sees_numbers() {
        now.hide_numbers();
    }
    Ok(Json(now).into_response())
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
    requester: Requester,
    Segments(room): Segments<String>,
) -> Answered {
    let request = Request::ShowLive(RoomKey::new(&room));
    let live = ask_live(&web, &requester, request).await?;
    Ok(Json(live).into_response())
}

/// Locks or unlocks the room, mutes or unmutes everybody in it, starts or stops a recording.
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
    requester: Requester,
    Segments(room): Segments<String>,
    body: JsonBody,
) -> Answered {
    let change = read_live_change(body.required()?)?;
    let request = Request::SetLive {
        key: RoomKey::new(&room),
        change,
        by: requester.actor.id_and_name().1,
    };
    let live = ask_live(&web, &requester, request).await?;
    let detail = words(body.required()?);
    audit(&web, &requester, "live.updated", &live.room, &detail).await?;
    Ok(Json(live).into_response())
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
pub(crate) async fn end_live(
    State(web): State<Web>,
    requester: Requester,
    Segments(room): Segments<String>,
) -> Answered {
    let (id, detail) = room_and_words(&web, &room).await?;
    done(&web, &requester, Request::EndLive(RoomKey::new(&room))).await?;
    audit(&web, &requester, "live.ended", &id, &detail).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
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
    requester: Requester,
    Segments(room): Segments<String>,
) -> Answered {
    let request = Request::ShowLive(RoomKey::new(&room));
    let live = ask_live(&web, &requester, request).await?;
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
    requester: Requester,
    Segments((room, who)): Segments<(String, String)>,
) -> Answered {
    let request = Request::ShowParticipant {
        key: RoomKey::new(&room),
        who: ParticipantKey::new(&who),
    };
    let participant = ask_participant(&web, &requester, request).await?;
    Ok(Json(participant).into_response())
}

/// Mutes, renames or moves a participant, changes how loud the others hear it, raises or lowers its
/// hand.
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
    requester: Requester,
    Segments((room, who)): Segments<(String, String)>,
    body: JsonBody,
) -> Answered {
    let request = Request::SetParticipant {
        key: RoomKey::new(&room),
        who: ParticipantKey::new(&who),
        change: read_participant_change(body.required()?)?,
    };
    let (id, _) = room_and_words(&web, &room).await?;
    let participant = ask_participant(&web, &requester, request).await?;
    let detail = format!("{}: {}", named(&participant), words(body.required()?));
    audit(&web, &requester, "participant.updated", &id, &detail).await?;
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
    requester: Requester,
    Segments((room, who)): Segments<(String, String)>,
) -> Answered {
    let (id, _) = room_and_words(&web, &room).await?;
    let (key, who) = (RoomKey::new(&room), ParticipantKey::new(&who));
    let show = Request::ShowParticipant {
        key: key.clone(),
        who: who.clone(),
    };
    let participant = ask_participant(&web, &requester, show).await?;
    done(&web, &requester, Request::RemoveParticipant { key, who }).await?;
    let detail = named(&participant);
    audit(&web, &requester, "participant.removed", &id, &detail).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Plays a prompt to everybody in a room, under the conversation.
#[utoipa::path(
    post, path = "/rooms/{room}/live/announcements", tag = "live",
    params(("room" = String, Path, description = "Id, extension or title")),
    request_body = AnnouncementInput,
    responses(
        (status = 202, description = "It plays as soon as what plays now has ended"),
        (status = "default", description = "Refused; 409 when nobody is in the room or too much waits to be played", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn announce(
    State(web): State<Web>,
    requester: Requester,
    Segments(room): Segments<String>,
    body: JsonBody,
) -> Answered {
    let prompt = read_announcement(body.required()?)?;
    let (id, _) = room_and_words(&web, &room).await?;
    let key = RoomKey::new(&room);
    done(&web, &requester, Request::Announce { key, prompt }).await?;
    let detail = prompt.file_stem();
    audit(&web, &requester, "live.announced", &id, &detail).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// For the audit log, which keeps no number in full.
fn named(participant: &ParticipantView) -> String {
    let mut shown = participant.clone();
    shown.hide_number();
    let name = shown.name.unwrap_or(shown.number);
    format!("{name} ({})", shown.id)
}

/// With numbers only for those who may see them.
async fn ask_live(web: &Web, requester: &Requester, request: Request) -> Answered<LiveView> {
    let Reply::Live(mut live) = requester.ask(web, request).await? else {
        return Err(misfit().into());
    };
    if !requester.sees_numbers() {
        live.hide_numbers();
    }
    Ok(live)
}

/// With the number only for those who may see it.
async fn ask_participant(
    web: &Web,
    requester: &Requester,
    request: Request,
) -> Answered<ParticipantView> {
    let Reply::Participant(mut participant) = requester.ask(web, request).await? else {
        return Err(misfit().into());
    };
    if !requester.sees_numbers() {
        participant.hide_number();
    }
    Ok(participant)
}

pub(crate) async fn done(web: &Web, requester: &Requester, request: Request) -> Answered<()> {
    let Reply::Done = requester.ask(web, request).await? else {
        return Err(misfit().into());
    };
    Ok(())
}
