//! The operator's sounds over HTTP; how they are decoded and kept is behind [`Sounds`].

use std::path::Path;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use conclave_api::{
    ExtensionView, MenuView, Page, PlaylistRoom, Problem, ProblemKind, Request, Response as Reply,
    RoomView, SoundInput, SoundView, read_sound_name,
};
use conclave_model::confbridge::{Menu, sound_files};
use conclave_model::{Codec, SoundFileName, limits};

use crate::audit::audit;
use crate::backend::Web;
use crate::body::JsonBody;
use crate::brain::misfit;
use crate::path::Segments;
use crate::playlists::{PlaylistError, refuse};
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;
use crate::uploads::{receive, refuse_early};
use crate::wav::{ear_of, wav};

/// Keeps sounds. Every method may block: it is called on a thread that may.
pub trait Sounds: Send + Sync + 'static {
    /// By name.
    fn list(&self) -> Vec<SoundView>;

    /// Takes the file at `upload` in, if it can be decoded, in the place of one of the same name.
    ///
    /// # Errors
    /// When it is no sound or too long, when there are too many, when the disk is full.
    fn put(&self, name: &SoundFileName, upload: &Path) -> Result<SoundView, PlaylistError>;

    /// # Errors
    /// When there is no such sound, or another one has the new name.
    fn rename(&self, name: &SoundFileName, new: &SoundFileName)
    -> Result<SoundView, PlaylistError>;

    /// The sound as a telephone with this codec hears it: a WAV file.
    ///
    /// # Errors
    /// When there is no such sound, or it cannot be decoded.
    fn listen(&self, name: &SoundFileName, codec: Codec) -> Result<Vec<u8>, PlaylistError>;

    /// # Errors
    /// When there is no such sound.
    fn remove(&self, name: &SoundFileName) -> Result<(), PlaylistError>;
}

/// The sounds that rooms may name, with the rooms that do.
#[utoipa::path(
    get, path = "/sounds", tag = "sounds",
    responses(
        (status = 200, description = "All of them", body = Page<SoundView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_sounds(State(web): State<Web>) -> Answered {
    let mut all = blocking(&web, |sounds| Ok(sounds.list())).await?;
    let rooms = rooms(&web).await?;
    for sound in &mut all {
        sound.rooms = named_by(&rooms, &sound.name);
    }
    Ok(Json(Page::whole(all)).into_response())
}

/// Takes a sound in under this name, in the place of another if there is one: the body is the sound
/// file as it is. Rooms that name it play it from the next time on.
#[utoipa::path(
    put, path = "/sounds/{sound}", tag = "sounds",
    params(("sound" = String, Path, description = "1 to 40 lower-case letters, digits, - and _; none of the names of our own sounds", example = "acme-gong")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "At most 16 MiB and two minutes"),
    responses(
        (status = 200, description = "Decoded and in place", body = SoundView),
        (status = "default", description = "Refused; nothing was changed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn put_sound(
    State(web): State<Web>,
    requester: Requester,
    Segments(called): Segments<String>,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    let name = called.parse::<SoundFileName>().map_err(Problem::from)?;
    refuse_early(&headers, limits::PROMPT_UPLOAD_BYTES)?;
    let Ok(_permit) = web.uploads.try_acquire() else {
        let detail = "other files are being uploaded; try again when they are done";
        return Err(Refusal::new(ProblemKind::Unavailable, detail));
    };
    let upload = receive(&web.backend.upload_dir, body, limits::PROMPT_UPLOAD_BYTES).await?;
    let mut sound = blocking(&web, move |sounds| sounds.put(&name, upload.path())).await?;
    sound.rooms = named_by(&rooms(&web).await?, &called);
    audit(
        &web,
        &requester,
        "sound.uploaded",
        &called,
        "with an upload",
    )
    .await?;
    Ok(Json(sound).into_response())
}

/// Gives a sound another name, unless a room names it.
#[utoipa::path(
    patch, path = "/sounds/{sound}", tag = "sounds",
    params(("sound" = String, Path, description = "Its name", example = "acme-gong")),
    request_body = SoundInput,
    responses(
        (status = 200, description = "The sound under its new name", body = SoundView),
        (status = "default", description = "Refused; 409 when a room names it or another sound has the name", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn rename_sound(
    State(web): State<Web>,
    requester: Requester,
    Segments(called): Segments<String>,
    body: JsonBody,
) -> Answered {
    let name = read_name(&called)?;
    let new = read_sound_name(body.required()?)?;
    refuse_while_named(&web, &called).await?;
    let detail = format!("it is now {new}");
    let renamed = blocking(&web, move |sounds| sounds.rename(&name, &new)).await?;
    audit(&web, &requester, "sound.renamed", &called, &detail).await?;
    Ok(Json(renamed).into_response())
}

/// A sound as a telephone hears it: a WAV file.
#[utoipa::path(
    get, path = "/sounds/{sound}/audio", tag = "sounds",
    params(
        ("sound" = String, Path, description = "Its name", example = "acme-gong"),
        ("as" = Option<String>, Query, description = "g711, pcmu, pcma, g722 or opus", example = "g711"),
    ),
    responses(
        (status = 200, description = "The sound", body = Vec<u8>, content_type = "audio/wav"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn listen_to_sound(
    State(web): State<Web>,
    Segments(called): Segments<String>,
    parameters: Parameters,
) -> Answered {
    let name = read_name(&called)?;
    let codec = ear_of(parameters)?;
    let sound = blocking(&web, move |sounds| sounds.listen(&name, codec)).await?;
    Ok(wav(sound))
}

/// Removes a sound, unless a room names it.
#[utoipa::path(
    delete, path = "/sounds/{sound}", tag = "sounds",
    params(("sound" = String, Path, description = "Its name", example = "acme-gong")),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused; 409 when a room names it", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_sound(
    State(web): State<Web>,
    requester: Requester,
    Segments(called): Segments<String>,
) -> Answered {
    let name = read_name(&called)?;
    refuse_while_named(&web, &called).await?;
    blocking(&web, move |sounds| sounds.remove(&name)).await?;
    audit(&web, &requester, "sound.deleted", &called, "").await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Which names options may say, beside those of our own sounds.
pub(crate) async fn names(web: &Web) -> Answered<Vec<String>> {
    let all = blocking(web, |sounds| Ok(sounds.list())).await?;
    Ok(all.into_iter().map(|sound| sound.name).collect())
}

async fn refuse_while_named(web: &Web, name: &str) -> Answered<()> {
    match named_by(&rooms(web).await?, name).first() {
        Some(room) => {
            let detail = format!(
                "the options of room {} name it; take it out there first",
                room.extension
            );
            Err(Refusal::new(ProblemKind::Conflict, detail))
        }
        None => refuse_while_played(web, name).await,
    }
}

/// By the keys of a menu.
async fn refuse_while_played(web: &Web, name: &str) -> Answered<()> {
    let Reply::Menus(menus) = web.backend.brain.ask(Request::ListMenus).await? else {
        return Err(misfit().into());
    };
    let plays = |menu: &&MenuView| {
        Menu::from_text(&menu.text).is_ok_and(|menu| menu.sound_files().contains(name))
    };
    match menus.iter().find(plays) {
        Some(menu) => {
            let name = &menu.name;
            let detail = format!("the menu {name} plays it; take it out there first");
            Err(Refusal::new(ProblemKind::Conflict, detail))
        }
        None => refuse_while_announced(web, name).await,
    }
}

/// Under a number that is no room.
async fn refuse_while_announced(web: &Web, name: &str) -> Answered<()> {
    let all = crate::extensions::all(web).await?;
    let announces = |one: &&ExtensionView| one.sound.as_deref() == Some(name);
    match all.iter().find(announces) {
        Some(one) => {
            let number = &one.extension;
            let detail = format!("it is said under {number}; change that first");
            Err(Refusal::new(ProblemKind::Conflict, detail))
        }
        None => Ok(()),
    }
}

async fn rooms(web: &Web) -> Answered<Vec<RoomView>> {
    let asked = Request::ListRooms { query: None };
    let Reply::Rooms(rooms) = web.backend.brain.ask(asked).await? else {
        return Err(misfit().into());
    };
    Ok(rooms)
}

fn named_by(rooms: &[RoomView], sound: &str) -> Vec<PlaylistRoom> {
    let names = |room: &&RoomView| {
        let files = sound_files(&room.options, &room.user_options);
        files.contains(sound)
    };
    let rooms = rooms.iter().filter(names);
    rooms
        .map(|room| PlaylistRoom {
            id: room.id.clone(),
            extension: room.extension.clone(),
            title: room.title.clone(),
        })
        .collect()
}

/// A name from a path: one that cannot be is one that is not there.
fn read_name(name: &str) -> Answered<SoundFileName> {
    name.parse().map_err(|_| refuse(PlaylistError::NoSuchSound))
}

async fn blocking<T, W>(web: &Web, work: W) -> Answered<T>
where
    T: Send + 'static,
    W: FnOnce(&dyn Sounds) -> Result<T, PlaylistError> + Send + 'static,
{
    let sounds = web.backend.sounds.clone();
    let done = tokio::task::spawn_blocking(move || work(&*sounds)).await;
    done.unwrap_or_else(|_| Err(PlaylistError::Failed("it panicked".to_owned())))
        .map_err(refuse)
}
