//! Playlists over HTTP; how sound is decoded and kept is behind [`Playlists`].

use std::path::Path;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use conclave_api::{
    NewPlaylist, Page, PlaylistInput, PlaylistRoom, PlaylistView, Problem, ProblemKind, Request,
    Response as Reply, TrackInput, TrackView, Wrong, read_new_playlist, read_track_name,
    read_track_order,
};
use conclave_model::{Codec, PlaylistName};

use crate::audit::audit;
use crate::backend::Web;
use crate::body::JsonBody;
use crate::brain::misfit;
use crate::once::{Answer, once};
use crate::path::Segments;
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;
use crate::wav::{ear_of, wav};

/// Keeps playlists. Every method may block: it is called on a thread that may.
pub trait Playlists: Send + Sync + 'static {
    /// All of them by name, the built-in one too.
    ///
    /// # Errors
    /// When the folder cannot be read.
    fn list(&self) -> Result<Vec<PlaylistView>, PlaylistError>;

    /// Makes an empty one.
    ///
    /// # Errors
    /// When it exists, when there are too many, when the disk is full.
    fn create(&self, name: &PlaylistName) -> Result<PlaylistView, PlaylistError>;

    /// Takes the file at `upload` in as the track `track`, if it can be decoded; the file may be
    /// moved away, and is removed by the caller if it is not.
    ///
    /// # Errors
    /// When the playlist is missing or built in, the track exists, or the file is no sound.
    fn add_track(
        &self,
        name: &PlaylistName,
        track: &str,
        upload: &Path,
    ) -> Result<TrackView, PlaylistError>;

    /// # Errors
    /// When the playlist or the track is missing, or the playlist is built in.
    fn remove_track(&self, name: &PlaylistName, track: &str) -> Result<(), PlaylistError>;

    /// Plays the tracks in this order; those not named come last.
    ///
    /// # Errors
    /// When the playlist or a track is missing, or the playlist is built in.
    fn set_order(
        &self,
        name: &PlaylistName,
        tracks: &[String],
    ) -> Result<PlaylistView, PlaylistError>;

    /// # Errors
    /// When the playlist or the track is missing, another one has the new name, or it is none.
    fn rename_track(
        &self,
        name: &PlaylistName,
        track: &str,
        new: &str,
    ) -> Result<TrackView, PlaylistError>;

    /// The track as a telephone with this codec hears it: a WAV file.
    ///
    /// # Errors
    /// When the playlist or the track is missing, or it cannot be decoded.
    fn listen(
        &self,
        name: &PlaylistName,
        track: &str,
        codec: Codec,
    ) -> Result<Vec<u8>, PlaylistError>;

    /// Removes it with its tracks.
    ///
    /// # Errors
    /// When it is missing or built in.
    fn remove(&self, name: &PlaylistName) -> Result<(), PlaylistError>;
}

/// Why a playlist was not changed; nothing was done in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaylistError {
    NoSuchPlaylist,
    NoSuchTrack,
    NoSuchSound,
    PlaylistExists,
    TrackExists,
    SoundExists,
    /// It comes with the server.
    BuiltIn,
    /// The file cannot be decoded, with the decoder's reason.
    NotSound(String),
    /// A name that is not accepted, with what is.
    BadName(String),
    /// More than a limit allows, said in a sentence.
    TooMuch(String),
    DiskFull,
    /// For the log, not for the client.
    Failed(String),
}

/// The playlists, by name.
#[utoipa::path(
    get, path = "/playlists", tag = "playlists",
    responses(
        (status = 200, description = "All of them", body = Page<PlaylistView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_playlists(State(web): State<Web>) -> Answered {
    let mut lists = blocking(&web, |playlists| playlists.list()).await?;
    add_rooms(&web, &mut lists).await?;
    Ok(Json(Page::whole(lists)).into_response())
}

/// Makes an empty playlist.
#[utoipa::path(
    post, path = "/playlists", tag = "playlists",
    params(("Idempotency-Key" = Option<String>, Header, description = "Any unique text: a repeated request gets the same answer for 24 hours")),
    request_body = NewPlaylist,
    responses(
        (status = 201, description = "Made", body = PlaylistView, headers(("Location" = String))),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_playlist(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let name = read_new_playlist(body.required()?)?;
    let shared = web.clone();
    once(web, &headers, "POST /playlists", &body.bytes, async move {
        let location = format!("/api/v1/playlists/{name}");
        let list = blocking(&shared, move |playlists| playlists.create(&name)).await?;
        audit(&shared, &requester, "playlist.created", &list.name, "").await?;
        Ok(Answer::json(StatusCode::CREATED, &list).location(location))
    })
    .await
}

/// One playlist.
#[utoipa::path(
    get, path = "/playlists/{playlist}", tag = "playlists",
    params(("playlist" = String, Path, description = "Its name")),
    responses(
        (status = 200, description = "The playlist and its tracks", body = PlaylistView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_playlist(
    State(web): State<Web>,
    Segments(name): Segments<String>,
) -> Answered {
    let lists = blocking(&web, |playlists| playlists.list()).await?;
    let list = lists.into_iter().find(|list| list.name == name);
    let list = list.ok_or_else(|| refuse(PlaylistError::NoSuchPlaylist))?;
    shown(&web, list).await
}

/// Changes the order of the tracks, in every room at once.
#[utoipa::path(
    patch, path = "/playlists/{playlist}", tag = "playlists",
    params(("playlist" = String, Path, description = "Its name")),
    request_body = PlaylistInput,
    responses(
        (status = 200, description = "The playlist as it is now", body = PlaylistView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_playlist(
    State(web): State<Web>,
    requester: Requester,
    Segments(name): Segments<String>,
    body: JsonBody,
) -> Answered {
    let name = read_name(&name)?;
    let tracks = read_track_order(body.required()?)?;
    let object = name.to_string();
    let list = blocking(&web, move |playlists| playlists.set_order(&name, &tracks)).await?;
    audit(
        &web,
        &requester,
        "playlist.ordered",
        &object,
        "another order",
    )
    .await?;
    shown(&web, list).await
}

/// Gives a track another name.
#[utoipa::path(
    patch, path = "/playlists/{playlist}/tracks/{track}", tag = "playlists",
    params(
        ("playlist" = String, Path, description = "Its name"),
        ("track" = String, Path, description = "The file's name"),
    ),
    request_body = TrackInput,
    responses(
        (status = 200, description = "The track under its new name", body = TrackView),
        (status = "default", description = "Refused; 409 when another track has the name", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn rename_track(
    State(web): State<Web>,
    requester: Requester,
    Segments((name, track)): Segments<(String, String)>,
    body: JsonBody,
) -> Answered {
    let name = read_name(&name)?;
    let new = read_track_name(body.required()?)?;
    let (object, detail) = (name.to_string(), format!("{track:?} is now {new:?}"));
    let renamed = blocking(&web, move |playlists| {
        playlists.rename_track(&name, &track, &new)
    })
    .await?;
    audit(&web, &requester, "track.renamed", &object, &detail).await?;
    Ok(Json(renamed).into_response())
}

/// A track as a telephone hears it: the first 30 seconds as a WAV file.
#[utoipa::path(
    get, path = "/playlists/{playlist}/tracks/{track}/audio", tag = "playlists",
    params(
        ("playlist" = String, Path, description = "Its name"),
        ("track" = String, Path, description = "The file's name"),
        ("as" = Option<String>, Query, description = "g711, pcmu, pcma, g722 or opus", example = "g711"),
    ),
    responses(
        (status = 200, description = "The sound", body = Vec<u8>, content_type = "audio/wav"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn listen_to_track(
    State(web): State<Web>,
    Segments((name, track)): Segments<(String, String)>,
    parameters: Parameters,
) -> Answered {
    let name = read_name(&name)?;
    let codec = ear_of(parameters)?;
    let sound = blocking(&web, move |playlists| {
        playlists.listen(&name, &track, codec)
    })
    .await?;
    Ok(wav(sound))
}

/// One playlist with the rooms that play it.
async fn shown(web: &Web, list: PlaylistView) -> Answered {
    let mut lists = [list];
    add_rooms(web, &mut lists).await?;
    let [list] = lists;
    Ok(Json(list).into_response())
}

/// Which rooms play them.
async fn add_rooms(web: &Web, lists: &mut [PlaylistView]) -> Answered<()> {
    let Reply::Rooms(rooms) = web
        .backend
        .brain
        .ask(Request::ListRooms { query: None })
        .await?
    else {
        return Err(misfit().into());
    };
    for list in lists {
        let playing = rooms
            .iter()
            .filter(|room| room.music.as_deref() == Some(list.name.as_str()));
        list.rooms = playing
            .map(|room| PlaylistRoom {
                id: room.id.clone(),
                extension: room.extension.clone(),
                title: room.title.clone(),
            })
            .collect();
    }
    Ok(())
}

/// Removes a playlist with its tracks, unless a room plays it.
#[utoipa::path(
    delete, path = "/playlists/{playlist}", tag = "playlists",
    params(("playlist" = String, Path, description = "Its name")),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused; 409 when a room plays it", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_playlist(
    State(web): State<Web>,
    requester: Requester,
    Segments(called): Segments<String>,
) -> Answered {
    let name = read_name(&called)?;
    let Reply::Rooms(rooms) = web
        .backend
        .brain
        .ask(Request::ListRooms { query: None })
        .await?
    else {
        return Err(misfit().into());
    };
    let plays = |music: &Option<String>| music.as_deref() == Some(name.as_str());
    if let Some(room) = rooms.iter().find(|room| plays(&room.music)) {
        let detail = format!(
            "room {} plays it; set its music to something else",
            room.extension
        );
        return Err(Refusal::new(ProblemKind::Conflict, detail));
    }
    blocking(&web, move |playlists| playlists.remove(&name)).await?;
    audit(&web, &requester, "playlist.deleted", &called, "").await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Removes a track.
#[utoipa::path(
    delete, path = "/playlists/{playlist}/tracks/{track}", tag = "playlists",
    params(
        ("playlist" = String, Path, description = "Its name"),
        ("track" = String, Path, description = "The file's name"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_track(
    State(web): State<Web>,
    requester: Requester,
    Segments((called, track)): Segments<(String, String)>,
) -> Answered {
    let (name, file) = (read_name(&called)?, track.clone());
    blocking(&web, move |playlists| playlists.remove_track(&name, &file)).await?;
    audit(&web, &requester, "track.deleted", &called, &track).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Does `work` where it may block.
pub(crate) async fn blocking<T, W>(web: &Web, work: W) -> Answered<T>
where
    T: Send + 'static,
    W: FnOnce(&dyn Playlists) -> Result<T, PlaylistError> + Send + 'static,
{
    let playlists = web.backend.playlists.clone();
    let done = tokio::task::spawn_blocking(move || work(&*playlists)).await;
    done.unwrap_or_else(|_| Err(PlaylistError::Failed("it panicked".to_owned())))
        .map_err(refuse)
}

/// A name from a path: one that cannot be is one that is not there.
pub(crate) fn read_name(name: &str) -> Answered<PlaylistName> {
    name.parse()
        .map_err(|_| refuse(PlaylistError::NoSuchPlaylist))
}

pub(crate) fn refuse(error: PlaylistError) -> Refusal {
    let (kind, detail) = match error {
        PlaylistError::NoSuchPlaylist => {
            (ProblemKind::NotFound, "there is no such playlist".into())
        }
        PlaylistError::NoSuchTrack => (
            ProblemKind::NotFound,
            "the playlist has no such track".into(),
        ),
        PlaylistError::NoSuchSound => (ProblemKind::NotFound, "there is no such sound".into()),
        PlaylistError::SoundExists => (
            ProblemKind::Conflict,
            "there is a sound of this name already".into(),
        ),
        PlaylistError::PlaylistExists => (
            ProblemKind::Conflict,
            "there is a playlist of this name already".into(),
        ),
        PlaylistError::TrackExists => (
            ProblemKind::Conflict,
            "the playlist has a track of this name; remove it first".into(),
        ),
        PlaylistError::BuiltIn => (
            ProblemKind::Refused,
            "the built-in playlist cannot be changed".into(),
        ),
        PlaylistError::NotSound(why) => (
            ProblemKind::Invalid,
            format!("the file cannot be played: {why}"),
        ),
        PlaylistError::BadName(accepted) => {
            return Problem::invalid(vec![Wrong::new("file", "", accepted)]).into();
        }
        PlaylistError::TooMuch(sentence) => (ProblemKind::Refused, sentence),
        PlaylistError::DiskFull => (ProblemKind::Unavailable, "the server's disk is full".into()),
        PlaylistError::Failed(why) => {
            tracing::error!(why, "a playlist could not be read or changed");
            (
                ProblemKind::Internal,
                "the playlists failed; the log has more".into(),
            )
        }
    };
    Refusal::new(kind, detail)
}
