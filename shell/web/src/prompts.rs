//! Prompts over HTTP; how sound is decoded and kept is behind [`Prompts`].

use std::path::Path;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use conclave_api::{Page, Problem, ProblemKind, PromptSpoken, PromptView};
use conclave_model::{Codec, Language, Prompt, limits};

use crate::audit::audit;
use crate::backend::Web;
use crate::path::Segments;
use crate::playlists::{PlaylistError, refuse};
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;
use crate::rooms::room_and_words;
use crate::uploads::{receive, refuse_early};
use crate::wav::{ear_of, wav};

/// Keeps prompts. Every method may block: it is called on a thread that may.
pub trait Prompts: Send + Sync + 'static {
    fn list(&self) -> Vec<PromptView>;

    /// The sound as it is spoken now, heard by a telephone with this codec: a WAV file.
    ///
    /// # Errors
    /// When the sound cannot be decoded.
    fn listen(
        &self,
        prompt: Prompt,
        language: Language,
        codec: Codec,
    ) -> Result<Vec<u8>, PlaylistError>;

    /// Puts the file at `upload` in the place of the prompt, if it can be decoded.
    ///
    /// # Errors
    /// When it is no sound, or the disk is full.
    fn replace(
        &self,
        prompt: Prompt,
        language: Language,
        upload: &Path,
    ) -> Result<PromptSpoken, PlaylistError>;

    /// Goes back to the sound that comes with the server.
    ///
    /// # Errors
    /// When the disk refuses.
    fn restore(&self, prompt: Prompt, language: Language) -> Result<(), PlaylistError>;
}

/// Every prompt, with what it says in each language.
#[utoipa::path(
    get, path = "/prompts", tag = "prompts",
    responses(
        (status = 200, description = "All of them", body = Page<PromptView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_prompts(State(web): State<Web>) -> Answered {
    let all = blocking(&web, |prompts| Ok(prompts.list())).await?;
    Ok(Json(Page::whole(all)).into_response())
}

/// Every prompt that can be played to a room.
#[utoipa::path(
    get, path = "/rooms/{room}/live/announcements", tag = "live",
    params(("room" = String, Path, description = "Id, extension or title")),
    responses(
        (status = 200, description = "All of them", body = Page<PromptView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_announcements(
    State(web): State<Web>,
    Segments(room): Segments<String>,
) -> Answered {
    room_and_words(&web, &room).await?;
    let mut all = blocking(&web, |prompts| Ok(prompts.list())).await?;
    all.retain(|prompt| Prompt::of_stem(&prompt.name).is_some());
    Ok(Json(Page::whole(all)).into_response())
}

/// A prompt as a telephone hears it: a WAV file.
#[utoipa::path(
    get, path = "/prompts/{prompt}/{language}/audio", tag = "prompts",
    params(
        ("prompt" = String, Path, description = "Its name", example = "pin-please"),
        ("language" = String, Path, description = "en or de", example = "en"),
        ("as" = Option<String>, Query, description = "g711, pcmu, pcma, g722 or opus", example = "g711"),
    ),
    responses(
        (status = 200, description = "The sound", body = Vec<u8>, content_type = "audio/wav"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn listen_to_prompt(
    State(web): State<Web>,
    Segments((prompt, language)): Segments<(String, String)>,
    parameters: Parameters,
) -> Answered {
    let (prompt, language) = named(&prompt, &language)?;
    let codec = ear_of(parameters)?;
    let sound = blocking(&web, move |prompts| prompts.listen(prompt, language, codec)).await?;
    Ok(wav(sound))
}

/// Replaces a prompt in one language: the body is the sound file as it is. Rooms speak it from the
/// next time on.
#[utoipa::path(
    put, path = "/prompts/{prompt}/{language}", tag = "prompts",
    params(
        ("prompt" = String, Path, description = "Its name", example = "pin-please"),
        ("language" = String, Path, description = "en or de", example = "en"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "At most 16 MiB and a minute"),
    responses(
        (status = 200, description = "Decoded and in place", body = PromptSpoken),
        (status = "default", description = "Refused; the prompt stays as it was", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn replace_prompt(
    State(web): State<Web>,
    requester: Requester,
    Segments((name, tag)): Segments<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    let (prompt, language) = named(&name, &tag)?;
    refuse_early(&headers, limits::PROMPT_UPLOAD_BYTES)?;
    let Ok(_permit) = web.uploads.try_acquire() else {
        let detail = "other files are being uploaded; try again when they are done";
        return Err(Refusal::new(ProblemKind::Unavailable, detail));
    };
    let upload = receive(&web.backend.upload_dir, body, limits::PROMPT_UPLOAD_BYTES).await?;
    let spoken = blocking(&web, move |prompts| {
        prompts.replace(prompt, language, upload.path())
    })
    .await?;
    let object = format!("{name}/{tag}");
    audit(
        &web,
        &requester,
        "prompt.replaced",
        &object,
        "with an upload",
    )
    .await?;
    Ok(Json(spoken).into_response())
}

/// Goes back to the sound that comes with the server.
#[utoipa::path(
    delete, path = "/prompts/{prompt}/{language}", tag = "prompts",
    params(
        ("prompt" = String, Path, description = "Its name", example = "pin-please"),
        ("language" = String, Path, description = "en or de", example = "en"),
    ),
    responses(
        (status = 204, description = "Done, also when it was not replaced"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn restore_prompt(
    State(web): State<Web>,
    requester: Requester,
    Segments((name, tag)): Segments<(String, String)>,
) -> Answered {
    let (prompt, language) = named(&name, &tag)?;
    blocking(&web, move |prompts| prompts.restore(prompt, language)).await?;
    let object = format!("{name}/{tag}");
    audit(
        &web,
        &requester,
        "prompt.restored",
        &object,
        "to the built-in",
    )
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn named(prompt: &str, language: &str) -> Answered<(Prompt, Language)> {
    let found = Prompt::all().find(|known| known.file_stem() == prompt);
    let spoken = Language::ALL
        .into_iter()
        .find(|known| known.tag() == language);
    match (found, spoken) {
        (Some(prompt), Some(language)) => Ok((prompt, language)),
        (None, _) => Err(Refusal::new(
            ProblemKind::NotFound,
            "there is no such prompt; /api/v1/prompts lists them",
        )),
        (Some(_), None) => Err(Refusal::new(
            ProblemKind::NotFound,
            "prompts are spoken in en and de",
        )),
    }
}

async fn blocking<T, W>(web: &Web, work: W) -> Answered<T>
where
    T: Send + 'static,
    W: FnOnce(&dyn Prompts) -> Result<T, PlaylistError> + Send + 'static,
{
    let prompts = web.backend.prompts.clone();
    let done = tokio::task::spawn_blocking(move || work(&*prompts)).await;
    done.unwrap_or_else(|_| Err(PlaylistError::Failed("it panicked".to_owned())))
        .map_err(refuse)
}
