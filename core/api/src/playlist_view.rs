//! Playlists, their tracks, prompts and sounds as the public sees them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A playlist: what a lone participant hears.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlaylistView {
    #[schema(example = "jazz")]
    pub name: String,
    /// Comes with the server and cannot be changed.
    pub built_in: bool,
    /// In the order in which they are played.
    pub tracks: Vec<TrackView>,
    /// The rooms whose music it is.
    #[serde(default)]
    pub rooms: Vec<PlaylistRoom>,
}

/// A room that plays it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlaylistRoom {
    pub id: String,
    pub extension: String,
    pub title: String,
}

/// One audio file of a playlist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TrackView {
    /// The file's name, by which it is removed.
    #[schema(example = "blue-in-green.mp3")]
    pub name: String,
    pub seconds: f64,
    /// Of the file.
    #[serde(default)]
    pub bytes: u64,
    /// Of the file as it came; all tracks are played equally loud. Null until it was decoded, and
    /// when it cannot be measured.
    #[serde(default)]
    #[schema(required, example = -18.2)]
    pub loudness_lufs: Option<f64>,
    /// Why it is skipped.
    #[serde(default)]
    #[schema(required)]
    pub fault: Option<String>,
}

/// A sound that was uploaded for rooms to name in their options.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SoundView {
    #[schema(example = "acme-gong")]
    pub name: String,
    pub seconds: f64,
    /// Of the file.
    pub bytes: u64,
    /// Why it is not played; ours is heard in its place.
    #[schema(required)]
    pub fault: Option<String>,
    /// The rooms whose options name it.
    pub rooms: Vec<PlaylistRoom>,
}

/// A sentence of the voice, or a tone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PromptView {
    #[schema(example = "pin-please")]
    pub name: String,
    /// In every language there is.
    pub spoken: Vec<PromptSpoken>,
}

/// A prompt in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PromptSpoken {
    #[schema(example = "en")]
    pub language: String,
    /// What the built-in one says; null for a tone.
    #[schema(required, example = "Pin, please.")]
    pub text: Option<String>,
    /// Another sound was put in its place.
    pub replaced: bool,
    pub seconds: f64,
}
