//! Sound files into clips: prompts and playlists, decoded, resampled and levelled; plays nothing.

mod asterisk_names;
mod decode;
mod embedded;
mod level;
mod library;
mod loader;
mod order;
mod own_sounds;
mod playlists;
mod prompts;
mod raw_formats;
mod recording;
mod resample;
mod sound_directory;
mod telephone;
mod track_name;

pub use decode::DecodeFault;
pub use library::Library;
pub use own_sounds::{OwnSoundError, OwnSoundSummary, OwnSounds};
pub use playlists::{PlaylistError, PlaylistSummary, Playlists, TrackSummary};
pub use prompts::{PromptError, PromptSummary, Prompts};
pub use recording::{Keep, Lane, Outline, TapeEnd, Taped, duration_of, record, record_on};
pub use telephone::heard_by;
