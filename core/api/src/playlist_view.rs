//! Playlists and their tracks as the public sees them.

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
}

/// One audio file of a playlist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TrackView {
    /// The file's name, by which it is removed.
    #[schema(example = "blue-in-green.mp3")]
    pub name: String,
    pub seconds: f64,
}
