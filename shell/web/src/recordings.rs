//! Recordings over HTTP: the list from the store, the sound from the disk; records nothing.

use std::path::PathBuf;
use std::time::Instant;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use conclave_api::{
    Event, Happening, Page, Problem, ProblemKind, RecordingView, RoomKey, WaveformView, Wrong,
    rfc3339,
};
use conclave_model::{Permission, RecordingId, RecordingRecord, RecordingState};
use conclave_store::{RecordingFilter, SOUND_FILE, WAVEFORM_FILE};
use tower_http::services::ServeFile;

use crate::audit::audit;
use crate::backend::{Web, now};
use crate::calls::room_id;
use crate::path::Segments;
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;

/// Recordings, newest first, the running ones too.
#[utoipa::path(
    get, path = "/recordings", tag = "recordings",
    params(
        ("room" = Option<String>, Query, description = "Only recordings of this room: id, extension or title; a deleted room by its id"),
        ("state" = Option<String>, Query, description = "Only recordings in this state", example = "ready"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 1000", example = 100),
    ),
    responses(
        (status = 200, description = "A page of recordings", body = Page<RecordingView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_recordings(State(web): State<Web>, parameters: Parameters) -> Answered {
    let mut known = parameters.of(&["room", "state", "cursor", "limit"])?;
    let limit = known.limit()?;
    let before = known
        .text("cursor")
        .map(|cursor| read_cursor(&cursor))
        .transpose()?;
    let room = match known.text("room") {
        Some(key) => Some(room_id(&web, &RoomKey::new(&key)).await?),
        None => None,
    };
    let state = known
        .text("state")
        .map(|name| read_state(&name))
        .transpose()?;
    let filter = RecordingFilter {
        room,
        state,
        before,
    };
    let store = &web.backend.store;
    let mut recordings = store.list_recordings(filter, limit + 1).await?;
    let page_length = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = recordings.len() > page_length;
    recordings.truncate(page_length);
    let last = recordings.last().map(|recording| recording.id.to_string());
    let page = Page {
        items: recordings.iter().map(|it| view(&web, it)).collect(),
        next_cursor: last.filter(|_| more),
    };
    Ok(Json(page).into_response())
}

/// One recording.
#[utoipa::path(
    get, path = "/recordings/{recording}", tag = "recordings",
    params(("recording" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The recording", body = RecordingView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_recording(
    State(web): State<Web>,
    Segments(recording): Segments<String>,
) -> Answered {
    let recording = find(&web, &recording).await?;
    Ok(Json(view(&web, &recording)).into_response())
}

/// The sound, as Ogg Opus; a part of it on request.
#[utoipa::path(
    get, path = "/recordings/{recording}/media", tag = "recordings",
    params(
        ("recording" = String, Path, description = "Its id"),
        ("Range" = Option<String>, Header, description = "The bytes that are wanted", example = "bytes=0-65535"),
    ),
    responses(
        (status = 200, description = "All of it", body = String, content_type = "audio/ogg"),
        (status = 206, description = "The part", body = String, content_type = "audio/ogg"),
        (status = 416, description = "There is no such part"),
        (status = "default", description = "Refused; 409 while it runs", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn recording_media(
    State(web): State<Web>,
    requester: Requester,
    Segments(recording): Segments<String>,
    headers: HeaderMap,
) -> Answered {
    let recording = finished(&web, &recording).await?;
    note_listener(&web, &requester, &recording).await?;
    let path = file(&web, recording.id, SOUND_FILE);
    let mut request = axum::http::Request::new(Body::empty());
    for name in [header::RANGE, header::IF_RANGE] {
        if let Some(value) = headers.get(&name) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    let served = ServeFile::new(path).try_call(request).await;
    let mut response = served
        .map_err(|why| missing(&recording, &why))?
        .map(Body::new);
    if response.status() == StatusCode::NOT_FOUND {
        let why = std::io::ErrorKind::NotFound.into();
        return Err(missing(&recording, &why));
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("audio/ogg"));
    // Opened in a window of its own it is nothing but a sound.
    let policy = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    if let Ok(name) = HeaderValue::from_str(&disposition(&view(&web, &recording).file_name)) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// How loud it is and who speaks when.
#[utoipa::path(
    get, path = "/recordings/{recording}/waveform", tag = "recordings",
    params(("recording" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "Without peaks when a crash left none", body = WaveformView),
        (status = "default", description = "Refused; 409 while it runs", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn recording_waveform(
    State(web): State<Web>,
    requester: Requester,
    Segments(recording): Segments<String>,
) -> Answered {
    let recording = finished(&web, &recording).await?;
    let path = file(&web, recording.id, WAVEFORM_FILE);
    let mut waveform: WaveformView = match tokio::fs::read(path).await {
        Ok(json) => serde_json::from_slice(&json).unwrap_or_default(),
        Err(_) => WaveformView::default(),
    };
    waveform.duration_ms = view(&web, &recording).duration_ms;
    if !requester.permissions.has(Permission::NumbersRead) {
        waveform.hide_numbers();
    }
    Ok(Json(waveform).into_response())
}

/// Removes a recording for good.
#[utoipa::path(
    delete, path = "/recordings/{recording}", tag = "recordings",
    params(("recording" = String, Path, description = "Its id")),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused; 409 while it runs", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_recording(
    State(web): State<Web>,
    requester: Requester,
    Segments(recording): Segments<String>,
) -> Answered {
    let recording = finished(&web, &recording).await?;
    let object = recording.id.to_string();
    let detail = format!(
        "{}, {}",
        recording.room_title,
        rfc3339(recording.started_at)
    );
    audit(&web, &requester, "recording.deleted", &object, &detail).await?;
    web.backend.store.forget_recording(recording.id).await?;
    let what = Happening::RecordingDeleted(view(&web, &recording));
    let by = Some(requester.actor.doer());
    let event = Event { at: now(), what };
    web.backend.events.publish_by(event, by);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A player asks for many parts, and is noted once.
async fn note_listener(
    web: &Web,
    requester: &Requester,
    recording: &RecordingRecord,
) -> Answered<()> {
    let (actor, _) = requester.actor.id_and_name();
    if !web.listeners.is_new(&actor, recording.id, Instant::now()) {
        return Ok(());
    }
    let object = recording.id.to_string();
    let title = &recording.room_title;
    audit(web, requester, "recording.listened", &object, title).await
}

async fn find(web: &Web, id: &str) -> Answered<RecordingRecord> {
    let unknown = || Refusal::new(ProblemKind::NotFound, "there is no such recording");
    let id: RecordingId = id.parse().map_err(|_| unknown())?;
    let found = web.backend.store.show_recording(id).await?;
    found.ok_or_else(unknown)
}

fn view(web: &Web, recording: &RecordingRecord) -> RecordingView {
    RecordingView::of(recording, web.backend.host.facts().recordings_kept)
}

async fn finished(web: &Web, id: &str) -> Answered<RecordingRecord> {
    let recording = find(web, id).await?;
    if recording.state == RecordingState::Running {
        let detail = "the recording still runs; stop it first";
        return Err(Refusal::new(ProblemKind::Conflict, detail));
    }
    Ok(recording)
}

fn file(web: &Web, id: RecordingId, name: &str) -> PathBuf {
    web.backend.store.recording_folder(id).join(name)
}

fn missing(recording: &RecordingRecord, why: &std::io::Error) -> Refusal {
    tracing::error!("the sound of {} cannot be read: {why}", recording.id);
    Refusal::new(ProblemKind::NotFound, "the recording has no sound")
}

/// RFC 6266: a name of plain characters for whoever knows no other, and the real one (RFC 8187).
fn disposition(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '+');
    let ascii: String = name
        .chars()
        .map(|c| if plain(c) { c } else { '_' })
        .collect();
    if ascii == name {
        return format!("attachment; filename=\"{ascii}\"");
    }
    let encoded: String = name.bytes().map(encoded).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

fn read_state(name: &str) -> Result<RecordingState, Problem> {
    RecordingState::from_name(name).ok_or_else(|| {
        let accepted = RecordingState::ALL.map(RecordingState::name).join(", ");
        Problem::invalid(vec![Wrong::new(
            "state",
            name,
            format!("any of {accepted}"),
        )])
    })
}

fn read_cursor(cursor: &str) -> Result<RecordingId, Problem> {
    cursor.parse().map_err(|_| {
        let accepted = "the next_cursor of the page before";
        Problem::invalid(vec![Wrong::new("cursor", cursor, accepted)])
    })
}
