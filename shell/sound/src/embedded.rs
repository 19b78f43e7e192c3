//! The sounds inside the program: our prompts and our music; knows their names, not their format.

use std::borrow::Cow;

use rust_embed::RustEmbed;

/// `en/`, `de/` and `tones/` hold prompts, `music/` the built-in playlist.
#[derive(RustEmbed)]
#[folder = "../../prompts/"]
#[include = "*.opus"]
struct Embedded;

/// The bytes of one file, such as `en/goodbye.opus`.
pub(crate) fn file(path: &str) -> Option<Cow<'static, [u8]>> {
    Embedded::get(path).map(|file| file.data)
}

/// The songs of the built-in playlist, by name.
pub(crate) fn music() -> Vec<(String, Cow<'static, [u8]>)> {
    let mut songs: Vec<_> = Embedded::iter()
        .filter_map(|path| {
            let name = path.strip_prefix("music/")?;
            Some((name.to_owned(), file(&path)?))
        })
        .collect();
    songs.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    songs
}
