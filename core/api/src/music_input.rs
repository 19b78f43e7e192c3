//! Reads what was sent to change a playlist, a track or a sound: all of it or nothing.

use conclave_model::{SoundFileName, limits};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::room_input::{object, unknown_field};
use crate::{Problem, Wrong};

/// Reads the body of a request that orders the tracks of a playlist ([`PlaylistInput`]).
///
/// # Errors
/// Names every field that is missing, unknown or wrong.
pub fn read_track_order(body: &Value) -> Result<Vec<String>, Problem> {
    let value = only_field(body, "tracks")?;
    let names = value.as_array().and_then(|all| {
        let names = all.iter().map(|one| Some(one.as_str()?.to_owned()));
        names.collect::<Option<Vec<String>>>()
    });
    let accepted = "a list of names of tracks, each once";
    let wrong = || Problem::invalid(vec![Wrong::new("tracks", "", accepted)]);
    let names = names.ok_or_else(wrong)?;
    if names.len() > limits::PLAYLIST_TRACKS {
        return Err(wrong());
    }
    Ok(names)
}

/// Reads the body of a request that renames a track ([`TrackInput`]). Whether it can be a file's
/// name is for others to say.
///
/// # Errors
/// Names every field that is missing, unknown or wrong.
pub fn read_track_name(body: &Value) -> Result<String, Problem> {
    let value = only_field(body, "name")?;
    value.as_str().map(str::to_owned).ok_or_else(|| {
        let accepted = "the name of a sound file such as song.mp3";
        Problem::invalid(vec![Wrong::new("name", "", accepted)])
    })
}

/// Reads the body of a request that renames a sound ([`SoundInput`]).
///
/// # Errors
/// Names every field that is missing, unknown or wrong.
pub fn read_sound_name(body: &Value) -> Result<SoundFileName, Problem> {
    let value = only_field(body, "name")?;
    let name = value.as_str().unwrap_or_default();
    Ok(name.parse::<SoundFileName>()?)
}

fn only_field<'a>(body: &'a Value, field: &'static str) -> Result<&'a Value, Problem> {
    let all = object(body)?;
    let unknown = all.keys().filter(|name| name.as_str() != field);
    let mut errors: Vec<Wrong> = unknown.map(|name| unknown_field(name, [field])).collect();
    let value = all.get(field);
    if value.is_none() {
        errors.push(Wrong::new(field, "", "this field"));
    }
    match value {
        Some(value) if errors.is_empty() => Ok(value),
        Some(_) | None => Err(Problem::invalid(errors)),
    }
}

/// What to change of a playlist. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaylistInput {
    /// The order to play them in; tracks that are not named come last.
    #[schema(example = json!(["night.mp3", "blue-in-green.mp3"]))]
    pub tracks: Vec<String>,
}

/// What to change of a track. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrackInput {
    /// Another file name, with an ending such as `.mp3`.
    #[schema(example = "so-what.mp3")]
    pub name: String,
}

/// What to change of a sound. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SoundInput {
    /// 1 to 40 lower-case letters, digits, `-` and `_`; none of the names of our own sounds.
    #[schema(example = "acme-gong")]
    pub name: String,
}
