//! What happened lately in one room, as far as it is still kept; follows nothing.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use conclave_api::{NumberedEvent, Page, Problem};
use serde_json::Value;

use crate::backend::Web;
use crate::events::read_types;
use crate::path::Segments;
use crate::query::Parameters;
use crate::refusal::Answered;
use crate::requester::Requester;
use crate::rooms::room_and_words;

/// What happened in a room lately, oldest first: to begin a log with that then follows `/events`.
///
/// The newest of those events that the server keeps for all rooms together; after a restart there
/// are none.
#[utoipa::path(
    get, path = "/rooms/{room}/live/events", tag = "live",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("types" = Option<String>, Query, description = "Only these, separated by commas", example = "participant.joined,participant.left"),
        ("limit" = Option<u32>, Query, description = "1 to 1000", example = 100),
    ),
    responses(
        (status = 200, description = "The newest that are kept", body = Page<NumberedEvent>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_happened(
    State(web): State<Web>,
    requester: Requester,
    Segments(room): Segments<String>,
    parameters: Parameters,
) -> Answered {
    let mut known = parameters.of(&["types", "limit"])?;
    let types = read_types(known.text("types"))?;
    let count_max = usize::try_from(known.limit()?).unwrap_or(usize::MAX);
    let (id, _) = room_and_words(&web, &room).await?;
    let permissions = requester.permissions;
    let frames = web.backend.events.of_room(&id, count_max, |frame| {
        let is_wanted = types
            .as_ref()
            .is_none_or(|types| types.contains(&frame.type_name));
        is_wanted && frame.seen_by(permissions).is_some()
    });
    let told = frames.iter().filter_map(|frame| {
        let json = frame.json_seen_by(permissions)?;
        serde_json::from_slice::<Value>(&json).ok()
    });
    Ok(Json(Page::whole(told.collect())).into_response())
}
